//go:build linux

package kill

import (
	"errors"
	"path/filepath"

	"pedigree/domain/trace"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

// checkStores reads the stores of the stopped nodes.
func (r *run) checkStores() {
	r.Helper()
	var list []*store.Store
	for _, c := range r.net.list {
		db, err := kv.Open(filepath.Join(c.home, "data", "ledger"), kv.Options{})
		if err != nil {
			r.Fatal(err)
		}
		defer db.Close()
		s, err := store.Open(db, store.Options{})
		if err != nil {
			r.Fatal(err)
		}
		report, err := s.Fsck(r.Context())
		if err != nil {
			r.Errorf("the store of %s: %v", c.id, err)
		}
		r.Logf("%s: height %d, %d keys, %d events, %d entries", c.id, report.Height, report.Keys, report.Events, report.Entries)
		list = append(list, s)
	}
	r.checkHashes(list)
	r.checkEvents(list[0])
}

// checkHashes compares what the application hash commits to, at every height.
func (r *run) checkHashes(list []*store.Store) {
	r.Helper()
	lowest := list[0].Height()
	for _, s := range list {
		lowest = min(lowest, s.Height())
	}
	views := make([]*store.View, len(list))
	for i, s := range list {
		var err error
		if views[i], err = s.View(); err != nil {
			r.Fatal(err)
		}
		defer views[i].Close()
	}
	for h := range lowest + 1 {
		want, err := views[0].PartsAt(h)
		for i, v := range views {
			got, other := v.PartsAt(h)
			if err := errors.Join(err, other); err != nil || got != want {
				r.Errorf("height %d: %s has %x, %s has %x, %v", h, r.net.list[i].id, got.Hash(), r.net.list[0].id, want.Hash(), err)
			}
		}
	}
	r.Logf("application hashes are equal on all nodes at %d heights", lowest+1)
}

// done counts what the ledger's events say was done.
type done struct {
	boxes             map[proof.Hash]int // by entry
	made, sent, taken map[proof.Hash]int // by origin
}

// checkEvents reads the whole log: each entry and each pallet's steps stand in it
// once, and nothing else does.
func (r *run) checkEvents(s *store.Store) {
	r.Helper()
	d := done{map[proof.Hash]int{}, map[proof.Hash]int{}, map[proof.Hash]int{}, map[proof.Hash]int{}}
	for from := uint64(0); from < s.Parts().EventCount; {
		raw, err := s.Events(from, store.EventsReadMax)
		if err != nil || len(raw) == 0 {
			r.Fatalf("events from %d on: %d, %v", from, len(raw), err)
		}
		for _, b := range raw {
			if err := d.add(b); err != nil {
				r.Fatal(err)
			}
		}
		from += uint64(len(raw))
	}
	entries := 0
	for _, s := range r.senders {
		for _, e := range s.list {
			entries++
			if d.boxes[e.id] != 1 {
				r.Errorf("entry %s took effect %d times", e.id, d.boxes[e.id])
			}
		}
	}
	if len(d.boxes) != entries {
		r.Errorf("%d entries made a box, %d were sent", len(d.boxes), entries)
	}
	r.checkOnce("commissioned", d.made, len(r.trade.done))
	r.checkOnce("shipped", d.sent, len(r.trade.done))
	r.checkOnce("received", d.taken, len(r.trade.done))
}

func (r *run) checkOnce(what string, counts map[proof.Hash]int, pallets int) {
	r.Helper()
	if len(counts) != pallets {
		r.Errorf("%d pallets were %s, %d should have been", len(counts), what, pallets)
	}
	for origin, n := range counts {
		if n != 1 {
			r.Errorf("the pallet of origin %s was %s %d times", origin, what, n)
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
