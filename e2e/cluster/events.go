//go:build linux

package cluster

import (
	"pedigree/domain/trace"
	"pedigree/internal/store"
	"pedigree/ledger"
	"pedigree/proof"
)

// done counts what the ledger's events say was done.
type done struct {
	boxes             map[proof.Hash]int // by entry
	made, sent, taken map[proof.Hash]int // by origin
}

// checkEvents reads the whole log: each entry and each pallet's steps stand in it
// once, and nothing else does.
func (l *Load) checkEvents(s *store.Store) {
	l.Helper()
	d := done{map[proof.Hash]int{}, map[proof.Hash]int{}, map[proof.Hash]int{}, map[proof.Hash]int{}}
	for from := uint64(0); from < s.Parts().EventCount; {
		raw, err := s.Events(from, store.EventsReadMax)
		if err != nil || len(raw) == 0 {
			l.Fatalf("events from %d on: %d, %v", from, len(raw), err)
		}
		for _, b := range raw {
			if err := d.add(b); err != nil {
				l.Fatal(err)
			}
		}
		from += uint64(len(raw))
	}
	entries := 0
	for _, s := range l.senders {
		for _, e := range s.list {
			entries++
			if d.boxes[e.id] != 1 {
				l.Errorf("entry %s took effect %d times", e.id, d.boxes[e.id])
			}
		}
	}
	if len(d.boxes) != entries {
		l.Errorf("%d entries made a box, %d were sent", len(d.boxes), entries)
	}
	l.checkOnce("commissioned", d.made, len(l.trade.done)+l.beside)
	l.checkOnce("shipped", d.sent, len(l.trade.done)+l.beside)
	l.checkOnce("received", d.taken, len(l.trade.done)+l.beside)
}

func (l *Load) checkOnce(what string, counts map[proof.Hash]int, pallets int) {
	l.Helper()
	if len(counts) != pallets {
		l.Errorf("%d pallets were %s, %d should have been", len(counts), what, pallets)
	}
	for origin, n := range counts {
		if n != 1 {
			l.Errorf("the pallet of origin %s was %s %d times", origin, what, n)
		}
	}
}

func (d *done) add(raw []byte) error {
	e, err := proof.DecodeEvent(raw)
	if err != nil || e.Module != "trace" {
		return err
	}
	switch e.Name {
	case "commissioned":
		var c trace.Commissioned
		if err := ledger.DecodeMessage(e.Data, &c); err != nil {
			return err
		}
		if c.Class == proof.ClassBox {
			d.boxes[e.Entry]++
		} else {
			d.made[c.Origin]++
		}
	case "shipped":
		var s trace.Shipped
		err = ledger.DecodeMessage(e.Data, &s)
		d.sent[s.Origin]++
	case "received":
		var r trace.Received
		err = ledger.DecodeMessage(e.Data, &r)
		d.taken[r.Origin]++
	}
	return err
}
