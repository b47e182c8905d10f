package traceview

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func TestTheInventoryIsPagedAndCountsWhatIsSealedWithItsContainer(t *testing.T) {
	x, s := newExchange(t), newScene()
	x.prekeys("wholesaler", "maker", 1)
	gone := s.pallet(0, 2, 3)
	s.pallet(1, 2, 3)
	s.commission(s.packs(50, 4)...)
	s.remove("dispensing", "dispensed", s.s.Pack(50))
	s.remove("destroying", "destroyed", s.s.Pack(51))
	s.ship(gone)
	x.taken(s)
	d, ctx := x.desks["maker"], context.Background()

	var all []InventoryRow
	for cursor := ""; ; {
		page, err := d.Inventory(ctx, InventoryFilter{Cursor: cursor, Limit: 7})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rows) > 7 {
			t.Fatalf("a page of %d rows", len(page.Rows))
		}
		all = append(all, page.Rows...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(all) != 2+4+12+4 {
		t.Errorf("%d rows in all pages", len(all))
	}
	for i := 1; i < len(all); i++ {
		if all[i-1].Path >= all[i].Path {
			t.Errorf("row %d is out of order", i)
		}
	}

	counts, err := d.LotCounts(ctx, InventoryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	lot := func(gtin string, kind uint64, status, n int) LotCount {
		return LotCount{GTIN: gtin, Lot: "LOT-7A", Expiry: "280630", Kind: kind, Status: status, Count: n}
	}
	got := map[LotCount]bool{}
	for _, c := range counts {
		got[c] = true
	}
	const unit, box = "00399991123455", "10399991123452"
	want := map[LotCount]bool{
		lot(unit, proof.KindUnit, StatusOffered, 6): true, lot(unit, proof.KindUnit, StatusOnHand, 8): true,
		lot(unit, proof.KindUnit, StatusDispensed, 1): true, lot(unit, proof.KindUnit, StatusEnded, 1): true,
		lot(box, proof.KindCase, StatusOffered, 2): true, lot(box, proof.KindCase, StatusOnHand, 2): true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts differ (-want +got):\n%s", diff)
	}

	for name, c := range map[string]struct {
		filter InventoryFilter
		rows   int
	}{
		"of a GTIN":                {InventoryFilter{GTIN: unit}, 16},
		"of a lot":                 {InventoryFilter{Lot: "LOT-7A"}, 20},
		"of another lot":           {InventoryFilter{Lot: "LOT-8"}, 0},
		"of a kind":                {InventoryFilter{Kind: proof.KindPallet}, 2},
		"on hand":                  {InventoryFilter{GTIN: unit, Status: StatusOnHand}, 8},
		"that expires before 2028": {InventoryFilter{ExpiresBefore: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)}, 0},
		"that expires before July": {InventoryFilter{ExpiresBefore: time.Date(2028, 7, 1, 0, 0, 0, 0, time.UTC)}, 20},
	} {
		page, err := d.Inventory(ctx, c.filter)
		if err != nil || len(page.Rows) != c.rows {
			t.Errorf("stock %s: %d rows, want %d: %v", name, len(page.Rows), c.rows, err)
		}
	}
}

func TestAnInventoryPageHasALimit(t *testing.T) {
	d := newExchange(t).desks["maker"]
	for limit, ok := range map[int]bool{inventoryLimitMax: true, inventoryLimitMax + 1: false, -1: false} {
		if _, err := d.Inventory(context.Background(), InventoryFilter{Limit: limit}); (err == nil) != ok {
			t.Errorf("a page of %d: %v", limit, err)
		}
	}
	if _, err := d.Inventory(context.Background(), InventoryFilter{GTIN: "00399991123456"}); err == nil {
		t.Error("a GTIN with a wrong check digit is looked for")
	}
}
