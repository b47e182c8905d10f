package dscsa

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"pedigree/format/epcis"
)

// replay follows the packing in the order in which it happened, and takes down
// what each shipment held when it was shipped.
type replay struct {
	*collector
	file      string
	forest    *forest
	shipments []shipped
	findings  []epcis.Finding
	unlisted  int
}

// shipped is a shipment with its things in the forest.
type shipped struct {
	event *epcis.Event
	more  []*epcis.Event // further events of the same shipment, and those that name its documents
	tops  []top
}

// top is a place that a shipping event names.
type top struct {
	thing uint32
	place uint32
}

// run applies every step that counts.
func (r *replay) run() error {
	r.settle()
	r.sort()
	for i := range r.steps {
		if s := &r.steps[i]; !s.wrong {
			if err := r.apply(s); err != nil {
				return err
			}
		}
	}
	if r.unlisted > 0 {
		r.findings = append(r.findings, epcis.Finding{
			Severity: epcis.Fault, Set: epcis.SetDSCSA, Rule: ruleTwoParents, Where: epcis.Where{File: r.file},
			Text: fmt.Sprintf("%d further findings of this rule aren't listed", r.unlisted), Remedy: "correct those listed and check again",
		})
	}
	return nil
}

// sort puts the steps in the order of their times. What stands before a shipping
// event in the document happened before it, whatever its time says: clocks are
// wrong more often than the order in which a system writes.
func (r *replay) sort() {
	latest := int64(math.MaxInt64)
	for i := len(r.steps) - 1; i >= 0; i-- {
		s := &r.steps[i]
		s.time = min(s.time, latest)
		if s.kind == stepShip && !s.wrong {
			latest = s.time
		}
	}
	slices.SortStableFunc(r.steps, func(a, b step) int { return cmp.Compare(a.time, b.time) })
}

func (r *replay) apply(s *step) error {
	list := r.named[s.from:s.to]
	switch s.kind {
	case stepBorn:
		for _, id := range list {
			if s.lot != 0 {
				r.things.at(id).lot = s.lot
			}
		}
	case stepPack, stepSeen:
		r.pack(s, list)
	case stepUnpack:
		if len(list) == 0 {
			r.things.unpackAll(s.parent)
		}
		for _, id := range list {
			if r.things.at(id).parent == s.parent {
				r.things.unpack(id)
			}
		}
	case stepEnd:
		for _, id := range list {
			r.things.unpack(id)
		}
	case stepShip:
		return r.ship(s, list)
	case stepVoid:
		r.void(list)
	case stepDocuments:
		return r.documents(s, list)
	}
	return nil
}

const ruleTwoParents = "dscsa/two-parents"

func (r *replay) pack(s *step, children []uint32) {
	if gtin := gtinOf(r.things.path(s.parent)); gtin != "" && len(children) > 0 {
		r.things.cases[gtin] = true
	}
	for _, child := range children {
		held := r.things.pack(child, s.parent)
		if held == 0 || s.kind == stepSeen {
			continue
		}
		if len(r.findings) >= findingsPerRule {
			r.unlisted++
			continue
		}
		path := r.things.path(child)
		r.findings = append(r.findings, epcis.Finding{
			Severity: epcis.Fault, Set: epcis.SetDSCSA, Rule: ruleTwoParents, Subject: path,
			Where:  epcis.Where{File: r.file, Line: int(s.line), Event: int(s.ordinal)},
			Text:   fmt.Sprintf("%.80q is packed into %.80q, but it is in %.80q already and counts as being there", path, r.things.path(s.parent), r.things.path(held)),
			Remedy: "unpack it first (DELETE), or correct parentID",
		})
	}
}

// ship takes down what is in each thing that the event names.
func (r *replay) ship(s *step, list []uint32) error {
	e := r.shipping[s.event-1]
	sh := r.same(e)
	if sh == nil {
		r.shipments = append(r.shipments, shipped{event: e})
		sh = &r.shipments[len(r.shipments)-1]
	} else {
		sh.more = append(sh.more, e)
	}
	named := make(map[uint32]bool, len(list))
	for _, id := range list {
		named[id] = true
	}
	for _, id := range list {
		if !named[id] || r.insideOf(named, id) {
			continue
		}
		delete(named, id) // a list may name a thing twice
		place, err := r.forest.plant(r.things, id)
		if err != nil {
			return err
		}
		sh.tops = append(sh.tops, top{id, place})
	}
	return nil
}

// same finds a shipment that the event belongs to: some systems write an event
// per pallet. Without an order or delivery number nothing shows that.
func (r *replay) same(e *epcis.Event) *shipped {
	if e.Transaction("po") == "" && e.Transaction("desadv") == "" {
		return nil
	}
	drop, _ := e.DropShipment()
	for i := range r.shipments {
		have := r.shipments[i].event
		before, _ := have.DropShipment()
		if have.Transaction("po") == e.Transaction("po") && have.Transaction("desadv") == e.Transaction("desadv") && drop == before &&
			have.Transaction("rma") == e.Transaction("rma") && slices.Equal(have.Sources, e.Sources) && slices.Equal(have.Destinations, e.Destinations) {
			return &r.shipments[i]
		}
	}
	return nil
}

// insideOf tells whether a thing is in another one that is named, directly or not.
func (r *replay) insideOf(named map[uint32]bool, id uint32) bool {
	for up := r.things.at(id).parent; up != 0; up = r.things.at(up).parent {
		if named[up] {
			return true
		}
	}
	return false
}

// void takes things out of the last shipment that named them.
func (r *replay) void(list []uint32) {
	for _, id := range list {
		for i := len(r.shipments) - 1; i >= 0; i-- {
			n := len(r.shipments[i].tops)
			r.shipments[i].tops = slices.DeleteFunc(r.shipments[i].tops, func(t top) bool { return t.thing == id })
			if len(r.shipments[i].tops) < n {
				break
			}
		}
	}
	r.shipments = slices.DeleteFunc(r.shipments, func(s shipped) bool { return len(s.tops) == 0 && len(list) > 0 })
}

// documents notes which documents shipped goods go under. In a file without any
// other shipping event it is the shipment itself.
func (r *replay) documents(s *step, list []uint32) error {
	if !r.shipsOwn {
		return r.ship(s, list)
	}
	for i := range r.shipments {
		if slices.ContainsFunc(r.shipments[i].tops, func(t top) bool { return slices.Contains(list, t.thing) }) {
			r.shipments[i].more = append(r.shipments[i].more, r.shipping[s.event-1])
		}
	}
	return nil
}
