package epcis

import (
	"hash/maphash"
	"time"
)

// dscsaState is what the dscsa rules remember across the events of a document.
type dscsaState struct {
	table   objectTable
	parent  namedObject   // of the current event
	objects []namedObject // of the current event

	times          []int64 // unix milliseconds of each event, by ordinal
	lots           []lotExpiry
	lotIndex       map[lotExpiry]uint32
	lotDates       map[lotKey]string
	products       map[string]Where // canonical GTIN path, first use
	places         map[string]Where // canonical GLN path, first use
	shipped        Where            // first shipping event
	shipments      int
	shippedObjects bool             // an object event shipped something
	links          bool             // this transaction event says under which documents shipped goods go
	between        []shippedBetween // distinctOwners of them

	seed     maphash.Seed
	events   map[uint64]uint32 // ordinal by fingerprint
	latest   time.Time         // of the event that happened last
	latestAt Where

	commissions  bool // serials are commissioned in this document
	commissionsU bool // logistic units are
	pending      []pendingObject
	unlisted     int  // further ones, beyond pendingObjects
	overflow     bool // more products, places or lots than are remembered
}

// lotExpiry is what a commissioning event says about its objects.
type lotExpiry struct{ lot, expiry string }

// lotKey is a lot of one product.
type lotKey struct{ gtin, lot string }

// pendingObject was used before this document commissioned it or filled it.
type pendingObject struct {
	index int
	kind  objectKind
	use   string // "packed" or "shipped"
	id    string
	where Where
}

func newDSCSAState() dscsaState {
	s := dscsaState{
		table: newObjectTable(), lotIndex: map[lotExpiry]uint32{}, lotDates: map[lotKey]string{},
		products: map[string]Where{}, places: map[string]Where{}, events: map[uint64]uint32{},
	}
	s.seed = maphash.MakeSeed()
	return s
}

// noteProduct remembers the GTIN of a path for the master data checks.
func (s *dscsaState) noteProduct(path []byte, e *Event) {
	s.note(s.products, path[:len("/01/")+14], e)
}

func (s *dscsaState) note(seen map[string]Where, path []byte, e *Event) {
	if _, ok := seen[string(path)]; ok {
		return
	}
	if len(seen) >= distinctProducts {
		s.overflow = true
		return
	}
	seen[string(path)] = e.Where
}

func (s *dscsaState) notePlace(path []byte, e *Event) {
	s.note(s.places, path, e)
}

// lotNumber returns the index of a lot and expiry plus one.
func (s *dscsaState) lotNumber(v lotExpiry) uint32 {
	if n, ok := s.lotIndex[v]; ok {
		return n
	}
	if len(s.lots) >= distinctLots {
		s.overflow = true
		return 0
	}
	s.lots = append(s.lots, v)
	n := uint32(len(s.lots))
	s.lotIndex[v] = n
	return n
}

// await remembers an object whose state is judged at the end of the document.
func (s *dscsaState) await(r namedObject, use string, e *Event) {
	if len(s.pending) >= pendingObjects {
		s.unlisted++
		return
	}
	s.pending = append(s.pending, pendingObject{index: r.index, kind: r.kind, use: use, id: r.id, where: e.Where})
}

// at returns when an event, by ordinal, happened.
func (s *dscsaState) at(event uint32) int64 {
	if event == 0 || int(event) >= len(s.times) {
		return 0
	}
	return s.times[event]
}

// parentOf returns the index of the object's present parent plus one, or 0.
func (s *dscsaState) parentOf(o *object) uint32 {
	if o.parent != 0 && s.table.objects[o.parent-1].emptied >= o.packed {
		return 0
	}
	return o.parent
}
