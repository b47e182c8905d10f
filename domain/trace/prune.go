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
// each block. An origin with a live record is never touched.
func prune(b *ledger.Block, s ledger.State) error {
	rows := 0
	for rows < PruneRowsMax {
		due, stage, ok := nextDue(b, s)
		if !ok {
			return nil
		}
		pruneDue.Delete(s, due)
		c, exists := origins.Get(s, due.Origin)
		if !exists || c.Live > 0 || c.Closed+PruneAfterDays > b.Day() {
			continue // gone, or in use again: a later row stands for it
		}
		n, done := pruneRows(s, due.Origin, PruneRowsMax-rows)
		rows += n
		whole := false
		switch {
		case !done:
			pruneDue.Set(s, due, stage)
		case halfYearDays(c.Until) <= b.Day():
			origins.Delete(s, due.Origin)
			whole = true
		case stage == pruneRecords:
			pruneDue.Set(s, dueKey{uint32(halfYearDays(c.Until)), due.Origin}, pruneOrigin)
		}
		if err := b.Emit("pruned", Pruned{Origin: due.Origin, Rows: uint64(n), Whole: whole}); err != nil {
			return err
		}
	}
	return nil
}

func nextDue(b *ledger.Block, s ledger.State) (key dueKey, stage uint64, ok bool) {
	pruneDue.Each(s, nil, func(k dueKey, v uint64) bool {
		if uint64(k.Day) <= b.Day() {
			key, stage, ok = k, v, true
		}
		return false
	})
	return key, stage, ok
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
