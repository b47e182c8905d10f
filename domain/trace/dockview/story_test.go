package dockview_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis"
	"pedigree/format/epcis/faultcorpus"
	"pedigree/ledger"
)

// label is what is on a pack, with what its symbol says beside its number.
func label(n int, more string) string {
	return fmt.Sprintf("(01)00399991123455(21)%d%s", 100_000_000_001+n, more)
}

// cased is the finding of a rule with the case that was opened about it.
func (w *world) cased(r dockview.Report, rule, scenario string) dockview.Finding {
	w.t.Helper()
	for _, f := range r.Plan.Findings {
		if f.Rule != rule {
			continue
		}
		if f.Scenario != scenario || f.Case == "" {
			w.t.Errorf("%s is found as scenario %s, in case %q", rule, f.Scenario, f.Case)
		}
		return f
	}
	w.t.Fatalf("%s isn't found, only %s", rule, rules(r))
	return dockview.Finding{}
}

// here fails the test unless so many packs are on hand, and so many came from outside.
func (w *world) here(onHand, outside int) {
	w.t.Helper()
	if a, b := w.stock(traceview.StatusOnHand), w.stock(traceview.StatusOutside); a != onHand || b != outside {
		w.t.Errorf("%d packs on hand and %d from outside, want %d and %d", a, b, onHand, outside)
	}
}

// twoDocuments plays each kind of fault that goods or a second document show, by its name
// in the corpus.
var twoDocuments = map[string]func(w *world){
	"overage-keep": func(w *world) { // the sender ships what is missing on the ledger
		s := w.begin(dockview.Start{Delivery: w.shipped(0)})
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		w.scan(s.ID, w.pallet(1), dockview.BeepUnexpected, dockview.RuleOverage)
		height, _ := w.chain.Status()
		out := w.finish(s.ID)
		if f := w.cased(out, dockview.RuleOverage, "1.1A"); f.Items[0].Path != w.pallet(1) || out.Plan.Extras[0].Act != dockview.DecideHold {
			w.t.Errorf("%+v, %+v", f, out.Plan.Extras)
		}
		if now, _ := w.chain.Status(); now != height+1 {
			w.t.Errorf("%d entries for one receipt", now-height)
		}
		w.here(6, 0)
		s = w.begin(dockview.Start{Delivery: w.shippedOf(1)})
		w.scan(s.ID, w.pallet(1), dockview.BeepOK, "")
		if out := w.finish(s.ID); rules(out) != "" {
			w.t.Errorf("with its record: %s", rules(out))
		}
		w.here(12, 0)
	},
	"overage-back": func(w *world) {
		s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		w.scan(s.ID, label(77, ""), dockview.BeepUnexpected, dockview.RuleOverage)
		w.decide(s.ID, label(77, ""), dockview.DecideBack)
		out := w.finish(s.ID)
		if f := w.cased(out, dockview.RuleOverage, "1.1B"); f.Resolution != "Return product" || out.Plan.Extras[0].Act != dockview.DecideBack {
			w.t.Errorf("%+v, %+v", f, out.Plan.Extras)
		}
		w.here(0, 6)
	},
	"overage-concealed": func(w *world) {
		s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		w.noted(s.ID, dockview.Scan{Raw: w.case_(0), What: "open"}, dockview.BeepOK, "")
		for n := range 3 {
			w.noted(s.ID, dockview.Scan{Raw: w.pack(n), In: w.case_(0)}, dockview.BeepOK, "")
		}
		w.noted(s.ID, dockview.Scan{Raw: label(77, "(10)LOT-7A"), In: w.case_(0)}, dockview.BeepUnexpected, dockview.RuleUnexpectedSerial)
		if f := w.cased(w.finish(s.ID), dockview.RuleUnexpectedSerial, "1.4A"); f.Count != 1 {
			w.t.Errorf("%+v", f)
		}
		w.here(0, 6)
	},
	"underage-wanted": func(w *world) { // the sender ships it again
		s := w.begin(dockview.Start{Delivery: w.shipped(0)})
		w.noted(s.ID, dockview.Scan{Raw: w.pallet(0), What: "open"}, dockview.BeepOK, "")
		w.scan(s.ID, w.case_(0), dockview.BeepOK, "")
		out := w.finish(s.ID)
		if f := w.cased(out, dockview.RuleMissing, "2.1A"); f.Ordered != 6 || f.Received != 3 || len(out.Plan.Tops[0].Refuse) != 1 {
			w.t.Errorf("%+v, %+v", f, out.Plan.Tops)
		}
		w.here(3, 0)
	},
	"underage-cancelled": func(w *world) { // what differs is the agreement, which is the case's
		s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
		w.noted(s.ID, dockview.Scan{Raw: w.case_(0)}, dockview.BeepOK, "")
		if f := w.cased(w.finish(s.ID), dockview.RuleMissing, "2.1A"); f.Category != "data-no-product" || f.Count != 3 {
			w.t.Errorf("%+v", f)
		}
		w.here(0, 3)
	},
	"underage-concealed": func(w *world) {
		s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		w.noted(s.ID, dockview.Scan{Raw: w.case_(0), What: "open"}, dockview.BeepOK, "")
		w.scan(s.ID, w.pack(0), dockview.BeepOK, "")
		w.scan(s.ID, w.pack(1), dockview.BeepOK, "")
		if f := w.cased(w.finish(s.ID), dockview.RuleConcealed, "2.2"); f.Items[0].Path != w.pack(2) || f.Received != 5 {
			w.t.Errorf("%+v", f)
		}
		w.here(0, 5)
	},
	"shipment-lost": func(w *world) { // data without product: it stays on offer
		delivery := w.shipped(0, 1)
		s := w.begin(dockview.Start{Delivery: delivery})
		if _, err := w.docks.Finish(w.t.Context(), s.ID, "clerk"); err == nil || !strings.Contains(err.Error(), "nothing was scanned") {
			w.t.Errorf("nothing came at all: %v", err)
		}
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		out := w.finish(s.ID)
		if f := w.cased(out, dockview.RuleNotArrived, "2.3"); f.Top != w.pallet(1) || out.Plan.Tops[1].Act != dockview.ActLeave {
			w.t.Errorf("%+v, %+v", f, out.Plan.Tops)
		}
		w.here(6, 0)
	},
	"product-without-data": func(w *world) {
		s := w.begin(dockview.Start{})
		w.scan(s.ID, label(0, "(10)LOT-7A"), dockview.BeepUnexpected, dockview.RuleNoData)
		if f := w.cased(w.finish(s.ID), dockview.RuleNoData, "1.5"); f.Category != "product-no-data" || f.Resolution != "Send new data" {
			w.t.Errorf("%+v", f)
		}
		w.here(0, 0)
	},
	"wrong-lot-whole-shipment": func(w *world) { // until the data agrees with the packs
		first := w.edited(w.s, edition{})
		s := w.begin(dockview.Start{Documents: []int64{first.Number}})
		for n := range 12 {
			w.scan(s.ID, label(n, "(10)LOT-9Z"), dockview.BeepStop, dockview.RuleLot)
		}
		r, err := w.docks.Report(w.t.Context(), s.ID)
		if err != nil || r.Plan.Tops[0].Act != dockview.ActHold || r.Plan.Findings[0].Scenario != "1.2" || r.Plan.Findings[0].Count != 6 {
			w.t.Errorf("%+v, %v", r.Plan, err)
		}
		if it := r.Plan.Findings[0].Items[0]; it.Lot != "LOT-9Z" || it.SaysLot != "LOT-7A" || it.SaysExpiry != "" {
			w.t.Errorf("the sender would be told of %+v", it)
		}
		w.edited(w.s, edition{later: time.Hour, change: func(e *epcis.Event) []*epcis.Event {
			if e.ILMD != nil {
				e.ILMD = epcis.NewILMD("LOT-9Z", "2028-06-30")
			}
			return []*epcis.Event{e}
		}})
		if out := w.finish(s.ID); rules(out) != "" {
			w.t.Errorf("with new data: %s", rules(out))
		}
		w.here(0, 12)
	},
	"serials-exchanged": func(w *world) {
		s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
		w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
		w.noted(s.ID, dockview.Scan{Raw: w.pack(0), In: w.case_(1)}, dockview.BeepUnexpected, dockview.RuleWrongParent)
		w.noted(s.ID, dockview.Scan{Raw: w.pack(3), In: w.case_(0)}, dockview.BeepUnexpected, dockview.RuleWrongParent)
		if f := w.cased(w.finish(s.ID), dockview.RuleWrongParent, "1.4A"); f.Count != 2 || f.Items[0].Claim != "found in "+w.case_(1) {
			w.t.Errorf("%+v", f)
		}
		w.here(0, 6)
	},
	"another-buyer": func(w *world) {
		w.glns = []string{"0860000000011"}
		e, err := w.papers.Entry(w.t.Context(), w.sent(w.s))
		if err != nil || e.State != tiview.Refused {
			w.t.Errorf("%+v, %v", e, err)
		}
		if _, err := w.docks.Open(w.t.Context(), dockview.Start{Documents: []int64{e.Number}}, "clerk"); err == nil || !strings.Contains(err.Error(), "was refused") {
			w.t.Errorf("goods are received with it: %v", err)
		}
	},
	"corrected-after-receipt": func(w *world) {
		first := w.edited(w.s, edition{})
		w.receivedWith(first.Number)
		e := w.edited(w.s, edition{later: time.Hour, change: w.relotted(2, "LOT-7B")})
		if c := w.correction(e.Number); c.Corrects != first.Number || c.Count != 1 || len(w.cases.list) != 1 || w.cases.list[0].Finding.Scenario != "1.2" {
			w.t.Errorf("%+v", c)
		}
	},
	"out-of-order": func(w *world) {
		right := w.edited(w.s, edition{later: time.Hour, change: w.relotted(2, "LOT-7B")})
		wrong := w.edited(w.s, edition{})
		if _, err := w.docks.Open(w.t.Context(), dockview.Start{Documents: []int64{wrong.Number}}, "clerk"); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("corrected by %d", right.Number)) {
			w.t.Errorf("goods are received with the older one: %v", err)
		}
		s := w.begin(dockview.Start{Item: w.pallet(0)})
		w.scan(s.ID, label(2, "(10)LOT-7B"), dockview.BeepOK, "")
	},
	"duplicate-file": func(w *world) {
		first, again := w.sent(w.s), w.sent(w.s)
		if _, err := w.docks.Open(w.t.Context(), dockview.Start{Documents: []int64{again}}, "clerk"); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the same as %d", first)) {
			w.t.Errorf("goods are received with it: %v", err)
		}
		w.receivedWith(first)
		w.sent(w.s)
		if len(w.cases.list) > 0 {
			w.t.Errorf("cases %+v", w.cases.list)
		}
		w.here(0, 12)
	},
	"late-file": func(w *world) {
		s := w.begin(dockview.Start{})
		for n := range 3 {
			w.scan(s.ID, w.pack(n), dockview.BeepUnexpected, dockview.RuleNoData)
		}
		late, err := w.docks.Join(w.t.Context(), s.ID, w.sent(w.s), "clerk")
		if err != nil || len(late.Documents) != 1 {
			w.t.Fatal(late, err)
		}
		if out := w.finish(s.ID); strings.Contains(rules(out), dockview.RuleNoData) || len(out.Plan.Extras) > 0 {
			w.t.Errorf("with its data: %+v", out.Plan)
		}
		w.here(0, 3)
	},
	"same-sscc-later": func(w *world) {
		w.receivedWith(w.edited(w.s, edition{}).Number)
		other := w.s
		other.FirstSerial, other.Order, other.Delivery, other.Shipped = 500, "PO-2", "DEL-2", other.Shipped.AddDate(0, 1, 0)
		e := w.edited(other, edition{words: []string{other.Pallet(0), w.s.Pallet(0)}})
		if e.Replaces != 0 || e.State != tiview.Waiting && e.State != tiview.Matched {
			w.t.Errorf("it is taken for %+v", e)
		}
		s := w.begin(dockview.Start{Documents: []int64{e.Number}})
		w.scan(s.ID, w.pallet(0), dockview.BeepStop, tiview.RuleSSCCReused)
		w.scan(s.ID, path(w.t, other.Pallet(1)), dockview.BeepOK, "")
		out := w.finish(s.ID)
		if f := w.cased(out, tiview.RuleSSCCReused, "1.4A"); f.Category != "data-issue" {
			w.t.Errorf("%+v", f)
		}
		w.here(0, 12+6)
	},
	"name-not-in-catalogue": func(w *world) { // a product's name holds no goods up
		e := w.edited(w.s, edition{words: []string{"Samplium", "Exemplium"}})
		w.receivedWith(e.Number)
		w.here(0, 12)
	},
}

func TestWhatOneDocumentCannotShow(t *testing.T) {
	all, err := faultcorpus.Expected()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if !x.TwoDocument {
			continue
		}
		play := twoDocuments[x.Kind]
		if play == nil {
			t.Errorf("nobody plays %s: %s", x.Kind, x.How)
			continue
		}
		t.Run(x.Kind, func(t *testing.T) { play(newWorld(t)) })
	}
}

func TestASecondThingWithTheNumberOfOneInStockIsStopped(t *testing.T) {
	w := newWorld(t)
	w.receivedWith(w.edited(w.s, edition{}).Number)
	other := w.s
	other.FirstSerial, other.Order, other.Delivery, other.Shipped = 500, "PO-2", "DEL-2", other.Shipped.AddDate(0, 1, 0)
	e := w.edited(other, edition{words: []string{other.Pack(0), w.s.Pack(0)}})
	s := w.begin(dockview.Start{Documents: []int64{e.Number}})
	w.scan(s.ID, path(t, other.Pallet(0)), dockview.BeepOK, "")
	w.scan(s.ID, w.pack(0), dockview.BeepStop, dockview.RuleHere)
	out := w.finish(s.ID)
	if f := w.cased(out, dockview.RuleHere, "5.x"); f.Items[0].Path != w.pack(0) {
		t.Errorf("%+v", f)
	}
	w.here(0, 12+5)
}

func TestAnotherDateOnTheLabelHoldsOnlyThatPack(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Delivery: w.shipped(0)})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.scan(s.ID, label(1, "(17)290101"), dockview.BeepStop, dockview.RuleExpiry)
	out := w.finish(s.ID)
	if f := w.cased(out, dockview.RuleExpiry, "1.2"); f.Count != 1 || len(out.Plan.Tops[0].Refuse) != 1 || out.Plan.Tops[0].Refuse[0].Path != w.pack(1) || out.Plan.Tops[0].Cases != 2 || out.Plan.Tops[0].Whole != 1 || out.Outcomes[0].Outcome != traceview.Received {
		t.Errorf("%+v, %+v", f, out.Plan.Tops)
	}
	w.here(5, 0)
}

func TestMoreThanOneReceiptCanRefuseGoesBackByContainers(t *testing.T) {
	deep := (ledger.NamedWritesMax - 1) / traceview.RefusalWrites(2) // packs in cases on a pallet
	flat := (ledger.NamedWritesMax - 1) / traceview.RefusalWrites(1) // cases on a pallet
	for _, one := range []struct {
		name          string
		cases, packs  int
		missing       int // of the first case's packs, or of the cases
		act           string
		refused, good int
		text          string
	}{
		{"as many packs as it can", 2, deep + 1, deep, dockview.ActReceive, deep, deep + 2, ""},
		{"one more: their case goes back, with what is good in it", 2, deep + 2, deep + 1, dockview.ActReceive, 1, deep + 2, "whole containers go back"},
		{"as many cases as it can", flat + 1, 1, flat, dockview.ActReceive, flat, 1, ""},
		{"one more, with nothing but the pallet around them: a person decides", flat + 2, 1, flat + 1, dockview.ActLeave, 0, 0, "reject it whole"},
	} {
		t.Run(one.name, func(t *testing.T) {
			w := newWorld(t)
			w.s.Pallets, w.s.CasesPerPallet, w.s.PacksPerCase = 1, one.cases, one.packs
			s := w.begin(dockview.Start{Delivery: w.shipped(0)})
			w.noted(s.ID, dockview.Scan{Raw: w.pallet(0), What: "open"}, dockview.BeepOK, "")
			if one.packs > 1 {
				w.scan(s.ID, w.case_(1), dockview.BeepOK, "")
				w.noted(s.ID, dockview.Scan{Raw: w.case_(0), What: "open"}, dockview.BeepOK, "")
			}
			for n := one.missing; n < one.packs || one.packs == 1 && n < one.cases; n++ {
				w.scan(s.ID, w.pack(n), dockview.BeepOK, "")
			}
			out := w.finish(s.ID)
			top := out.Plan.Tops[0]
			if top.Act != one.act || len(top.Refuse) != one.refused || top.Good != one.good || !strings.Contains(top.Text, one.text) || (one.text == "") != (top.Text == "") {
				t.Fatalf("%s, %d go back, %d good: %s", top.Act, len(top.Refuse), top.Good, top.Text)
			}
			w.here(one.good, 0)
		})
	}
}

func TestWhatWasDecidedAboutAScanThatIsUndoneHasNoEffect(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	r := w.scan(s.ID, label(77, ""), dockview.BeepUnexpected, dockview.RuleOverage)
	w.decide(s.ID, label(77, ""), dockview.DecideBack)
	w.decide(s.ID, w.pack(0), dockview.DecideRefuse)
	if _, err := w.docks.Undo(t.Context(), s.ID, r.Number, "clerk"); err != nil {
		t.Fatal(err)
	}
	w.decide(s.ID, w.pack(0), "")
	out := w.finish(s.ID)
	if len(out.Plan.Extras) > 0 || strings.Contains(rules(out), dockview.RuleOverage) {
		t.Errorf("%+v", out.Plan)
	}
	w.here(0, 6)
}

func TestASessionThatIsDroppedFreesItsGoods(t *testing.T) {
	w := newWorld(t)
	document := w.sent(w.s)
	first := w.begin(dockview.Start{Documents: []int64{document}})
	w.scan(first.ID, w.pallet(0), dockview.BeepOK, "")
	if _, err := w.docks.Open(t.Context(), dockview.Start{Documents: []int64{document}}, "clerk"); err == nil {
		t.Fatal("two sessions hold one pallet")
	}
	if err := w.docks.Drop(t.Context(), first.ID, "clerk"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.docks.Scan(t.Context(), first.ID, dockview.Scan{Raw: w.pack(0), Device: "gun", Seq: 99}, "clerk"); err == nil || !strings.Contains(err.Error(), "is dropped") {
		t.Errorf("a dropped session takes scans: %v", err)
	}
	again := w.begin(dockview.Start{Documents: []int64{document}})
	counted(t, w.scan(again.ID, w.pallet(1), dockview.BeepOK, "").Counts, 12, 0, 6)
	w.finish(again.ID)
	w.here(0, 6)
}

func TestASessionTakesScansUpToItsLimit(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	if err := w.docks.Fill(t.Context(), s.ID, dockview.ScansMax-1); err != nil {
		t.Fatal(err)
	}
	if r := w.scan(s.ID, w.pallet(0), dockview.BeepOK, ""); r.Number != dockview.ScansMax {
		t.Errorf("the last one is scan %d", r.Number)
	}
	_, err := w.docks.Scan(t.Context(), s.ID, dockview.Scan{Raw: w.pack(0), Device: "gun", Seq: 99}, "clerk")
	var known interface{ Code() string }
	if !errors.As(err, &known) || known.Code() != "dock/too-many" || !strings.Contains(err.Error(), "finish it, and go on in another") {
		t.Errorf("one more: %v", err)
	}
	r, err := w.docks.Scan(t.Context(), s.ID, dockview.Scan{Raw: w.pallet(0), Device: "gun", Seq: w.seq}, "clerk")
	if err != nil || r.Number != dockview.ScansMax {
		t.Errorf("the last one again, after a lost answer: %+v, %v", r, err)
	}
}
