package traceview

import (
	"fmt"

	"pedigree/proof"
)

// thing is one identified object while a document is planned: new in it, or
// known from the stock.
type thing struct {
	path   string
	kind   uint8
	lot    *lot // nil for logistic units
	parent *thing
	kids   []*thing // sealed-to-be, by ordinal
	sealed *sealedTree
	known  *known // what the stock says, nil for new ones

	born   int64 // row of the event that made it
	packed int64 // row of the event that put it into parent
	fixed  bool  // its commission is settled; what comes later is an operation
	born0  bool  // it stands at the top of a commission
	gone   bool  // its life has ended, or it left our hands, in this document

	replaces bool   // the stock has a row of what a partner reported
	tainted  int32  // ordinal of the faulty event that named it first
	above    string // what the stock says it is in, until that is loaded
}

// sealedTree is a container's slot tree as the ledger knows it.
type sealedTree struct {
	depth uint8
	root  proof.Hash
}

// grower builds the slot trees of commissions, one after another. Its buffers
// are used again; it is not safe for concurrent use.
type grower struct {
	attrs  map[attrsKey][]byte
	lots   []*lot // distinct ones of the present commission
	levels [treeLevelsMax + 1][]proof.Hash
}

type attrsKey struct {
	lot  *lot
	kind uint8
}

func newGrower() *grower { return &grower{attrs: map[attrsKey][]byte{}} }

// encodedAttrs are the attributes of a thing, encoded once for each lot and kind.
func (g *grower) encodedAttrs(t *thing) []byte {
	k := attrsKey{t.lot, t.kind}
	b, ok := g.attrs[k]
	if !ok {
		a := proof.Attrs{Kind: uint64(t.kind)}
		if t.lot != nil {
			a.Lot, a.Expiry = t.lot.number, t.lot.expiry
		}
		b = a.Encode()
		g.attrs[k] = b
	}
	return b
}

func (g *grower) note(l *lot) {
	if l == nil {
		return
	}
	for i := len(g.lots) - 1; i >= 0; i-- {
		if g.lots[i] == l {
			return
		}
	}
	g.lots = append(g.lots, l)
}

// grow builds the slot tree of a container from its seed and fills in sealed all
// the way down. A thing without children has none.
func (g *grower) grow(t *thing, seed proof.Hash, level int) error {
	g.note(t.lot)
	if len(t.kids) == 0 {
		return nil
	}
	if level >= treeLevelsMax {
		return fmt.Errorf("couldn't seal %s: containers would lie more than %d deep", t.path, treeLevelsMax)
	}
	depth, err := proof.SlotDepth(len(t.kids))
	if err != nil {
		return fmt.Errorf("couldn't seal %s: %w", t.path, err)
	}
	slots := g.slots(level, 1<<depth)
	order := proof.SlotOrder(seed, depth)
	derive := proof.NewDeriver(seed)
	for i, kid := range t.kids {
		leaf := proof.Leaf(derive.Salt(kid.path), kid.path, g.encodedAttrs(kid))
		if len(kid.kids) == 0 {
			g.note(kid.lot)
			slots[order[i]] = proof.Node(leaf, 0, proof.Hash{})
			continue
		}
		if err := g.grow(kid, derive.Seed(kid.path), level+1); err != nil {
			return err
		}
		slots[order[i]] = proof.Node(leaf, kid.sealed.depth, kid.sealed.root)
	}
	t.sealed = &sealedTree{depth: depth, root: proof.SlotRoot(slots)}
	return nil
}

// slots returns n zero slots for a level of the tree.
func (g *grower) slots(level, n int) []proof.Hash {
	if cap(g.levels[level]) < n {
		g.levels[level] = make([]proof.Hash, n)
	}
	s := g.levels[level][:n]
	clear(s)
	return s
}
