package traceview

import (
	"fmt"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// pack seals new things in a new container while both are collected; else it is
// an act. bulk says that the rows of the children tell the event.
func (p *planner) pack(e *epcis.Event) (bulk bool, err error) {
	parentPath, ok := p.ids.path(e.ParentID)
	children := p.resolve(e.Children)
	if !ok || len(children) == 0 {
		return false, nil // quantities of a class have no identity to follow
	}
	if ok, err := p.ours("packs", children); err != nil || !ok {
		return false, err
	}
	parent, err := p.packable(parentPath)
	if err != nil || parent == nil {
		return false, err
	}
	var moved []*thing
	for _, path := range children {
		t := p.things[path]
		switch {
		case t.parent == parent: // said twice; the checks warn of it
		case t.parent != nil:
			p.elsewhere(t, parent)
			return false, nil
		case t == parent || parent.top() == t:
			p.fault("own-parent", path, fmt.Sprintf("%s is packed into itself", path), "correct parentID or childEPCs")
			return false, nil
		default:
			moved = append(moved, t)
		}
	}
	if len(moved) == 0 {
		return true, nil
	}
	return p.putInto(parent, moved), nil
}

// packable returns the container of a packing event, or nil after a finding.
func (p *planner) packable(path string) (*thing, error) {
	if err := p.look([]string{path}); err != nil {
		return nil, err
	}
	if !p.sound([]string{path}) {
		return nil, nil
	}
	t := p.things[path]
	if t == nil {
		if gtinOf(path) != "" {
			p.fault("unknown-parent", path, fmt.Sprintf("%s is packed full, but it was neither commissioned in this document nor is it in stock", path),
				"send its commissioning event first, or correct parentID")
			return nil, nil
		}
		return p.newThing(path, kindOf(path)), nil
	}
	if why := p.away(t); why != "" {
		p.fault("not-held", path, fmt.Sprintf("the event packs into %s, which this organisation does not hold: %s", path, why), "correct parentID")
		return nil, nil
	}
	if t.parent != nil && !t.collecting() {
		p.fault("parent-packed", path, fmt.Sprintf("%s is itself in %s; only an outermost container takes something in", path, t.parent.path), "unpack it first (AggregationEvent DELETE)")
		return nil, nil
	}
	return t, nil
}

// elsewhere reports a child that is in another container.
func (p *planner) elsewhere(t, parent *thing) {
	how := "packed"
	if t.known != nil && !t.known.surfaced {
		how = "still sealed"
	}
	p.fault("packed-elsewhere", t.path, fmt.Sprintf("%s is packed into %s, but it is %s in %s", t.path, parent.path, how, t.parent.path),
		"unpack it first (AggregationEvent DELETE), or correct the identifier")
}

// putInto packs things: into the tree while all are collected, by an act after.
func (p *planner) putInto(parent *thing, children []*thing) (bulk bool) {
	collecting := parent.collecting()
	for _, t := range children {
		collecting = collecting && t.collecting()
	}
	if parent.kind == proof.KindUnit {
		parent.kind = proof.KindCase
	}
	if collecting {
		for _, t := range children {
			t.parent, t.packed = parent, p.row
		}
		parent.kids = append(parent.kids, children...)
		return true
	}
	p.fix(parent)
	a := act{kind: actPack, row: p.row, where: p.event.Where, parent: parent.path}
	for _, t := range children {
		p.fix(t)
		t.parent = parent
		a.paths = append(a.paths, t.path)
	}
	p.acts = append(p.acts, a)
	return false
}

// unpack takes things out of their container. While both are collected they just
// leave the tree.
func (p *planner) unpack(e *epcis.Event) (bulk bool, err error) {
	parentPath, ok := p.ids.path(e.ParentID)
	if !ok {
		return false, nil
	}
	children := p.resolve(e.Children)
	if ok, err := p.ours("unpacks", append([]string{parentPath}, children...)); err != nil || !ok {
		return false, err
	}
	parent := p.things[parentPath]
	if len(e.Children) == 0 && len(e.ChildQuantities) == 0 {
		if children, err = p.contentsOf(parent); err != nil {
			return false, err
		}
	}
	for _, path := range children {
		if t := p.things[path]; t.parent != parent {
			where := "nothing"
			if t.parent != nil {
				where = t.parent.path
			}
			p.fault("not-in-parent", path, fmt.Sprintf("%s is unpacked from %s, but it is in %s", path, parentPath, where), "correct parentID or childEPCs")
			return false, nil
		}
	}
	if parent.parent != nil && !parent.collecting() {
		p.fault("parent-packed", parentPath, fmt.Sprintf("%s is itself in %s; only an outermost container is unpacked", parentPath, parent.parent.path), "unpack it first")
		return false, nil
	}
	if len(children) == 0 {
		return false, nil
	}
	p.takeOut(parent, children)
	return false, nil
}

func (p *planner) takeOut(parent *thing, children []string) {
	if parent.collecting() {
		out := map[*thing]bool{}
		for _, path := range children {
			t := p.things[path]
			t.parent, t.packed, out[t] = nil, 0, true
		}
		kept := parent.kids[:0]
		for _, k := range parent.kids {
			if !out[k] {
				kept = append(kept, k)
			}
		}
		parent.kids = kept
		return
	}
	for _, path := range children {
		p.things[path].leave()
	}
	p.acts = append(p.acts, act{kind: actUnpack, row: p.row, where: p.event.Where, parent: parent.path, paths: children})
}

// contentsOf lists everything directly in a container.
func (p *planner) contentsOf(parent *thing) ([]string, error) {
	if parent.known != nil {
		it, err := mustItem(p.tx, parent.path)
		if err != nil {
			return nil, err
		}
		packed, err := packedItems(p.tx, parent.path)
		if err != nil {
			return nil, err
		}
		var paths []string
		for _, c := range it.contents {
			if c.gone == nil {
				paths = append(paths, c.path)
			}
		}
		for i := range packed {
			paths = append(paths, packed[i].path)
		}
		if err := p.look(paths); err != nil {
			return nil, err
		}
	}
	var inside []string
	for _, t := range p.things {
		if t.parent == parent {
			inside = append(inside, t.path)
		}
	}
	return sorted(inside), nil
}

// leave takes a thing out of what it is in, which is in our hands; so is the
// thing from then on.
func (t *thing) leave() {
	t.parent = nil
	if t.known != nil {
		t.known.status = StatusOnHand
	}
}
