package traceview

import (
	"testing"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestWhatAPartnerReceivedIsGone(t *testing.T) {
	x := newExchange(t)
	x.handPrekeys("wholesaler", "maker", 4)
	s := testShipment(2, 1, 2)
	paths := x.pallets("maker", s)
	inner := pathOf(t, s.Pack(0))
	file := x.ship("maker", "wholesaler", paths[0])
	gone := func(partner string) map[string]bool {
		t.Helper()
		x.deliver()
		got, err := x.desks["maker"].Gone(t.Context(), partner, []string{paths[0], paths[1], inner, "/00/399999999999999999"})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := gone("wholesaler"); got[paths[0]] || got[paths[1]] || got[inner] {
		t.Errorf("on offer it is gone: %v", got)
	}
	x.receive("wholesaler", file)
	if got := gone("wholesaler"); !got[paths[0]] || got[paths[1]] || !got[inner] {
		t.Errorf("received it is not gone: %v", got)
	}
	if got := gone("dispenser"); got[paths[0]] {
		t.Errorf("it is gone to another: %v", got)
	}
	if _, err := x.desks["maker"].Gone(t.Context(), "wholesaler", make([]string, HereMax+1)); err == nil {
		t.Error("more is asked for at once than allowed")
	}
	var id proof.Hash
	list, err := x.desks["maker"].Shipments(t.Context(), ShipmentFilter{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	id = list[0].ID
	if with, found, err := x.desks["maker"].ShipmentWith(t.Context(), id); err != nil || !found || with != "wholesaler" {
		t.Errorf("the shipment is with %q, %t, %v", with, found, err)
	}
	if _, found, err := x.desks["maker"].ShipmentWith(t.Context(), ledgertest.HashOf("another")); err != nil || found {
		t.Errorf("a shipment that is not there is found: %v", err)
	}
}
