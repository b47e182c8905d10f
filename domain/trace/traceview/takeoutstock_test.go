package traceview

import (
	"context"
	"strings"
	"testing"

	"pedigree/proof"
)

// takenOut is all the stock of a desk, by path. Each thing comes once, what is sealed
// stands in the slot of the thing one level up, and a record's bundle is of it.
func (x *trade) takenOut(org string) map[string]StockTakeout {
	x.t.Helper()
	d := x.desks[org]
	byPath, above := map[string]StockTakeout{}, []StockTakeout{}
	err := d.EachStock(context.Background(), func(s StockTakeout) error {
		if _, twice := byPath[s.Path]; twice || s.Level > len(above) {
			x.t.Errorf("%s comes at level %d, twice: %v", s.Path, s.Level, twice)
		}
		byPath[s.Path], above = s, append(above[:s.Level], s)
		if !s.Opened {
			return nil
		}
		attrs := proof.Attrs{Lot: s.Lot, Expiry: s.Expiry, Kind: s.Kind, Quantity: s.Quantity}
		leaf := proof.Leaf(s.Salt, s.Path, attrs.Encode())
		if s.Level > 0 && above[s.Level-1].Slots[s.Slot] != proof.Node(leaf, s.Depth, s.Root) {
			x.t.Errorf("%s is not in slot %d of %s", s.Path, s.Slot, s.Inside)
		}
		if s.Level > 0 {
			return nil
		}
		raw, err := d.StockProof(context.Background(), s)
		if err != nil {
			return err
		}
		b, err := proof.DecodeBundle(raw)
		if err == nil {
			_, err = b.Verify(x.chain.trust(), proof.Options{})
		}
		if err != nil || b.Unit.Leaf() != leaf || b.Unit.Root != s.Root || len(b.Levels) > 0 {
			x.t.Errorf("the bundle of %s is of %s, %d levels, %v", s.Path, b.Unit.ID, len(b.Levels), err)
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	x.allThere(org, byPath)
	return byPath
}

// allThere compares what was taken out with the inventory.
func (x *trade) allThere(org string, taken map[string]StockTakeout) {
	x.t.Helper()
	page, err := x.desks[org].Inventory(context.Background(), InventoryFilter{Limit: inventoryLimitMax})
	if err != nil || len(page.Rows) != len(taken) {
		x.t.Fatalf("%s has %d things, %d were taken out, %v", org, len(page.Rows), len(taken), err)
	}
	for _, row := range page.Rows {
		if got := taken[row.Path]; got.InventoryRow != row {
			x.t.Errorf("taken out as %+v, in stock as %+v", got.InventoryRow, row)
		}
	}
}

func TestStockIsTakenOutRecordByRecord(t *testing.T) {
	x := newShelf(t)
	dispensed, other := pathOf(t, x.s.Pack(0)), pathOf(t, x.s.Pack(1))
	if _, err := x.desks["dispenser"].Dispense(context.Background(), []string{x.s.Pack(0)}, "dispensing"); err != nil {
		t.Fatal(err)
	}
	taken := x.takenOut("dispenser")
	if s := taken[x.pallet]; s.Level != 0 || !s.Opened || len(s.Slots) != 1<<s.Depth || !s.Held() {
		t.Errorf("the pallet is %+v", s)
	}
	if s := taken[dispensed]; s.Level != 2 || !s.Opened || s.Held() {
		t.Errorf("the dispensed pack is %+v", s)
	}
	if s := taken[other]; s.Level != 2 || !s.Opened || !s.Held() {
		t.Errorf("the other pack is %+v", s)
	}
	if s := x.takenOut("maker")[other]; s.Level != 2 || s.Opened || s.Held() {
		t.Errorf("the maker, who has it no more, takes it out as %+v", s)
	}
}

func TestWhatLeftItsContainerIsTakenOutAsARecordOfItsOwn(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 3, 4)
	x.handPrekeys("wholesaler", "maker", 3)
	x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[0]))
	tote := x.tote(s, s.packs(0, 2)...)
	taken := x.takenOut("wholesaler")
	if p := taken[pathOf(t, s.s.Pack(0))]; p.Level != 0 || !p.Opened || p.Inside != tote {
		t.Errorf("a pack in a tote is %+v", p)
	}
	if p := taken[pathOf(t, s.s.Pack(2))]; p.Level != 1 || !p.Opened {
		t.Errorf("a pack that was left in the case is %+v", p)
	}
	if p := taken[pathOf(t, s.s.Pack(5))]; p.Level != 2 || !p.Opened {
		t.Errorf("a pack of the second case is %+v", p)
	}
	x.takenOut("maker")
}

func TestDamagedStockIsTakenOutAndSaysThatItIsNotProved(t *testing.T) {
	x := newShelf(t)
	held := pathOf(t, x.s.Case(0))
	x.sql(`UPDATE trace_item SET contents = NULL WHERE path = ?`, held)
	taken := x.takenOut("dispenser")
	if c := taken[held]; c.Level != 1 || !strings.Contains(c.Unproved, "another root") {
		t.Errorf("the case, whose row lost its contents, is %+v", c)
	}
	if p := taken[pathOf(t, x.s.Pack(0))]; p.Level != 0 || !strings.Contains(p.Unproved, "doesn't list it") {
		t.Errorf("a pack in it is %+v", p)
	}
}

func TestWhatMovedSinceItWasTakenOutIsNotProved(t *testing.T) {
	x := newShelf(t)
	s := x.takenOut("dispenser")[x.pallet]
	x.sql(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusAway, x.pallet)
	if _, err := x.desks["dispenser"].StockProof(context.Background(), s); err == nil || !strings.Contains(err.Error(), "it moved") {
		t.Error(err)
	}
}

func TestMoreStockThanIsLookedAtAtOnceIsTakenOut(t *testing.T) {
	x := newShelf(t)
	before := len(x.takenOut("dispenser"))
	x.sql(`INSERT INTO trace_item (path, kind, surfaced, status)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT '/01/00399991123455/21/X' || i, 1, 0, ? FROM n`, takeoutScan+1, StatusReported)
	told := 0
	err := x.desks["dispenser"].EachStock(context.Background(), func(s StockTakeout) error {
		told++
		return nil
	})
	if err != nil || told != before+takeoutScan+1 {
		t.Errorf("%d of %d things were taken out, %v", told, before+takeoutScan+1, err)
	}
}
