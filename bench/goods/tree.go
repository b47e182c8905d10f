package goods

import (
	"fmt"

	"pedigree/proof"
)

// Shape is how many cases a pallet holds, and how many packs each case.
type Shape struct{ Cases, Packs int }

// The attributes of everything on a pallet.
var (
	lot, expiry = "LOT-7A", "290630"
	packAttrs   = proof.Attrs{Lot: lot, Expiry: expiry, Kind: proof.KindUnit}.Encode()
	caseAttrs   = proof.Attrs{Lot: lot, Expiry: expiry, Kind: proof.KindCase}.Encode()
	palletAttrs = proof.Attrs{Kind: proof.KindPallet}.Encode()
)

// Names of what is on a pallet, as GS1 Digital Link paths.
type names struct{ packGTIN, caseGTIN string }

func (n names) pack(pallet, box, pack int) string {
	return fmt.Sprintf("/01/%s/21/P%05d%03d%03d", n.packGTIN, pallet, box, pack)
}

func (n names) box(pallet, box int) string {
	return fmt.Sprintf("/01/%s/21/C%05d%03d", n.caseGTIN, pallet, box)
}

// Sealer builds the slot trees of pallets, one after another. Its buffers are
// used again; it is not safe for concurrent use.
type Sealer struct {
	names       names
	shape       Shape
	depth, deep uint8 // of a pallet's tree and of a case's
	cases       []proof.Hash
	packs       []proof.Hash
}

// Sealer returns a builder of this maker's pallets.
func (m Maker) Sealer(s Shape) (*Sealer, error) {
	n, err := m.names()
	if err != nil {
		return nil, err
	}
	b := &Sealer{names: n, shape: s}
	if b.depth, err = proof.SlotDepth(s.Cases); err == nil {
		b.deep, err = proof.SlotDepth(s.Packs)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't seal a pallet of %d cases of %d packs: %w", s.Cases, s.Packs, err)
	}
	b.cases, b.packs = make([]proof.Hash, 1<<b.depth), make([]proof.Hash, 1<<b.deep)
	return b, nil
}

// Seal builds the trees of a pallet from its seed and returns its root.
func (b *Sealer) Seal(seed proof.Hash, pallet int) proof.Hash {
	b.sealCases(seed, pallet)
	return proof.SlotRoot(b.cases)
}

// sealCases leaves a pallet's slots in the buffer.
func (b *Sealer) sealCases(seed proof.Hash, pallet int) {
	clear(b.cases)
	order, derive := proof.SlotOrder(seed, b.depth), proof.NewDeriver(seed)
	for c := range b.shape.Cases {
		id := b.names.box(pallet, c)
		b.sealCase(derive.Seed(id), pallet, c)
		leaf := proof.Leaf(derive.Salt(id), id, caseAttrs)
		b.cases[order[c]] = proof.Node(leaf, b.deep, proof.SlotRoot(b.packs))
	}
}

// sealCase leaves a case's slots in the buffer.
func (b *Sealer) sealCase(seed proof.Hash, pallet, c int) {
	clear(b.packs)
	order, derive := proof.SlotOrder(seed, b.deep), proof.NewDeriver(seed)
	for p := range b.shape.Packs {
		id := b.names.pack(pallet, c, p)
		b.packs[order[p]] = proof.Node(proof.Leaf(derive.Salt(id), id, packAttrs), 0, proof.Hash{})
	}
}

// Seed is the seed of a pallet that is only sealed, never commissioned.
func (m Maker) Seed(pallet int) proof.Hash { return m.hash("pallet seed", pallet) }
