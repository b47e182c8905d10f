package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pedigree/internal/store/kv"
)

// TestAPowerCutLosesNoAnsweredTransaction cuts the power at the moment at which
// a block's transactions are about to be answered for: the block is synced, the
// application's batch is not. It does so at several heights of one run, and
// starts a new node from what each cut left.
func TestAPowerCutLosesNoAnsweredTransaction(t *testing.T) {
	fs := vfs.NewCrashableMem()
	s := newSite(t, fs)
	c := Config{Profile: Single, Genesis: genesisFor("powercut", Single, s)}
	type cut struct {
		site   *site
		height int64
	}
	var cuts []cut
	prepare := func(s *site, _ *Config) {
		s.app.onCommit = func(height int64) {
			if height%4 != 1 {
				return
			}
			left := &site{home: filepath.Join(t.TempDir(), "left"), fs: fs.CrashClone(vfs.CrashCloneCfg{}), key: s.key}
			copyHome(t, s.home, left.home)
			cuts = append(cuts, cut{left, height})
		}
	}
	must(t, s.start(testContext(t), c, prepare))
	answered := map[int64][]string{}
	for i := range 12 {
		tx := fmt.Sprintf("tx %d", i)
		height := s.mustSubmit(t, tx)
		answered[height] = append(answered[height], tx)
	}
	must(t, s.stop())
	if len(cuts) < 3 {
		t.Fatalf("only %d power cuts", len(cuts))
	}
	lost := 0
	for _, cut := range cuts {
		left := cut.site
		must(t, left.openStore())
		app, err := newCounter(left.db)
		must(t, err)
		if height, _ := app.Info(); height < cut.height {
			lost++
		}
		must(t, left.start(testContext(t), c))
		for height, txs := range answered {
			if height <= cut.height {
				left.mustRunOnce(t, txs)
			}
		}
		left.mustSubmit(t, "and on")
		must(t, left.stop())
	}
	if lost == 0 {
		t.Error("no cut lost the application's batch: the test shows nothing")
	}
}

// copyHome copies the files that stand beside the store at this moment.
func copyHome(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Error(err)
	}
}

// TestBothHalvesShareOneLog looks at the reason for the above: a batch that
// wasn't synced is durable once anything later was.
func TestBothHalvesShareOneLog(t *testing.T) {
	fs := vfs.NewCrashableMem()
	db, err := kv.Open("store", kv.Options{FS: fs})
	must(t, err)
	batch := db.View(kv.LedgerRows).NewBatch()
	must(t, batch.Set([]byte("a"), []byte("1")))
	must(t, batch.Commit(false))
	before := fs.CrashClone(vfs.CrashCloneCfg{})
	must(t, db.CometDB(kv.EngineState).SetSync([]byte("b"), []byte("2")))
	after := fs.CrashClone(vfs.CrashCloneCfg{})
	must(t, db.Close())
	for name, want := range map[vfs.FS]bool{before: false, after: true} {
		db, err := kv.Open("store", kv.Options{FS: name})
		must(t, err)
		if _, found, err := db.View(kv.LedgerRows).Get([]byte("a")); found != want || err != nil {
			t.Errorf("the batch is there: %v, want %v (%v)", found, want, err)
		}
		must(t, db.Close())
	}
}
