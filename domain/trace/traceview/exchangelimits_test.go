package traceview

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestContentHasAtMostSoMuchOfEverything(t *testing.T) {
	origin := ledgertest.HashOf("made")
	empty := func() Content {
		return Content{MemoSalt: ledgertest.HashOf("memo"), Origins: []OriginOpening{{Origin: origin}}}
	}
	unit := func(path string) Goods {
		return Goods{Path: path, Attrs: testUnit, Origin: origin, Salt: ledgertest.HashOf("salt")}
	}
	for _, c := range []struct {
		name  string
		limit int
		fill  func(c *Content, n int)
	}{
		{"documents", ShipmentDocsMax, func(c *Content, n int) { c.Documents = make([]Document, n) }},
		{"bytes of a document's name", DocumentNameMax, func(c *Content, n int) { c.Documents = []Document{{Name: strings.Repeat("n", n)}} }},
		{"bytes of a media type", MediaTypeMax, func(c *Content, n int) { c.Documents = []Document{{MediaType: strings.Repeat("m", n)}} }},
		{"origins", GoodsOriginsMax, func(c *Content, n int) { c.Origins = make([]OriginOpening, n) }},
		{"records", ShipmentItemsMax, func(c *Content, n int) {
			for range n {
				c.Goods, c.Offers = append(c.Goods, unit("/01/00312345678906/21/1")), append(c.Offers, Offer{Back: ledgertest.Key("b")})
			}
		}},
		{"pairs of path prefix and attributes", GoodsClassesMax, func(c *Content, n int) {
			box := Goods{Path: "/00/103123456000000423", Attrs: proof.Attrs{Kind: proof.KindBox}, Origin: origin}
			for i := range n - 1 { // the box has the first
				g := unit("/01/00312345678906/21/1")
				g.Attrs.Lot = fmt.Sprint(i)
				box.Packed = append(box.Packed, g)
			}
			c.Goods, c.Offers = []Goods{box}, []Offer{{Back: ledgertest.Key("b")}}
		}},
		{"records packed in one", PackedMax, func(c *Content, n int) {
			box := Goods{Path: "/00/103123456000000423", Attrs: proof.Attrs{Kind: proof.KindBox}, Origin: origin}
			for range n {
				box.Packed = append(box.Packed, unit("/01/00312345678906/21/1"))
			}
			c.Goods, c.Offers = []Goods{box}, []Offer{{Back: ledgertest.Key("b")}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{c.limit, c.limit + 1} {
				content := empty()
				c.fill(&content, n)
				raw, err := content.Encode()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := DecodeContent(raw); (err == nil) != (n == c.limit) {
					t.Errorf("%d of at most %d: error %v", n, c.limit, err)
				}
			}
		})
	}
}

func TestGoodsHaveAtMostSoManyThings(t *testing.T) {
	r := proof.NewReader(nil)
	g := &goodsReader{r: r, classes: []classOf{{prefix: "/01/"}}, items: GoodsItemsMax - 1}
	if g.name(0, "x"); r.Err() != nil {
		t.Errorf("the last thing that is allowed: %v", r.Err())
	}
	if g.name(0, "x"); r.Err() == nil {
		t.Error("one thing more was read")
	}
}

func TestRequestsHaveLimits(t *testing.T) {
	x := newExchange(t)
	d, ctx := x.desks["dispenser"], context.Background()
	many := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("/01/00399991123455/21/%d", i)
		}
		return list
	}
	tooMany := func(err error) bool { return err != nil && strings.Contains(err.Error(), "are named where") }
	for _, n := range []int{DispenseItemsMax, DispenseItemsMax + 1} {
		if _, err := d.Dispense(ctx, many(n), "dispensing"); tooMany(err) != (n > DispenseItemsMax) {
			t.Errorf("%d packs dispensed at once: error %v", n, err)
		}
	}
	for _, n := range []int{ShipmentItemsMax, ShipmentItemsMax + 1} {
		if _, _, err := d.Ship(ctx, ShipRequest{Items: many(n), To: "maker"}); tooMany(err) != (n > ShipmentItemsMax) {
			t.Errorf("%d items shipped at once: error %v", n, err)
		}
	}
	for _, n := range []int{DispenseReasonMax, DispenseReasonMax + 1} {
		if _, err := d.Dispense(ctx, many(1), strings.Repeat("r", n)); (err != nil) != (n > DispenseReasonMax) {
			t.Errorf("a reason of %d bytes: error %v", n, err)
		}
	}
	for _, n := range []int{TraceTextMax, TraceTextMax + 1} {
		_, err := d.Trace(ctx, strings.Repeat("1", n))
		if err == nil || strings.Contains(err.Error(), "are read") != (n > TraceTextMax) {
			t.Errorf("a text of %d bytes: error %v", n, err)
		}
	}
}
