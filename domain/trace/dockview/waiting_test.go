package dockview_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pedigree/domain/trace/dockview"
)

// waiting is what waits, without what only a clock or a salt says.
func (w *world) waiting() []dockview.Arrival {
	w.t.Helper()
	got, err := w.docks.Arrivals(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return got.Rows
}

var fixed = cmpopts.IgnoreFields(dockview.Arrival{}, "Since", "Until", "Delivery")

func TestWhatWaitsIsListedUntilItIsReceived(t *testing.T) {
	w := newWorld(t)
	if got := w.waiting(); got == nil || len(got) != 0 {
		t.Fatalf("before anything came: %+v", got)
	}
	delivery := w.shipped(0, 1)
	w.desk.came[delivery] = w.now()
	pallet := func(n int, change func(*dockview.Arrival)) dockview.Arrival {
		a := dockview.Arrival{Path: w.pallet(n), Kind: "pallet", State: dockview.WaitsAnnounced, Seller: "maker", PO: "PO-1", Cases: 2, Packs: 6}
		if change != nil {
			change(&a)
		}
		return a
	}
	check := func(when string, want ...dockview.Arrival) {
		t.Helper()
		if diff := cmp.Diff(want, w.waiting(), fixed); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	check("announced", pallet(0, nil), pallet(1, nil))

	s := w.begin(dockview.Start{Delivery: delivery})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	in := func(found int) func(*dockview.Arrival) {
		return func(a *dockview.Arrival) { a.State, a.Session, a.Found = dockview.WaitsReceiving, s.ID, found }
	}
	check("one pallet is scanned", pallet(0, in(6)), pallet(1, in(0)))

	w.finish(s.ID)
	check("one pallet is received, the other stays on offer", pallet(1, nil))
}

func TestGoodsWithoutDataWaitToo(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{})
	w.scan(s.ID, w.pack(0), dockview.BeepUnexpected, dockview.RuleNoData)
	want := []dockview.Arrival{{State: dockview.WaitsNoData, Session: s.ID, Found: 1}}
	if diff := cmp.Diff(want, w.waiting(), fixed); diff != "" {
		t.Error(diff)
	}
}

func TestADocumentWaitsForItsGoods(t *testing.T) {
	w := newWorld(t)
	n := w.sent(w.s)
	got := w.waiting()
	if len(got) != 2 || got[0].Document != n || got[0].Packs != 6 || got[0].Cases != 2 || got[0].PO == "" || got[0].State != dockview.WaitsAnnounced || got[0].Seller == "" || got[0].Since.IsZero() {
		t.Fatalf("%+v", got)
	}
	s := w.begin(dockview.Start{Documents: []int64{n}})
	w.scan(s.ID, w.case_(0), dockview.BeepOK, "")
	if got := w.waiting(); len(got) != 2 || got[0].Session != s.ID || got[0].Found != 3 {
		t.Errorf("%+v", got)
	}
}

func TestDataWithoutAProductIsLateAfterThreeDays(t *testing.T) {
	w := newWorld(t)
	delivery := w.shipped(0)
	for since, want := range map[time.Duration]string{dockview.LateAfter: dockview.WaitsAnnounced, dockview.LateAfter + time.Second: dockview.WaitsLate} {
		w.desk.came[delivery] = w.now().Add(-since)
		if got := w.waiting(); len(got) != 1 || got[0].State != want {
			t.Errorf("after %v: %+v", since, got)
		}
	}
}
