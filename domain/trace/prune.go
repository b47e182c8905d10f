package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// What is due for an origin in the pruning queue.
const (
	pruneRecords = 1 // its records; the counters stay
	pruneOrigin  = 2 // its counters too
)

// halfYearDays turns half-years since 2000 into days since 1970, rounded up: a
// half-year counts as 183 days, so pruning errs on the late side.
func halfYearDays(h uint64) uint64 { return daysTo2000 + (h+1)*183 }

const daysTo2000 = 10957

// prune forgets the records of origins whose last record ended PruneAfterDays
// ago, and their counters at the origin's half-year: a bounded number of rows in
// each block, what is due for an origin counting as one. An origin with a live
// record is never touched.
func prune(b *ledger.Block, s ledger.State) error {
	rows := 0
	for _, due := range dueNow(b, s) {
		if rows >= PruneRowsMax {
			break
		}
		n, err := pruneOne(b, s, due, PruneRowsMax-rows-1)
		if err != nil {
			return err
		}
		rows += n + 1
	}
	return nil
}

// dueNow lists what is due today, at most as much as a block can do.
func dueNow(b *ledger.Block, s ledger.State) []dueKey {
	var due []dueKey
	pruneDue.Each(s, nil, func(k dueKey, _ uint64) bool {
		if uint64(k.Day) > b.Day() || len(due) == PruneRowsMax {
			return false
		}
		due = append(due, k)
		return true
	})
	return due
}

// pruneOne does what is due for one origin, with at most limit records.
func pruneOne(b *ledger.Block, s ledger.State, due dueKey, limit int) (int, error) {
	stage, _ := pruneDue.Get(s, due)
	pruneDue.Delete(s, due)
	c, exists := origins.Get(s, due.Origin)
	if !exists || !(op{b, s}).expired(c) {
		return 0, nil // gone, or in use again: a later row stands for it
	}
	n, done := pruneRows(s, due.Origin, limit)
	whole := done && halfYearDays(c.Until) <= b.Day()
	switch {
	case !done:
		pruneDue.Set(s, due, stage)
	case whole:
		origins.Delete(s, due.Origin)
	case stage == pruneRecords:
		pruneDue.Set(s, dueKey{uint32(halfYearDays(c.Until)), due.Origin}, pruneOrigin)
	}
	return n, b.Emit("pruned", Pruned{Origin: due.Origin, Rows: uint64(n), Whole: whole})
}

// expired reports whether an origin's records may be forgotten.
func (o op) expired(c proof.OriginState) bool {
	return c.Live == 0 && c.Closed+PruneAfterDays <= o.b.Day()
}

// pruneRows deletes up to limit records of an origin and reports whether it got
// them all.
func pruneRows(s ledger.State, origin proof.Hash, limit int) (int, bool) {
	var names []Name
	done := true
	records.Each(s, origin[:], func(n Name, _ proof.Record) bool {
		if len(names) == limit {
			done = false
			return false
		}
		names = append(names, n)
		return true
	})
	for _, n := range names {
		records.Delete(s, n)
		freezes.Delete(s, n)
		recoveries.Delete(s, n)
	}
	return len(names), done
}
