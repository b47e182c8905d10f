package traceview

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/traceview/verdict"
)

// free enters by what ground nobody has to trace the product of goods from outside.
func (x shelf) free(ground string) *catalogview.Catalogue {
	x.t.Helper()
	c := x.withCatalogue("dispenser")
	if _, err := c.SetDuty(x.t.Context(), "00361414123458", catalogview.Claim{Ground: ground, Why: "the label", Since: "2000-01-01", By: "pharmacist"}); err != nil {
		x.t.Fatal(err)
	}
	return c
}

const freePack = "(01)00361414123458(21)FREE"

func TestAProductThatNobodyHasToTraceIsOKUnlessSomethingSpeaksAgainstIt(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		make func(x shelf)
		word verdict.Word
		rule string
	}{
		"a pack of which nothing is known":                                    {freePack + "(10)A", nil, verdict.OK, verdict.RuleNoDuty},
		"one whose lot is recalled by a notice":                               {freePack + "(10)OTHER", nil, verdict.Stop, verdict.RuleRecalled},
		"one that is expired by its code":                                     {freePack + "(10)A(17)200131", nil, verdict.Stop, verdict.RuleExpired},
		"one whose lot isn't read, where a notice names a lot of the product": {freePack, nil, verdict.CannotTell, verdict.RuleUnknown},
		"the product without a serial number, with its lot":                   {"(01)00361414123458(10)A", nil, verdict.OK, verdict.RuleNoDuty},
		"a code without separators, whose lot may hold a serial number":       {"010036141412345810OTHER21FREE", nil, verdict.CannotTell, verdict.RuleUnreadable},
		"the product without a serial number, under recall":                   {"(01)00361414123458(10)OTHER", nil, verdict.Stop, verdict.RuleRecalled},
		"the EAN code of the product, where a notice names a lot of it":       {"0361414123458", nil, verdict.CannotTell, verdict.RuleUnreadable},
		"the EAN code of another product":                                     {"4006381333931", nil, verdict.CannotTell, verdict.RuleUnreadable},
		"one from a seller whom nobody knows":                                 {outsidePack, func(x shelf) { x.outside(SellerUnknown, 1) }, verdict.OK, verdict.RuleNoDuty},
		"one without a transaction statement":                                 {outsidePack, func(x shelf) { x.outside(SellerAuthorised, unaffirmed) }, verdict.OK, verdict.RuleSellerReported},
		"one from a seller without authority":                                 {outsidePack, func(x shelf) { x.outside(SellerNotAuthorised, 1) }, verdict.Stop, verdict.RuleSellerNotAuthorised},
		"one whose notices are old": {freePack + "(10)A", func(x shelf) {
			x.chain.pass(uint64((noticeAgeDefault + 24*time.Hour).Seconds()))
		}, verdict.CannotTell, verdict.RuleRecallListOld},
		"one that its maker denies": {freePack + "(10)A", func(x shelf) {
			if _, err := x.desks["dispenser"].NoteReply(x.t.Context(), Note{Item: freePack, Word: "no-match", By: "its portal"}); err != nil {
				x.t.Fatal(err)
			}
		}, verdict.Stop, verdict.RuleMakerDenies},
		"one whose maker is silent": {freePack + "(10)A", func(x shelf) {
			x.asked("/01/00361414123458/21/FREE", answerDue+time.Second)
		}, verdict.OK, verdict.RuleNoDuty},
	} {
		t.Run(name, func(t *testing.T) {
			x := newShelf(t)
			x.notices(x.desks["dispenser"].now())
			x.free("iv-fluids")
			if c.make != nil {
				c.make(x)
			}
			a := x.judge("dispenser", c.text)[0]
			if a.Word != c.word || a.Rule != c.rule || a.Next == "" {
				t.Fatalf("%s by %s: %s Next: %s; want %s by %s", a.Word, a.Rule, a.Text, a.Next, c.word, c.rule)
			}
			if a.Rule == verdict.RuleNoDuty && c.text != outsidePack && !strings.Contains(a.Text, "read it on the pack") {
				t.Errorf("it doesn't say that the expiry date isn't known: %s", a.Text)
			}
			if a.Rule == verdict.RuleNoDuty && !strings.Contains(a.Text, "not confirmed") {
				t.Errorf("it doesn't say that the paragraph is not confirmed: %s", a.Text)
			}
		})
	}
}

// dutyCounter is a catalogue that counts how often it is asked about products.
type dutyCounter struct {
	Products
	asked int
}

func (c *dutyCounter) Duty(tx *sql.Tx, gtin string, on time.Time) (verdict.Duty, error) {
	c.asked++
	return c.Products.Duty(tx, gtin, on)
}

func TestAProductsGroundIsLookedUpOnceForAList(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	x.notices(d.now())
	catalogue := x.free("medical-gas")
	const exempted = "/01/00361414123458/21/GIVEN"
	if _, err := catalogue.AddExempt(t.Context(), []string{"(01)00361414123458(21)GIVEN"}, "emergency", "the flood", "pharmacist"); err != nil {
		t.Fatal(err)
	}
	counter := &dutyCounter{Products: d.products}
	d.products = counter
	paths := []string{exempted}
	for n := range 20 {
		paths = append(paths, fmt.Sprintf("/01/00361414123458/21/N%d", n))
	}
	var list []verdict.Answer
	err := d.vault.View(t.Context(), func(tx *sql.Tx) (err error) {
		list, err = d.JudgeIn(tx, paths)
		return err
	})
	if err != nil || counter.asked != 1 {
		t.Fatalf("the product was asked about %d times: %v", counter.asked, err)
	}
	for i, a := range list {
		want := "a medical gas"
		if i == 0 {
			want = "the flood"
		}
		if !strings.Contains(a.Text, want) {
			t.Errorf("of %s it says %s by %s: %s; want %s", a.Path, a.Word, a.Rule, a.Text, want)
		}
	}
}

func TestAPackThatNobodyHasToTraceIsDispensedOnce(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	x.notices(d.now())
	x.free("medical-gas")
	w := newWeb(t, d)
	first := w.dispense(freePack + "(10)A")[0]
	if first.Verdict != OK || !strings.Contains(first.Text, "You can dispense this pack. The law's duties") {
		t.Fatalf("the first time: %+v", first)
	}
	if again := w.dispense(freePack + "(10)A")[0]; again.Verdict != Stop || again.Rule != verdict.RuleDispensed {
		t.Errorf("the second time: %+v", again)
	}
	if r, err := d.SettleDispenses(t.Context()); err != nil || r.Ended != 0 || r.Left != 0 {
		t.Errorf("settled: %+v, %v", r, err)
	}
	if tr, err := d.Trace(t.Context(), freePack); err != nil || tr.Verdict != Stop || len(tr.Steps) != 1 || tr.Steps[0].Kind != "dispensing" {
		t.Errorf("traced: %+v, %v", tr, err)
	}
	// Without a serial number there is nothing to tell a second box by.
	for range 2 {
		if a := w.dispense("(01)00361414123458(10)A")[0]; a.Verdict != OK || !strings.Contains(a.Text, "nothing is noted") {
			t.Errorf("a box without a serial number: %+v", a)
		}
	}
	if a := w.dispense("003999910000000015")[0]; a.Verdict == OK || a.Rule != verdict.RuleNotAPack && a.Rule != verdict.RuleUnknown {
		t.Errorf("a pallet that nobody knows: %+v", a)
	}
}

func TestGoodsOfAnExemptTransactionAreOKByThePersonsWord(t *testing.T) {
	x := newShelf(t)
	x.notices(x.desks["dispenser"].now())
	c := x.withCatalogue("dispenser")
	ctx := t.Context()
	if _, err := c.AddExempt(ctx, []string{freePack}, "specific-patient", "invoice 17", "pharmacist"); err != nil {
		t.Fatal(err)
	}
	a := x.judge("dispenser", freePack+"(10)A")[0]
	if a.Word != verdict.OK || a.Rule != verdict.RuleNoDuty || !strings.Contains(a.Text, "582(d)(1)(A)(ii)") || !strings.Contains(a.Text, "invoice 17") || a.Facts[0].Basis.Known != verdict.Own {
		t.Errorf("claimed: %+v", a)
	}
	if a := x.judge("dispenser", "(01)00361414123458(21)ANOTHER(10)A")[0]; a.Rule != verdict.RuleUnknown {
		t.Errorf("another pack of the product: %+v", a)
	}
	if _, err := c.AddExempt(ctx, []string{freePack}, "", "wrong pack", "pharmacist"); err != nil {
		t.Fatal(err)
	}
	if a := x.judge("dispenser", freePack+"(10)A")[0]; a.Rule != verdict.RuleUnknown {
		t.Errorf("taken back: %+v", a)
	}
}

func TestAGroundThatSourcesDifferAboutLiftsNothing(t *testing.T) {
	x := newShelf(t)
	x.notices(x.desks["dispenser"].now())
	c := x.free("medical-gas")
	if _, err := c.Set(t.Context(), "00361414123458", catalogview.Values{catalogview.FieldDuty: "imaging"}, ""); err != nil {
		t.Fatal(err)
	}
	a := x.judge("dispenser", freePack+"(10)A")[0]
	if a.Rule != verdict.RuleUnknown || !strings.Contains(a.Text, "conflict 1") {
		t.Errorf("%s by %s: %s", a.Word, a.Rule, a.Text)
	}
	if _, err := c.Settle(t.Context(), 1, "a", "the label", "pharmacist"); err != nil {
		t.Fatal(err)
	}
	if a := x.judge("dispenser", freePack+"(10)A")[0]; a.Rule != verdict.RuleNoDuty {
		t.Errorf("settled: %s by %s: %s", a.Word, a.Rule, a.Text)
	}
}
