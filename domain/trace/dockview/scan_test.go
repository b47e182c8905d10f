package dockview_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/traceview"
)

func TestWhatAScanComesTo(t *testing.T) {
	w := newWorld(t)
	w.noticed("00399991123455", "RECALLED")
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	code := func(n int, more string) string {
		return fmt.Sprintf("(01)00399991123455(21)%d%s", 100_000_000_001+n, more)
	}
	for _, one := range []struct {
		name string
		scan dockview.Scan
		beep dockview.Beep
		rule string
		seen int
		infe int
	}{
		{"a closed case counts with its content", dockview.Scan{Raw: w.case_(0)}, dockview.BeepOK, "", 0, 3},
		{"a pack in it is seen, and not counted twice", dockview.Scan{Raw: w.pack(0)}, dockview.BeepOK, "", 1, 2},
		{"the same pack again changes nothing", dockview.Scan{Raw: w.pack(0)}, dockview.BeepAgain, "", 1, 2},
		{"the pallet around it counts the rest", dockview.Scan{Raw: w.pallet(0)}, dockview.BeepOK, "", 1, 5},
		{"the case is found open", dockview.Scan{Raw: w.case_(0), What: "open"}, dockview.BeepOK, "", 1, 3},
		{"a pack is no container", dockview.Scan{Raw: w.pack(1)}, dockview.BeepOK, "", 2, 3},
		{"another lot on the symbol", dockview.Scan{Raw: code(2, "(10)OTHER")}, dockview.BeepStop, dockview.RuleLot, 3, 3},
		{"another date on the symbol", dockview.Scan{Raw: code(3, "(17)290101")}, dockview.BeepStop, dockview.RuleExpiry, 4, 2},
		{"a pack in the wrong case", dockview.Scan{Raw: w.pack(4), In: w.case_(0)}, dockview.BeepUnexpected, dockview.RuleWrongParent, 5, 1},
		{"a damaged pack", dockview.Scan{Raw: w.pack(5), What: "damaged"}, dockview.BeepUnexpected, dockview.RuleDamaged, 6, 0},
		{"another serial of an expected lot", dockview.Scan{Raw: code(900, "(10)LOT-7A")}, dockview.BeepUnexpected, dockview.RuleUnexpectedSerial, 6, 0},
		{"a thing that nobody named", dockview.Scan{Raw: code(901, "")}, dockview.BeepUnexpected, dockview.RuleOverage, 6, 0},
		{"that thing again", dockview.Scan{Raw: code(901, "")}, dockview.BeepAgain, dockview.RuleOverage, 6, 0},
		{"a recalled lot", dockview.Scan{Raw: code(902, "(10)RECALLED")}, dockview.BeepStop, "verdict/recalled", 6, 0},
		{"an expired pack", dockview.Scan{Raw: code(903, "(17)200101")}, dockview.BeepStop, dockview.RuleExpired, 6, 0},
		{"a code without a serial number", dockview.Scan{Raw: "00399991123455"}, dockview.BeepUnread, dockview.RuleNoSerial, 6, 0},
		{"a place", dockview.Scan{Raw: "(414)0614141000012"}, dockview.BeepUnread, dockview.RuleNoSerial, 6, 0},
		{"a mistyped digit", dockview.Scan{Raw: "003999910000000016"}, dockview.BeepUnread, dockview.RuleUnreadable, 6, 0},
		{"a torn label", dockview.Scan{Raw: strings.Repeat("x", 8193)}, dockview.BeepUnread, "", 6, 0},
	} {
		w.seq++
		one.scan.Device, one.scan.Seq = "gun", w.seq
		r, err := w.docks.Scan(t.Context(), s.ID, one.scan, "clerk")
		if err != nil {
			t.Fatalf("%s: %v", one.name, err)
		}
		if r.Beep != one.beep || one.rule != "" && r.Rule != one.rule || r.Counts.Seen != one.seen || r.Counts.Inferred != one.infe {
			t.Errorf("%s: %s by %q (%s), %+v", one.name, r.Beep, r.Rule, r.Text, r.Counts)
		}
	}
	again := w.start // the same after an interruption
	before, err := w.docks.Report(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	again()
	after, err := w.docks.Report(t.Context(), s.ID)
	if err != nil || fmt.Sprint(after.Plan) != fmt.Sprint(before.Plan) {
		t.Errorf("after an interruption:\n%+v\nbefore:\n%+v, %v", after.Plan, before.Plan, err)
	}
}

func TestTwoClerksOnOnePalletCountNothingTwice(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	var all sync.WaitGroup
	for clerk := range 8 {
		all.Go(func() {
			for n := range 12 {
				for _, again := range []int{0, 1} { // as after a lost answer
					scan := dockview.Scan{Raw: w.s.Pack((n + clerk) % 12), Device: fmt.Sprintf("gun %d", clerk), Seq: int64(n + 1)}
					if _, err := w.docks.Scan(t.Context(), s.ID, scan, "clerk"); err != nil {
						t.Errorf("clerk %d, time %d: %v", clerk, again, err)
					}
				}
			}
		})
	}
	all.Wait()
	r := w.scan(s.ID, w.pack(0), dockview.BeepAgain, "")
	counted(t, r.Counts, 12, 12, 0)
	if r.Counts.Scans != 8*12+1 {
		t.Errorf("%d scans", r.Counts.Scans)
	}
}

func TestAScanThatIsUndoneCountsNoMore(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Documents: []int64{w.sent(w.s)}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.noted(s.ID, dockview.Scan{Raw: w.case_(0), What: "open"}, dockview.BeepOK, "")
	if c, err := w.docks.Undo(t.Context(), s.ID, 2, "another clerk"); err != nil || c.Inferred != 6 {
		t.Fatalf("%+v, %v", c, err)
	}
	if c, err := w.docks.Undo(t.Context(), s.ID, 1, "another clerk"); err != nil || c.Inferred != 0 || c.Missing != 12 {
		t.Fatalf("%+v, %v", c, err)
	}
	counted(t, w.scan(s.ID, w.pallet(0), dockview.BeepOK, "").Counts, 12, 0, 6)
}

func TestAFinishIsDoneOnceWhateverDies(t *testing.T) {
	dead := errors.New("the process ended here")
	for _, point := range dockview.Points {
		t.Run(point, func(t *testing.T) {
			w := newWorld(t)
			s := w.begin(dockview.Start{Delivery: w.shipped(0)})
			w.noted(s.ID, dockview.Scan{Raw: w.pallet(0), What: "open"}, dockview.BeepOK, "")
			w.scan(s.ID, w.case_(0), dockview.BeepOK, "")
			w.docks.FailAt(func(p string) error {
				if p == point {
					return dead
				}
				return nil
			})
			if _, err := w.docks.Finish(t.Context(), s.ID, "clerk"); !errors.Is(err, dead) {
				t.Fatal(err)
			}
			w.start()
			if err := w.docks.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			out := w.finish(s.ID)
			if out.Session.State != dockview.Done || w.stock(traceview.StatusOnHand) != 3 || len(w.cases.list) != 1 || out.Outcomes[0].Outcome != traceview.Received {
				t.Errorf("%+v, %d packs, %d cases", out, w.stock(traceview.StatusOnHand), len(w.cases.list))
			}
		})
	}
}

func TestWhileTheLedgerIsAwayAFinishWaits(t *testing.T) {
	w := newWorld(t)
	s := w.begin(dockview.Start{Delivery: w.shipped(0)})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.chain.away = true
	if out := w.finish(s.ID); out.Pending == "" || out.Session.State != dockview.Finishing {
		t.Fatalf("%+v", out)
	}
	w.chain.away = false
	if err := w.docks.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out := w.finish(s.ID); out.Pending != "" || out.Session.State != dockview.Done || w.stock(traceview.StatusOnHand) != 6 {
		t.Errorf("%+v", out)
	}
}
