package traceview

import (
	"fmt"
	"strings"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// Outcomes of an event: what capture made of it.
const (
	outcomeKept    = 0 // stored; it asks for nothing
	outcomeDue     = 1 // goods to be shipped when the rest stands on the ledger
	outcomeBrought = 2 // part of what came into stock; the stock rows tell
	outcomeOut     = 3 // in error, or built on one: left out
	outcomeLinked  = 4 // corrects an earlier event; linked only
	outcomeOthers  = 5 // a partner's: stored, checked and matched
	outcomeDone    = 6 // its act is planned or done
	outcomeRefused = 7 // by the ledger
)

// take works out what an event means. It returns its outcome and whether the
// stock rows of its objects say where they came in, so that no links are needed.
func (p *planner) take(e *epcis.Event) (outcome int, bulk bool, err error) {
	p.event, p.row = e, eventID(p.doc, e.Where.Event)
	if !p.mine(e) {
		return outcomeOthers, false, nil
	}
	objects := p.resolve(e.EPCs)
	if e.ErrorDeclaration != nil {
		return outcomeLinked, false, nil
	}
	if len(p.things) > captureThingsMax {
		return 0, false, fmt.Errorf("couldn't plan the document: it names more than %d things; split it", captureThingsMax)
	}
	before, acts := p.faults, len(p.acts)
	bulk, err = p.dispatch(e, objects)
	switch {
	case err != nil:
		return 0, false, err
	case p.faults > before:
		p.acts = p.acts[:acts]
		return outcomeOut, false, p.taint(e)
	case len(p.acts) > acts && p.acts[acts].kind == actShip:
		return outcomeDue, false, nil
	case len(p.acts) > acts && !bulk:
		return outcomeDone, false, nil
	case bulk:
		return outcomeBrought, true, nil
	}
	return outcomeKept, false, nil
}

// mine says whether this organisation is the source owner of an event, and
// remembers it.
func (p *planner) mine(e *epcis.Event) bool {
	if p.own[e.Where.Event] {
		return true
	}
	first := ""
	if len(e.EPCs) > 0 {
		first, _ = p.ids.path(e.EPCs[0])
	}
	ours := p.owner.event(e, first)
	if ours {
		p.own[e.Where.Event] = true
	}
	return ours
}

// dispatch finds the rule for an event.
func (p *planner) dispatch(e *epcis.Event, objects []string) (bulk bool, err error) {
	step := stepWord(e.BizStep)
	switch {
	case e.Type == epcis.ObjectEvent && e.Action == epcis.Add && (step == "commissioning" || step == ""):
		return true, p.commission(e, objects)
	case e.Type == epcis.AggregationEvent && e.Action == epcis.Add:
		return p.pack(e)
	case e.Type == epcis.AggregationEvent && e.Action == epcis.Delete:
		return p.unpack(e)
	case e.Type == epcis.TransformationEvent:
		return p.transform(e)
	case e.Type == epcis.AssociationEvent:
		return false, nil
	case step == "shipping":
		return false, p.ship(e, objects)
	case step == "void_shipping":
		return false, p.void(objects)
	case e.Type != epcis.ObjectEvent || step == "receiving" || step == "accepting" || step == "arriving":
		return false, nil
	case step == "dispensing" || e.Disposition == "dispensed":
		return false, p.dispense(e, objects)
	}
	if class, ok := endClass(e, step); ok {
		return false, p.end(e, objects, class)
	}
	return false, p.flag(e, objects, step)
}

// stepWord is a business step's word; of another vocabulary's URI, the last part.
func stepWord(step string) string {
	if i := strings.LastIndexAny(step, "/:#"); i >= 0 {
		return strings.ToLower(step[i+1:])
	}
	return step
}

// endClass says how goods of an event leave, if they do.
func endClass(e *epcis.Event, step string) (uint64, bool) {
	disposition := stepWord(e.Disposition)
	lost := disposition == "stolen" || disposition == "lost" || step == "loss" || step == "theft"
	out := step == "exporting" || step == "export" || disposition == "exported"
	switch {
	case lost && e.Action == epcis.Delete:
		return proof.EndLost, true
	case out:
		return proof.EndLeftNetwork, true
	case step == "decommissioning" || step == "destroying" || step == "killing" || e.Action == epcis.Delete:
		return proof.EndLeftSupply, true
	}
	return 0, false
}

// taint marks what a faulty event names: nothing more is built on it.
func (p *planner) taint(e *epcis.Event) error {
	for id := range e.Objects() {
		path, ok := p.ids.path(id)
		if !ok {
			continue
		}
		t := p.things[path]
		if t == nil {
			t = &thing{path: path}
			p.things[path] = t
		}
		if t.tainted == 0 {
			t.tainted = int32(e.Where.Event)
		}
	}
	return nil
}

// skip leaves an event out that was found faulty otherwise.
func (p *planner) skip(e *epcis.Event) error {
	p.event, p.row = e, eventID(p.doc, e.Where.Event)
	return p.taint(e)
}

// sound reports things that an earlier faulty event named.
func (p *planner) sound(paths []string) bool {
	for _, path := range paths {
		if t := p.things[path]; t != nil && t.tainted != 0 {
			p.fault("depends", path, fmt.Sprintf("%s is named by event %d, which is in error", path, t.tainted),
				"correct that event; this one can be taken then")
			return false
		}
	}
	return true
}

// ours reads what is known of things and checks that all of them are here: new in
// this document or in stock, and in our hands.
func (p *planner) ours(verb string, paths []string) (bool, error) {
	if err := p.look(paths); err != nil {
		return false, err
	}
	if !p.sound(paths) {
		return false, nil
	}
	ok := true
	for _, path := range paths {
		t := p.things[path]
		if t == nil {
			p.fault("not-held", path, fmt.Sprintf("the event %s %s, which this organisation does not hold: it was neither commissioned in this document nor is it in stock", verb, path),
				"capture the event that commissioned or received it first, or correct the identifier")
			ok = false
		} else if why := p.away(t); why != "" {
			p.fault("not-held", path, fmt.Sprintf("the event %s %s, which this organisation does not hold: %s", verb, path, why),
				"correct the identifier, or capture first how it came back")
			ok = false
		}
	}
	return ok, nil
}
