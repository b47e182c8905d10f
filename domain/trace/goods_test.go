package trace_test

import (
	"fmt"
	"slices"
	"sort"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// goods are a package or a sealed container, as its maker knows it: with salts
// and seeds. Salts come down from the container around it, so goods are grown
// from the outside.
type goods struct {
	id    string // identifier path
	attrs []byte
	inner []*goods

	salt  proof.Hash
	seed  proof.Hash
	leaf  proof.Hash
	depth uint8
	root  proof.Hash
	order []uint16 // slot of each inner one
	tree  *proof.SlotTree

	stmt      proof.Hash // commitment to the maker's statement, or none
	statement trace.Statement
}

const (
	unitGTIN = "10614141000019"
	caseGTIN = "20614141000016"
	lotCode  = "LOT-7"
	expiry   = "290630"
)

// unit is a package with a serial number.
func unit(serial string) *goods {
	return &goods{id: "/01/" + unitGTIN + "/21/" + serial, attrs: proof.Attrs{Lot: lotCode, Expiry: expiry, Kind: proof.KindUnit}.Encode()}
}

// container holds other goods, sealed.
func container(serial string, inner ...*goods) *goods {
	return &goods{id: "/01/" + caseGTIN + "/21/" + serial, attrs: proof.Attrs{Lot: lotCode, Expiry: expiry, Kind: proof.KindCase}.Encode(), inner: inner}
}

// units are packages with serial numbers that begin alike.
func units(prefix string, n int) []*goods {
	out := make([]*goods, n)
	for i := range out {
		out[i] = unit(fmt.Sprintf("%s%d", prefix, i))
	}
	return out
}

// grow derives salts and seeds from the commission's label and seals everything.
func grow(label string, g *goods) *goods {
	g.grow(proof.CommissionSeed([]byte("a custody secret for tests"), []byte(label)))
	return g
}

func (g *goods) grow(seed proof.Hash) {
	g.salt, g.seed = proof.ChildSalt(seed, g.id), proof.ChildSeed(seed, g.id)
	g.leaf = proof.Leaf(g.salt, g.id, g.attrs)
	if len(g.inner) == 0 {
		return
	}
	for _, in := range g.inner {
		in.grow(g.seed)
	}
	depth, err := proof.SlotDepth(len(g.inner))
	if err != nil {
		panic(err)
	}
	g.order = proof.SlotOrder(g.seed, depth)
	slots := make([]proof.Hash, 1<<depth)
	for i, in := range g.inner {
		slots[g.order[i]] = in.node()
	}
	g.seal(depth, slots)
}

func (g *goods) seal(depth uint8, slots []proof.Hash) {
	g.tree = proof.NewSlotTree(depth, slots)
	g.depth, g.root = depth, g.tree.Root()
}

func (g *goods) node() proof.Hash { return proof.Node(g.leaf, g.depth, g.root) }

// sealIn puts nodes into the slots of a container just as they are, in order.
func sealIn(g *goods, inner ...*goods) *goods {
	g.inner = inner
	depth, err := proof.SlotDepth(len(inner))
	if err != nil {
		panic(err)
	}
	slots := make([]proof.Hash, 1<<depth)
	g.order = make([]uint16, len(inner))
	for i, in := range inner {
		slots[i], g.order[i] = in.node(), uint16(i)
	}
	g.seal(depth, slots)
	return g
}

func (g *goods) slot(in *goods) trace.Slot {
	i := slices.Index(g.inner, in)
	return trace.Slot{Pos: uint64(g.order[i]), Leaf: in.leaf, Depth: uint64(in.depth), Root: ledger.OptHash(in.root)}
}

// opening shows some of what is sealed in a container.
func (g *goods) opening(shown ...*goods) trace.Opening {
	var o trace.Opening
	for _, in := range shown {
		o.Slots = append(o.Slots, g.slot(in))
	}
	sort.Slice(o.Slots, func(i, j int) bool { return o.Slots[i].Pos < o.Slots[j].Pos })
	var positions []uint16
	for _, s := range o.Slots {
		positions = append(positions, uint16(s.Pos))
	}
	for _, h := range g.tree.Batch(positions) {
		o.Hashes = append(o.Hashes, h[:]...)
	}
	return o
}

func (g *goods) all() trace.Opening { return g.opening(g.inner...) }

// level opens one slot on the way to a refused item.
func (g *goods) level(in *goods) trace.Level {
	o := g.opening(in)
	return trace.Level{Slot: o.Slots[0], Hashes: o.Hashes}
}

// in names the goods' record under a one-time key.
func (g *goods) in(key0 string) trace.Name { return trace.Name{Origin: originOf(key0), Leaf: g.leaf} }

// state makes a maker's signed statement about the commission and commits to it.
func (g *goods) state(maker, key0 string) *goods { return g.stateBy(maker, key0, 1, maker) }

func (g *goods) stateBy(maker, key0 string, keyID uint64, key string) *goods {
	body := proof.Statement{
		ChainID: ledgertest.ChainID, Origin: originOf(key0), Org: maker, KeyID: keyID,
		Items: []proof.StatementItem{{GTIN: unitGTIN, Lot: lotCode, Expiry: expiry}, {GTIN: caseGTIN, Lot: lotCode, Expiry: expiry}},
	}.Encode()
	sig := proof.Sign(ledgertest.PrivateKey(key), proof.TaggedHash(proof.TagStatement, body))
	g.statement = trace.Statement{Salt: ledgertest.HashOf("statement " + key0), Body: body, Signature: sig}
	g.stmt = proof.StatementCommitment(g.statement.Salt, body, sig)
	return g
}

// palletOf is a container of cases with units each, grown under a label.
func palletOf(label string, cases, unitsEach int) *goods {
	p := container("P-" + label)
	for c := range cases {
		p.inner = append(p.inner, container(fmt.Sprintf("C%d", c), units(fmt.Sprintf("%d-", c), unitsEach)...))
	}
	return grow(label, p)
}
