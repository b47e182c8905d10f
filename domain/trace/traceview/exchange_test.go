package traceview

import "testing"

func TestASealedPalletGoesFromMakerToWholesaler(t *testing.T) {
	x := newExchange(t)
	pallet := x.pallets("maker", testShipment(1, 3, 4))[0]
	x.handPrekeys("wholesaler", "maker", 5)
	file := x.ship("maker", "wholesaler", pallet)
	if got := x.status("maker", pallet); got != StatusOffered {
		t.Errorf("the maker's status is %d, want %d", got, StatusOffered)
	}
	r := x.receive("wholesaler", file)
	wantOutcome(t, r, OK, Received)
	if got := x.status("wholesaler", pallet); got != StatusOnHand {
		t.Errorf("the wholesaler's status is %d, want %d", got, StatusOnHand)
	}
	again := x.receive("wholesaler", file)
	wantOutcome(t, again, OK, Received)
	if !again.Again {
		t.Error("the second receipt does not say that it is one")
	}
	x.chain.settle()
}
