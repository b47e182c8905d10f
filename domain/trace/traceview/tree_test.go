package traceview

import (
	"fmt"
	"sync"
	"testing"

	"pedigree/proof"
)

// pallet makes a thing with cases of packs.
func palletOf(n, cases, packs int, l *lot) *thing {
	p := &thing{path: fmt.Sprintf("/00/%018d", n), kind: proof.KindPallet}
	for c := range cases {
		k := &thing{path: fmt.Sprintf("/01/10399991123452/21/%d", n*cases+c), kind: proof.KindCase, lot: l, parent: p}
		for u := range packs {
			k.kids = append(k.kids, &thing{path: fmt.Sprintf("/01/00399991123455/21/%d", 100_000_000_000+(n*cases+c)*packs+u), kind: proof.KindUnit, lot: l, parent: k})
		}
		p.kids = append(p.kids, k)
	}
	return p
}

// plainRoot is the slot tree by the specification, function by function.
func plainRoot(t *testing.T, x *thing, seed proof.Hash) (uint8, proof.Hash) {
	t.Helper()
	if len(x.kids) == 0 {
		return 0, proof.Hash{}
	}
	depth, err := proof.SlotDepth(len(x.kids))
	if err != nil {
		t.Fatal(err)
	}
	slots := make([]proof.Hash, 1<<depth)
	for i, k := range x.kids {
		a := proof.Attrs{Kind: uint64(k.kind)}
		if k.lot != nil {
			a.Lot, a.Expiry = k.lot.number, k.lot.expiry
		}
		d, r := plainRoot(t, k, proof.ChildSeed(seed, k.path))
		slots[proof.SlotOrder(seed, depth)[i]] = proof.Node(proof.Leaf(proof.ChildSalt(seed, k.path), k.path, a.Encode()), d, r)
	}
	return depth, proof.NewSlotTree(depth, slots).Root()
}

func TestAGrownTreeIsTheSpecifiedOne(t *testing.T) {
	l := &lot{gtin: "00399991123455", number: "LOT-7A", expiry: "280630"}
	for _, shape := range [][2]int{{1, 1}, {3, 4}, {48, 40}, {5, 65}} {
		p, seed := palletOf(1, shape[0], shape[1], l), proof.Hash{7}
		g := newGrower()
		if err := g.grow(p, seed, 0); err != nil {
			t.Fatal(err)
		}
		if depth, root := plainRoot(t, p, seed); p.sealed.depth != depth || p.sealed.root != root {
			t.Errorf("%v: depth %d and root %s, by the specification %d and %s", shape, p.sealed.depth, p.sealed.root, depth, root)
		}
	}
}

func TestAContainerTakes4096ChildrenAndNotOneMore(t *testing.T) {
	l := &lot{number: "A", expiry: "280630"}
	for _, c := range []struct {
		n  int
		ok bool
	}{{1 << proof.SlotDepthMax, true}, {1<<proof.SlotDepthMax + 1, false}} {
		p := palletOf(1, 1, c.n, l)
		if err := newGrower().grow(p, proof.Hash{1}, 0); (err == nil) != c.ok {
			t.Errorf("%d children: %v", c.n, err)
		}
	}
}

func TestContainersLieAtMostSoManyLevelsDeep(t *testing.T) {
	for _, c := range []struct {
		levels int
		ok     bool
	}{{treeLevelsMax, true}, {treeLevelsMax + 1, false}} {
		top := &thing{path: "/00/0"}
		at := top
		for i := range c.levels {
			kid := &thing{path: fmt.Sprint("/00/", i+1)}
			at.kids = []*thing{kid}
			at = kid
		}
		if err := newGrower().grow(top, proof.Hash{1}, 0); (err == nil) != c.ok {
			t.Errorf("%d levels: %v", c.levels, err)
		}
	}
}

// BenchmarkTreesOfAMillionPacks builds 521 pallets of 48 cases of 40 packs by two
// workers.
func BenchmarkTreesOfAMillionPacks(b *testing.B) {
	l := &lot{gtin: "00399991123455", number: "LOT-7A", expiry: "280630"}
	const pallets = 521
	all := make([]*thing, pallets)
	for i := range all {
		all[i] = palletOf(i, 48, 40, l)
	}
	for b.Loop() {
		next := make(chan *thing, pallets)
		for _, p := range all {
			next <- p
		}
		close(next)
		var done sync.WaitGroup
		for range 2 {
			done.Go(func() {
				g := newGrower()
				for p := range next {
					if err := g.grow(p, proof.Hash{1}, 0); err != nil {
						b.Error(err)
					}
				}
			})
		}
		done.Wait()
	}
	b.ReportMetric(float64(pallets*48*40)*float64(b.N)/b.Elapsed().Seconds(), "packs/s")
}
