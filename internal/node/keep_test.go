package node

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pedigree/ledger"
)

const day = 24 * time.Hour

// TestSixYearsOfBlocksAreKept lets the years pass: a chain of one block a day.
func TestSixYearsOfBlocksAreKept(t *testing.T) {
	founded := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	timeOf := func(height int64) (time.Time, error) { return founded.Add(time.Duration(height) * day), nil }
	const keep = 2192 * day
	for _, c := range []struct {
		name       string
		base, last int64
		keep       time.Duration
		bounds     []int64
		want       int64
	}{
		{"nothing goes in the first year", 1, 365, keep, nil, 1},
		{"nothing goes while the first block is as old as may be", 1, 2193, keep, nil, 1},
		{"one block goes on the day after", 1, 2194, keep, nil, 2},
		{"seven years leave six and a day", 1, 2557, keep, nil, 365},
		{"blocks that went before stay away", 300, 2557, keep, nil, 365},
		{"nothing goes above a snapshot or an evidence", 1, 2557, keep, []int64{400, 100}, 100},
		{"a bound below what is there brings nothing back", 200, 2557, keep, []int64{100}, 200},
		{"an archive keeps all", 1, 100_000, 0, nil, 1},
		{"few go at one time", 1, 100_000, keep, nil, 1 + pruneBlocksMost},
		{"one block alone stays", 5, 5, keep, nil, 5},
	} {
		got, err := lowestKept(c.base, c.last, c.keep, timeOf, c.bounds...)
		if err != nil || got != c.want {
			t.Errorf("%s: %d, want %d: %v", c.name, got, c.want, err)
		}
	}
	missing := errors.New("no header")
	if got, err := lowestKept(1, 5000, keep, func(int64) (time.Time, error) { return time.Time{}, missing }); got != 1 || !errors.Is(err, missing) {
		t.Errorf("without headers %d is kept, %v", got, err)
	}
}

// TestOldBlocksGoAndNewOnesStayProvable runs a node that keeps blocks for a moment.
func TestOldBlocksGoAndNewOnesStayProvable(t *testing.T) {
	c := testHome(t)
	c.Keep = Keeping{For: time.Millisecond, Archive: "regulator"}
	n := startNode(t, c)
	defer func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	}()
	first := noteEnvelope(t, n.ChainID(), "greeting", "good day")
	commit(t, n, first)
	for i := 0; n.engine.BaseHeight() == 1; i++ {
		if i > 5*pruneEvery {
			t.Fatalf("no block went until height %d", n.Height())
		}
		commit(t, n, noteEnvelope(t, n.ChainID(), fmt.Sprint("note ", i), "text"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), testWait)
	defer cancel()
	var pruned *PrunedError
	if _, err := n.Receipt(ctx, first.ID()); !errors.As(err, &pruned) || pruned.Kind() != ledger.Expired || pruned.Hint() != "ask regulator, whose node keeps all blocks, or use a receipt that was made before" {
		t.Errorf("a receipt from a block that went: %v", err)
	}
	last := noteEnvelope(t, n.ChainID(), "greeting", "good morning")
	commit(t, n, last)
	checkEvidence(t, n, last, "good morning")
}
