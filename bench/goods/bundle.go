package goods

import (
	"fmt"

	"pedigree/proof"
)

// State is proved state, as a node gives it.
type State struct {
	Values [][]byte
	Paths  []proof.StatePath
	Parts  proof.AppHashParts
	Header proof.Attestation
}

// leaves are those of a pack and of the case around it.
func (p *Pallet) leaves(c, u int) (pack proof.UnitOpening, box proof.Hash) {
	id := p.names.box(p.number, c)
	inside := p.names.pack(p.number, c, u)
	pack = proof.UnitOpening{ID: inside, Attrs: packAttrs, Salt: proof.ChildSalt(proof.ChildSeed(p.seed, id), inside)}
	return pack, proof.Leaf(proof.ChildSalt(p.seed, id), id, caseAttrs)
}

// StateKeys are the keys that a bundle of one pack shows: the pallet's record,
// its origin, the maker, and that pack and case have no record of their own.
func (p *Pallet) StateKeys(c, u int) [][]byte {
	pack, box := p.leaves(c, u)
	return [][]byte{
		proof.RecordKey(p.origin, p.leaf()), proof.OriginKey(p.origin), proof.MemberKey(p.maker.Org),
		proof.RecordKey(p.origin, pack.Leaf()), proof.RecordKey(p.origin, box),
	}
}

// Bundle proves pack u of case c, sealed on the pallet, from state that holds
// StateKeys.
func (p *Pallet) Bundle(c, u int, s State) (proof.Bundle, error) {
	if len(s.Values) != 5 || len(s.Paths) != 5 {
		return proof.Bundle{}, fmt.Errorf("couldn't make a bundle: %d values and %d paths are proved, not 5", len(s.Values), len(s.Paths))
	}
	pack, box := p.leaves(c, u)
	b := proof.Bundle{
		Unit: pack, Origin: p.origin, Parts: s.Parts, Header: s.Header, Absent: s.Paths[3:],
		Record: proof.StateValue{Value: s.Values[0], Path: s.Paths[0]},
		Counts: proof.StateValue{Value: s.Values[1], Path: s.Paths[1]},
		Maker: &proof.MakerProof{
			Body: p.statement.Encode(), Signature: p.signature, Salt: p.statementSalt(),
			Member: proof.StateValue{Value: s.Values[2], Path: s.Paths[2]},
		},
	}
	onPallet := proof.SlotOrder(p.seed, p.depth)[c]
	inCase, siblings, roots, err := p.paths(c, u)
	if err != nil {
		return b, err
	}
	b.Levels = []proof.Container{
		{Leaf: box, Pos: inCase, Siblings: siblings},
		{Leaf: p.leaf(), Pos: onPallet, Siblings: proof.NewSlotTree(p.depth, roots).Siblings(onPallet)},
	}
	return b, nil
}

// paths builds the pallet again, and keeps the path of one pack and all cases.
func (p *Pallet) paths(c, u int) (pos uint16, siblings, cases []proof.Hash, err error) {
	s, err := p.maker.Sealer(p.shape)
	if err != nil {
		return 0, nil, nil, err
	}
	s.sealCases(p.seed, p.number)
	seed := proof.ChildSeed(p.seed, p.names.box(p.number, c))
	s.sealCase(seed, p.number, c)
	pos = proof.SlotOrder(seed, s.deep)[u]
	return pos, proof.NewSlotTree(s.deep, s.packs).Siblings(pos), s.cases, nil
}
