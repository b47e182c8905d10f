package dscsa_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pedigree/format/dscsa"
	"pedigree/format/epcis/epcistest"
)

func TestATreeOfNodes(t *testing.T) {
	pallet, box, pack := "/00/003999910000000015", "/01/10399991123452/21/1", "/01/00399991123455/21/1"
	tests := map[string]struct {
		nodes []dscsa.Node
		err   string
	}{
		"containers before contents": {[]dscsa.Node{{Path: pallet}, {Path: box, In: pallet, Lot: "L", Expiry: "2028-06-30"}, {Path: pack, In: box, Sealed: true}}, ""},
		"contents before containers": {[]dscsa.Node{{Path: pack, In: box}, {Path: box}}, "doesn't stand before it"},
		"a thing in two containers":  {[]dscsa.Node{{Path: pallet}, {Path: box}, {Path: pack, In: box}, {Path: pack, In: pallet}}, "it is elsewhere"},
		"a thing in itself":          {[]dscsa.Node{{Path: box}, {Path: box, In: box}}, "it is elsewhere"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tree, err := dscsa.NewTree(1, slices.Values(test.nodes))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("%v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			n, ok := tree.Find(pack)
			if !ok || n.Known != 1 || !n.Sealed || n.In != box || !n.Inferred || n.Kind != dscsa.KindPack {
				t.Errorf("%+v", n)
			}
			if cases, packs := tree.Count(pallet); cases != 1 || packs != 1 {
				t.Errorf("%d cases and %d packs are on the pallet", cases, packs)
			}
			if n, _ := tree.Find(box); n.Kind != dscsa.KindCase || n.Lot != "L" || n.Sealed {
				t.Errorf("%+v", n)
			}
		})
	}
}

// nest is a chain of things, each in the one before.
func nest(levels int) []dscsa.Node {
	nodes := []dscsa.Node{{Path: "a0"}}
	for i := 1; i < levels; i++ {
		nodes = append(nodes, dscsa.Node{Path: fmt.Sprintf("a%d", i), In: fmt.Sprintf("a%d", i-1)})
	}
	return nodes
}

func TestLimitsOfATree(t *testing.T) {
	many := func(n int) func(func(dscsa.Node) bool) {
		return func(yield func(dscsa.Node) bool) {
			for i := range n {
				if !yield(dscsa.Node{Path: fmt.Sprintf("/01/00399991123455/21/%d", i)}) {
					return
				}
			}
		}
	}
	lots := func(n int) func(func(dscsa.Node) bool) {
		return func(yield func(dscsa.Node) bool) {
			for i := range n {
				if !yield(dscsa.Node{Path: "a", Lot: fmt.Sprint(i)}) {
					return
				}
			}
		}
	}
	tests := map[string]struct {
		nodes func(func(dscsa.Node) bool)
		whole bool
	}{
		"LevelsMax":        {slices.Values(nest(dscsa.LevelsMax)), true},
		"LevelsMax + 1":    {slices.Values(nest(dscsa.LevelsMax + 1)), false},
		"PathBytesMax":     {slices.Values([]dscsa.Node{{Path: strings.Repeat("a", dscsa.PathBytesMax)}}), true},
		"PathBytesMax + 1": {slices.Values([]dscsa.Node{{Path: strings.Repeat("a", dscsa.PathBytesMax+1)}}), false},
		"ThingsMax":        {many(dscsa.ThingsMax), true},
		"ThingsMax + 1":    {many(dscsa.ThingsMax + 1), false},
		"LotsMax + 1":      {lots(dscsa.LotsMax + 1), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := dscsa.NewTree(3, test.nodes); (err == nil) != test.whole {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestLimitsOfADocument(t *testing.T) {
	s := epcistest.Defaults()
	events := story(s)
	ship := events[len(events)-1]
	for countShipping(events, ship) < dscsa.ShipmentsMax {
		events = append(events, ship)
	}
	if r := read(t, write(t, s, events)); len(r.Shipments) != 1 {
		t.Errorf("%d shipments", len(r.Shipments))
	}
	if _, err := dscsa.Read(strings.NewReader(string(write(t, s, append(events, ship)))), dscsa.ReadOptions{}); err == nil || !strings.Contains(err.Error(), "shipping events") {
		t.Errorf("%v", err)
	}
}

func countShipping[E comparable](events []E, ship E) int {
	n := 0
	for _, e := range events {
		if e == ship {
			n++
		}
	}
	return n
}
