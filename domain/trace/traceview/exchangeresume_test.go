package traceview

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"pedigree/internal/crash"
	"pedigree/proof"
)

// untilWhole runs an act that is killed at its first durable step, then at its
// second, and so on, each time in a new world, completing it as finish does; when
// it is no longer killed the world is checked once more.
func untilWhole(t *testing.T, act func(x *trade, killed bool) error, who string, build func(t *testing.T) *trade, check func(t *testing.T, x *trade, at string)) {
	t.Helper()
	for n := int64(1); ; n++ {
		x := build(t)
		where := killAt(x.desks[who], n)
		err := act(x, true)
		if err == nil {
			if n < 4 {
				t.Fatalf("the act has only %d durable steps", n-1)
			}
			return
		}
		if !errors.Is(err, errCrash) {
			t.Fatalf("killed at step %d (%s): %v", n, where.Load(), err)
		}
		x.restart(who)
		if n%2 == 0 { // a node resumes when it starts; a person asks again
			if _, err := x.desks[who].Resume(context.Background()); err != nil {
				t.Fatalf("after step %d (%s): %v", n, where.Load(), err)
			}
		}
		if err := act(x, false); err != nil && !errors.Is(err, errShipped) {
			t.Fatalf("again after step %d (%s): %v", n, where.Load(), err)
		}
		check(t, x, where.Load().(string))
	}
}

func transits(t *testing.T, x *trade) (transit, live int) {
	t.Helper()
	p := x.picture("maker")
	return p.Transit, p.Live
}

func TestAShipmentKilledAtAnyStepIsCompletedOnce(t *testing.T) {
	s := testShipment(2, 1, 2)
	var pallets []string
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		pallets = x.pallets("maker", s)
		x.handPrekeys("wholesaler", "maker", 2)
		return x
	}
	act := func(x *trade, _ bool) error {
		_, _, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler"})
		return err
	}
	untilWhole(t, act, "maker", build, func(t *testing.T, x *trade, at string) {
		if transit, _ := transits(t, x); transit != 2 {
			t.Errorf("killed at %q: %d records on offer, want 2", at, transit)
		}
		shipments, err := x.desks["maker"].Shipments(context.Background(), ShipmentFilter{})
		if err != nil || len(shipments) != 1 {
			t.Fatalf("killed at %q: %d shipments, error %v, want one", at, len(shipments), err)
		}
		file, err := x.desks["maker"].ShipmentFile(context.Background(), shipments[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		wantOutcome(t, x.receive("wholesaler", file), OK, Received)
		x.chain.settle()
	})
}

func TestAReceiptKilledAtAnyStepIsCompletedOnce(t *testing.T) {
	s := testShipment(2, 1, 3)
	var file []byte
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		pallets := x.pallets("maker", s)
		x.handPrekeys("wholesaler", "maker", 2)
		file = x.ship("maker", "wholesaler", pallets...)
		return x
	}
	act := func(x *trade, _ bool) error {
		_, err := x.desks["wholesaler"].Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(file), Refuse: []RefuseItem{{s.Pack(1), "missing"}}})
		return err
	}
	untilWhole(t, act, "wholesaler", build, func(t *testing.T, x *trade, at string) {
		// Two pallets, and the case and the pack that the refusal brought up.
		if transit, live := transits(t, x); transit != 0 || live != 4 {
			t.Errorf("killed at %q: %d on offer and %d live, want 0 and 4", at, transit, live)
		}
		if got := x.status("wholesaler", pathOf(t, s.Pack(1))); got != StatusRefused {
			t.Errorf("killed at %q: the refused pack has status %d", at, got)
		}
		if got := x.status("wholesaler", pathOf(t, s.Pack(0))); got != StatusOnHand {
			t.Errorf("killed at %q: a received pack has status %d", at, got)
		}
		x.deliver()
		if got := x.status("maker", pathOf(t, s.Pack(1))); got != StatusOnHand {
			t.Errorf("killed at %q: the maker has the refused pack with status %d", at, got)
		}
		x.chain.settle()
	})
}

func TestASettlementKilledAtAnyStepIsCompletedOnce(t *testing.T) {
	s := testShipment(1, 2, 3)
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		pallets := x.pallets("maker", s)
		x.handPrekeys("dispenser", "maker", 2)
		x.receive("dispenser", x.ship("maker", "dispenser", pallets...))
		if _, err := x.desks["dispenser"].Dispense(context.Background(), []string{s.Pack(0), s.Pack(4)}, "dispensing"); err != nil {
			t.Fatal(err)
		}
		return x
	}
	act := func(x *trade, _ bool) error {
		_, err := x.desks["dispenser"].SettleDispenses(context.Background())
		return err
	}
	untilWhole(t, act, "dispenser", build, func(t *testing.T, x *trade, at string) {
		if _, err := x.desks["dispenser"].Resume(context.Background()); err != nil {
			t.Fatal(err)
		}
		ended := 0
		for key, value := range x.chain.chain.State.Rows {
			if key[0] != proof.PrefixRecord {
				continue
			}
			if r, err := proof.DecodeRecord(value); err != nil {
				t.Fatal(err)
			} else if r.State == proof.StateEnded {
				ended++
			}
		}
		if ended != 2 {
			t.Errorf("killed at %q: %d records ended, want 2", at, ended)
		}
		x.chain.settle()
	})
}

// cutAt makes a desk stop whenever it comes to a point.
func cutAt(d *Desk, at crash.Point) {
	d.failAt = func(point crash.Point) error {
		if point == at {
			return errCrash
		}
		return nil
	}
}

// Nobody asks again here: what was cut off is completed by the node that starts.
func TestAShipmentThatIsOnTheLedgerIsSettledWithoutBeingAskedForAgain(t *testing.T) {
	for _, at := range []crash.Point{crash.ShipPlanned, crash.EntrySubmitted, crash.EntrySettled, crash.ShipCarried, crash.ShipmentSettled} {
		x := newExchange(t)
		pallets := x.pallets("maker", testShipment(1, 1, 2))
		x.handPrekeys("wholesaler", "maker", 1)
		cutAt(x.desks["maker"], at)
		if _, _, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler"}); !errors.Is(err, errCrash) {
			t.Fatalf("%s: the shipment ended with %v", at, err)
		}
		d := x.restart("maker")
		if _, err := d.Resume(context.Background()); err != nil {
			t.Fatal(err)
		}
		list, err := d.Shipments(context.Background(), ShipmentFilter{})
		if err != nil || len(list) != 1 || list[0].State != "offered" {
			t.Errorf("cut at %q it is %+v, %v", at, list, err)
		}
	}
}

func TestAPackWhoseEndTheLedgerRefusedWaitsAgainThoughTheNodeWasCutOff(t *testing.T) {
	s := testShipment(1, 2, 3)
	for _, at := range []crash.Point{crash.DispensePlanned, crash.DispenseCarried} {
		x := newExchange(t)
		pallets := x.pallets("maker", s)
		x.handPrekeys("dispenser", "maker", 2)
		x.receive("dispenser", x.ship("maker", "dispenser", pallets...))
		d := x.desks["dispenser"]
		if _, err := d.Dispense(context.Background(), []string{s.Pack(0)}, "dispensing"); err != nil {
			t.Fatal(err)
		}
		x.chain.deny = 100 // all of it
		cutAt(d, at)
		if _, err := d.SettleDispenses(context.Background()); !errors.Is(err, errCrash) {
			t.Fatalf("%s: the settlement ended with %v", at, err)
		}
		d = x.restart("dispenser")
		if _, err := d.Resume(context.Background()); err != nil {
			t.Fatal(err)
		}
		x.chain.deny = 0
		r, err := d.SettleDispenses(context.Background())
		if err != nil || r.Ended != 1 || r.Left != 0 || len(r.Refused) != 0 {
			t.Errorf("cut at %q and settled again it is %+v, %v", at, r, err)
		}
	}
}

func TestASettlementThatWasCutShortIsBroughtToItsEndByTheNext(t *testing.T) {
	s := testShipment(1, 2, 3)
	for _, at := range []crash.Point{crash.DispensePlanned, crash.EntrySubmitted, crash.DispenseCarried} {
		x := newExchange(t)
		pallets := x.pallets("maker", s)
		x.handPrekeys("dispenser", "maker", 2)
		x.receive("dispenser", x.ship("maker", "dispenser", pallets...))
		d := x.desks["dispenser"]
		if _, err := d.Dispense(context.Background(), []string{s.Pack(0)}, "dispensing"); err != nil {
			t.Fatal(err)
		}
		cutAt(d, at)
		if _, err := d.SettleDispenses(context.Background()); !errors.Is(err, errCrash) {
			t.Fatalf("%s: the settlement ended with %v", at, err)
		}
		d.failAt = nil
		if _, err := d.Dispense(context.Background(), []string{s.Pack(4)}, "dispensing"); err != nil {
			t.Fatal(err)
		}
		for i, want := range []SettleReport{{Ended: 2}, {}} {
			r, err := d.SettleDispenses(context.Background())
			if err != nil || r.Ended != want.Ended || r.Left != 0 || len(r.Refused) != 0 {
				t.Errorf("cut at %q, call %d ended as %+v, %v; want %+v", at, i+2, r, err, want)
			}
		}
	}
}
