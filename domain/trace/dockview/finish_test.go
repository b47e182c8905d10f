package dockview_test

import (
	"strings"
	"testing"

	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/traceview"
)

func TestAWholeShipmentIsReceivedByItsPallets(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Delivery: w.shipped(0, 1)})
	r := w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	counted(t, r.Counts, 12, 0, 6)
	counted(t, w.scan(s.ID, w.pallet(1), dockview.BeepOK, "").Counts, 12, 0, 12)
	out := w.finish(s.ID)
	if len(out.Plan.Findings) > 0 || len(out.Outcomes) != 2 || out.Outcomes[0].Outcome != traceview.Received || out.Outcomes[1].Outcome != traceview.Received {
		t.Fatalf("%+v", out)
	}
	if n := w.stock(traceview.StatusOnHand); n != 12 {
		t.Errorf("%d packs on hand", n)
	}
	if out.Sellers[0].Word != traceview.SellerAuthorised || out.Sellers[0].Evidence != 7 {
		t.Errorf("the seller: %+v", out.Sellers)
	}
}

func TestOneOfTwoPalletsIsReceivedAndTheOtherStaysOnOffer(t *testing.T) {
	w := newWorld(t)
	delivery := w.shipped(0, 1)
	s := w.begin(dockview.Start{Delivery: delivery})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	out := w.finish(s.ID)
	if out.Outcomes[0].Outcome != traceview.Received || out.Outcomes[1].Outcome != traceview.NotAccepted || rules(out) != dockview.RuleNotArrived {
		t.Fatalf("%+v by %s", out.Outcomes, rules(out))
	}
	if n := w.stock(traceview.StatusOnHand); n != 6 {
		t.Errorf("%d packs on hand", n)
	}
	s = w.begin(dockview.Start{Delivery: delivery}) // the next day
	counted(t, w.scan(s.ID, w.pallet(1), dockview.BeepOK, "").Counts, 6, 0, 6)
	if w.finish(s.ID); w.stock(traceview.StatusOnHand) != 12 {
		t.Error("the second pallet isn't here")
	}
}

func TestASealedCaseThatIsMissingGoesBackAndTheRestIsReceived(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Delivery: w.shipped(0)})
	w.noted(s.ID, dockview.Scan{Raw: w.pallet(0), What: "open"}, dockview.BeepOK, "")
	counted(t, w.scan(s.ID, w.case_(0), dockview.BeepOK, "").Counts, 6, 0, 3)
	out := w.finish(s.ID)
	top := out.Plan.Tops[0]
	if top.Act != dockview.ActReceive || top.Good != 3 || len(top.Refuse) != 1 || top.Refuse[0].Path != w.case_(1) || out.Outcomes[0].Outcome != traceview.Received {
		t.Fatalf("%+v, %+v", top, out.Outcomes)
	}
	if rules(out) != dockview.RuleMissing || out.Plan.Findings[0].Count != 3 || out.Plan.Findings[0].Ordered != 6 || out.Plan.Findings[0].Received != 3 {
		t.Fatalf("%+v", out.Plan.Findings)
	}
	if n := w.stock(traceview.StatusOnHand); n != 3 {
		t.Errorf("%d packs on hand", n)
	}
}

func TestAPackMissingInACaseThatWasOpenedIsAConcealedShortage(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Delivery: w.shipped(0)})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.noted(s.ID, dockview.Scan{Raw: w.case_(1), What: "open"}, dockview.BeepOK, "")
	w.scan(s.ID, w.pack(3), dockview.BeepOK, "")
	counted(t, w.scan(s.ID, w.pack(5), dockview.BeepOK, "").Counts, 6, 2, 3)
	out := w.finish(s.ID)
	if f := out.Plan.Findings; len(f) != 1 || f[0].Rule != dockview.RuleConcealed || f[0].Items[0].Path != w.pack(4) || f[0].Case != "C-1" || f[0].Received != 5 {
		t.Fatalf("%+v", f)
	}
	if n := w.stock(traceview.StatusOnHand); n != 5 {
		t.Errorf("%d packs on hand", n)
	}
	if a, err := w.desk.Judge(t.Context(), []string{w.pack(3)}); err != nil || a[0].Word != traceview.OK {
		t.Errorf("the good pack, while the case is open: %+v, %v", a, err)
	}
}

func TestGoodsFromOutsideTheNetworkBecomeStock(t *testing.T) {
	w := newWorld(t)
	w.noticed("00399991123455", "OTHER")
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.scan(s.ID, w.pack(6), dockview.BeepOK, "")
	before, _ := w.chain.Status()
	out := w.finish(s.ID)
	if n := w.stock(traceview.StatusOutside); n != 7 || out.Taken != 7+3+2 {
		t.Fatalf("%d packs in stock, %d things taken: %+v", n, out.Taken, out)
	}
	if after, _ := w.chain.Status(); after != before {
		t.Error("something went onto the ledger")
	}
	a, err := w.desk.Judge(t.Context(), []string{w.pack(0), w.pack(6), w.pack(7)})
	if err != nil || a[0].Word != traceview.OK || len(a[0].Notices) != 1 || a[1].Word != traceview.OK || len(a[1].Notices) != 0 || a[2].Word != traceview.CannotTell {
		t.Fatalf("%+v, %v", a, err)
	}
	if f := out.Plan.Findings; len(f) != 1 || f[0].Rule != dockview.RuleMissing || f[0].Count != 5 || f[0].Category != "data-no-product" {
		t.Errorf("%+v", f)
	}
	again := w.finish(s.ID)
	if again.Taken != out.Taken || again.Session.State != dockview.Done || len(w.cases.list) != 1 {
		t.Errorf("again: %+v, %d cases", again, len(w.cases.list))
	}
}

func TestNothingOfASellerWithoutAuthorityBecomesStock(t *testing.T) {
	w := newWorld(t)
	w.sellers.words["0399991000015"] = traceview.SellerNotAuthorised
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	out := w.finish(s.ID)
	if n := w.stock(traceview.StatusOutside); n != 0 || out.Taken != 0 || out.Plan.Tops[0].Act != dockview.ActHold || !strings.Contains(rules(out), dockview.RuleSeller) {
		t.Fatalf("%d packs in stock: %+v", n, out.Plan)
	}
}

func TestAnUnknownSellerIsAskedAgainWhenAListCame(t *testing.T) {
	w := newWorld(t)
	w.noticed("00399991123455", "OTHER")
	delete(w.sellers.words, "0399991000015")
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.finish(s.ID)
	judge := func() traceview.Verdict {
		a, err := w.desk.Judge(t.Context(), []string{w.pack(0)})
		if err != nil {
			t.Fatal(err)
		}
		return a[0].Word
	}
	if got := judge(); got != traceview.CannotTell {
		t.Errorf("of an unknown seller: %s", got)
	}
	for word, want := range map[string]traceview.Verdict{traceview.SellerAuthorised: traceview.OK, traceview.SellerNotAuthorised: traceview.Stop} {
		w.sellers.words["0399991000015"] = word
		if list, err := w.docks.CheckSellers(t.Context(), s.ID); err != nil || len(list) != 1 || list[0].Word != word {
			t.Fatalf("%+v, %v", list, err)
		}
		if got := judge(); got != want {
			t.Errorf("of one that is %s: %s", word, got)
		}
	}
}

func TestAPalletThatAPersonRejectsGoesBackWhole(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Delivery: w.shipped(0, 1)})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.scan(s.ID, w.pallet(1), dockview.BeepOK, "")
	w.decide(s.ID, w.pallet(1), dockview.DecideReject)
	out := w.finish(s.ID)
	if out.Outcomes[0].Outcome != traceview.Received || out.Outcomes[1].Outcome != traceview.Rejected || w.stock(traceview.StatusOnHand) != 6 {
		t.Errorf("%+v, %d packs", out.Outcomes, w.stock(traceview.StatusOnHand))
	}
}
