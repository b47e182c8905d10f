package epcis

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"
	"time"
)

const (
	comparedListed = 1_000     // entries of each list of a comparison
	comparedHeld   = 1_000_000 // identifiers in the events held at one time
	comparedValues = 20        // values of one difference that are listed
	comparedText   = 1_000     // bytes of one value that are shown
)

// fingerprint is what is kept of each event: half of its hash, and a keyed hash
// of what that leaves out.
type fingerprint struct {
	hash   [16]byte
	beside uint64
	event  uint32
}

// leftover is an event that has no equal in the other document.
type leftover struct {
	event  uint32
	paired bool
	keys   [len(pairings)]uint64 // by which it can be paired; 0 for none
}

// eventPair holds the ordinals of two events.
type eventPair struct {
	a, b uint32
	by   PairedBy
}

// fingerprints reads the document for the first time.
func (s *comparedSide) fingerprints(c *comparer) error {
	err := s.each(func(e *Event) {
		s.events++
		s.prints = append(s.prints, fingerprint{hash: halfHash(e), beside: c.beside(e), event: uint32(e.Where.Event)})
	})
	slices.SortFunc(s.prints, func(a, b fingerprint) int {
		return cmp.Or(bytes.Compare(a.hash[:], b.hash[:]), cmp.Compare(a.beside, b.beside), cmp.Compare(a.event, b.event))
	})
	return err
}

// halfHash returns the first half of the event's hash. An event without a time
// has no hash by the standard; here it is compared like the others.
func halfHash(e *Event) (half [16]byte) {
	sum, err := e.HashBytes()
	if err != nil {
		timeless := *e
		timeless.EventTime = time.Unix(0, 0).UTC()
		if sum, err = timeless.HashBytes(); err != nil {
			return half
		}
		sum[0] ^= 1
	}
	copy(half[:], sum[:])
	return half
}

// beside is a keyed hash of what the event's hash leaves out, or 0.
func (c *comparer) beside(e *Event) uint64 {
	if c.opts.HashOnly || e.EventID == "" && e.RecordTime.IsZero() && e.ErrorDeclaration == nil {
		return 0
	}
	text := append([]byte(e.EventID), 0)
	if !e.RecordTime.IsZero() {
		text = appendUTC(text, e.RecordTime)
	}
	if d := e.ErrorDeclaration; d != nil {
		text = append(text, 0)
		text = appendUTC(text, d.DeclarationTime)
		text = appendTerm(text, "reason=", termReason, d.Reason)
		for _, id := range slices.Sorted(slices.Values(d.CorrectiveEventIDs)) {
			text = appendField(text, "correctiveEventID", id)
		}
		text = appendNodes(text, d.Extensions)
	}
	return maphash.Bytes(c.seed, text)
}

// dropSame goes through both sorted lists, counts the events that both have, and
// leaves the others in document order.
func (c *comparer) dropSame() (same int) {
	a, b := &c.sides[0], &c.sides[1]
	i, j := 0, 0
	for i < len(a.prints) || j < len(b.prints) {
		switch order := comparePrints(a.prints[i:], b.prints[j:]); {
		case order < 0:
			a.leave(a.prints[i])
			i++
		case order > 0:
			b.leave(b.prints[j])
			j++
		default:
			same, i, j = same+1, i+1, j+1
		}
	}
	for n := range c.sides {
		c.sides[n].prints = nil
		slices.SortFunc(c.sides[n].left, func(x, y leftover) int { return cmp.Compare(x.event, y.event) })
	}
	return same
}

// comparePrints compares the first of two lists; an empty one comes last.
func comparePrints(a, b []fingerprint) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return cmp.Or(bytes.Compare(a[0].hash[:], b[0].hash[:]), cmp.Compare(a[0].beside, b[0].beside))
}

func (s *comparedSide) leave(p fingerprint) {
	s.left = append(s.left, leftover{event: p.event})
}

func (s *comparedSide) hasAlone() bool {
	return slices.ContainsFunc(s.left, func(l leftover) bool { return !l.paired })
}

// identify fills the keys of a leftover, in the order of pairings.
func (c *comparer) identify(l *leftover, e *Event) {
	half := halfHash(e)
	moment := appendUTC([]byte(e.Type), e.EventTime)
	step := appendTerm([]byte(e.Type), "=", termBizStep, e.BizStep)
	objects := c.objects(e)
	l.keys = [len(pairings)]uint64{maphash.Bytes(c.seed, half[:]), 0, 0, 0, maphash.Bytes(c.seed, append(moment, step...))}
	if e.EventID != "" {
		l.keys[1] = maphash.String(c.seed, e.EventID)
	}
	if objects != 0 {
		l.keys[2] = maphash.Bytes(c.seed, moment) + objects
		l.keys[3] = maphash.Bytes(c.seed, step) + objects
	}
}

// objects is a keyed hash of all identifiers of an event in any order, or 0. It
// adds up the hashes of their canonical forms.
func (c *comparer) objects(e *Event) (sum uint64) {
	var canonical []byte
	for id := range e.Objects() {
		canonical = appendField(canonical[:0], "", id)
		sum += maphash.Bytes(c.seed, canonical)
	}
	for _, list := range [][]Quantity{e.Quantities, e.ChildQuantities, e.InputQuantities, e.OutputQuantities} {
		for i := range list {
			canonical = appendField(canonical[:0], "class", list[i].Class)
			sum += maphash.Bytes(c.seed, canonical)
		}
	}
	return sum
}

// pair finds for each leftover of the first document one of the second, by each
// key in turn. The pairs are in the order of the first document.
func (c *comparer) pair() []eventPair {
	var pairs []eventPair
	a, b := c.sides[0].left, c.sides[1].left
	for key, by := range pairings {
		x, y := byKey(a, key), byKey(b, key)
		for i, j := 0, 0; i < len(x) && j < len(y); {
			l, r := &a[x[i]], &b[y[j]]
			switch order := cmp.Compare(l.keys[key], r.keys[key]); {
			case order < 0:
				i++
			case order > 0:
				j++
			default:
				l.paired, r.paired = true, true
				pairs = append(pairs, eventPair{l.event, r.event, by})
				i, j = i+1, j+1
			}
		}
	}
	slices.SortFunc(pairs, func(x, y eventPair) int { return cmp.Compare(x.a, y.a) })
	return pairs
}

// byKey returns the indexes of those that have a key and no partner yet, sorted
// by the key and then as in the document.
func byKey(list []leftover, key int) []int32 {
	var out []int32
	for i := range list {
		if !list[i].paired && list[i].keys[key] != 0 {
			out = append(out, int32(i))
		}
	}
	slices.SortStableFunc(out, func(x, y int32) int { return cmp.Compare(list[x].keys[key], list[y].keys[key]) })
	return out
}
