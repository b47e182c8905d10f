package trace

import (
	"fmt"

	"pedigree/ledger"
	"pedigree/proof"
)

func invariants() []ledger.Invariant {
	return []ledger.Invariant{
		{Name: "counters", Check: checkCounters},
		{Name: "one-place", Check: checkPlaces},
	}
}

// tally counts an origin's records, for comparison with its counters.
type tally struct {
	live, acked uint64
	records     uint64
}

// checkCounters: an origin's live and acked counters equal what its records say,
// and acked never exceeds live.
func checkCounters(s ledger.State) error {
	var broken error
	origins.Each(s, nil, func(h proof.Hash, c proof.OriginState) bool {
		var t tally
		records.Each(s, h[:], func(_ Name, r proof.Record) bool {
			t.records++
			if r.State != proof.StateEnded {
				t.live++
				t.acked += uint64(acked(r, c))
			}
			return true
		})
		if t.live != c.Live || t.acked != c.Acked || c.Acked > c.Live || c.Live == 0 != (c.Closed != 0) {
			broken = fmt.Errorf("origin %s counts %d live and %d answered (closed on day %d), its records %d and %d", h, c.Live, c.Acked, c.Closed, t.live, t.acked)
		}
		return broken == nil
	})
	return broken
}

// checkPlaces: every record has an origin and one place; what is packed has a
// parent that has not ended, and a parent counts exactly those packed in it.
func checkPlaces(s ledger.State) error {
	kids := map[Name]uint64{}
	var broken error
	records.Each(s, nil, func(n Name, r proof.Record) bool {
		switch {
		case !origins.Has(s, n.Origin):
			broken = fmt.Errorf("record %s has no origin", n.Leaf)
		case r.State == proof.StatePacked:
			kids[Name(r.Parent)]++
			broken = checkParent(s, n, r)
		case r.State != proof.StateEnded && (r.Owner.IsZero() || r.Holder.IsZero()):
			broken = fmt.Errorf("record %s is %s without an owner or a holder", n.Leaf, stateNames[r.State])
		}
		return broken == nil
	})
	if broken != nil {
		return broken
	}
	records.Each(s, nil, func(n Name, r proof.Record) bool {
		if r.Kids != kids[n] {
			broken = fmt.Errorf("record %s counts %d packed in it, %d are", n.Leaf, r.Kids, kids[n])
		}
		return broken == nil
	})
	return broken
}

func checkParent(s ledger.State, n Name, r proof.Record) error {
	parent, ok := records.Get(s, Name(r.Parent))
	if !ok || parent.State == proof.StateEnded {
		return fmt.Errorf("record %s is packed in %s, which is gone", n.Leaf, r.Parent.Leaf)
	}
	if !r.Owner.IsZero() || !r.Holder.IsZero() {
		return fmt.Errorf("record %s is packed and still has keys of its own", n.Leaf)
	}
	return nil
}
