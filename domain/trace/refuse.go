package trace

import "pedigree/proof"

// receipt is a record that has just been received, while items of it are refused.
type receipt struct {
	op
	top   Name          // the received record
	offer proof.Transit // under which it came
	// freed are the records that this receipt took out of their containers and
	// that stay with the receiver. A further refusal can go on from these, and
	// from nothing else that is the receiver's: other goods move by ship alone.
	freed map[Name]bool
}

// refuse finds one item of the received record and gives it back.
func (rc receipt) refuse(start Name, levels []Level) (Item, error) {
	if start != rc.top && !rc.freed[start] {
		if err := rc.takeOut(start); err != nil {
			return Item{}, err
		}
	}
	at := start
	for _, l := range levels {
		child, err := rc.descend(at, l)
		if err != nil {
			return Item{}, err
		}
		at = child
	}
	r, err := rc.live(at)
	if err != nil {
		return Item{}, err
	}
	delete(rc.freed, at)
	// What was not offered does not come back either: the one who only carried
	// the goods does not get the title of what was refused.
	if !rc.offer.To.IsZero() {
		r.Owner = rc.offer.Back
	}
	if !rc.offer.ToHolder.IsZero() {
		r.Holder = rc.offer.Back
	}
	return Item{Origin: at.Origin, Leaf: at.Leaf}, rc.save(at, r)
}

// descend opens the slot of a container that leads to the item, unless an earlier
// refusal has.
func (rc receipt) descend(at Name, l Level) (Name, error) {
	child := Name{at.Origin, l.Slot.Leaf}
	if rc.freed[child] {
		return child, nil
	}
	r, err := rc.live(at)
	if err != nil {
		return child, err
	}
	if err := rc.surface(at, r, Opening{Slots: []Slot{l.Slot}, Hashes: l.Hashes}); err != nil {
		return child, err
	}
	rc.freed[child] = true
	return child, nil
}

// takeOut lifts a record that is packed below the received one out of its parent,
// to the receiver's keys.
func (rc receipt) takeOut(n Name) error {
	if err := rc.within(n); err != nil {
		return err
	}
	r, err := rc.load(n)
	if err != nil {
		return err
	}
	above, err := rc.load(rc.top)
	if err != nil {
		return err
	}
	parentName := Name(r.Parent)
	parent, err := rc.load(parentName)
	if err != nil {
		return err
	}
	parent.Kids--
	if parent.Kids == 0 {
		parent.Nest = 0
	}
	if err := rc.save(parentName, parent); err != nil {
		return err
	}
	if err := rc.release(n, r, above.Owner, above.Holder); err != nil {
		return err
	}
	rc.freed[n] = true
	event := Packed{Origin: parentName.Origin, Box: parentName.Leaf, Records: []Item{{Origin: n.Origin, Leaf: n.Leaf}}}
	return rc.b.Emit("unpacked", event)
}

// within checks that a record is packed, at some level, in the received one or in
// one that an earlier refusal took out of it, and that the council has frozen
// nothing around it: as by unpacking, it would escape the freeze.
func (rc receipt) within(start Name) error {
	at := start
	for level := 0; level <= proof.NestMax; level++ {
		r, err := rc.load(at)
		if err != nil {
			return err
		}
		if level > 0 && rc.frozen(r, at) {
			return CodeStopped.Errorf("record %s is frozen by the council; nothing is taken out until the freeze ends", at.Leaf)
		}
		if level > 0 && (at == rc.top || rc.freed[at]) {
			return nil
		}
		if r.State != proof.StatePacked {
			break
		}
		at = Name(r.Parent)
	}
	return CodeNotInBox.Errorf("record %s is not in the received record %s", start.Leaf, rc.top.Leaf)
}
