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
	event, rc := Received{Origin: n.Origin, Leaf: n.Leaf}, receipt{op: o, top: n, offer: t, freed: map[Name]bool{}}
	for _, f := range m.Refuse {
		item, err := rc.refuse(m.Origins.name(f.Start), f.Levels)
		if err != nil {
			return err
		}
		event.Refused = append(event.Refused, item)
	}
	return b.Emit("received", event)
}
