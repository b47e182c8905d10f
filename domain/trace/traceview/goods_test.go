package traceview

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

var (
	testUnit   = proof.Attrs{Lot: "LOT42", Expiry: "271130", Kind: proof.KindUnit}
	testCase   = proof.Attrs{Lot: "LOT42", Expiry: "271130", Kind: proof.KindCase}
	testPallet = proof.Attrs{Kind: proof.KindPallet}
)

// testGoods is a pallet of sealed cases of sealed packs.
func testGoods(origin proof.Hash, cases, packs int) Goods {
	g := Goods{
		Path: "/00/003123456000004219", Attrs: testPallet, Origin: origin,
		Salt: ledgertest.HashOf("salt"), Seed: ledgertest.HashOf("seed"),
	}
	for c := range cases {
		box := Goods{Path: fmt.Sprintf("/01/10312345678903/21/C%03d", c), Attrs: testCase}
		for p := range packs {
			box.Sealed = append(box.Sealed, Goods{Path: fmt.Sprintf("/01/00312345678906/21/P%03d%03d", c, p), Attrs: testUnit})
		}
		g.Sealed = append(g.Sealed, box)
	}
	if err := g.derive(); err != nil {
		panic(err)
	}
	return g
}

func TestGoodsReadBackAsTheyWereWritten(t *testing.T) {
	origins := []OriginOpening{
		{Origin: ledgertest.HashOf("made"), Body: []byte("statement"), Signature: proof.Signature{proof.AlgEd25519}, Salt: ledgertest.HashOf("s")},
		{Origin: ledgertest.HashOf("box")},
	}
	pallet := testGoods(origins[0].Origin, 3, 4)
	gone := pallet.Sealed[1]
	slot := gone.slot()
	pallet.Sealed[1] = Goods{Gone: &GoneChild{Leaf: slot.Leaf, Depth: slot.Depth, Root: slot.Root}}
	tote := Goods{
		Path: "/00/103123456000000423", Attrs: proof.Attrs{Kind: proof.KindBox}, Origin: origins[1].Origin, Salt: ledgertest.HashOf("tote"),
		Packed: []Goods{gone, {Path: "/01/00312345678906/21/LOOSE", Attrs: testUnit, Origin: origins[0].Origin, Salt: ledgertest.HashOf("loose")}},
	}
	want := []Goods{pallet, tote}
	raw, err := EncodeGoods(origins, want)
	if err != nil {
		t.Fatal(err)
	}
	gotOrigins, got, err := DecodeGoods(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(origins, gotOrigins); diff != "" {
		t.Errorf("origins differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("goods differ (-want +got):\n%s", diff)
	}
}

func TestAChildThatLeftKeepsItsContainersRoot(t *testing.T) {
	pallet := testGoods(ledgertest.HashOf("made"), 5, 3)
	before, _, err := pallet.tree()
	if err != nil {
		t.Fatal(err)
	}
	slot := pallet.Sealed[2].slot()
	pallet.Sealed[2] = Goods{Gone: &GoneChild{Leaf: slot.Leaf, Depth: slot.Depth, Root: slot.Root}}
	after, _, err := pallet.tree()
	if err != nil {
		t.Fatal(err)
	}
	if before.Root() != after.Root() {
		t.Errorf("root changed from %s to %s", before.Root(), after.Root())
	}
	if pallet.goneCount() != 1 {
		t.Errorf("%d children left, want 1", pallet.goneCount())
	}
}

func TestEachItemOpensToTheRootOfItsTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pallet := testGoods(ledgertest.HashOf("made"), rapid.IntRange(1, 9).Draw(t, "cases"), rapid.IntRange(1, 9).Draw(t, "packs"))
		tree, order, err := pallet.tree()
		if err != nil {
			t.Fatal(err)
		}
		for i := range pallet.Sealed {
			slot := pallet.Sealed[i].slot()
			slot.Pos = order[i]
			if err := proof.VerifySlotPath(tree.Depth(), tree.Root(), slot, tree.Siblings(order[i])); err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
		}
	})
}

func TestASealedPalletTravelsInFewBytes(t *testing.T) {
	origins := []OriginOpening{{Origin: ledgertest.HashOf("made")}}
	raw, err := EncodeGoods(origins, []Goods{testGoods(origins[0].Origin, 48, 40)})
	if err != nil {
		t.Fatal(err)
	}
	const items = 1 + 48 + 48*40
	if perItem := len(raw) / items; perItem > 16 {
		t.Errorf("%d bytes for each of %d items, want at most 16", perItem, items)
	}
}

func TestGoodsOutOfBoundsAreRefused(t *testing.T) {
	origins := []OriginOpening{{Origin: ledgertest.HashOf("made")}}
	nest := func(levels int) Goods {
		g := Goods{Path: "/00/003123456000004219", Attrs: testPallet, Origin: origins[0].Origin}
		for range levels {
			g = Goods{Path: "/00/003123456000004219", Attrs: testPallet, Origin: origins[0].Origin, Packed: []Goods{g}}
		}
		return g
	}
	sealed := func(levels int) Goods {
		g := Goods{Path: "/01/00312345678906/21/1", Attrs: testUnit}
		for range levels {
			g = Goods{Path: "/00/003123456000004219", Attrs: testPallet, Sealed: []Goods{g}}
		}
		g.Origin, g.Seed = origins[0].Origin, ledgertest.HashOf("seed")
		return g
	}
	for _, c := range []struct {
		name  string
		goods Goods
		ok    bool
	}{
		{"packed as deep as allowed", nest(proof.NestMax), true},
		{"packed one level deeper", nest(proof.NestMax + 1), false},
		{"sealed as deep as allowed", sealed(SealedLevelsMax), true},
		{"sealed one level deeper", sealed(SealedLevelsMax + 1), false},
		{"an identifier that is too long", Goods{Path: "/01/" + string(make([]byte, proof.IDSizeMax)), Attrs: testUnit, Origin: origins[0].Origin}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, err := EncodeGoods(origins, []Goods{c.goods})
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := DecodeGoods(raw); (err == nil) != c.ok {
				t.Errorf("read with error %v, want it accepted: %v", err, c.ok)
			}
		})
	}
}

func FuzzDecodeGoods(f *testing.F) {
	origins := []OriginOpening{{Origin: ledgertest.HashOf("made")}}
	raw, err := EncodeGoods(origins, []Goods{testGoods(origins[0].Origin, 2, 2)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, b []byte) {
		origins, goods, err := DecodeGoods(b)
		if err != nil {
			return
		}
		again, err := EncodeGoods(origins, goods)
		if err != nil || string(again) != string(b) {
			t.Errorf("read and written again it differs: %v", err)
		}
	})
}

func BenchmarkRebuildSealedPallet(b *testing.B) {
	pallet := testGoods(ledgertest.HashOf("made"), 48, 40)
	for b.Loop() {
		if err := pallet.derive(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(1920*b.N)/b.Elapsed().Seconds(), "packs/s")
}
