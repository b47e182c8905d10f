package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Pack puts records into another one; from then on their keys follow the box.
type Pack struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Box     Ref      `json:"box"`
	Recs    []Ref    `json:"recs"`
}

// Validate checks the message alone.
func (m *Pack) Validate() error { return validatePacking(m.Origins, m.Box, m.Recs) }

func validatePacking(o Origins, box Ref, recs []Ref) error {
	if err := o.validate(); err != nil {
		return err
	}
	if err := o.validateRefs([]Ref{box}, 1, 1); err != nil {
		return err
	}
	if err := o.validateRefs(recs, 1, RecordsMax); err != nil {
		return err
	}
	for _, r := range recs {
		if o.name(r) == o.name(box) {
			return CodeSelfPack.Errorf("record %s can't be packed into itself", r.Leaf)
		}
	}
	return nil
}

// Apply packs the records; owner and holder of all of them and of the box sign.
func (m *Pack) Apply(b *ledger.Block, s ledger.State) error {
	o, boxName := op{b, s}, m.Origins.name(m.Box)
	box, err := o.packable(boxName)
	if err != nil {
		return err
	}
	event := Packed{Box: boxName.Leaf, Origin: boxName.Origin}
	for _, ref := range m.Recs {
		n := m.Origins.name(ref)
		r, err := o.packable(n)
		if err != nil {
			return err
		}
		if r.Nest+1 > proof.NestMax {
			return CodeTooDeep.Errorf("record %s has %d levels packed below it; at most %d can be nested", n.Leaf, r.Nest, proof.NestMax)
		}
		box.Nest = max(box.Nest, r.Nest+1)
		box.Kids++
		r.State, r.Parent = proof.StatePacked, proof.Parent(boxName)
		r.Owner, r.Holder = proof.Key{}, proof.Key{}
		if err := o.save(n, r); err != nil {
			return err
		}
		event.Records = append(event.Records, Item{Origin: n.Origin, Leaf: n.Leaf})
	}
	if err := o.save(boxName, box); err != nil {
		return err
	}
	return b.Emit("packed", event)
}

// packable returns a live record whose keys signed and that nothing stops.
func (o op) packable(n Name) (proof.Record, error) {
	r, err := o.live(n)
	if err != nil {
		return r, err
	}
	if err := o.both(r, n); err != nil {
		return r, err
	}
	if err := o.stopped(r, n); err != nil {
		return r, err
	}
	if r.Flags&returnOnly != 0 { // a box would take it where it may not go by itself
		return r, CodeStopped.Errorf("record %s is marked illegitimate or stolen; ship it back by itself, or clear the mark", n.Leaf)
	}
	c, err := o.origin(n.Origin)
	if err != nil {
		return r, err
	}
	if c.Recall != 0 {
		return r, CodeRecalled.Errorf("record %s is under recall %d; recalled goods are not packed with others", n.Leaf, c.Recall)
	}
	recoveries.Delete(o.s, n) // the owner's key isn't lost
	return r, nil
}

// Unpack takes records out of the box they are directly in; they get its keys.
type Unpack struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Box     Ref      `json:"box"`
	Recs    []Ref    `json:"recs"`
}

// Validate checks the message alone.
func (m *Unpack) Validate() error { return validatePacking(m.Origins, m.Box, m.Recs) }

// Apply unpacks the records; the box's holder signs.
func (m *Unpack) Apply(b *ledger.Block, s ledger.State) error {
	o, boxName := op{b, s}, m.Origins.name(m.Box)
	box, err := o.live(boxName)
	if err != nil {
		return err
	}
	if err := o.holder(box, boxName); err != nil {
		return err
	}
	if o.frozen(box, boxName) {
		return CodeStopped.Errorf("record %s is frozen by the council; nothing is taken out until the freeze ends", boxName.Leaf)
	}
	event := Packed{Box: boxName.Leaf, Origin: boxName.Origin}
	for _, ref := range m.Recs {
		n := m.Origins.name(ref)
		r, err := o.load(n)
		if err != nil {
			return err
		}
		if r.State != proof.StatePacked || Name(r.Parent) != boxName {
			return CodeNotInBox.Errorf("record %s is not packed directly in %s", n.Leaf, boxName.Leaf)
		}
		if err := o.release(n, r, box.Owner, box.Holder); err != nil {
			return err
		}
		box.Kids--
		event.Records = append(event.Records, Item{Origin: n.Origin, Leaf: n.Leaf})
	}
	if box.Kids == 0 {
		box.Nest = 0
	}
	if err := o.save(boxName, box); err != nil {
		return err
	}
	return b.Emit("unpacked", event)
}

// release makes a packed record live under the given keys.
func (o op) release(n Name, r proof.Record, owner, holder proof.Key) error {
	r.State, r.Parent, r.Owner, r.Holder = proof.StateLive, proof.Parent{}, owner, holder
	return o.save(n, r)
}
