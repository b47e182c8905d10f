package traceview

import (
	"fmt"
	"iter"
	"math/bits"

	"pedigree/proof"
)

// Goods is one thing with everything that its holder needs to prove what it is
// and what is in it. At the top of a shipment and among Packed it is a record of
// its own on the ledger, with Origin and Salt; among Sealed it has neither, for
// its salt follows from its container's seed.
type Goods struct {
	Path   string
	Attrs  proof.Attrs
	Origin proof.Hash // records only
	Salt   proof.Hash // records only
	Seed   proof.Hash // of a container with a slot tree; derived below a record
	Depth  uint8      // of its slot tree; derived
	Root   proof.Hash // of its slot tree; derived
	Sealed []Goods    // children in the slot tree, by ordinal
	Packed []Goods    // records that are packed in this one
	// Gone stands for a child that has surfaced since: it keeps its slot, but is
	// no longer inside. All other fields are zero then.
	Gone *GoneChild
}

// GoneChild is what the slot tree still needs of a child that has left.
type GoneChild struct {
	Leaf  proof.Hash
	Depth uint8
	Root  proof.Hash
}

// IsContainer reports whether something is, or was, sealed in it.
func (g *Goods) IsContainer() bool { return len(g.Sealed) > 0 }

// Leaf is the custody leaf of a record.
func (g *Goods) Leaf() proof.Hash { return proof.Leaf(g.Salt, g.Path, g.Attrs.Encode()) }

// All yields the goods and everything inside, gone children left out, with the
// path of what each is directly in.
func (g *Goods) All() iter.Seq2[*Goods, string] {
	return func(yield func(*Goods, string) bool) { g.walk("", yield) }
}

func (g *Goods) walk(in string, yield func(*Goods, string) bool) bool {
	if g.Gone != nil {
		return true
	}
	if !yield(g, in) {
		return false
	}
	for _, list := range [][]Goods{g.Sealed, g.Packed} {
		for i := range list {
			if !list[i].walk(g.Path, yield) {
				return false
			}
		}
	}
	return true
}

// things counts the packs, cases and pallets at all levels, itself included.
func (g *Goods) things() (n int) {
	for range g.All() {
		n++
	}
	return n
}

// goneCount is how many children have surfaced.
func (g *Goods) goneCount() uint64 {
	n := uint64(0)
	for i := range g.Sealed {
		if g.Sealed[i].Gone != nil {
			n++
		}
	}
	return n
}

// derive fills in what follows from a record's own seed and its children: salts
// and seeds downward, depths and roots of slot trees upward.
func (g *Goods) derive() error {
	if g.Gone != nil {
		return nil
	}
	if err := g.deriveSealed(); err != nil {
		return err
	}
	for i := range g.Packed {
		if err := g.Packed[i].derive(); err != nil {
			return err
		}
	}
	return nil
}

func (g *Goods) deriveSealed() error {
	if !g.IsContainer() {
		return nil
	}
	from := proof.NewDeriver(g.Seed)
	for i := range g.Sealed {
		c := &g.Sealed[i]
		if c.Gone != nil {
			continue
		}
		c.Salt, c.Origin = from.Salt(c.Path), g.Origin
		if !c.IsContainer() {
			continue
		}
		c.Seed = from.Seed(c.Path)
		if err := c.deriveSealed(); err != nil {
			return err
		}
	}
	slots, _, err := g.slots()
	if err != nil {
		return err
	}
	g.Depth = uint8(bits.TrailingZeros(uint(len(slots))))
	g.Root = proof.SlotRoot(slots)
	return nil
}

// slots returns the hashes in the slots of a container whose children are
// derived, and in which slot each child stands.
func (g *Goods) slots() ([]proof.Hash, []uint16, error) {
	depth, err := proof.SlotDepth(len(g.Sealed))
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't rebuild %s: %w", g.Path, err)
	}
	slots := make([]proof.Hash, 1<<depth)
	order := proof.SlotOrder(g.Seed, depth)
	for i := range g.Sealed {
		s := g.Sealed[i].slot()
		slots[order[i]] = proof.Node(s.Leaf, s.Depth, s.Root)
	}
	return slots, order, nil
}

// tree is a container's slot tree, and in which slot each child stands.
func (g *Goods) tree() (*proof.SlotTree, []uint16, error) {
	slots, order, err := g.slots()
	if err != nil {
		return nil, nil, err
	}
	return proof.NewSlotTree(uint8(bits.TrailingZeros(uint(len(slots)))), slots), order, nil
}

// slot is what stands for these goods in their container's tree, without its place.
func (g *Goods) slot() proof.Slot {
	if g.Gone != nil {
		return proof.Slot{Leaf: g.Gone.Leaf, Depth: g.Gone.Depth, Root: g.Gone.Root}
	}
	return proof.Slot{Leaf: g.Leaf(), Depth: g.Depth, Root: g.Root}
}

// find returns the way from the goods down to a path, itself first, or nil.
func (g *Goods) find(path string) []*Goods {
	if g.Gone != nil {
		return nil
	}
	if g.Path == path {
		return []*Goods{g}
	}
	for _, list := range [][]Goods{g.Sealed, g.Packed} {
		for i := range list {
			if way := list[i].find(path); way != nil {
				return append([]*Goods{g}, way...)
			}
		}
	}
	return nil
}
