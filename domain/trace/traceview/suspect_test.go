package traceview

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

// cases lists the dispenser's cases.
func listCases(t *testing.T, c *caseview.Cases) []caseview.Case {
	t.Helper()
	list, err := c.List(context.Background(), caseview.Filter{All: true})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// scans are the scans among a case's evidence.
func scans(t *testing.T, c *caseview.Cases, number string) (list []caseview.Evidence) {
	t.Helper()
	d, err := c.Show(context.Background(), number)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Evidence {
		if e.Kind == caseview.EvidenceScan {
			list = append(list, e)
		}
	}
	return list
}

func TestASuspectPackHasOneCaseHoweverOftenItIsScanned(t *testing.T) {
	for name, c := range map[string]struct {
		make func(x shelf)
		rule string
		item func(x shelf) string
	}{
		"its maker denies it":         {func(x shelf) { x.note("no-match", "its portal") }, verdict.RuleMakerDenies, func(x shelf) string { return pathOf(x.t, x.s.Pack(0)) }},
		"what it is in is suspect":    {func(x shelf) { x.flag(proof.FlagSuspect) }, verdict.RuleSuspect, func(x shelf) string { return x.pallet }},
		"what it is in was stolen":    {func(x shelf) { x.flag(proof.FlagStolen) }, verdict.RuleStolen, func(x shelf) string { return x.pallet }},
		"another came as it":          {rowCases[verdict.RuleDuplicate].make, verdict.RuleDuplicate, func(x shelf) string { return pathOf(x.t, x.s.Pack(0)) }},
		"the statement does not hold": {rowCases[verdict.RuleStatement].make, verdict.RuleStatement, func(x shelf) string { return pathOf(x.t, x.s.Pack(0)) }},
	} {
		t.Run(name, func(t *testing.T) {
			x := newShelf(t)
			cases := x.withCases()
			c.make(x)
			w := newWeb(t, x.desks["dispenser"])
			a := w.judge(x.s.Pack(0))[0]
			if a.Rule != c.rule || a.Facts[0].Case != "1" {
				t.Fatalf("%s by %s with case %q", a.Word, a.Rule, a.Facts[0].Case)
			}
			for range 3 {
				if again := w.judge(x.s.Pack(0))[0]; again.Facts[0].Case != "1" {
					t.Errorf("scanned again, the case is %q", again.Facts[0].Case)
				}
			}
			if d := w.dispense(x.s.Pack(0))[0]; d.Case != "1" || d.Verdict != Stop {
				t.Errorf("dispensed: %+v", d)
			}
			list := listCases(t, cases)
			if len(list) != 1 || list[0].Scenario != "5.4" || list[0].Org != "maker" && c.rule != verdict.RuleDuplicate {
				t.Fatalf("the cases are %+v", list)
			}
			d, err := cases.Show(t.Context(), "1")
			if err != nil || len(d.Things) != 1 || pathOfThing(d.Things[0].Path) != pathOfThing(c.item(x)) || d.Things[0].Rule != c.rule {
				t.Errorf("its items are %+v, %v", d.Things, err)
			}
			if s := scans(t, cases, "1"); !containsScan(s, pathOf(t, x.s.Pack(0)), c.rule) {
				t.Errorf("the scan isn't among its evidence: %+v", s)
			}
			if tr, err := x.desks["dispenser"].Trace(t.Context(), x.s.Pack(0)); err != nil || tr.Findings[0].Case != "1" {
				t.Errorf("traced: %+v, %v", tr.Findings, err)
			}
		})
	}
}

func pathOfThing(text string) string {
	if path, err := itemPath(text); err == nil {
		return path
	}
	return text
}

func containsScan(list []caseview.Evidence, path, rule string) bool {
	n := 0
	for _, e := range list {
		if strings.Contains(e.Text, path+" was scanned: STOP, "+rule) {
			n++
		}
	}
	return n == 1
}

func TestWhoMayNotWorkOnCasesOpensNone(t *testing.T) {
	x := newShelf(t)
	cases := x.withCases()
	x.flag(proof.FlagSuspect)
	d := x.desks["dispenser"]
	a := x.judge("dispenser", x.s.Pack(0))
	if a[0].Facts[0].Case != "" || len(listCases(t, cases)) != 0 {
		t.Errorf("judged alone, it has case %q", a[0].Facts[0].Case)
	}
	if list, err := d.Dispense(t.Context(), []string{x.s.Pack(0)}, "dispensing"); err != nil || list[0].Case != "" || len(listCases(t, cases)) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := d.OpenCases(t.Context(), a, "pharmacist"); err != nil || a[0].Facts[0].Case != "1" {
		t.Fatalf("%+v, %v", a[0].Facts, err)
	}
	if a := x.judge("dispenser", x.s.Pack(0)); a[0].Facts[0].Case != "1" {
		t.Errorf("who only reads is told case %q", a[0].Facts[0].Case)
	}
}

func TestADenialOpensACaseWhenItComesAndAnotherOneOnlyAfterThatIsClosed(t *testing.T) {
	x := newShelf(t)
	cases, d := x.withCases(), x.desks["dispenser"]
	x.note("no-match", "its portal")
	if list := listCases(t, cases); len(list) != 1 || list[0].Org != "maker" || !strings.Contains(list[0].Note, "its portal") {
		t.Fatalf("after the denial: %+v", list)
	}
	x.chain.pass(60)
	x.note("no-match-lot", "by telephone")
	if list := listCases(t, cases); len(list) != 1 {
		t.Fatalf("after the second denial: %+v", list)
	}
	if _, err := cases.Withdraw(t.Context(), "1", "clerk", "the wrong product was asked about"); err != nil {
		t.Fatal(err)
	}
	w := newWeb(t, d)
	a := w.judge(x.s.Pack(0))[0]
	closed := a.Facts[0].Case
	if again := w.judge(x.s.Pack(0))[0]; again.Facts[0].Case != closed {
		t.Errorf("scanned again the case is %q, before %q", again.Facts[0].Case, closed)
	}
	n := len(listCases(t, cases))
	x.chain.pass(60)
	x.note("no-match", "a letter")
	if list := listCases(t, cases); len(list) > n+1 {
		t.Errorf("%d cases, %d before the new denial", len(list), n)
	}
	x.note("match", "a letter that corrects it")
	if list := listCases(t, cases); len(list) > n+1 {
		t.Errorf("a confirmation opened a case: %+v", list)
	}
}

func TestRecalledExpiredAndHeldPacksOpenNoCase(t *testing.T) {
	for _, rule := range []string{verdict.RuleRecalled, verdict.RuleExpired, verdict.RuleHeld, verdict.RuleDispensed} {
		x := newShelf(t)
		cases := x.withCases()
		rowCases[rule].make(x)
		if a := newWeb(t, x.desks["dispenser"]).judge(x.s.Pack(0))[0]; a.Rule != rule || a.Facts[0].Case != "" || len(listCases(t, cases)) != 0 {
			t.Errorf("%s: by %s with case %q", rule, a.Rule, a.Facts[0].Case)
		}
	}
}

// dockScans tell of one pack that was scanned at the dock.
type dockScans struct {
	path string
	Arrival
}

// Arrived implements Arrivals.
func (d dockScans) Arrived(_ *sql.Tx, path string) (Arrival, bool, error) {
	return d.Arrival, path == d.path, nil
}

func TestAPackThatCameWithoutDataNamesItsCase(t *testing.T) {
	x := newShelf(t)
	cases, d := x.withCases(), x.desks["dispenser"]
	const text, path = "(01)00361414123458(21)NO-DATA", "/01/00361414123458/21/NO-DATA"
	next := func(what, contains, number string) {
		t.Helper()
		a := newWeb(t, d).judge(text)[0]
		if a.Rule != verdict.RuleProductNoData || !strings.Contains(a.Command, contains) || strings.Contains(a.Next, "pedigree ") || a.Facts[0].Case != number {
			t.Errorf("%s: %s by %s: %s Next: %s. Case %q", what, a.Word, a.Rule, a.Text, a.Next, a.Facts[0].Case)
		}
	}
	if a := x.judge("dispenser", text)[0]; a.Rule != verdict.RuleUnknown || a.Command != "pedigree case open product-no-data --partner ID --item '"+path+"'" {
		t.Errorf("nobody knows it: %s by %s: %s by %s", a.Word, a.Rule, a.Next, a.Command)
	}
	d.arrivals = dockScans{path, Arrival{Session: 5, At: d.now()}}
	next("while the session is open", "pedigree dock finish 5", "")
	d.arrivals = dockScans{path, Arrival{Session: 5, At: d.now(), Finished: true}}
	next("after it, without a case", "pedigree case open product-no-data", "")
	number := x.openCase(cases, path)
	next("with a case", "pedigree case show "+number, number)
	d.arrivals = nil
	next("with a case alone", "pedigree case show "+number, number)
}
