package traceview

import (
	"fmt"
	"slices"

	"pedigree/format/epcis"
	"pedigree/proof"
)

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// ship plans a shipment of what the event names.
func (p *planner) ship(e *epcis.Event, objects []string) error {
	if e.Type == epcis.AggregationEvent || e.Type == epcis.TransactionEvent {
		if parent, ok := p.ids.path(e.ParentID); ok {
			objects = append([]string{parent}, objects...)
		}
	}
	ok, err := p.ours("ships", objects)
	if err != nil || !ok || len(objects) == 0 {
		return err
	}
	for _, path := range objects {
		t := p.things[path]
		p.fix(t)
		t.gone = true
	}
	p.acts = append(p.acts, act{kind: actShip, row: p.row, where: e.Where, at: e.EventTime, paths: objects})
	return nil
}

// void takes a shipment back: one of this document is not sent; of an earlier
// one, what may be reclaimed is.
func (p *planner) void(objects []string) error {
	if err := p.look(objects); err != nil {
		return err
	}
	if !p.sound(objects) {
		return nil
	}
	var back []string
	for _, path := range objects {
		t := p.things[path]
		switch {
		case t == nil:
			p.fault("not-held", path, fmt.Sprintf("the event voids the shipment of %s, which this organisation never held", path), "correct the identifier")
			return nil
		case t.gone:
			t.gone = false
			p.unship(path)
		case t.top().known != nil && t.top().known.status == StatusOffered:
			back = append(back, t.path)
		default:
			p.note("not-shipped", fmt.Sprintf("the shipment of %s is voided, but it is not on its way", path))
		}
	}
	if len(back) > 0 {
		p.acts = append(p.acts, act{kind: actReclaim, row: p.row, where: p.event.Where, paths: back})
	}
	return nil
}

func (p *planner) unship(path string) {
	for i := range p.acts {
		if a := &p.acts[i]; a.kind == actShip {
			a.paths = slices.DeleteFunc(a.paths, func(s string) bool { return s == path })
		}
	}
}

// dispense plans the dispensing of packs.
func (p *planner) dispense(e *epcis.Event, objects []string) error {
	ok, err := p.ours("dispenses", objects)
	if err != nil || !ok || len(objects) == 0 {
		return err
	}
	for _, path := range objects {
		t := p.things[path]
		p.fix(t)
		t.gone = true
	}
	p.acts = append(p.acts, act{kind: actDispense, row: p.row, where: e.Where, at: e.EventTime, paths: objects, reason: reasonOf(e)})
	return nil
}

// end plans the end of goods.
func (p *planner) end(e *epcis.Event, objects []string, class uint64) error {
	ok, err := p.ours("ends", objects)
	if err != nil || !ok || len(objects) == 0 {
		return err
	}
	for _, path := range objects {
		t := p.things[path]
		p.fix(t)
		t.gone, t.parent = true, nil
	}
	p.acts = append(p.acts, act{kind: actEnd, row: p.row, where: e.Where, paths: objects, class: class, reason: reasonOf(e)})
	return nil
}

// reasonOf is the reason of an end, which the ledger sees only as a commitment.
func reasonOf(e *epcis.Event) string {
	if e.Disposition == "" {
		return e.BizStep
	}
	return e.BizStep + ", " + e.Disposition
}

// flag plans marks from holding and from dispositions.
func (p *planner) flag(e *epcis.Event, objects []string, step string) error {
	set, clear := marksOf(e, step)
	if set|clear == 0 || len(objects) == 0 {
		return nil
	}
	ok, err := p.ours("marks", objects)
	if err != nil || !ok {
		return err
	}
	for _, path := range objects {
		t := p.things[path]
		p.fix(t)
		if t.parent != nil { // the mark is the item's own: it leaves its container
			t.leave()
		}
	}
	p.acts = append(p.acts, act{kind: actFlag, row: p.row, where: e.Where, paths: objects, set: set, clear: clear})
	return nil
}

// marksOf says which marks an event sets and which it clears. Clearing counts
// only where the mark stands on the ledger.
func marksOf(e *epcis.Event, step string) (set, clear uint64) {
	dispositions := []string{e.Disposition}
	var unset []string
	if d := e.PersistentDisposition; d != nil {
		dispositions = append(dispositions, d.Set...)
		unset = d.Unset
	}
	if step == "holding" {
		set |= proof.FlagHeld
	}
	for _, d := range dispositions {
		set |= marks[stepWord(d)]
	}
	for _, d := range unset {
		clear |= marks[stepWord(d)]
	}
	if set == 0 && released[stepWord(e.Disposition)] {
		clear |= proof.FlagHeld | proof.FlagSuspect
	}
	return set, clear &^ set
}

// marks are the dispositions that stop goods.
var marks = map[string]uint64{
	"damaged":              proof.FlagHeld,
	"expired":              proof.FlagHeld,
	"recalled":             proof.FlagHeld,
	"non_sellable_other":   proof.FlagHeld,
	"unavailable":          proof.FlagHeld,
	"non_conformant":       proof.FlagHeld,
	"needs_replacement":    proof.FlagHeld,
	"mismatch_class":       proof.FlagHeld | proof.FlagSuspect,
	"mismatch_instance":    proof.FlagHeld | proof.FlagSuspect,
	"mismatch_quantity":    proof.FlagHeld | proof.FlagSuspect,
	"no_pedigree_match":    proof.FlagHeld | proof.FlagSuspect,
	"suspect":              proof.FlagHeld | proof.FlagSuspect,
	"quarantined":          proof.FlagHeld | proof.FlagSuspect,
	"illegitimate":         proof.FlagHeld | proof.FlagIllegitimate,
	"stolen":               proof.FlagStolen,
	"suspect_illegitimate": proof.FlagHeld | proof.FlagSuspect,
}

// released are the dispositions of goods that may be sold again.
var released = map[string]bool{"sellable_accessible": true, "sellable_not_accessible": true, "available": true, "conformant": true}

// transform plans repackaging: inputs end, outputs are commissioned from them.
// Without serialised inputs it is a commissioning like any other.
func (p *planner) transform(e *epcis.Event) (bulk bool, err error) {
	inputs, outputs := p.resolve(e.Inputs), p.resolve(e.Outputs)
	if len(outputs) > 0 {
		before := p.faults
		if err := p.commission(e, outputs); err != nil || p.faults > before {
			return false, err
		}
	}
	if len(inputs) == 0 {
		return true, nil
	}
	if len(outputs) == 0 {
		return false, p.end(e, inputs, proof.EndLeftSupply)
	}
	ok, err := p.ours("transforms", inputs)
	if err != nil || !ok {
		return false, err
	}
	a := act{kind: actTransform, row: p.row, where: e.Where, paths: inputs}
	for _, path := range inputs {
		t := p.things[path]
		p.fix(t)
		t.gone, t.parent = true, nil
	}
	for _, path := range outputs {
		t := p.things[path]
		if t.known != nil {
			return false, nil // done in an earlier run
		}
		t.fixed = true
		a.made = append(a.made, t)
	}
	if len(inputs) > transformInputsMax || len(a.made) > transformOutputsMax {
		p.fault("transform-large", "", fmt.Sprintf("%d inputs become %d outputs; one act takes %d and %d", len(inputs), len(a.made), transformInputsMax, transformOutputsMax),
			"write several transformation events")
		return false, nil
	}
	p.acts = append(p.acts, a)
	return false, nil
}
