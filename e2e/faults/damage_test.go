//go:build linux

package faults

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/e2e/cluster"
	"pedigree/internal/store/kv"
)

// copyHome copies a stopped node's home with all its modes.
func copyHome(t *testing.T, m *cluster.Member) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(m.Home))
	if out, err := exec.Command("cp", "-a", m.Home, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return to
}

// fsck returns what pedigree fsck says of a home, and whether it found nothing wrong.
func fsck(t *testing.T, home string) (report map[string]any, whole bool) {
	t.Helper()
	cmd := exec.Command(program, "fsck", "--home", home, "--json")
	out, err := cmd.Output()
	if err == nil {
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatalf("fsck of %s said %q: %v", home, out, err)
		}
		delete(report, "seconds")
		delete(report, "home")
	}
	return report, err == nil
}

// flipRow changes one bit of one file at a time. Either the damage is found, or what is
// read from the home is still the same: the bit was in space that holds nothing.
func flipRow(t *testing.T, home string) {
	random := rand.New(rand.NewPCG(*seed, 100))
	want, whole := fsck(t, home)
	if !whole {
		t.Fatal("the home is damaged before anything was done to it")
	}
	files := filesOf(t, home)
	found := 0
	for range flips {
		path := files[random.IntN(len(files))]
		restore, at := flip(t, path, random)
		got, whole := fsck(t, home)
		switch {
		case !whole:
			found++
		case !cmp.Equal(got, want):
			t.Errorf("a bit was flipped at byte %d of %s, and fsck takes the home for whole and reads something else:\n%s", at, path, cmp.Diff(want, got))
		}
		restore()
	}
	if _, whole := fsck(t, home); !whole {
		t.Error("the home is damaged after all bits were put back")
	}
	t.Logf("%d bits flipped, one at a time: %d found, %d in space that holds nothing or in settings", flips, found, flips-found)
}

// filesOf lists a home's data files that hold something.
func filesOf(t *testing.T, home string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join(home, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil && info.Size() > 0 && !strings.Contains(path, "cs.wal") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}

// flip changes one bit of a file; restore writes the file as it was.
func flip(t *testing.T, path string, random *rand.Rand) (restore func(), at int) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	after := append([]byte{}, before...)
	at = random.IntN(len(after))
	after[at] ^= 1 << random.IntN(8)
	// fsck opens the stores, which may write to other files of theirs.
	folder := filepath.Dir(path)
	kept := filepath.Join(t.TempDir(), "kept")
	if out, err := exec.Command("cp", "-a", folder, kept).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.WriteFile(path, after, 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("cp", "-a", kept, folder).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}, at
}

// editRow changes rows as somebody with the database's own tools would, so that no
// checksum tells.
func editRow(t *testing.T, home string) {
	random := rand.New(rand.NewPCG(*seed, 101))
	prefixes := []kv.Prefix{kv.LedgerMeta, kv.LedgerRows, kv.LedgerStateTree, kv.LedgerEvents, kv.LedgerEventTree, kv.LedgerSets, kv.LedgerSetChains, kv.EngineBlocks}
	for i := range edits {
		p := prefixes[i%len(prefixes)]
		key, before, after := pickRow(t, home, p, random)
		if key == nil {
			continue
		}
		setRow(t, home, p, key, after)
		if _, whole := fsck(t, home); whole {
			t.Errorf("row %x of part %#x was edited and fsck takes the home for whole", key, byte(p))
		}
		setRow(t, home, p, key, before)
	}
	if _, whole := fsck(t, home); !whole {
		t.Error("the home is damaged after all rows were put back")
	}
	t.Logf("%d rows edited, one at a time", edits)
}

// pickRow takes a random row of a part, and a value that differs from its own in one bit.
func pickRow(t *testing.T, home string, p kv.Prefix, random *rand.Rand) (key, before, after []byte) {
	t.Helper()
	withLedger(t, home, func(db *kv.DB) {
		it, err := db.View(p).NewIter(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer it.Close()
		seen := 0
		for more := it.First(); more; more = it.Next() {
			if seen++; len(it.Value()) > 0 && random.IntN(seen) == 0 {
				key, before = append([]byte{}, it.Key()...), append([]byte{}, it.Value()...)
			}
		}
	})
	if key == nil {
		return nil, nil, nil
	}
	after = append([]byte{}, before...)
	after[random.IntN(len(after))] ^= 1 << random.IntN(8)
	return key, before, after
}

func setRow(t *testing.T, home string, p kv.Prefix, key, value []byte) {
	t.Helper()
	withLedger(t, home, func(db *kv.DB) {
		b := db.View(p).NewBatch()
		if err := b.Set(key, value); err != nil {
			t.Fatal(err)
		}
		if err := b.Commit(true); err != nil {
			t.Fatal(err)
		}
	})
}

func withLedger(t *testing.T, home string, do func(*kv.DB)) {
	t.Helper()
	db, err := kv.Open(filepath.Join(home, "data", "ledger"), kv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
