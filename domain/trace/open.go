package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Slot is one opened place of a container.
type Slot struct {
	_     struct{}       `cbor:",toarray"`
	Pos   uint64         `json:"pos"`
	Leaf  proof.Hash     `json:"leaf"`
	Depth uint64         `json:"depth"`
	Root  ledger.OptHash `json:"root"`
}

func (s Slot) proof() proof.Slot {
	return proof.Slot{Pos: uint16(s.Pos), Leaf: s.Leaf, Depth: uint8(s.Depth), Root: proof.Hash(s.Root)}
}

// Opening shows some slots of one container: the slots in ascending order and the
// hashes of the subtrees between them, one after another.
type Opening struct {
	_      struct{} `cbor:",toarray"`
	Slots  []Slot   `json:"slots"`
	Hashes []byte   `json:"hashes"`
}

func (o Opening) validate() error {
	if len(o.Slots) == 0 || len(o.Slots) > SlotsMax {
		return CodeBadShape.Errorf("an opening shows 1 to %d slots, this one %d", SlotsMax, len(o.Slots))
	}
	if len(o.Hashes)%proof.HashSize != 0 || len(o.Hashes) > ProofHashesMax*proof.HashSize {
		return CodeBadShape.Errorf("an opening's hashes have %d bytes; they must be at most %d hashes of 32", len(o.Hashes), ProofHashesMax)
	}
	for _, s := range o.Slots {
		if s.Pos >= 1<<proof.SlotDepthMax {
			return CodeBadShape.Errorf("slot %d is beyond the %d slots of a container", s.Pos, 1<<proof.SlotDepthMax)
		}
		if err := validateTree(s.Depth, s.Root); err != nil {
			return err
		}
	}
	return nil
}

func (o Opening) verify(r proof.Record) error {
	slots := make([]proof.Slot, len(o.Slots))
	for i, s := range o.Slots {
		slots[i] = s.proof()
	}
	hashes := make([]proof.Hash, len(o.Hashes)/proof.HashSize)
	for i := range hashes {
		hashes[i] = proof.Hash(o.Hashes[i*proof.HashSize : (i+1)*proof.HashSize])
	}
	if err := proof.VerifySlotBatch(r.Depth, r.Root, slots, hashes); err != nil {
		return CodeBadOpening.Errorf("%v; rebuild the container's tree from its openings", err)
	}
	return nil
}

// Open surfaces children of a sealed container: each becomes a record of the same
// origin with the same keys and flags. A child surfaces once.
type Open struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Rec     Ref      `json:"rec"`
	Opening Opening  `json:"opening"`
}

// Validate checks the message alone.
func (m *Open) Validate() error {
	if err := m.Origins.validate(); err != nil {
		return err
	}
	if err := m.Origins.validateRefs([]Ref{m.Rec}, 1, 1); err != nil {
		return err
	}
	return m.Opening.validate()
}

// Apply surfaces the children.
func (m *Open) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	r, err := o.live(n)
	if err != nil {
		return err
	}
	if err := o.holder(r, n); err != nil {
		return err
	}
	if o.frozen(r, n) { // its children would escape the freeze
		return CodeStopped.Errorf("record %s is frozen by the council; it can't be opened until the freeze ends", n.Leaf)
	}
	return o.surface(n, r, m.Opening)
}

// surface makes records of opened slots, with the keys, flags and answer of r.
func (o op) surface(n Name, r proof.Record, opening Opening) error {
	if r.Depth == 0 {
		return CodeBadOpening.Errorf("record %s is a unit or a box: nothing is sealed in it", n.Leaf)
	}
	if err := opening.verify(r); err != nil {
		return err
	}
	event := Opened{Origin: n.Origin, Leaf: n.Leaf}
	for _, slot := range opening.Slots {
		child := Name{n.Origin, slot.Leaf}
		if records.Has(o.s, child) {
			return CodeSurfaced.Errorf("item %s of origin %s has surfaced before; an item surfaces once", slot.Leaf, n.Origin)
		}
		if until, ok := freezes.Get(o.s, n); ok { // what comes out of it is frozen as long
			freezes.Set(o.s, child, until)
		}
		err := o.save(child, proof.Record{
			State: proof.StateLive, Flags: r.Flags, Depth: uint8(slot.Depth), Root: proof.Hash(slot.Root),
			Owner: r.Owner, Holder: r.Holder, Ack: r.Ack, At: o.b.Height,
		})
		if err != nil {
			return err
		}
		event.Children = append(event.Children, slot.Leaf)
	}
	r.Out += uint64(len(opening.Slots))
	c, err := o.origin(n.Origin)
	if err != nil {
		return err
	}
	if err := o.count(n.Origin, len(opening.Slots), acked(r, c)*len(opening.Slots)); err != nil {
		return err
	}
	if err := o.save(n, r); err != nil {
		return err
	}
	return o.b.Emit("opened", event)
}
