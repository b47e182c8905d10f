package epcis

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
)

// fingerprint tells an event from all others of its document by what its hash is
// taken of, whatever the order and form of its identifiers. It is keyed: nobody can
// make two events that collide.
func (s *dscsaState) fingerprint(e *Event) uint64 {
	if _, ok := eventType([]byte(e.Type)); !ok || e.EventTime.IsZero() {
		return 0
	}
	rest := *e
	rest.EPCs, rest.Children, rest.Inputs, rest.Outputs = nil, nil, nil, nil
	var sum uint64
	_ = HashOptions{}.withPreHash(&rest, func(b []byte) { sum = maphash.Bytes(s.seed, b) })
	at := 0
	for i, list := range [...][]string{e.EPCs, e.Children, e.Inputs, e.Outputs} {
		for range list {
			sum += s.objectMark(s.objects[at]) * listFactors[i]
			at++
		}
	}
	return sum
}

// listFactors keep the lists apart; odd, so that no bit is lost.
var listFactors = [...]uint64{1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9}

// objectMark is a keyed hash of an identifier, in whatever form it is written.
func (s *dscsaState) objectMark(r namedObject) uint64 {
	if r.index >= 0 {
		return s.table.objects[r.index].hi
	}
	return maphash.String(s.seed, r.id)
}

// recall compares the event with those before it. An event declared an error is a
// copy of the wrong one: what that one did is taken back. counts is false for it.
func (c *Checker) recall(e *Event) (counts bool) {
	s := &c.state
	mark := s.fingerprint(e)
	before := s.events[mark]
	if e.ErrorDeclaration != nil {
		if before != 0 {
			c.takeBack(e, before)
			delete(s.events, mark)
		}
		return false
	}
	if mark == 0 {
		return true
	}
	if before != 0 {
		c.us(Warning, "dscsa/repeated-event", "", fmt.Sprintf("the event is event %d again", before), "remove one of the two")
	}
	s.events[mark] = uint32(e.Where.Event)
	return true
}

// takeBack undoes what an earlier event did to the objects of its copy.
func (c *Checker) takeBack(e *Event, wrong uint32) {
	s := &c.state
	for _, r := range s.objects {
		if r.index < 0 {
			continue
		}
		o := &s.table.objects[r.index]
		if o.commissioned == wrong {
			c.forgetLot(r, e)
		}
		o.takeBack(e, wrong)
	}
	if e.Type == AggregationEvent && e.Action == Delete && s.parent.index >= 0 {
		c.putBack(e)
	}
	s.pending = slices.DeleteFunc(s.pending, func(p pendingObject) bool { return p.where.Event == int(wrong) })
	if e.BizStep == "shipping" {
		if s.shipments--; s.shipments > 0 && s.shipped.Event == int(wrong) {
			s.shipped = e.Where
		}
	}
}

func (o *object) takeBack(e *Event, wrong uint32) {
	if o.commissioned == wrong {
		o.commissioned, o.lot = 0, 0
	}
	if o.packed == wrong {
		o.packed, o.parent = 0, 0
	}
	if o.shipped == wrong {
		o.shipped = 0
	}
	if o.last == wrong {
		o.last = 0
	}
	if endsLife(e) {
		o.flags &^= flagEnded
	}
	if e.BizStep == "receiving" {
		o.flags &^= flagReceived
	}
}

// putBack packs anew what was unpacked by mistake.
func (c *Checker) putBack(e *Event) {
	s := &c.state
	if len(e.Children) == 0 {
		parent := &s.table.objects[s.parent.index]
		parent.emptied = 0
		parent.flags |= flagParent
		return
	}
	for _, r := range s.objects {
		if r.index < 0 {
			continue
		}
		if o := &s.table.objects[r.index]; o.parent == 0 && o.packed != 0 {
			o.parent = uint32(s.parent.index) + 1
		}
	}
}

// forgetLot forgets the expiry date that a wrong commissioning said of its lot.
func (c *Checker) forgetLot(r namedObject, e *Event) {
	if r.kind != kindSerial {
		return
	}
	path, _, _ := c.keys.key(r.id)
	k := lotKey{string(path[len("/01/") : len("/01/")+14]), e.ILMD.Lot()}
	if c.state.lotDates[k] == e.ILMD.Expiry() {
		delete(c.state.lotDates, k)
	}
}

// voidShipping takes objects back that were shipped.
func (c *Checker) voidShipping() {
	for _, r := range c.state.objects {
		if r.index < 0 {
			continue
		}
		o := &c.state.table.objects[r.index]
		if o.shipped == 0 && o.commissioned != 0 {
			c.us(Warning, "dscsa/void-not-shipped", r.id, fmt.Sprintf("the shipping of %.80q is void, but the document doesn't ship it", r.id), "put the events in order, or correct the identifier")
		}
		o.shipped = 0
	}
}

// checkCounts compares the serials an event names with what its quantity list
// says of the same product.
func (c *Checker) checkCounts(e *Event) {
	for _, q := range [...]struct {
		list []Quantity
		ids  []string
	}{{e.Quantities, e.EPCs}, {e.ChildQuantities, e.Children}, {e.InputQuantities, e.Inputs}, {e.OutputQuantities, e.Outputs}} {
		if len(q.ids) == 0 || len(q.list) == 0 {
			continue
		}
		serials := c.countSerials(q.ids)
		for i := range q.list {
			c.checkCount(&q.list[i], serials)
		}
	}
}

// countSerials counts the serials of each product.
func (c *Checker) countSerials(ids []string) map[string]int {
	count := map[string]int{}
	for _, id := range ids {
		if path, kind, _ := c.keys.key(id); kind == kindSerial {
			count[string(path[len("/01/"):len("/01/")+14])]++
		}
	}
	return count
}

func (c *Checker) checkCount(q *Quantity, serials map[string]int) {
	path, kind, _ := c.keys.key(q.Class)
	if kind != kindProduct || q.UOM != "" || q.Quantity == "" {
		return
	}
	n := serials[string(path[len("/01/"):len("/01/")+14])]
	whole, _, _ := strings.Cut(q.Quantity, ".")
	if said := strconv.Itoa(n); n > 0 && whole != said {
		c.us(Warning, "dscsa/quantity-mismatch", q.Class, fmt.Sprintf("the quantity of %.80q is %.20s, and the same event names %s of its serials", q.Class, q.Quantity, said), "correct the count, or leave the quantity out")
	}
}
