package dscsa

import (
	"slices"
	"time"

	"pedigree/format/epcis"
)

// events are the history, what it doesn't tell of the packages, and the shipping
// event.
func (w *writing) events(history []*epcis.Event) []*epcis.Event {
	told := w.told(history)
	events := slices.Clone(history)
	slices.SortStableFunc(events, func(a, b *epcis.Event) int { return a.EventTime.Compare(b.EventTime) })
	events = append(events, w.commissions(told)...)
	events = append(events, w.packings(told)...)
	if !told.shipped {
		events = append(events, w.shippingEvent())
	}
	return events
}

// told is what a history says of the goods.
type told struct {
	born    map[string]bool
	packed  map[[2]string]bool // thing and container
	shipped bool
}

func (w *writing) told(history []*epcis.Event) told {
	t := told{born: map[string]bool{}, packed: map[[2]string]bool{}}
	for _, v := range w.s.MasterData {
		for i := range v.Elements {
			if path := string(appendClass(nil, v.Elements[i].ID)); v.Type == epcis.VocabularyLocation && path != v.Elements[i].ID {
				w.names[path] = v.Elements[i].ID
			}
		}
	}
	ships := map[string]bool{}
	for _, path := range w.s.Tops {
		ships[path] = true
	}
	for _, e := range history {
		for id := range e.Objects() {
			w.learn(id)
		}
		w.tell(&t, e, ships)
	}
	return t
}

// tell notes what one event says of the goods.
func (w *writing) tell(t *told, e *epcis.Event, ships map[string]bool) {
	kind, lists := whatItDoes(e)
	parent := string(appendThing(nil, e.ParentID))
	for _, id := range slices.Concat(lists...) {
		path := string(appendThing(nil, id))
		switch kind {
		case stepBorn:
			t.born[path] = true
		case stepPack:
			t.packed[[2]string{path, parent}] = true
		case stepShip:
			t.shipped = t.shipped || ships[path]
		}
	}
}

func (s *Shipment) made() time.Time {
	if s.Made.IsZero() {
		return s.Shipped
	}
	return s.Made
}

// commissions are events for packages, cases and units that the history doesn't
// commission: one for each product, lot and expiry date, and one for all units.
func (w *writing) commissions(t told) []*epcis.Event {
	type batch struct{ gtin, lot, expiry string }
	var events []*epcis.Event
	index := map[batch]*epcis.Event{}
	for i := range w.s.Packages {
		p := &w.s.Packages[i]
		if t.born[p.Path] {
			continue
		}
		b := batch{p.GTIN, p.Lot, p.Expiry}
		if p.GTIN == "" {
			b = batch{} // a logistic unit has neither lot nor expiry date
		}
		e := index[b]
		if e == nil {
			e = w.event(epcis.ObjectEvent, w.s.made(), "commissioning", "active")
			if b.lot != "" || b.expiry != "" {
				e.ILMD = epcis.NewILMD(b.lot, b.expiry)
			}
			index[b] = e
			events = append(events, e)
		}
		e.EPCs = append(e.EPCs, w.uri(p.Path))
		if len(e.EPCs) == eventEPCs {
			delete(index, b)
		}
	}
	return events
}

// eventEPCs is how many things one new event commissions at most.
const eventEPCs = 10_000

// packings are events for what the history doesn't pack, the innermost containers
// first.
func (w *writing) packings(t told) []*epcis.Event {
	var events []*epcis.Event
	index := map[string]*epcis.Event{}
	for i := range w.s.Packages {
		p := &w.s.Packages[i]
		if p.In == "" || t.packed[[2]string{p.Path, p.In}] {
			continue
		}
		e := index[p.In]
		if e == nil {
			e = w.event(epcis.AggregationEvent, w.s.made(), "packing", "in_progress")
			e.ParentID = w.uri(p.In)
			index[p.In] = e
			events = append(events, e)
		}
		e.Children = append(e.Children, w.uri(p.Path))
	}
	slices.Reverse(events)
	return events
}
