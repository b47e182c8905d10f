package epcis

import "fmt"

// aggregate follows packing and unpacking.
func (c *Checker) aggregate(e *Event) {
	switch {
	case e.Action == Add:
		if e.BizStep == "unpacking" {
			c.us(Fault, "dscsa/action", string(e.Action), "unpacking has action ADD", "unpack with DELETE")
		}
		c.pack(e)
	case e.Action == Delete:
		if e.BizStep == "packing" {
			c.us(Fault, "dscsa/action", string(e.Action), "packing has action DELETE", "pack with ADD")
		}
		c.unpack(e)
	}
	if e.BizStep == "shipping" {
		c.ship(e)
	}
}

func (c *Checker) pack(e *Event) {
	s := &c.state
	if len(e.Children) == 0 && len(e.ChildQuantities) == 0 {
		c.us(Fault, "dscsa/no-children", e.ParentID, fmt.Sprintf("%.80q is packed without children", e.ParentID), "name the children, or remove the event")
		return
	}
	if s.parent.index < 0 {
		return
	}
	parent := &s.table.objects[s.parent.index]
	parent.flags |= flagParent
	if parent.commissioned == 0 {
		s.await(s.parent, "packed", e)
	} else {
		c.checkLater(e, s.parent, parent.commissioned, "commissioned")
	}
	for _, r := range s.objects {
		if r.index >= 0 {
			c.packOne(e, r)
		}
	}
}

func (c *Checker) packOne(e *Event, r namedObject) {
	s := &c.state
	if r.index == s.parent.index {
		c.us(Fault, "dscsa/own-parent", r.id, fmt.Sprintf("%.80q is packed into itself", r.id), "correct parentID or childEPCs")
		return
	}
	o := &s.table.objects[r.index]
	into, from := uint32(s.parent.index)+1, s.parentOf(&s.table.objects[r.index])
	switch {
	case from == into:
		c.us(Warning, "dscsa/packed-twice", r.id, fmt.Sprintf("%.80q was packed into the same parent by event %d already", r.id, o.packed), "remove one of the two")
	case from != 0:
		c.us(Fault, "dscsa/two-parents", r.id, fmt.Sprintf("%.80q is packed into %.80q, but event %d packed it into another parent", r.id, e.ParentID, o.packed), "unpack it first (DELETE), or correct parentID")
	}
	if holds, deep := c.contains(r.index, s.parent.index); holds || deep {
		if holds {
			c.us(Fault, "dscsa/own-parent", r.id, fmt.Sprintf("%.80q already contains its new parent %.80q", r.id, e.ParentID), "correct parentID or childEPCs")
		} else {
			c.us(Fault, "dscsa/too-deep", r.id, fmt.Sprintf("%.80q is packed more than %d levels deep", r.id, packingLevels), "correct parentID or childEPCs")
		}
		return
	}
	if o.commissioned == 0 {
		s.await(r, "packed", e)
	} else {
		c.checkLater(e, r, o.commissioned, "commissioned")
	}
	if o.shipped != 0 && from == 0 {
		c.us(Warning, "dscsa/packed-after-shipped", r.id, fmt.Sprintf("%.80q was shipped by event %d before it was packed", r.id, o.shipped), "put the events in order: commission, pack, ship")
	}
	o.parent, o.packed = into, uint32(e.Where.Event)
}

// contains tells whether the object at outer holds the one at inner, directly or
// through others; deep means that the way up was too long to know.
func (c *Checker) contains(outer, inner int) (holds, deep bool) {
	at := inner
	for range packingLevels {
		parent := c.state.parentOf(&c.state.table.objects[at])
		if parent == 0 {
			return false, false
		}
		if at = int(parent - 1); at == outer {
			return true, false
		}
	}
	return false, true
}

// checkLater reports an event that happened before an earlier step of the object.
func (c *Checker) checkLater(e *Event, r namedObject, step uint32, name string) {
	if e.EventTime.UnixMilli() < c.state.at(step) && c.state.table.objects[r.index].last != step {
		c.us(Fault, "dscsa/time-order", r.id, fmt.Sprintf("%.80q: the event happened before event %d, which %s it", r.id, step, name), "correct eventTime")
	}
}

// unpack takes children out of their parent; no children named means all.
func (c *Checker) unpack(e *Event) {
	s := &c.state
	if s.parent.index < 0 {
		return
	}
	out := uint32(s.parent.index) + 1
	if len(e.Children) == 0 {
		parent := &s.table.objects[s.parent.index]
		parent.flags &^= flagParent
		parent.emptied = uint32(e.Where.Event)
		return
	}
	for _, r := range s.objects {
		if r.index < 0 {
			continue
		}
		o := &s.table.objects[r.index]
		switch from := s.parentOf(o); {
		case from == 0 && o.commissioned != 0:
			c.us(Warning, "dscsa/not-in-parent", r.id, fmt.Sprintf("%.80q is unpacked from %.80q, but nothing packed it there", r.id, e.ParentID), "correct parentID or childEPCs, or send the packing event")
		case from != out && from != 0:
			c.us(Fault, "dscsa/unpacked-elsewhere", r.id, fmt.Sprintf("%.80q is unpacked from %.80q, but event %d packed it elsewhere", r.id, e.ParentID, o.packed), "correct parentID or childEPCs")
		}
		o.parent = 0
	}
}

// ship checks a shipping event: what it names, between whom, under which
// documents.
func (c *Checker) ship(e *Event) {
	s := &c.state
	if s.shipments++; s.shipments == 1 {
		s.shipped = e.Where
	}
	if e.Type == ObjectEvent && e.Action != Observe && e.Action != "" {
		c.us(Fault, "dscsa/action", string(e.Action), "shipping has action "+string(e.Action), "ship with OBSERVE")
	}
	if s.links = e.Type == TransactionEvent && s.shippedObjects; !s.links {
		c.checkParties(e)
		c.checkDropShipment(e)
	}
	s.shippedObjects = s.shippedObjects || e.Type == ObjectEvent
	c.checkDocuments(e)
	if !s.links {
		c.noteOwners(e)
	}
	if s.parent.index >= 0 && e.Type != AggregationEvent {
		c.shipOne(e, s.parent)
	}
	for _, r := range s.objects {
		if r.index >= 0 {
			c.shipOne(e, r)
		}
	}
}

// checkDocuments checks under which order and delivery goods are shipped. What
// goes back has a return authorisation instead of an order.
func (c *Checker) checkDocuments(e *Event) {
	order, delivery := e.Transaction("po"), e.Transaction("desadv")
	switch {
	case order == "" && delivery == "" && e.Transaction("inv") == "":
		c.us(Warning, "dscsa/transaction-missing", "", "shipping names no purchase order, delivery or invoice", "add a bizTransaction of type po or desadv")
	case c.state.links:
	case order == "" && e.Transaction("rma") == "":
		c.us(Info, "dscsa/order-missing", "po", "shipping names no purchase order", "add a bizTransaction of type po: the receiver looks the goods up by it")
	case delivery == "" && e.Transaction("inv") == "":
		c.us(Info, "dscsa/delivery-missing", "desadv", "shipping names no despatch advice", "add a bizTransaction of type desadv: the receiver looks the goods up by it")
	}
}

// checkParties checks that a shipping event says from whom to whom, and between
// which places. The law asks for the owners; partners differ on the places, which
// the guideline's examples have.
func (c *Checker) checkParties(e *Event) {
	for _, list := range [...]struct {
		name string
		have []Party
	}{{"source", e.Sources}, {"destination", e.Destinations}} {
		if partyOf(list.have, "owning_party") == "" {
			c.us(Fault, "dscsa/party-missing", list.name, fmt.Sprintf("shipping has no %s of type owning_party", list.name), fmt.Sprintf("add owning_party to %sList", list.name))
		}
		c.checkPartyID(partyOf(list.have, "owning_party"))
		if partyOf(list.have, "location") == "" {
			c.us(Warning, "dscsa/location-missing", list.name, fmt.Sprintf("shipping has no %s of type location", list.name), fmt.Sprintf("add location to %sList, above all if it isn't the owner's address", list.name))
		}
	}
}

func (c *Checker) shipOne(e *Event, r namedObject) {
	s := &c.state
	o := &s.table.objects[r.index]
	if o.commissioned == 0 {
		s.await(r, "shipped", e)
	} else {
		c.checkLater(e, r, o.commissioned, "commissioned")
	}
	if o.packed != 0 {
		c.checkLater(e, r, o.packed, "packed")
	}
	if r.kind == kindSSCC && o.flags&flagParent == 0 && o.commissioned != 0 {
		s.await(r, "filled", e)
	}
	if from := s.parentOf(o); from != 0 && s.table.objects[from-1].shipped == 0 && e.Type == ObjectEvent {
		c.us(Warning, "dscsa/shipped-packed", r.id, fmt.Sprintf("%.80q is shipped while event %d has it packed in another object", r.id, o.packed), "unpack it first, or ship the parent")
	}
	if o.flags&flagReceived != 0 && o.shipped == 0 && o.commissioned != 0 {
		c.us(Fault, "dscsa/received-before-shipped", r.id, fmt.Sprintf("%.80q was received before it was shipped", r.id), "put the events in order: commission, pack, ship, receive")
	}
	if o.shipped != 0 && o.flags&flagReceived == 0 && !s.links {
		c.us(Warning, "dscsa/shipped-twice", r.id, fmt.Sprintf("%.80q was shipped by event %d already", r.id, o.shipped), "remove one of the two events")
	}
	o.shipped = uint32(e.Where.Event)
	o.flags &^= flagReceived
}

// receive notes what arrived.
func (c *Checker) receive() {
	for _, r := range c.state.objects {
		if r.index >= 0 {
			c.state.table.objects[r.index].flags |= flagReceived
		}
	}
}
