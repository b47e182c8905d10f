package store

import (
	"context"
	"errors"
	"testing"

	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"

	"pgregory.net/rapid"
)

func TestStoreAgreesWithTheModelAfterAnyBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHarness(t)
		defer h.close(t)
		for range rapid.IntRange(1, 6).Draw(t, "blocks") {
			h.block(t, h.drawChanges(t))
			if rapid.Bool().Draw(t, "reopen") {
				h.close(t)
				h.open(t)
				h.agree(t, h.store.Height())
			}
		}
		h.contents(t)
		r, err := h.store.Fsck(context.Background())
		if err != nil || r.Keys != uint64(len(h.model.State)) || r.Events != uint64(len(h.model.Events)) || r.Entries != uint64(len(h.model.Entries)) {
			t.Fatalf("fsck: %+v, %v", r, err)
		}
	})
}

func TestEmptyStoreHasTheHashOfNothing(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	want := proof.AppHashParts{EventRoot: proof.EmptyTree(), SetRoot: proof.SetRoot(nil)}
	if !h.store.IsEmpty() || h.store.Height() != 0 || h.store.Parts() != want {
		t.Fatalf("empty %v, height %d, parts %+v; want %+v", h.store.IsEmpty(), h.store.Height(), h.store.Parts(), want)
	}
	v, err := h.store.View()
	failOnError(t, err)
	defer v.Close()
	if v.Parts() != want {
		t.Fatalf("a view has %+v", v.Parts())
	}
	p, err := v.ProveState([]byte("a"))
	if err != nil || p.Found {
		t.Fatalf("absence in an empty state: %+v, %v", p, err)
	}
}

func TestEmptyBlockChangesNothingButTheHeight(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, many(100, "v"))
	before := h.store.Parts()
	for range 3 {
		h.block(t, ledger.Changes{})
	}
	h.block(t, ledger.Changes{Entries: []ledger.EntryMark{{ID: proof.Hash{1}, Height: 4, Code: 7}}})
	h.block(t, many(100, "v"))
	if h.store.Parts() != before {
		t.Errorf("parts were %+v, are %+v", before, h.store.Parts())
	}
	rows := 0
	it, err := h.db.View(kv.LedgerMeta).NewIter([]byte{rowParts}, []byte{rowParts + 1})
	failOnError(t, err)
	for more := it.First(); more; more = it.Next() {
		rows++
	}
	failOnError(t, it.Close())
	if rows != 1 {
		t.Errorf("%d rows of parts were written, want only the first block's", rows)
	}
	for height := range int64(6) {
		if parts, err := h.store.PartsAt(height); err != nil || parts != before {
			t.Errorf("parts of height %d: %+v, %v", height, parts, err)
		}
	}
}

func TestBlockIsUnseenBeforeCommit(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, set("a", "1"))
	before := h.store.Parts()
	ch := set("a", "2", "b", "3")
	ch.Events = [][]byte{[]byte("e")}
	ch.SetAdds = []ledger.SetItem{{Set: 1, Bucket: 1, Item: proof.Hash{1}}}
	ch.Entries = []ledger.EntryMark{{ID: proof.Hash{1}, Height: 1}}
	_, err := h.store.Stage(1, ch)
	failOnError(t, err)
	if h.store.Height() != 0 || h.store.Parts() != before {
		t.Errorf("staging moved the head to %d", h.store.Height())
	}
	value, _, err := h.store.Get([]byte("a"))
	_, foundB, errB := h.store.Get([]byte("b"))
	events, errEvents := h.store.Events(0, 10)
	has, errHas := h.store.SetHas(1, 1, proof.Hash{1})
	_, foundEntry, errEntry := h.store.Entry(proof.Hash{1})
	failOnError(t, errors.Join(err, errB, errEvents, errHas, errEntry))
	if string(value) != "1" || foundB || len(events) != 0 || has || foundEntry {
		t.Errorf("staged rows are seen: %s %v %d %v %v", value, foundB, len(events), has, foundEntry)
	}
}

func TestDeathBetweenStageAndCommitLosesTheWholeBlock(t *testing.T) {
	h := newHarness(t)
	defer func() { h.close(t) }()
	h.block(t, many(300, "v"))
	_, err := h.store.Stage(1, many(400, "w"))
	failOnError(t, err)
	h.close(t)
	h.open(t)
	h.agree(t, 0)
	h.contents(t)
	h.block(t, many(400, "x"))
	_, err = h.store.Fsck(context.Background())
	failOnError(t, err)
}

func TestPowerCutLosesWholeBlocksFromTheEnd(t *testing.T) {
	h := newHarness(t)
	defer func() { h.close(t) }()
	h.block(t, many(200, "v"))
	_, err := h.store.Stage(1, many(300, "w"))
	failOnError(t, err)
	failOnError(t, h.store.Commit(true))
	synced := h.store.Parts()
	_, err = h.store.Stage(2, many(400, "x"))
	failOnError(t, err)
	failOnError(t, h.store.Commit(false))
	unsynced := h.store.Parts()
	h.crash(t)
	switch {
	case h.store.Height() == 1 && h.store.Parts() == synced:
	case h.store.Height() == 2 && h.store.Parts() == unsynced:
	default:
		t.Fatalf("after the cut: height %d, parts %+v", h.store.Height(), h.store.Parts())
	}
	_, err = h.store.Fsck(context.Background())
	failOnError(t, err)
}

func TestStagingAgainForgetsTheBlockBefore(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, many(100, "v"))
	_, err := h.store.Stage(1, many(200, "w"))
	failOnError(t, err)
	h.block(t, many(150, "x"))
	h.contents(t)
	if err := h.store.Commit(false); !errors.Is(err, errNothing) {
		t.Errorf("committing twice gives %v, want %v", err, errNothing)
	}
}

func TestHeightsFollowOneAnother(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	if _, err := h.store.Stage(-1, ledger.Changes{}); err == nil {
		t.Error("height -1 was staged")
	}
	_, err := h.store.Stage(41, set("a", "1"))
	failOnError(t, err)
	failOnError(t, h.store.Commit(false))
	for height, ok := range map[int64]bool{40: false, 41: false, 42: true, 43: false} {
		if _, err := h.store.Stage(height, ledger.Changes{}); (err == nil) != ok {
			t.Errorf("height %d on height 41: %v", height, err)
		}
	}
}

func TestEachStaysInsideItsPrefixAndEndsWhenTold(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, set("\x01a", "1", "\x01b", "2", "\x02", "3", "\xff", "4", "\xff\xff", "5", "\xff\xffz", "6"))
	for prefix, want := range map[string]string{"": "123456", "\x01": "12", "\x01b": "2", "\x02": "3", "\x03": "", "\xff": "456", "\xff\xff": "56"} {
		var got string
		failOnError(t, h.store.Each([]byte(prefix), func(_, value []byte) (bool, error) {
			got += string(value)
			return true, nil
		}))
		if got != want {
			t.Errorf("prefix %x gives %q, want %q", prefix, got, want)
		}
	}
	calls := 0
	failOnError(t, h.store.Each(nil, func(_, _ []byte) (bool, error) { calls++; return calls < 2, nil }))
	if calls != 2 {
		t.Errorf("fn said stop at the second key and was called %d times", calls)
	}
	stop := errors.New("stop")
	if err := h.store.Each(nil, func(_, _ []byte) (bool, error) { return true, stop }); !errors.Is(err, stop) {
		t.Errorf("fn's error is lost: %v", err)
	}
}

func TestPrunedPartsAreGoneAndLaterOnesStay(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, set("a", "0"))
	h.block(t, set("a", "1"))
	h.block(t, ledger.Changes{})
	h.block(t, ledger.Changes{})
	h.block(t, set("a", "4"))
	at3, err := h.store.PartsAt(3)
	failOnError(t, err)
	failOnError(t, h.store.PruneParts(3))
	for height, ok := range map[int64]bool{-1: false, 0: false, 1: true, 3: true, 4: true, 5: false} {
		if _, err := h.store.PartsAt(height); ok != (err == nil) || !ok && !errors.Is(err, ErrHeight) {
			t.Errorf("parts of height %d after pruning below 3: %v", height, err)
		}
	}
	if parts, err := h.store.PartsAt(3); err != nil || parts != at3 {
		t.Errorf("parts of height 3 were %+v, are %+v; %v", at3, parts, err)
	}
	failOnError(t, h.store.PruneParts(1000))
	if parts, err := h.store.PartsAt(4); err != nil || parts != h.store.Parts() {
		t.Errorf("the newest parts were pruned: %+v, %v", parts, err)
	}
	_, err = h.store.Fsck(context.Background())
	failOnError(t, err)
}
