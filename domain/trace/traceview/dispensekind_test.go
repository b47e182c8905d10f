package traceview

import (
	"context"
	"strings"
	"testing"

	"pedigree/domain/trace/traceview/verdict"
)

// One slip at the counter must not dispense a thousand packs.
func TestOnlyAPackIsDispensed(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("dispenser", "maker", 1)
	x.receive("dispenser", x.ship("maker", "dispenser", pallets[0]))
	x.deliver()
	answers, err := x.desks["dispenser"].Dispense(context.Background(), []string{pallets[0], s.s.Case(1), s.s.Pack(0)}, "dispensing")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Verdict{CannotTell, CannotTell, OK} {
		if answers[i].Verdict != want {
			t.Errorf("%s: %s %q, want %s", answers[i].Path, answers[i].Verdict, answers[i].Text, want)
		}
	}
	if !strings.Contains(answers[0].Text, "pallet") || !strings.Contains(answers[1].Text, "case") || answers[0].Next == "" {
		t.Errorf("the answers are %+v", answers)
	}
	if got := x.status("dispenser", pathOf(t, s.s.Pack(4))); got != StatusOnHand {
		t.Errorf("another pack has status %d", got)
	}
}

func TestATraceOfWhatWasDispensedIsNoGreenLight(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("dispenser", "maker", 1)
	x.receive("dispenser", x.ship("maker", "dispenser", pallets[0]))
	x.deliver()
	if tr := x.trace("dispenser", s.s.Pack(0)); tr.Verdict != OK {
		t.Errorf("on hand: %s %q", tr.Verdict, tr.Text)
	}
	if _, err := x.desks["dispenser"].Dispense(context.Background(), []string{s.s.Pack(0)}, "dispensing"); err != nil {
		t.Fatal(err)
	}
	for pack, want := range map[string]Verdict{s.s.Pack(0): Stop, s.s.Pack(1): OK} {
		tr := x.trace("dispenser", pack)
		if tr.Verdict != want || want == Stop && (tr.Findings[0].Rule != verdict.RuleDispensed || tr.Next == "") {
			t.Errorf("%s: %s %q, want %s", pack, tr.Verdict, tr.Text, want)
		}
	}
}
