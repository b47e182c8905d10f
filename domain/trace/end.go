package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// End takes records out of the supply for good: dispensed and the like, left the
// network, or lost. What is still sealed in them ends with them; what is packed
// in them must be listed, innermost first.
type End struct {
	_       struct{}       `cbor:",toarray"`
	Origins Origins        `json:"origins"`
	Recs    []Ref          `json:"recs"`
	Kids    []Ref          `json:"kids"`
	Class   uint64         `json:"class"`
	Reason  ledger.OptHash `json:"reason"` // commitment to the reason
}

// Validate checks the message alone.
func (m *End) Validate() error {
	if m.Class != proof.EndLeftSupply && m.Class != proof.EndLeftNetwork && m.Class != proof.EndLost {
		return CodeClass.Errorf("class %d is none of left supply (1), left network (2), lost or stolen (3)", m.Class)
	}
	if err := m.Origins.validate(); err != nil {
		return err
	}
	if err := m.Origins.validateRefs(m.Recs, 1, RecordsMax); err != nil {
		return err
	}
	return m.Origins.validateRefs(m.Kids, 0, RecordsMax)
}

// Apply ends the packed records and then the records they were in.
func (m *End) Apply(b *ledger.Block, s ledger.State) error {
	o, event := op{b, s}, Ended{Class: m.Class}
	tops := make(map[Name]bool, len(m.Recs))
	for _, ref := range m.Recs {
		n := m.Origins.name(ref)
		r, err := o.live(n)
		if err != nil {
			return err
		}
		if err := o.both(r, n); err != nil {
			return err
		}
		if o.frozen(r, n) {
			return CodeStopped.Errorf("record %s is frozen by the council; it can't be ended until the freeze ends", n.Leaf)
		}
		tops[n] = true
	}
	for _, ref := range m.Kids {
		n := m.Origins.name(ref)
		if err := o.endKid(n, tops, m.Class); err != nil {
			return err
		}
		event.Records = append(event.Records, Item{Origin: n.Origin, Leaf: n.Leaf})
	}
	for _, ref := range m.Recs {
		n := m.Origins.name(ref)
		r, err := o.load(n)
		if err != nil {
			return err
		}
		if err := o.end(n, r, r.Owner, m.Class); err != nil {
			return err
		}
		event.Records = append(event.Records, Item{Origin: n.Origin, Leaf: n.Leaf})
	}
	return b.Emit("ended", event)
}

// endKid ends one packed record whose top-most ancestor ends in the same entry.
func (o op) endKid(n Name, tops map[Name]bool, class uint64) error {
	r, err := o.load(n)
	if err != nil {
		return err
	}
	topName, top, err := o.topmost(n)
	if err != nil {
		return err
	}
	if r.State != proof.StatePacked || !tops[topName] {
		return CodeNotInBox.Errorf("record %s is not packed in a record that this entry ends", n.Leaf)
	}
	if o.frozen(r, n) {
		return CodeStopped.Errorf("record %s is frozen by the council; it can't be ended until the freeze ends", n.Leaf)
	}
	parentName := Name(r.Parent)
	parent, err := o.load(parentName)
	if err != nil {
		return err
	}
	parent.Kids--
	if err := o.save(parentName, parent); err != nil {
		return err
	}
	return o.end(n, r, top.Owner, class)
}

// topmost walks from a record to the one that is not packed.
func (o op) topmost(n Name) (Name, proof.Record, error) {
	for level := 0; ; level++ {
		r, err := o.load(n)
		if err != nil || r.State != proof.StatePacked {
			return n, r, err
		}
		if level > proof.NestMax {
			return n, r, CodeTooDeep.Errorf("record %s lies more than %d containers deep", n.Leaf, proof.NestMax)
		}
		n = Name(r.Parent)
	}
}

// end makes a record ended. It shrinks to its class and its last owner's key,
// which reenter and transform still need; an empty box vanishes altogether.
func (o op) end(n Name, r proof.Record, owner proof.Key, class uint64) error {
	if r.Kids != 0 {
		return CodeNotEmpty.Errorf("record %s still has %d records packed in it; list them as kids, or unpack them", n.Leaf, r.Kids)
	}
	c, err := o.origin(n.Origin)
	if err != nil {
		return err
	}
	freezes.Delete(o.s, n)
	recoveries.Delete(o.s, n) // keys that could end it are not lost
	if c.Class == proof.ClassBox {
		records.Delete(o.s, n)
		origins.Delete(o.s, n.Origin)
		return o.b.CountWrite(1)
	}
	c.Acked = uint64(int64(c.Acked) - int64(acked(r, c)))
	c.Live--
	c.Ended[class-1]++
	o.settle(n.Origin, &c)
	origins.Set(o.s, n.Origin, c)
	return o.save(n, proof.Record{
		State: proof.StateEnded, End: class, Flags: r.Flags, Depth: r.Depth, Root: r.Root, Owner: owner, Out: r.Out, Ack: r.Ack, At: r.At,
	})
}

// Reenter brings a record back that had left the network, once, under the same
// origin and with a lasting mark that it was out. The last owner signs.
type Reenter struct {
	_       struct{}  `cbor:",toarray"`
	Origins Origins   `json:"origins"`
	Rec     Ref       `json:"rec"`
	Owner   proof.Key `json:"owner"`
	Holder  proof.Key `json:"holder"`
}

// Validate checks the message alone.
func (m *Reenter) Validate() error {
	if err := validateOne(m.Origins, m.Rec); err != nil {
		return err
	}
	return newKeys(m.Owner, m.Holder)
}

// Apply makes the record live again.
func (m *Reenter) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	r, err := o.load(n)
	if err != nil {
		return err
	}
	if r.State != proof.StateEnded || r.End != proof.EndLeftNetwork || r.Flags&proof.FlagReentered != 0 {
		return CodeNotOut.Errorf("record %s has not left the network, or came back once before; only goods that left may reenter, once", n.Leaf)
	}
	if err := o.owner(r, n); err != nil {
		return err
	}
	c, err := o.origin(n.Origin)
	if err != nil {
		return err
	}
	if o.expired(c) { // pruning may be half done: what was in the record could surface a second time
		return CodeTooLate.Errorf("the last record of origin %s ended %d days ago; its records are being forgotten and none comes back", n.Origin, o.b.Day()-c.Closed)
	}
	c.Ended[r.End-1]--
	c.Live++
	c.Acked += uint64(acked(r, c))
	o.settle(n.Origin, &c)
	origins.Set(s, n.Origin, c)
	r.State, r.End, r.Flags = proof.StateLive, 0, r.Flags|proof.FlagReentered
	r.Owner, r.Holder = m.Owner, m.Holder
	if err := o.save(n, r); err != nil {
		return err
	}
	return b.Emit("reentered", Item{Origin: n.Origin, Leaf: n.Leaf})
}
