//go:build linux

package faults

import (
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// replayBlocksRow takes the ledger's state out of a home and lets the node make it
// again from its blocks, under settings that must change nothing.
func replayBlocksRow(t *testing.T, n *cluster.Network, pristine string) {
	want := partsOf(t, pristine)
	for _, c := range []struct {
		name string
		env  []string
	}{
		{"on one processor", []string{"GOMAXPROCS=1"}},
		{"on two, in another time zone", []string{"GOMAXPROCS=2", "TZ=Pacific/Kiritimati"}},
		{"on eight, in another language, collecting often", []string{"GOMAXPROCS=8", "TZ=America/St_Johns", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOGC=20"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := n.Of("maker")
			home := copyHome(t, m.At(pristine, nil))
			withLedger(t, home, func(db *kv.DB) { forgetState(t, db) })
			again := m.At(home, nil)
			if err := again.Start(cluster.Launch{Env: c.env}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if again.Runs() {
					_ = again.Kill()
				}
			})
			began := time.Now()
			for height := uint64(0); height < uint64(len(want)-1); {
				if s, err := again.Node.Status(t.Context()); err == nil {
					height = s.Height
				}
				if !again.Runs() || time.Since(began) > replayWait {
					t.Fatalf("the node came to height %d of %d:\n%s", height, len(want)-1, tail(again.Log()))
				}
				time.Sleep(50 * time.Millisecond)
			}
			if err := again.End(); err != nil {
				t.Fatal(err)
			}
			got := partsOf(t, home)
			for h := range want {
				if got[h] != want[h] {
					t.Fatalf("height %d: %+v is not %+v", h, got[h], want[h])
				}
			}
			t.Logf("%d blocks executed again", len(want)-1)
		})
	}
}

// forgetState removes all that the ledger made of its blocks.
func forgetState(t *testing.T, db *kv.DB) {
	t.Helper()
	for _, p := range []kv.Prefix{kv.LedgerMeta, kv.LedgerRows, kv.LedgerStateTree, kv.LedgerEvents, kv.LedgerEventTree, kv.LedgerSets, kv.LedgerSetChains} {
		b := db.View(p).NewBatch()
		it, err := db.View(p).NewIter(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for more := it.First(); more; more = it.Next() {
			if err := b.Delete(append([]byte{}, it.Key()...)); err != nil {
				t.Fatal(err)
			}
		}
		if err := it.Close(); err != nil {
			t.Fatal(err)
		}
		if err := b.Commit(true); err != nil {
			t.Fatal(err)
		}
	}
}

// partsOf is what the application hash of each height commits to.
func partsOf(t *testing.T, home string) []proof.AppHashParts {
	t.Helper()
	var list []proof.AppHashParts
	withLedger(t, home, func(db *kv.DB) {
		s, err := store.Open(db, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for h := range s.Height() + 1 {
			parts, err := s.PartsAt(h)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, parts)
		}
	})
	return list
}
