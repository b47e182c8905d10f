package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Transform ends inputs and commissions outputs made from them: repackaging. The
// outputs' origins name the inputs' origins as parents.
type Transform struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"` // of the inputs
	Inputs  []Ref    `json:"inputs"`
	Outputs []Output `json:"outputs"`
}

// Output is one commission of a transformation.
type Output struct {
	_      struct{}       `cbor:",toarray"`
	Origin proof.Hash     `json:"origin"`
	Key0   proof.Key      `json:"key0"`
	Leaf   proof.Hash     `json:"leaf"`
	Depth  uint64         `json:"depth"`
	Root   ledger.OptHash `json:"root"`
	Owner  proof.Key      `json:"owner"`
	Holder proof.Key      `json:"holder"`
	Until  uint64         `json:"until"`
	Stmt   ledger.OptHash `json:"stmt"`
}

// Validate checks the message alone.
func (m *Transform) Validate() error {
	if err := m.Origins.validate(); err != nil {
		return err
	}
	if err := m.Origins.validateRefs(m.Inputs, 1, RecordsMax); err != nil {
		return err
	}
	if len(m.Outputs) == 0 || len(m.Outputs) > OutputsMax {
		return CodeBadShape.Errorf("a transformation has 1 to %d outputs, this one %d", OutputsMax, len(m.Outputs))
	}
	used := make([]bool, len(m.Origins))
	for _, in := range m.Inputs {
		used[in.Origin] = true
	}
	for i, u := range used {
		if !u {
			return CodeBadShape.Errorf("origin %s is listed but no input is of it; outputs name only true parents", m.Origins[i])
		}
	}
	for _, out := range m.Outputs {
		if out.Until > UntilMax {
			return CodeBadShape.Errorf("half-year %d is beyond %d", out.Until, UntilMax)
		}
		if err := validateTree(out.Depth, out.Root); err != nil {
			return err
		}
		if err := newKeys(out.Key0, out.Owner, out.Holder); err != nil {
			return err
		}
	}
	return nil
}

// Apply ends the inputs and makes the outputs.
func (m *Transform) Apply(b *ledger.Block, s ledger.State) error {
	o := op{b, s}
	if err := o.commissioner(proof.ClassRepacked); err != nil {
		return err
	}
	for _, h := range m.Origins {
		c, err := o.origin(h)
		if err != nil {
			return err
		}
		if c.Recall != 0 {
			return CodeRecalled.Errorf("origin %s is under recall %d; nothing is made from recalled goods", h, c.Recall)
		}
		if c.Class == proof.ClassBox {
			return CodeClass.Errorf("origin %s is a box, which is no goods; take out what is in it", h)
		}
	}
	event := Transformed{}
	for _, ref := range m.Inputs {
		n := m.Origins.name(ref)
		if err := o.consume(n); err != nil {
			return err
		}
		event.Inputs = append(event.Inputs, Item{Origin: n.Origin, Leaf: n.Leaf})
	}
	for _, out := range m.Outputs {
		err := o.create(out.Origin, out.Key0, out.Leaf, proof.Record{
			Depth: uint8(out.Depth), Root: proof.Hash(out.Root), Owner: out.Owner, Holder: out.Holder,
		}, proof.OriginState{Class: proof.ClassRepacked, Until: out.Until, Stmt: proof.Hash(out.Stmt), Parents: m.Origins})
		if err != nil {
			return err
		}
		event.Outputs = append(event.Outputs, out.Origin)
	}
	return b.Emit("transformed", event)
}

// consume ends one input. One that was ended as left the network or lost counts
// too, once, signed by its last owner: goods turn up again at a repackager.
func (o op) consume(n Name) error {
	r, err := o.load(n)
	if err != nil {
		return err
	}
	if r.State != proof.StateEnded {
		if r, err = o.live(n); err != nil {
			return err
		}
		if err := o.both(r, n); err != nil {
			return err
		}
		if err := o.stopped(r, n); err != nil {
			return err
		}
		if r.Flags&returnOnly != 0 {
			return CodeStopped.Errorf("record %s is marked illegitimate or stolen; nothing is made from it", n.Leaf)
		}
		return o.end(n, r, r.Owner, proof.EndTransformed)
	}
	if r.End != proof.EndLeftNetwork && r.End != proof.EndLost {
		return CodeNotOut.Errorf("record %s has ended for good; only goods that left the network or were lost can still be transformed", n.Leaf)
	}
	if err := o.owner(r, n); err != nil {
		return err
	}
	c, err := o.origin(n.Origin)
	if err != nil {
		return err
	}
	c.Ended[r.End-1]--
	c.Ended[proof.EndTransformed-1]++
	origins.Set(o.s, n.Origin, c)
	r.End = proof.EndTransformed
	return o.save(n, r)
}
