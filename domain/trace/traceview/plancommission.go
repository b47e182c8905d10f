package traceview

import (
	"fmt"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// commission collects the objects of a commissioning event.
func (p *planner) commission(e *epcis.Event, objects []string) error {
	if err := p.look(objects); err != nil {
		return err
	}
	expiry, day, dated := expiryOf(e.ILMD.Expiry())
	number := e.ILMD.Lot()
	if dated && p.now.After(day.Time()) {
		p.fault("expired", number, fmt.Sprintf("lot %.40q expired on %s: what has expired is not commissioned", number, day),
			"leave it out of stock, or correct itemExpirationDate; the document stays stored and checked")
		return nil
	}
	if !p.mayCommission(objects) || !p.sound(objects) {
		return nil
	}
	for _, path := range objects {
		if gtinOf(path) != "" && (!dated || number == "") {
			p.fault("lot-missing", path, fmt.Sprintf("%s is commissioned without lot number or expiry date, which its maker's statement names", path), "add lotNumber and itemExpirationDate to ilmd")
			return nil
		}
	}
	var fresh []string
	for _, path := range objects {
		t := p.things[path]
		switch {
		case t == nil:
			fresh = append(fresh, path)
		case t.known == nil:
			p.fault("commissioned-twice", path, fmt.Sprintf("%s was commissioned by event %d of this document already", path, t.born&(1<<eventBits-1)), "remove one of the two events")
		case t.known.bornDoc == p.doc:
			p.done++ // brought in before the ledger refused another part
		case t.known.status == StatusReported:
			fresh = append(fresh, path)
		default:
			p.twice(t)
		}
	}
	for _, path := range fresh {
		reported := p.things[path]
		t := p.newThing(path, kindOf(path))
		t.replaces = reported != nil
		if gtin := gtinOf(path); gtin != "" {
			t.lot = p.lotOf(gtin, number, expiry)
		}
	}
	return nil
}

// mayCommission checks that goods stand under our prefix and that we are a maker.
// A logistic unit is no goods: anybody may number its own.
func (p *planner) mayCommission(objects []string) bool {
	_, maker := p.owner.class()
	for _, path := range objects {
		if gtinOf(path) == "" {
			continue
		}
		if !maker {
			p.fault("not-a-maker", path, fmt.Sprintf("%s is commissioned, but %s is registered as neither manufacturer nor repackager", path, p.owner.member.Name),
				"have the role and its licence recorded, or receive the goods from their maker")
			return false
		}
		if !p.owner.licensed() {
			p.fault("not-licensed", path, fmt.Sprintf("%s is commissioned, but no licence of %s as manufacturer or repackager is in effect today", path, p.owner.member.Name),
				"have the licence recorded")
			return false
		}
		if !p.owner.product(path) {
			p.fault("foreign-prefix", path, fmt.Sprintf("%s is not under a GS1 company prefix of %s, so nobody could prove that it comes from here", path, p.owner.member.Name),
				"correct the GTIN, or have the prefix or its delegation recorded")
			return false
		}
	}
	return true
}

// twice names the earlier event of an object that is commissioned again.
func (p *planner) twice(t *thing) {
	where := "it came by a shipment"
	if t.known.born != 0 {
		var line int
		err := p.tx.QueryRow(`SELECT line FROM trace_event WHERE id = ?`, t.known.born).Scan(&line)
		if err == nil {
			where = fmt.Sprintf("see event %d of document %d, line %d", t.known.born&(1<<eventBits-1), t.known.bornDoc, line)
		}
	}
	p.fault("commissioned-before", t.path, fmt.Sprintf("%s was commissioned before: %s", t.path, where),
		"a serial number is used once: correct it, or remove the event")
}

// newUnit says whether a thing is new and still being collected.
func (t *thing) collecting() bool { return t.known == nil && !t.fixed }

// fix ends the collecting of a thing's whole tree: from here on the ledger knows
// it, and what comes is an act of its own.
func (p *planner) fix(t *thing) {
	if t.known != nil {
		return
	}
	if top := t.top(); !top.fixed {
		p.settleTree(top)
	}
}

// settleTree fixes a tree and decides how it comes onto the ledger.
func (p *planner) settleTree(top *thing) {
	lots := map[*lot]bool{}
	items := fixAll(top, lots)
	switch {
	case len(lots) == 0:
		// Nothing in it has a maker to prove: it is a container of our own.
		p.boxed(top)
	case len(lots) > proof.StatementItemsMax || items > treeItemsMax || top.kids != nil && !sealable(top, 0):
		p.boxed(top)
	default:
		top.born0 = true
	}
}

// fixAll marks a tree as fixed and gathers its lots.
func fixAll(t *thing, lots map[*lot]bool) int {
	t.fixed = true
	if t.lot != nil {
		lots[t.lot] = true
	}
	n := 1
	for _, k := range t.kids {
		n += fixAll(k, lots)
	}
	return n
}

// sealable says whether a tree stays within the limits of slot trees.
func sealable(t *thing, level int) bool {
	if len(t.kids) > 1<<proof.SlotDepthMax || len(t.kids) > 0 && level >= treeLevelsMax {
		return false
	}
	for _, k := range t.kids {
		if !sealable(k, level+1) {
			return false
		}
	}
	return true
}

// boxed turns a container into a box of records: each child becomes a commission
// of its own and is packed in it.
func (p *planner) boxed(top *thing) {
	kids := top.kids
	top.kids = nil
	if top.lot != nil {
		top.born0 = true
	} else {
		p.acts = append(p.acts, act{kind: actBox, row: top.born, where: p.where(), made1: top})
	}
	if len(kids) == 0 {
		return
	}
	paths := make([]string, len(kids))
	for i, k := range kids {
		paths[i] = k.path
		k.parent = nil
		p.settleTree(k)
		k.parent = top
	}
	p.acts = append(p.acts, act{kind: actPack, row: kids[0].packed, where: p.where(), parent: top.path, paths: paths})
}

func (p *planner) where() epcis.Where {
	if p.event == nil {
		return epcis.Where{}
	}
	return p.event.Where
}

// finish fixes everything that is still being collected. What a faulty event
// named is held back with its whole tree.
func (p *planner) finish() {
	for _, t := range p.order {
		if t.parent == nil && !t.fixed && tainted(t) == 0 {
			p.settleTree(t)
		}
	}
}

func tainted(t *thing) int32 {
	if t.tainted != 0 {
		return t.tainted
	}
	for _, k := range t.kids {
		if n := tainted(k); n != 0 {
			return n
		}
	}
	return 0
}

// brought is how many things the document brings into stock, in this run or an
// earlier one.
func (p *planner) brought() int {
	n := p.done
	for _, t := range p.order {
		if t.fixed {
			n++
		}
	}
	return n
}

// commissions are the trees to commission, in order of appearance, without those
// that an interrupted run has brought in.
func (p *planner) commissions() []*thing {
	var list []*thing
	for _, t := range p.order {
		if t.born0 && !p.here[t.path] {
			list = append(list, t)
		}
	}
	return list
}
