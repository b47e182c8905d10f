package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Commission brings goods onto the ledger: one record, and an origin that no one
// can make again. Key0 signs, and must be new.
type Commission struct {
	_       struct{}       `cbor:",toarray"`
	Origins Origins        `json:"origins"` // the one new origin
	Key0    proof.Key      `json:"key0"`
	Leaf    proof.Hash     `json:"leaf"`
	Depth   uint64         `json:"depth"` // 0 for a unit
	Root    ledger.OptHash `json:"root"`  // none for a unit
	Owner   proof.Key      `json:"owner"`
	Holder  proof.Key      `json:"holder"`
	Class   uint64         `json:"class"` // made, repacked or introduced
	Until   uint64         `json:"until"` // half-years since 2000
	Stmt    ledger.OptHash `json:"stmt"`
}

// Validate checks the message alone.
func (m *Commission) Validate() error {
	if m.Class != proof.ClassMade && m.Class != proof.ClassRepacked && m.Class != proof.ClassIntroduced {
		return CodeClass.Errorf("class %d is none of made (1), repacked (2), introduced (3)", m.Class)
	}
	if len(m.Origins) != 1 || m.Until > UntilMax {
		return CodeBadShape.Errorf("a commission names its one origin and a half-year of at most %d", UntilMax)
	}
	if err := validateTree(m.Depth, m.Root); err != nil {
		return err
	}
	return newKeys(m.Key0, m.Owner, m.Holder)
}

func validateTree(depth uint64, root ledger.OptHash) error {
	sealed := depth > 0
	if depth > proof.SlotDepthMax || sealed == proof.Hash(root).IsZero() {
		return CodeBadShape.Errorf("a unit has depth 0 and no root, a container a depth of 1 to %d and a root", proof.SlotDepthMax)
	}
	return nil
}

// Apply makes the record and the origin.
func (m *Commission) Apply(b *ledger.Block, s ledger.State) error {
	o := op{b, s}
	if err := o.commissioner(m.Class); err != nil {
		return err
	}
	return o.create(m.Origins[0], m.Key0, m.Leaf, proof.Record{
		Depth: uint8(m.Depth), Root: proof.Hash(m.Root), Owner: m.Owner, Holder: m.Holder,
	}, proof.OriginState{Class: m.Class, Until: m.Until, Stmt: proof.Hash(m.Stmt)})
}

// create makes a live record under a new origin.
func (o op) create(origin proof.Hash, key0 proof.Key, leaf proof.Hash, r proof.Record, c proof.OriginState) error {
	if proof.Origin(o.b.ChainID, key0) != origin {
		return CodeWrongOrigin.Errorf("origin %s does not belong to key0 %s on chain %s", origin, key0, o.b.ChainID)
	}
	if !o.b.Signed(key0) {
		return CodeKey0.Errorf("key0 %s did not sign; the one-time key of a commission must sign it", key0)
	}
	if origins.Has(o.s, origin) {
		return CodeOriginExists.Errorf("origin %s exists; take a new one-time key for each commission", origin)
	}
	r.State, r.At = proof.StateLive, o.b.Height
	c.At, c.Day, c.Suite, c.Live = o.b.Height, o.b.Day(), proof.Suite, 1
	origins.Set(o.s, origin, c)
	if err := o.save(Name{origin, leaf}, r); err != nil {
		return err
	}
	return o.b.Emit("commissioned", Commissioned{Origin: origin, Leaf: leaf, Class: c.Class, Depth: uint64(r.Depth)})
}

// Box makes a holder's own container, empty: a tote, a repacked case. It carries
// no provenance and holds only what has surfaced.
type Box struct {
	_       struct{}   `cbor:",toarray"`
	Origins Origins    `json:"origins"` // the one new origin
	Key0    proof.Key  `json:"key0"`
	Leaf    proof.Hash `json:"leaf"`
	Owner   proof.Key  `json:"owner"`
	Holder  proof.Key  `json:"holder"`
}

// Validate checks the message alone.
func (m *Box) Validate() error {
	if len(m.Origins) != 1 {
		return CodeBadShape.Errorf("a box names its one origin")
	}
	return newKeys(m.Key0, m.Owner, m.Holder)
}

// Apply makes the box.
func (m *Box) Apply(b *ledger.Block, s ledger.State) error {
	return op{b, s}.create(m.Origins[0], m.Key0, m.Leaf,
		proof.Record{Owner: m.Owner, Holder: m.Holder}, proof.OriginState{Class: proof.ClassBox})
}
