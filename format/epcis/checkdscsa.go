package epcis

import (
	"fmt"
	"time"
)

func (c *Checker) us(severity Severity, rule, subject, text, remedy string) {
	c.report(SetDSCSA, severity, rule, subject, text, remedy)
}

// checkDSCSA follows the objects of a document through the steps of the GS1 US
// guideline: commission, pack, ship, receive and what ends a life. An event that
// was declared an error doesn't count.
func (c *Checker) checkDSCSA(e *Event) {
	s := &c.state
	for len(s.times) <= e.Where.Event {
		s.times = append(s.times, 0)
	}
	s.times[e.Where.Event] = e.EventTime.UnixMilli()
	c.checkNulls(e)
	if !c.opts.Now.IsZero() && e.EventTime.After(c.opts.Now.Add(c.opts.FutureTolerance)) {
		c.us(Fault, "dscsa/future", e.EventTime.Format(time.RFC3339), "the event lies in the future", "correct eventTime or the clock of the system that wrote it")
	}
	if !c.recall(e) {
		return
	}
	if e.EventTime.After(s.latest) {
		s.latest, s.latestAt = e.EventTime, e.Where
	}
	c.checkTimes(e)
	c.checkStep(e)
	c.checkCounts(e)
	switch {
	case e.Type == ObjectEvent && e.Action == Add && e.BizStep == "commissioning":
		c.commission(e)
	case e.BizStep == "commissioning" && e.Type == ObjectEvent:
		c.us(Fault, "dscsa/action", string(e.Action), "commissioning has action "+string(e.Action), "commission with ADD")
	case e.Type == AggregationEvent:
		c.aggregate(e)
	case e.BizStep == "shipping":
		c.ship(e)
	case e.BizStep == "receiving":
		c.receive()
	case e.BizStep == "void_shipping":
		c.voidShipping()
	}
	c.endLife(e)
	for _, r := range s.objects {
		if r.index >= 0 {
			s.table.objects[r.index].last = uint32(e.Where.Event)
		}
	}
}

// checkTimes reports an event that stands behind another of the same object but
// happened before it, and events on objects whose life has ended.
func (c *Checker) checkTimes(e *Event) {
	s := &c.state
	now := e.EventTime.UnixMilli()
	for _, r := range s.objects {
		if r.index < 0 {
			continue
		}
		o := &s.table.objects[r.index]
		if o.last != 0 && s.at(o.last) > now {
			c.us(Fault, "dscsa/time-order", r.id, fmt.Sprintf("%.80q: the event happened before event %d, which stands before it", r.id, o.last), "put the events in order of time, or correct eventTime")
		}
		if o.flags&flagEnded != 0 {
			c.us(Fault, "dscsa/after-end", r.id, fmt.Sprintf("%.80q was decommissioned, destroyed or dispensed before", r.id), "correct the order of the events or the identifier")
		}
	}
}

func (c *Checker) commission(e *Event) {
	s := &c.state
	serials, units, unit := 0, 0, ""
	for _, r := range s.objects {
		switch r.kind {
		case kindSerial:
			serials++
		case kindSSCC:
			units++
			unit = r.id
		}
	}
	s.commissions = s.commissions || serials > 0
	s.commissionsU = s.commissionsU || units > 0
	said := lotExpiry{e.ILMD.Lot(), e.ILMD.Expiry()}
	if serials > 0 {
		c.checkLotExpiry(e, said)
	} else if units > 0 && said != (lotExpiry{}) {
		c.us(Info, "dscsa/sscc-lot", unit, fmt.Sprintf("%.80q, an SSCC, is commissioned with a lot or expiry date", unit), "leave ilmd out: a logistic unit has neither")
	}
	number := uint32(0)
	if said != (lotExpiry{}) {
		number = s.lotNumber(said)
	}
	for _, r := range s.objects {
		if r.index >= 0 {
			c.commissionOne(e, r, number)
		}
	}
}

func (c *Checker) checkLotExpiry(e *Event, said lotExpiry) {
	if e.ILMD != nil {
		for i := range e.ILMD.Nodes {
			if n := &e.ILMD.Nodes[i]; isOldAttribute(n.Name) {
				c.us(Warning, "dscsa/old-namespace", n.Name.Local, n.Name.Local+" stands in the namespace of guideline 1.1", "write cbvmda:"+n.Name.Local+", as since guideline 1.2")
			}
		}
	}
	if said.lot == "" || isNull(said.lot) {
		c.us(Fault, "dscsa/lot-missing", said.lot, "a product is commissioned without lotNumber"+nullNote(said.lot), "add cbvmda:lotNumber to ilmd")
	}
	if said.expiry == "" || isNull(said.expiry) {
		c.us(Fault, "dscsa/expiry-missing", said.expiry, "a product is commissioned without itemExpirationDate"+nullNote(said.expiry), "add cbvmda:itemExpirationDate to ilmd")
		return
	}
	day, err := parseExpiry(said.expiry)
	if err != nil {
		return // the gs1 rules say so
	}
	last := time.Date(day.Year, time.Month(day.Month), day.Day, 23, 59, 59, 0, time.UTC)
	if !c.opts.Now.IsZero() && last.Before(c.opts.Now) {
		c.us(Warning, "dscsa/expired", said.expiry, fmt.Sprintf("lot %.40q expired on %s", said.lot, said.expiry), "don't sell or dispense it")
	}
	c.checkLotDate(said)
}

// checkLotDate reports one lot of a product with two expiry dates.
func (c *Checker) checkLotDate(said lotExpiry) {
	s := &c.state
	var before string
	for _, r := range s.objects {
		if r.kind != kindSerial {
			continue
		}
		path, _, _ := c.keys.key(r.id)
		if before == string(path[4:4+14]) {
			continue
		}
		gtin := string(path[4 : 4+14])
		before = gtin
		k := lotKey{gtin, said.lot}
		have, ok := s.lotDates[k]
		if !ok && len(s.lotDates) < distinctLots {
			s.lotDates[k] = said.expiry
		}
		if ok && have != said.expiry {
			c.us(Warning, "dscsa/lot-two-dates", said.lot, fmt.Sprintf("lot %.40q of GTIN %s has expiry %.20q here and %.20q before", said.lot, gtin, said.expiry, have), "ask the manufacturer which is right")
		}
	}
}

func (c *Checker) commissionOne(e *Event, r namedObject, number uint32) {
	s := &c.state
	o := &s.table.objects[r.index]
	if o.commissioned != 0 {
		c.us(Fault, "dscsa/commissioned-twice", r.id, fmt.Sprintf("%.80q was commissioned by event %d already", r.id, o.commissioned), "remove one of the two events")
		c.checkConflict(r, o.lot, number)
		return
	}
	if o.shipped != 0 {
		c.us(Fault, "dscsa/shipped-before-commissioned", r.id, fmt.Sprintf("%.80q was shipped by event %d, before it was commissioned", r.id, o.shipped), "put the events in order: commission, pack, ship")
	} else if o.packed != 0 {
		c.us(Fault, "dscsa/packed-before-commissioned", r.id, fmt.Sprintf("%.80q was packed by event %d, before it was commissioned", r.id, o.packed), "put the events in order: commission, pack, ship")
	} else if o.flags&flagParent != 0 && r.kind == kindSerial {
		c.us(Fault, "dscsa/packed-before-commissioned", r.id, fmt.Sprintf("%.80q was packed full before it was commissioned", r.id), "put the events in order: commission, pack, ship")
	}
	o.commissioned, o.lot = uint32(e.Where.Event), number
}

func (c *Checker) checkConflict(r namedObject, have, said uint32) {
	if have == 0 || said == 0 || have == said {
		return
	}
	a, b := c.state.lots[have-1], c.state.lots[said-1]
	if a.lot != b.lot {
		c.us(Fault, "dscsa/lot-conflict", r.id, fmt.Sprintf("%.80q has lot %.40q here and %.40q before", r.id, b.lot, a.lot), "ask the manufacturer which is right")
	}
	if a.expiry != b.expiry {
		c.us(Fault, "dscsa/expiry-conflict", r.id, fmt.Sprintf("%.80q has expiry %.20q here and %.20q before", r.id, b.expiry, a.expiry), "ask the manufacturer which is right")
	}
}

// endLife marks objects no later event may name.
func (c *Checker) endLife(e *Event) {
	if !endsLife(e) {
		return
	}
	for _, r := range c.state.objects {
		if r.index < 0 {
			continue
		}
		o := &c.state.table.objects[r.index]
		c.checkInside(r, o)
		o.flags |= flagEnded
	}
}

// checkNulls reports the word "null" where a value belongs. Where a rule asks for
// the value, as for lot and expiry date, null is one that is missing.
func (c *Checker) checkNulls(e *Event) {
	report := func(field, value string) {
		if nullWord(value) {
			c.us(Fault, "dscsa/null", value, fmt.Sprintf("%s is %.80q: a missing value was written as the word null", field, value), "fill in the value or leave the field out")
		}
	}
	for id := range e.Objects() {
		if nullWord(id) {
			c.us(Fault, "dscsa/null-item", id, fmt.Sprintf("%.80q ends in the word null: nobody can tell which item it is", id), "write the item's number")
		}
	}
	if e.BizStep != "commissioning" {
		report("lotNumber", e.ILMD.Lot())
		report("itemExpirationDate", e.ILMD.Expiry())
	}
	for _, v := range [...]struct{ name, value string }{
		{"eventID", e.EventID},
		{"bizStep", e.BizStep},
		{"disposition", e.Disposition},
		{"readPoint", e.ReadPoint.ID},
		{"bizLocation", e.BizLocation.ID},
	} {
		report(v.name, v.value)
	}
	for _, t := range e.BizTransactions {
		report("bizTransaction", t.ID)
	}
	for _, p := range e.Sources {
		report("source", p.ID)
	}
	for _, p := range e.Destinations {
		report("destination", p.ID)
	}
}
