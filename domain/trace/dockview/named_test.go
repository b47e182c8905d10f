package dockview_test

import (
	"strings"
	"testing"

	"pedigree/domain/trace/dockview"
)

// naming is what waits and names a thing, as paths of its outermost containers.
func (w *world) naming(item string) []dockview.Arrival {
	w.t.Helper()
	got, err := w.docks.Naming(w.t.Context(), item)
	if err != nil {
		w.t.Fatal(err)
	}
	return got.Rows
}

func TestAnyCaseOrPackFindsTheDeliveryThatNamesIt(t *testing.T) {
	w := newWorld(t)
	delivery := w.shipped(0)
	document := w.sent(w.s)                    // of both pallets
	for item, want := range map[string][]bool{ // by whether it is the shipment's
		w.pallet(0): {true, false}, w.case_(1): {true, false}, w.pack(5): {true, false}, label(5, "(10)LOT-7A"): {true, false},
		w.pallet(1): {false}, w.case_(2): {false}, w.pack(6): {false}, w.pack(99): {},
	} {
		rows := w.naming(item)
		if len(rows) != len(want) {
			t.Fatalf("%s is named by %+v", item, rows)
		}
		for i, shipment := range want {
			if a := rows[i]; shipment != (a.Delivery == delivery) || shipment == (a.Document == document) || a.Seller == "" || a.Packs != 6 {
				t.Errorf("%s is named by %+v", item, a)
			}
		}
	}
	if _, err := w.docks.Naming(t.Context(), "00399991123455"); err == nil || !strings.Contains(err.Error(), "not one thing") {
		t.Errorf("of a product: %v", err)
	}
	s := w.begin(dockview.Start{Item: w.pack(5)})
	if s.Delivery != delivery || len(s.Documents) != 0 {
		t.Errorf("a pack begins %+v", s)
	}
	if rows := w.naming(w.case_(1)); rows[0].Session != s.ID || rows[0].State != dockview.WaitsReceiving {
		t.Errorf("while it is received: %+v", rows)
	}
	if _, err := w.docks.Open(t.Context(), dockview.Start{Item: w.case_(0)}, "clerk"); err == nil || !strings.Contains(err.Error(), "in session 1; go on there") {
		t.Errorf("a second session for it: %v", err)
	}
}

func TestAThingOfAnotherDeliveryIsSaidToBeItsAndNoFaultOfThisOne(t *testing.T) {
	w := newWorld(t)
	w.shipped(0)
	w.shippedOf(1)
	s := w.begin(dockview.Start{Item: w.pallet(0)})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	r := w.scan(s.ID, w.case_(2), dockview.BeepUnexpected, dockview.RuleOtherDelivery)
	if want := "pallet " + w.pallet(1) + " from maker, order PO-1"; !strings.Contains(r.Text, want) {
		t.Errorf("%q doesn't tell which: %s", r.Text, want)
	}
	w.start() // it is said the same after an interruption
	w.scan(s.ID, w.case_(2), dockview.BeepAgain, dockview.RuleOtherDelivery)
	if out := w.finish(s.ID); rules(out) != "" || len(w.cases.list) != 0 || len(out.Plan.Extras) != 1 {
		t.Errorf("%s, %+v", rules(out), out.Plan.Extras)
	}
	s = w.begin(dockview.Start{Item: w.case_(2)})
	w.scan(s.ID, w.case_(2), dockview.BeepOK, "")
}
