package dscsa

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// Node is one thing of a tree, with what a shipment's data says of it.
type Node struct {
	Path     string `json:"path"` // canonical Digital Link path
	Kind     uint64 `json:"kind"` // KindPack and so on
	GTIN     string `json:"gtin,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Expiry   string `json:"expiry,omitempty"`   // CCYY-MM-DD
	In       string `json:"in,omitempty"`       // path of what it is directly in
	Known    int    `json:"known"`              // how: 1 proved, 2 signed, 3 reported, 4 own
	Inferred bool   `json:"inferred,omitempty"` // only through what it is in
	Sealed   bool   `json:"sealed,omitempty"`   // in its container from the start, without a record of its own
}

// Tree is what to expect of a shipment: containers and what is in them.
type Tree struct {
	things *things
	forest *forest
	tops   []uint32 // places
	sorted []uint32 // places by thing, for Find
	known  uint8
	sealed []bool // by place; nil means none
	packs  int
}

func newTree(t *things, f *forest, tops []uint32) *Tree {
	tree := &Tree{things: t, forest: f, tops: tops, known: KnownReported}
	for _, at := range tops {
		for p := at; p < f.places[at].end; p++ {
			tree.sorted = append(tree.sorted, p)
			if tree.kind(p) == KindPack {
				tree.packs++
			}
		}
	}
	slices.SortStableFunc(tree.sorted, func(a, b uint32) int { return cmp.Compare(f.places[a].thing, f.places[b].thing) })
	return tree
}

// NewTree makes a tree of nodes, each container before what is in it. Of a node,
// Path, Lot, Expiry, In and Sealed count; known says how all of it is known.
func NewTree(known int, nodes iter.Seq[Node]) (*Tree, error) {
	t := newThings()
	var roots []uint32
	sealed := map[uint32]bool{}
	for n := range nodes {
		id, err := t.add([]byte(n.Path))
		if err != nil {
			return nil, err
		}
		if t.at(id).lot, err = t.lotNumber(lotExpiry{n.Lot, n.Expiry}); err != nil {
			return nil, err
		}
		if n.Sealed {
			sealed[id] = true
		}
		if n.In == "" {
			roots = append(roots, id)
			continue
		}
		in := t.find([]byte(n.In))
		if in == 0 {
			return nil, fmt.Errorf("couldn't make a tree: %.80q is in %.80q, which doesn't stand before it", n.Path, n.In)
		}
		if t.pack(id, in); t.at(id).parent != in {
			return nil, fmt.Errorf("couldn't make a tree: %.80q can't be put into %.80q: it is elsewhere, or more than %d levels deep", n.Path, n.In, LevelsMax)
		}
		if gtin := gtinOf(n.In); gtin != "" {
			t.cases[gtin] = true
		}
	}
	f := &forest{}
	tops := make([]uint32, 0, len(roots))
	for _, id := range roots {
		at, err := f.plant(t, id)
		if err != nil {
			return nil, err
		}
		tops = append(tops, at)
	}
	tree := newTree(t, f, tops)
	tree.known = uint8(known)
	tree.sealed = make([]bool, len(f.places))
	for at := range f.places {
		tree.sealed[at] = sealed[f.places[at].thing]
	}
	return tree, nil
}

// kind tells packages and cases apart: a case is what holds others, or has the
// GTIN of one that does.
func (t *Tree) kind(at uint32) uint64 {
	p := t.forest.places[at]
	kind := uint64(t.things.at(p.thing).kind)
	if kind != KindPack {
		return kind
	}
	if p.end > at+1 || t.things.cases[string(t.things.bytes(p.thing)[len("/01/"):gtinPathBytes])] {
		return KindCase
	}
	return KindPack
}

func (t *Tree) node(at uint32) *Node {
	p := t.forest.places[at]
	n := &Node{Path: t.things.path(p.thing), Kind: t.kind(at), Known: int(t.known), Inferred: p.up != 0}
	n.GTIN, n.Serial = gtinOf(n.Path), serialOf(n.Path)
	if lot := t.things.at(p.thing).lot; lot != 0 && n.Kind != KindPallet {
		n.Lot, n.Expiry = t.things.lots[lot-1].lot, t.things.lots[lot-1].expiry
	}
	if p.up != 0 {
		n.In = t.things.path(t.forest.places[p.up-1].thing)
	}
	n.Sealed = t.sealed != nil && t.sealed[at]
	return n
}

// place returns where a thing stands, in the shipment that came last.
func (t *Tree) place(path string) (uint32, bool) {
	id := t.things.find([]byte(path))
	if id == 0 {
		return 0, false
	}
	at, _ := slices.BinarySearchFunc(t.sorted, id+1, func(p, want uint32) int { return cmp.Compare(t.forest.places[p].thing, want) })
	if at == 0 || t.forest.places[t.sorted[at-1]].thing != id {
		return 0, false
	}
	return t.sorted[at-1], true
}

// Tops returns what the shipping event names.
func (t *Tree) Tops() []*Node {
	list := make([]*Node, 0, len(t.tops))
	for _, at := range t.tops {
		list = append(list, t.node(at))
	}
	return list
}

// Find returns the node of a canonical path.
func (t *Tree) Find(path string) (*Node, bool) {
	at, ok := t.place(path)
	if !ok {
		return nil, false
	}
	return t.node(at), true
}

// All yields a thing and everything in it, containers first; an empty path means
// the whole tree.
func (t *Tree) All(path string) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		tops := t.tops
		if path != "" {
			at, ok := t.place(path)
			if !ok {
				return
			}
			tops = []uint32{at}
		}
		for _, at := range tops {
			for p := at; p < t.forest.places[at].end; p++ {
				if !yield(t.node(p)) {
					return
				}
			}
		}
	}
}

// Count is how many cases and packages there are in a thing, itself included.
func (t *Tree) Count(path string) (cases, packs int) {
	for n := range t.All(path) {
		switch n.Kind {
		case KindCase:
			cases++
		case KindPack:
			packs++
		}
	}
	return cases, packs
}

// Children yields what is directly in a thing.
func (t *Tree) Children(path string) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		at, ok := t.place(path)
		if !ok {
			return
		}
		end := t.forest.places[at].end
		for p := at + 1; p < end; p = t.forest.places[p].end {
			if !yield(t.node(p)) {
				return
			}
		}
	}
}

// Len counts the things of the tree.
func (t *Tree) Len() int { return len(t.sorted) }

// Packs counts its saleable packages.
func (t *Tree) Packs() int { return t.packs }
