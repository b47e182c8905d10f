package traceview

import (
	"context"
	"strings"
	"testing"
)

// late is an offer of the maker whose time is over.
func late(t *testing.T) (*trade, string) {
	x := newExchange(t)
	s := testShipment(2, 1, 2)
	pallets := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", 4)
	x.ship("maker", "wholesaler", pallets[0])
	x.chain.pass(15 * 24 * 3600)
	return x, pallets[0]
}

func TestAnOfferThatNobodyReceivedWaitsForAPersonUnlessThePolicySaysOtherwise(t *testing.T) {
	x, pallet := late(t)
	d, ctx := x.desks["maker"], context.Background()
	if err := d.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	list, err := d.Shipments(ctx, ShipmentFilter{Overdue: true})
	if err != nil || len(list) != 1 || !list[0].Overdue || x.status("maker", pallet) != StatusOffered {
		t.Fatalf("%+v, %v", list, err)
	}
	d.reclaims = ReclaimAuto
	if err := d.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	if got := x.status("maker", pallet); got != StatusOnHand {
		t.Errorf("taken back, it is %s", StatusName(got))
	}
	for range 2 {
		if list, err = d.Shipments(ctx, ShipmentFilter{Overdue: true}); err != nil || len(list) != 0 {
			t.Errorf("taken back, it still waits: %+v, %v", list, err)
		}
		if n, err := d.ReclaimOverdue(ctx); err != nil || n != 0 {
			t.Errorf("taken back again: %d, %v", n, err)
		}
		x.chain.settle()
		x.deliver() // the second time with what the ledger's events told
	}
	if list, err = d.Shipments(ctx, ShipmentFilter{}); err != nil || list[0].State != "taken back" || list[0].Overdue || list[0].Height == 0 {
		t.Errorf("%+v, %v", list, err)
	}
	x.sound()
}

func TestNothingIsTakenBackBeforeItsTimeOrFromAnother(t *testing.T) {
	x, pallet := late(t)
	d, ctx := x.desks["maker"], context.Background()
	s := testShipment(2, 1, 2)
	report, file, err := d.Ship(ctx, ShipRequest{Items: []string{s.Pallet(1)}, To: "wholesaler"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Reclaim(ctx, report.ID); err == nil || !strings.Contains(err.Error(), "wholesaler can receive it until") {
		t.Errorf("before its time: %v", err)
	}
	d.reclaims = ReclaimAuto
	if n, err := d.ReclaimOverdue(ctx); err != nil || n != 1 {
		t.Errorf("%d taken back, %v", n, err)
	}
	if got := x.status("maker", pathOf(t, s.Pallet(1))); got != StatusOffered {
		t.Errorf("the offer that is open is %s", StatusName(got))
	}
	x.receive("wholesaler", file)
	x.chain.settle()
	x.deliver()
	x.chain.pass(15 * 24 * 3600)
	if _, err := d.Reclaim(ctx, report.ID); err == nil || !strings.Contains(err.Error(), "ask it for a return") {
		t.Errorf("after receipt: %v", err)
	}
	if _, err := x.desks["wholesaler"].Reclaim(ctx, report.ID); err == nil || !strings.Contains(err.Error(), "came in") {
		t.Errorf("by the receiver: %v", err)
	}
	if n, err := d.ReclaimOverdue(ctx); err != nil || n != 0 || x.status("maker", pallet) != StatusOnHand {
		t.Errorf("%d taken back, %v", n, err)
	}
	x.sound()
}

func TestCustodyThatNobodyTookComesBackToItsKeeper(t *testing.T) {
	h := newHands(t)
	h.goes("maker", "wholesaler", custody)
	h.offers("wholesaler", "dispenser", custody)
	h.chain.pass(15 * 24 * 3600)
	d := h.desks["wholesaler"]
	d.reclaims = ReclaimAuto
	if n, err := d.ReclaimOverdue(context.Background()); err != nil || n != 1 {
		t.Fatalf("%d taken back, %v", n, err)
	}
	h.want("before the ledger's events are told", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
	h.settled()
	h.want("and after", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
	h.faultless("maker", "wholesaler")
}

func TestAnOfferIsTakenBackOnceWhateverDies(t *testing.T) {
	var pallet string
	build := func(t *testing.T) *trade {
		var x *trade
		x, pallet = late(t)
		return x
	}
	act := func(x *trade, _ bool) error {
		x.desks["maker"].reclaims = ReclaimAuto
		return x.desks["maker"].Tend(context.Background())
	}
	untilWhole(t, act, "maker", build, func(t *testing.T, x *trade, at string) {
		x.chain.settle()
		x.deliver()
		if got := x.status("maker", pallet); got != StatusOnHand {
			t.Errorf("killed at %q, it is %s", at, StatusName(got))
		}
		if n, err := x.desks["maker"].ReclaimOverdue(context.Background()); err != nil || n != 0 {
			t.Errorf("killed at %q, %d are taken back again: %v", at, n, err)
		}
		x.sound()
	})
}
