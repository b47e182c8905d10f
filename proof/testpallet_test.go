package proof_test

import (
	"fmt"
	"testing"

	"pedigree/proof"
)

// pallet is a commission of cases of units, as a maker makes it: one seed for the
// commission, one for each case.
type pallet struct {
	origin     proof.Hash
	commission proof.Hash // seed of the commission
	seed       proof.Hash // of the pallet
	leaf       proof.Hash // of the pallet
	tree       *proof.SlotTree
	order      []uint16
	caseTrees  []*proof.SlotTree
	caseOrders [][]uint16
	statement  proof.Statement
	salt       proof.Hash // of the statement's commitment
}

const (
	gtin     = "09504000059118"
	caseGTIN = "19504000059115"
	sscc     = "095040000000000011"
	lot      = "LOT-7"
	expiry   = "290630"
)

func unitID(c, u int) string { return fmt.Sprintf("/01/%s/21/%03d%04d", gtin, c, u) }
func caseID(c int) string    { return fmt.Sprintf("/01/%s/21/C%03d", caseGTIN, c) }

var (
	unitAttrs   = proof.Attrs{Lot: lot, Expiry: expiry, Kind: proof.KindUnit}.Encode()
	caseAttrs   = proof.Attrs{Lot: lot, Expiry: expiry, Kind: proof.KindCase, Quantity: 40}.Encode()
	palletAttrs = proof.Attrs{Kind: proof.KindPallet}.Encode()
)

// slotTreeOf puts nodes into the slots that the seed says.
func slotTreeOf(seed proof.Hash, nodes []proof.Hash) (*proof.SlotTree, []uint16) {
	depth, err := proof.SlotDepth(len(nodes))
	if err != nil {
		panic(err)
	}
	slots, order := make([]proof.Hash, 1<<depth), proof.SlotOrder(seed, depth)
	for i, n := range nodes {
		slots[order[i]] = n
	}
	return proof.NewSlotTree(depth, slots), order
}

func newPallet(chainID, label string, cases, units int) pallet {
	p := pallet{origin: proof.Origin(chainID, seedKey("key0/"+label, 0).public), salt: seedHash("statement salt %s", label)}
	p.commission = proof.CommissionSeed([]byte("an organisation's custody secret"), []byte(label))
	p.seed = proof.ChildSeed(p.commission, "/00/"+sscc)
	p.leaf = p.unitOfAll().Leaf()
	var nodes []proof.Hash
	for c := range cases {
		seed := proof.ChildSeed(p.seed, caseID(c))
		var inside []proof.Hash
		for u := range units {
			leaf := proof.Leaf(proof.ChildSalt(seed, unitID(c, u)), unitID(c, u), unitAttrs)
			inside = append(inside, proof.Node(leaf, 0, proof.Hash{}))
		}
		tree, order := slotTreeOf(seed, inside)
		p.caseTrees, p.caseOrders = append(p.caseTrees, tree), append(p.caseOrders, order)
		nodes = append(nodes, proof.Node(p.caseLeaf(c), tree.Depth(), tree.Root()))
	}
	p.tree, p.order = slotTreeOf(p.seed, nodes)
	p.statement = proof.Statement{ChainID: chainID, Origin: p.origin, Org: maker, KeyID: 1, Items: []proof.StatementItem{
		{GTIN: gtin, Lot: lot, Expiry: expiry}, {GTIN: caseGTIN, Lot: lot, Expiry: expiry},
	}}
	return p
}

func (p pallet) caseLeaf(c int) proof.Hash {
	return proof.Leaf(proof.ChildSalt(p.seed, caseID(c)), caseID(c), caseAttrs)
}

func (p pallet) unit(c, u int) proof.UnitOpening {
	return proof.UnitOpening{ID: unitID(c, u), Attrs: unitAttrs, Salt: proof.ChildSalt(proof.ChildSeed(p.seed, caseID(c)), unitID(c, u))}
}

// unitOfAll opens the pallet's own leaf, without what is sealed in it.
func (p pallet) unitOfAll() proof.UnitOpening {
	return proof.UnitOpening{ID: "/00/" + sscc, Attrs: palletAttrs, Salt: proof.ChildSalt(p.commission, "/00/"+sscc)}
}

// levels are the containers around a unit.
func (p pallet) levels(c, u int) []proof.Container {
	inCase, onPallet := p.caseOrders[c][u], p.order[c]
	return []proof.Container{
		{Leaf: p.caseLeaf(c), Pos: inCase, Siblings: p.caseTrees[c].Siblings(inCase)},
		{Leaf: p.leaf, Pos: onPallet, Siblings: p.tree.Siblings(onPallet)},
	}
}

func (p pallet) signature() proof.Signature {
	return makerKey().sign(proof.TaggedHash(proof.TagStatement, p.statement.Encode()))
}

func (p pallet) originState() proof.OriginState {
	return proof.OriginState{
		At: 100, Day: 20_700, Suite: proof.Suite, Class: proof.ClassMade, Until: 60, Live: 1,
		Stmt: proof.StatementCommitment(p.salt, p.statement.Encode(), p.signature()),
	}
}

func owner() keyPair  { return seedKey("owner", 1) }
func holder() keyPair { return seedKey("holder", 1) }

func liveRecord() proof.Record {
	return proof.Record{State: proof.StateLive, Owner: owner().public, Holder: holder().public, At: 100}
}

// goods is a pallet and the state in which the ledger has it. Change what it
// holds, then ask for a bundle.
type goods struct {
	chain   chain
	pallet  pallet
	floor   int
	state   proof.OriginState
	record  proof.Record // of the pallet
	member  proof.Member
	further map[string][]byte // more keys of the state
	height  uint64
}

func newGoods(c chain, label string, cases, units, floor int) *goods {
	p := newPallet(c.id, label, cases, units)
	g := &goods{chain: c, pallet: p, floor: floor, state: p.originState(), record: liveRecord(), member: makerState(), further: map[string][]byte{}, height: 900}
	g.record.Depth, g.record.Root = p.tree.Depth(), p.tree.Root()
	return g
}

// bundle proves unit 3 of case 2, sealed on the pallet, with its present place.
func (g *goods) bundle(t testing.TB) proof.Bundle {
	p := g.pallet
	b := proof.Bundle{Unit: p.unit(2, 3), Levels: p.levels(2, 3), Origin: p.origin}
	b.Record.Value, b.Counts.Value = g.record.Encode(), g.state.Encode()
	b.Maker = &proof.MakerProof{Body: p.statement.Encode(), Signature: p.signature(), Salt: p.salt}
	b.Maker.Member.Value = g.member.Encode()
	g.prove(t, &b)
	return b
}

// prove lays the bundle's values into a state tree and signs a header over it.
func (g *goods) prove(t testing.TB, b *proof.Bundle) {
	t.Helper()
	tr := newTree(g.floor)
	leaves := []proof.Hash{b.Unit.Leaf()}
	for _, l := range b.Levels {
		leaves = append(leaves, l.Leaf)
	}
	last := len(leaves) - 1
	record := proof.RecordKey(b.Origin, leaves[last])
	tr.set(record, b.Record.Value)
	tr.set(proof.OriginKey(b.Origin), b.Counts.Value)
	if b.Maker != nil {
		tr.set(proof.MemberKey(maker), b.Maker.Member.Value)
	}
	for _, l := range leaves[:last] {
		tr.ask(proof.RecordKey(b.Origin, l))
	}
	for k, v := range g.further {
		tr.set([]byte(k), v)
	}
	b.Record.Path, b.Counts.Path = tr.path(record), tr.path(proof.OriginKey(b.Origin))
	if b.Maker != nil {
		b.Maker.Member.Path = tr.path(proof.MemberKey(maker))
	}
	b.Absent = nil
	for _, l := range leaves[:last] {
		b.Absent = append(b.Absent, tr.path(proof.RecordKey(b.Origin, l)))
	}
	at := proof.Parent{}
	if rec, err := proof.DecodeRecord(b.Record.Value); err == nil {
		at = rec.Parent
	}
	for i := range b.Parents {
		key := proof.RecordKey(at.Origin, at.Leaf)
		tr.set(key, b.Parents[i].Value)
		b.Parents[i].Path = tr.path(key)
		if rec, err := proof.DecodeRecord(b.Parents[i].Value); err == nil {
			at = rec.Parent
		}
	}
	b.Parts = proof.AppHashParts{EventCount: 5000, EventRoot: seedHash("events"), StateRoot: tr.root(), SetRoot: seedHash("sets")}
	h := g.chain.header(g.height + 1)
	h.App = b.Parts.Hash()
	b.Header = g.chain.attest(t, h)
}
