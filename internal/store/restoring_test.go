package store

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/internal/store/snapshot"
	"pedigree/ledger"
	"pedigree/proof"

	"pgregory.net/rapid"
)

// exported is every record of the last committed height.
func (h *harness) exported(t fataler) (list []snapshot.Record) {
	t.Helper()
	v, err := h.store.View()
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	defer v.Close()
	err = v.Export(context.Background(), func(r snapshot.Record) error {
		list = append(list, snapshot.Record{Kind: r.Kind, Key: bytes.Clone(r.Key), Value: bytes.Clone(r.Value)})
		return nil
	})
	if err != nil {
		t.Fatalf("export: %v", err)
	}
	return list
}

// restore gives records to a store.
func restore(s *Store, height int64, parts proof.AppHashParts, list []snapshot.Record) error {
	r, err := s.Restore(height, parts, nil)
	if err != nil {
		return err
	}
	for _, rec := range list {
		if err := r.Add(rec); err != nil {
			return errors.Join(err, r.Abort())
		}
	}
	return r.Finish()
}

func TestARestoredStoreIsTheOneThatWasExported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := newHarness(t), newHarness(t)
		defer from.close(t)
		defer to.close(t)
		for range rapid.IntRange(2, 6).Draw(t, "blocks") {
			from.block(t, from.drawChanges(t))
		}
		if err := restore(to.store, from.store.Height(), from.store.Parts(), from.exported(t)); err != nil {
			t.Fatalf("restore: %v", err)
		}
		to.model, to.items = from.model, from.items
		to.model.Entries = map[proof.Hash]ledger.EntryMark{}
		to.agree(t, from.store.Height())
		to.contents(t)
		if base, err := to.store.Base(); err != nil || base != from.store.Height() {
			t.Fatalf("base %d, %v", base, err)
		}
		if _, err := to.store.Fsck(context.Background()); err != nil {
			t.Fatalf("fsck: %v", err)
		}
		same := func(a, b snapshot.Record) bool {
			return a.Kind == b.Kind && bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value)
		}
		if !slices.EqualFunc(from.exported(t), to.exported(t), same) {
			t.Fatalf("the restored store exports another snapshot")
		}
		to.block(t, to.drawChanges(t))
		to.crash(t)
	})
}

func TestAPoisonedSnapshotLeavesAnEmptyStore(t *testing.T) {
	from := newHarness(t)
	defer from.close(t)
	from.block(t, many(300, "v"))
	from.block(t, ledger.Changes{
		Events:  [][]byte{{1}, {2}, {3}},
		SetAdds: []ledger.SetItem{{Set: 1, Bucket: 2, Item: proof.Hash{1}}, {Set: 1, Bucket: 2, Item: proof.Hash{2}}},
	})
	good := from.exported(t)
	at := func(k snapshot.Kind) int {
		return slices.IndexFunc(good, func(r snapshot.Record) bool { return r.Kind == k })
	}
	for name, poison := range map[string]func([]snapshot.Record) []snapshot.Record{
		"with another value": func(l []snapshot.Record) []snapshot.Record { l[5].Value = []byte("w"); return l },
		"without a row":      func(l []snapshot.Record) []snapshot.Record { return slices.Delete(l, 7, 8) },
		"with a row more": func(l []snapshot.Record) []snapshot.Record {
			return slices.Insert(l, 0, snapshot.Record{Kind: snapshot.StateRow, Key: []byte{1}})
		},
		"with rows out of order": func(l []snapshot.Record) []snapshot.Record { l[3], l[4] = l[4], l[3]; return l },
		"with a row twice":       func(l []snapshot.Record) []snapshot.Record { return slices.Insert(l, 3, l[3]) },
		"without its last event": func(l []snapshot.Record) []snapshot.Record {
			return slices.Delete(l, at(snapshot.Event)+2, at(snapshot.Event)+3)
		},
		"with another event": func(l []snapshot.Record) []snapshot.Record { l[at(snapshot.Event)].Value = []byte{9}; return l },
		"with items swapped": func(l []snapshot.Record) []snapshot.Record {
			i := at(snapshot.SetItem)
			l[i].Value, l[i+1].Value = l[i+1].Value, l[i].Value
			return l
		},
		"with an item twice": func(l []snapshot.Record) []snapshot.Record { return append(l, l[at(snapshot.SetItem)]) },
		"with half an item":  func(l []snapshot.Record) []snapshot.Record { l[len(l)-1].Value = []byte{1}; return l },
		"with kinds mixed":   func(l []snapshot.Record) []snapshot.Record { return append(l, l[0]) },
		"without items":      func(l []snapshot.Record) []snapshot.Record { return l[:at(snapshot.SetItem)] },
	} {
		t.Run(name, func(t *testing.T) {
			to := newHarness(t)
			defer to.close(t)
			list := slices.Clone(good)
			if err := restore(to.store, from.store.Height(), from.store.Parts(), poison(list)); !errors.Is(err, ErrPoisoned) {
				t.Fatalf("it was taken: %v", err)
			}
			if !to.store.IsEmpty() || to.store.Parts() != emptyParts() || len(to.exported(t)) != 0 {
				t.Fatal("something of it stayed")
			}
			failOnError(t, restore(to.store, from.store.Height(), from.store.Parts(), good))
		})
	}
}

func TestARestorationThatIsCutOffLeavesAnEmptyStore(t *testing.T) {
	from, to := newHarness(t), newHarness(t)
	defer from.close(t)
	defer to.close(t)
	from.block(t, many(300, "v"))
	from.block(t, many(200, "w"))
	r, err := to.store.Restore(1, from.store.Parts(), nil)
	failOnError(t, err)
	for _, rec := range from.exported(t)[:100] {
		failOnError(t, r.Add(rec))
	}
	failOnError(t, r.flush())
	to.crash(t)
	if !to.store.IsEmpty() || len(to.exported(t)) != 0 {
		t.Fatal("half a snapshot is there after the crash")
	}
	failOnError(t, restore(to.store, 1, from.store.Parts(), from.exported(t)))
	if _, err := to.store.Restore(2, from.store.Parts(), nil); err == nil {
		t.Fatal("a store that isn't empty was restored over")
	}
}

func TestEntriesAreFoundAgainByTheirEvents(t *testing.T) {
	from, to := newHarness(t), newHarness(t)
	defer from.close(t)
	defer to.close(t)
	from.block(t, ledger.Changes{})
	from.block(t, ledger.Changes{Events: [][]byte{{7}, {8}}})
	r, err := to.store.Restore(1, from.store.Parts(), func(e []byte) (ledger.EntryMark, bool) {
		return ledger.EntryMark{ID: proof.Hash{e[0]}, Height: 1, Index: int(e[0])}, e[0] == 8
	})
	failOnError(t, err)
	for _, rec := range from.exported(t) {
		failOnError(t, r.Add(rec))
	}
	failOnError(t, r.Finish())
	if m, found, err := to.store.Entry(proof.Hash{8}); err != nil || !found || m.Index != 8 {
		t.Errorf("entry 8 is %+v, %v, %v", m, found, err)
	}
	if _, found, err := to.store.Entry(proof.Hash{7}); err != nil || found {
		t.Errorf("entry 7 is there: %v, %v", found, err)
	}
}

func TestTheStateTreeIsPlantedInAnyNumberOfRanges(t *testing.T) {
	from := newHarness(t)
	defer from.close(t)
	from.block(t, many(2000, "v"))
	from.block(t, ledger.Changes{})
	for _, ranges := range []int{1, 2, 3, 7} {
		to := newHarness(t)
		r, err := to.store.Restore(1, from.store.Parts(), nil)
		failOnError(t, err)
		for _, rec := range from.exported(t) {
			failOnError(t, r.Add(rec))
		}
		failOnError(t, r.flush())
		for i := range ranges {
			failOnError(t, r.plantRange(uint32(i<<16/ranges), uint32((i+1)<<16/ranges)))
		}
		if parts, err := to.store.parts(); err != nil || parts != from.store.Parts() {
			t.Errorf("%d ranges give %+v, %v", ranges, parts, err)
		}
		failOnError(t, r.Abort())
		to.close(t)
	}
}

func TestWipeLeavesWhatIsNotTheLedgers(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	b := h.db.View(kv.NodeLocal).NewBatch()
	failOnError(t, errors.Join(b.Set([]byte("a"), []byte("b")), b.Commit(true)))
	h.block(t, many(50, "v"))
	failOnError(t, Wipe(h.db))
	h.crash(t)
	if _, found, err := h.db.View(kv.NodeLocal).Get([]byte("a")); !h.store.IsEmpty() || !found || err != nil {
		t.Fatalf("empty %v, found %v, %v", h.store.IsEmpty(), found, err)
	}
}
