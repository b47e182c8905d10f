package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Receive accepts an offered record, except the refused items, which go to the
// sender's back key at once.
type Receive struct {
	_       struct{}  `cbor:",toarray"`
	Origins Origins   `json:"origins"`
	Rec     Ref       `json:"rec"`
	Refuse  []Refused `json:"refuse"`
}

// Refused is one item sent back. Start is the received record itself or one
// packed in it, at any level; Levels open sealed containers from there down to
// the item. Without levels the item is Start.
type Refused struct {
	_      struct{} `cbor:",toarray"`
	Start  Ref      `json:"start"`
	Levels []Level  `json:"levels"`
}

// Level opens one slot of a container: the item itself on the last level, else
// the container that the next level opens.
type Level struct {
	_      struct{} `cbor:",toarray"`
	Slot   Slot     `json:"slot"`
	Hashes []byte   `json:"hashes"` // as in Opening
}

// Validate checks the message alone.
func (m *Receive) Validate() error {
	if err := validateOne(m.Origins, m.Rec); err != nil {
		return err
	}
	if len(m.Refuse) > RefusedMax {
		return CodeBadShape.Errorf("%d items are refused where at most %d are allowed; reject the record, or refuse the rest by a return", len(m.Refuse), RefusedMax)
	}
	for _, f := range m.Refuse {
		if err := m.Origins.validateRefs([]Ref{f.Start}, 1, 1); err != nil {
			return err
		}
		if len(f.Levels) > RefusedLevelsMax {
			return CodeBadShape.Errorf("a refused item lies %d containers deep where at most %d are allowed", len(f.Levels), RefusedLevelsMax)
		}
		if len(f.Levels) == 0 && m.Origins.name(f.Start) == m.Origins.name(m.Rec) {
			return CodeBadShape.Errorf("the whole record is refused; use reject")
		}
		for _, l := range f.Levels {
			if err := (Opening{Slots: []Slot{l.Slot}, Hashes: l.Hashes}).validate(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Apply gives the record to the receiver and the refused items back.
func (m *Receive) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	r, err := o.transit(n)
	if err != nil {
		return err
	}
	t := r.Transit
	if !t.To.IsZero() && !b.Signed(t.To) || !t.ToHolder.IsZero() && !b.Signed(t.ToHolder) {
		return CodeNotReceiver.Errorf("the keys to which record %s was offered did not all sign", n.Leaf)
	}
	if b.Time > t.Deadline {
		return CodeTooLate.Errorf("record %s could be received until %d; ask the sender to ship it again", n.Leaf, t.Deadline)
	}
	r.State, r.Transit = proof.StateLive, proof.Transit{}
	if !t.To.IsZero() {
		r.Owner = t.To
	}
	if !t.ToHolder.IsZero() {
		r.Holder = t.ToHolder
	}
	if err := o.save(n, r); err != nil {
		return err
	}
	event := Received{Origin: n.Origin, Leaf: n.Leaf}
	for _, f := range m.Refuse {
		item, err := o.refuse(n, m.Origins.name(f.Start), f.Levels, t.Back)
		if err != nil {
			return err
		}
		event.Refused = append(event.Refused, item)
	}
	return b.Emit("received", event)
}

// refuse finds one item below the received record and makes it live at back.
func (o op) refuse(top, start Name, levels []Level, back proof.Key) (Item, error) {
	if start != top {
		if err := o.takeOut(start, top); err != nil {
			return Item{}, err
		}
	}
	at := start
	for _, l := range levels {
		r, err := o.live(at)
		if err != nil {
			return Item{}, err
		}
		child := Name{at.Origin, l.Slot.Leaf}
		if existing, ok := records.Get(o.s, child); ok {
			if existing.State != proof.StateLive || existing.Owner != r.Owner || existing.Holder != r.Holder {
				return Item{}, CodeSurfaced.Errorf("item %s has surfaced before; refuse it by its own record", l.Slot.Leaf)
			}
		} else if err := o.surface(at, r, Opening{Slots: []Slot{l.Slot}, Hashes: l.Hashes}); err != nil {
			return Item{}, err
		}
		at = child
	}
	r, err := o.live(at)
	if err != nil {
		return Item{}, err
	}
	r.Owner, r.Holder = back, back
	return Item{Origin: at.Origin, Leaf: at.Leaf}, o.save(at, r)
}

// within checks that start is top or packed in it at some level.
func (o op) within(top, start Name) error {
	at := start
	for level := 0; level <= proof.NestMax; level++ {
		if at == top {
			return nil
		}
		r, err := o.load(at)
		if err != nil {
			return err
		}
		if r.State != proof.StatePacked {
			break
		}
		at = Name(r.Parent)
	}
	return CodeNotInBox.Errorf("record %s is not in the received record %s", start.Leaf, top.Leaf)
}

// takeOut lifts a record packed below the received one out of its parent, to the
// receiver's keys. One that an earlier refusal has lifted out already stays.
func (o op) takeOut(n, top Name) error {
	r, err := o.load(n)
	if err != nil {
		return err
	}
	above, err := o.load(top)
	if err != nil {
		return err
	}
	if r.State == proof.StateLive && r.Owner == above.Owner && r.Holder == above.Holder {
		return nil
	}
	if err := o.within(top, n); err != nil {
		return err
	}
	parentName := Name(r.Parent)
	parent, err := o.load(parentName)
	if err != nil {
		return err
	}
	parent.Kids--
	if parent.Kids == 0 {
		parent.Nest = 0
	}
	if err := o.save(parentName, parent); err != nil {
		return err
	}
	return o.release(n, r, above.Owner, above.Holder)
}
