package kv

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"
)

// TestAfterAPowerCutAPrefixSurvives commits numbered batches, some of them
// synced, cuts the power and looks at what is left: batches 1 to n for some n,
// none of them in part, and n not below the last synced one.
func TestAfterAPowerCutAPrefixSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fs := vfs.NewCrashableMem()
		db, err := Open("store", Options{FS: fs, MemTableBytes: memTableBytesMin})
		if err != nil {
			t.Fatal(err)
		}
		lastSynced := 0
		batches := rapid.IntRange(1, 60).Draw(t, "batches")
		for i := 1; i <= batches; i++ {
			sync := rapid.Bool().Draw(t, "sync")
			b := db.View(LedgerRows).NewBatch()
			value := make([]byte, rapid.IntRange(0, 40_000).Draw(t, "size"))
			if err := b.Set(fmt.Appendf(nil, "%04d", i), value); err != nil {
				t.Fatal(err)
			}
			if err := b.For(EngineBlocks).Set(fmt.Appendf(nil, "%04d", i), nil); err != nil {
				t.Fatal(err)
			}
			if err := b.Commit(sync); err != nil {
				t.Fatal(err)
			}
			if sync {
				lastSynced = i
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		after := fs.CrashClone(vfs.CrashCloneCfg{
			UnsyncedDataPercent: rapid.IntRange(0, 100).Draw(t, "unsynced"),
			RNG:                 rand.New(rand.NewPCG(seed, seed)),
		})
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		checkPrefix(t, after, lastSynced, batches)
	})
}

func checkPrefix(t *rapid.T, fs vfs.FS, lastSynced, batches int) {
	db, err := Open("store", Options{FS: fs})
	if err != nil {
		t.Fatalf("the store doesn't open after the power cut: %v", err)
	}
	defer db.Close()
	survived := 0
	for i := 1; i <= batches; i++ {
		key := fmt.Appendf(nil, "%04d", i)
		_, row, err := db.View(LedgerRows).Get(key)
		if err != nil {
			t.Fatal(err)
		}
		_, block, err := db.View(EngineBlocks).Get(key)
		if err != nil {
			t.Fatal(err)
		}
		if row != block {
			t.Fatalf("half of batch %d survived", i)
		}
		if row && i != survived+1 {
			t.Fatalf("batch %d survived without batch %d", i, survived+1)
		}
		if row {
			survived = i
		}
	}
	if survived < lastSynced {
		t.Fatalf("batch %d was synced, only %d survived", lastSynced, survived)
	}
}
