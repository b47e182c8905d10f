package dscsa

import (
	"pedigree/format/epcis"
)

// stepKind is what an event does to the things it names.
type stepKind uint8

const (
	stepBorn      stepKind = iota + 1 // they are commissioned, with lot and expiry date
	stepPack                          // they are put into a parent
	stepSeen                          // they are seen in a parent: packed, unless they are known elsewhere
	stepUnpack                        // they are taken out; none named means all
	stepEnd                           // their life ends
	stepShip                          // they are shipped
	stepVoid                          // that they were shipped is void
	stepDocuments                     // a transaction event says under which documents they are shipped
)

// step is an event as far as it matters for what a shipment holds. The things it
// names stand in collector.named.
type step struct {
	time    int64 // Unix milliseconds
	ordinal uint32
	from    uint32
	to      uint32
	parent  uint32
	lot     uint32
	event   uint32 // index plus one into collector.shipping
	line    uint32
	kind    stepKind
	wrong   bool // declared an error
}

// declared is an event that declares an earlier one an error: its place, and a thing of it.
type declared struct {
	ordinal int
	thing   string
}

// collector gathers what the events of a document say.
type collector struct {
	things   *things
	steps    []step
	named    []uint32
	shipping []*epcis.Event // shipping and transaction events, without their things
	hashes   [][32]byte
	wrong    []declared
	declared []string // things of events that are declared errors and aren't here
	path     []byte
	shipsOwn bool // an object or aggregation event ships something
}

// event takes over what one event says.
func (c *collector) event(e *epcis.Event) error {
	hash, err := e.HashBytes()
	if err != nil {
		hash = [32]byte{} // of no standard type or without a time: the checks say so
	}
	c.hashes = append(c.hashes, hash)
	if e.ErrorDeclaration != nil {
		c.wrong = append(c.wrong, declared{len(c.hashes), c.firstThing(e)})
		return nil
	}
	kind, things := whatItDoes(e)
	if kind == 0 {
		return nil
	}
	s := step{kind: kind, time: e.EventTime.UnixMilli(), ordinal: uint32(len(c.hashes)), line: uint32(max(0, e.Where.Line)), from: uint32(len(c.named))}
	for _, list := range things {
		for _, id := range list {
			n, err := c.thing(id)
			if err != nil {
				return err
			}
			c.named = append(c.named, n)
		}
	}
	s.to = uint32(len(c.named))
	if err := c.details(&s, e); err != nil {
		return err
	}
	c.steps = append(c.steps, s)
	return nil
}

// firstThing is the path of the first thing that an event names, or "".
func (c *collector) firstThing(e *epcis.Event) string {
	for _, list := range [][]string{{e.ParentID}, e.EPCs, e.Children, e.Outputs} {
		if len(list) > 0 && list[0] != "" {
			c.path = appendThing(c.path[:0], list[0])
			return string(c.path)
		}
	}
	return ""
}

func (c *collector) thing(id string) (uint32, error) {
	c.path = appendThing(c.path[:0], id)
	return c.things.add(c.path)
}

// details fills what only some steps have.
func (c *collector) details(s *step, e *epcis.Event) (err error) {
	switch s.kind {
	case stepBorn:
		s.lot, err = c.things.lotNumber(lotExpiry{e.ILMD.Lot(), e.ILMD.Expiry()})
		return err
	case stepPack, stepSeen, stepUnpack:
		s.parent, err = c.thing(e.ParentID)
		return err
	case stepShip, stepDocuments:
		if len(c.shipping) >= ShipmentsMax {
			return tooLarge("the document has more than %d shipping events", ShipmentsMax)
		}
		brief := *e
		brief.EPCs, brief.Children = nil, nil
		c.shipping = append(c.shipping, &brief)
		s.event = uint32(len(c.shipping))
		c.shipsOwn = c.shipsOwn || s.kind == stepShip && e.Type != epcis.TransactionEvent
	}
	return nil
}

// whatItDoes tells an event's step and the lists of things it does it to.
func whatItDoes(e *epcis.Event) (stepKind, [][]string) {
	parent := func() []string {
		if e.ParentID == "" {
			return nil
		}
		return []string{e.ParentID}
	}
	switch {
	case e.BizStep == "void_shipping":
		return stepVoid, [][]string{parent(), e.EPCs}
	case e.BizStep == "shipping" && e.Type == epcis.ObjectEvent:
		return stepShip, [][]string{e.EPCs}
	case e.BizStep == "shipping" && e.Type == epcis.TransactionEvent:
		return stepDocuments, [][]string{parent(), e.EPCs}
	case e.Type == epcis.AggregationEvent:
		return aggregation(e)
	case e.Type == epcis.TransformationEvent:
		return stepBorn, [][]string{e.Outputs}
	case e.Type != epcis.ObjectEvent:
		return 0, nil
	case e.Action == epcis.Add:
		return stepBorn, [][]string{e.EPCs}
	case e.Action == epcis.Delete:
		return stepEnd, [][]string{e.EPCs}
	}
	return 0, nil
}

// aggregation tells what an aggregation event does. One that ships names what is
// shipped as its parent, and what it holds.
func aggregation(e *epcis.Event) (stepKind, [][]string) {
	if e.ParentID == "" {
		return 0, nil
	}
	switch {
	case e.BizStep == "shipping":
		return stepShip, [][]string{{e.ParentID}}
	case e.Action == epcis.Delete:
		return stepUnpack, [][]string{e.Children}
	case e.Action == epcis.Add:
		return stepPack, [][]string{e.Children}
	case e.Action == epcis.Observe:
		return stepSeen, [][]string{e.Children}
	}
	return 0, nil
}

// settle leaves out the events that later ones declare an error. A declaration is
// a copy of the wrong event and has its hash; it undoes the last such event before
// it, or else the first behind it.
func (c *collector) settle() {
	if len(c.wrong) == 0 {
		return
	}
	byHash := map[[32]byte][]*step{}
	for i := range c.steps {
		h := c.hashes[c.steps[i].ordinal-1]
		byHash[h] = append(byHash[h], &c.steps[i])
	}
	for _, w := range c.wrong {
		var pick *step
		for _, s := range byHash[c.hashes[w.ordinal-1]] {
			if s.wrong || pick != nil && int(s.ordinal) > w.ordinal {
				continue
			}
			pick = s
		}
		switch {
		case pick != nil:
			pick.wrong = true
		case w.thing != "" && len(c.declared) < DeclaredMax:
			c.declared = append(c.declared, w.thing)
		}
	}
}
