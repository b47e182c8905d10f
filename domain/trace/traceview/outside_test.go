package traceview

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

func (x *trade) leave(at, surface string, items ...string) LeaveReport {
	x.t.Helper()
	r, err := x.desks[at].Leave(context.Background(), LeaveRequest{Items: items, Surface: surface, Buyer: 7, Reason: "to a clinic abroad"})
	if err != nil || len(r.Refused) > 0 {
		x.t.Fatalf("%+v, %v", r, err)
	}
	return r
}

func (x *trade) reenter(at string, items ...string) ReenterReport {
	x.t.Helper()
	r, err := x.desks[at].Reenter(context.Background(), ReenterRequest{Items: items, Reason: "not needed"})
	if err != nil || len(r.Refused) > 0 {
		x.t.Fatalf("%+v, %v", r, err)
	}
	return r
}

func TestAPalletLeavesAndOnePackComesBack(t *testing.T) {
	s := testShipment(1, 2, 3)
	for _, c := range []struct {
		surface         string
		records, sealed int
		comesBack       func() string
		refused, inside string
	}{
		{SurfacePacks, 1 + 2 + 6, 0, func() string { return s.Pack(0) }, "", ""},
		{"", 1 + 2 + 6, 0, func() string { return s.Pack(0) }, "", ""},
		{SurfaceCases, 1 + 2, 6, func() string { return s.Case(0) }, s.Pack(0), "sealed in /01/"},
		{SurfaceNone, 1, 8, func() string { return s.Pallet(0) }, s.Pack(0), "sealed in /00/"},
	} {
		t.Run("with "+c.surface+" surfaced", func(t *testing.T) {
			x := newExchange(t)
			x.pallets("maker", s)
			r := x.leave("maker", c.surface, s.Pallet(0))
			if r.Records != c.records || r.Sealed != c.sealed {
				t.Errorf("%d records left and %d things sealed in them, want %d and %d", r.Records, r.Sealed, c.records, c.sealed)
			}
			for _, text := range []string{s.Pallet(0), s.Case(1), s.Pack(5)} {
				if got := x.status("maker", pathOf(t, text)); got != StatusLeft {
					t.Errorf("%s has status %s", text, StatusName(got))
				}
				if got := x.rule("maker", text); got != verdict.RuleEnded {
					t.Errorf("%s is judged by %s", text, got)
				}
			}
			x.sound()
			if c.refused != "" {
				_, err := x.desks["maker"].Reenter(context.Background(), ReenterRequest{Items: []string{c.refused}})
				if err == nil || !strings.Contains(err.Error(), c.inside) {
					t.Errorf("a pack that left sealed: %v", err)
				}
			}
			back := x.reenter("maker", c.comesBack()).Items[0]
			if back.Buyer != 7 || back.Left.IsZero() || strings.Join(back.Marks, " ") != "held" {
				t.Errorf("what came back is told as %+v", back)
			}
			it, rec, on := x.standing("maker", pathOf(t, c.comesBack()))
			if !on || rec.State != proof.StateLive || rec.Flags != proof.FlagReentered|proof.FlagHeld || it.status != StatusOnHand {
				t.Errorf("it is %+v on the ledger and %s here", rec, StatusName(it.status))
			}
			x.sound()
		})
	}
}

func TestWhatWasOutSaysSoForEver(t *testing.T) {
	x := newExchange(t)
	sc, _ := x.madePallets(1, 1, 3)
	s := sc.s
	d, ctx := x.desks["maker"], context.Background()
	x.leave("maker", "", s.Pack(0))
	if r, err := d.Reenter(ctx, ReenterRequest{Items: []string{s.Pack(0)}, Verified: true}); err != nil || len(r.Items[0].Marks) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	says := func(at string) {
		t.Helper()
		list, err := x.desks[at].Judge(ctx, []string{s.Pack(0)})
		if err != nil || list[0].Word != OK || len(list[0].Notices) != 1 || list[0].Notices[0].Rule != verdict.RuleWasOut {
			t.Errorf("%s answers %+v, %v", at, list, err)
		}
		b, err := x.desks[at].Provenance(ctx, s.Pack(0), ProvenanceOptions{CurrentPlace: true})
		if err != nil {
			t.Fatal(err)
		}
		v, err := b.Verify(x.chain.trust(), proof.Options{})
		if err != nil || v.Record.Flags&proof.FlagReentered == 0 || !strings.Contains(fmt.Sprint(v.Steps), "left the network once and came back") {
			t.Errorf("the bundle of %s says %+v, %v", at, v.Steps, err)
		}
	}
	says("maker")
	x.handPrekeys("wholesaler", "maker", 1)
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", s.Pack(0))), OK, Received)
	says("wholesaler")
	if r, err := d.Reenter(ctx, ReenterRequest{Items: []string{s.Pack(0)}}); err == nil {
		t.Errorf("shipped on, it came back here: %+v", r)
	}
	x.deliver()
	x.sound()
}

func TestAThingComesBackOnceAndOnlyWhereItLeft(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 1, 4)
	x.handPrekeys("wholesaler", "maker", 1)
	x.receive("wholesaler", x.ship("maker", "wholesaler", pallets...))
	tote := x.tote(s, s.s.Pack(0), s.s.Pack(1))
	d, ctx := x.desks["wholesaler"], context.Background()
	r := x.leave("wholesaler", "", tote)
	if r.Records != 3 {
		t.Errorf("%d records left, want the tote and two packs", r.Records)
	}
	want := func(what, text, why string, at *Desk) {
		t.Helper()
		_, err := at.Reenter(ctx, ReenterRequest{Items: []string{text}, Verified: true})
		if err == nil && why != "" || err != nil && (why == "" || !strings.Contains(err.Error(), why)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	want("the tote", testTote, "is a box", d)
	want("a pack that never left", s.s.Pack(2), "never left the network", d)
	want("one that nobody knows", "(01)00399991123455(21)nobody", "never left", d)
	want("one that left elsewhere", s.s.Pack(0), "did not leave the network from here", x.desks["maker"])
	want("a pack of the tote", s.s.Pack(0), "", d)
	want("the same again, which is back", s.s.Pack(0), "", d)
	if _, err := d.Leave(ctx, LeaveRequest{Items: []string{s.s.Pack(0)}}); err != nil {
		t.Fatal(err)
	}
	want("a second time", s.s.Pack(0), "comes back once", d)
	x.deliver()
	x.sound()
}

func TestWhatLeftLongAgoIsForgotten(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 1)
	x.pallets("maker", s)
	x.leave("maker", "", s.Pallet(0))
	x.chain.pass(400*24*3600 + 24*3600)
	_, err := x.desks["maker"].Reenter(context.Background(), ReenterRequest{Items: []string{s.Pack(0)}})
	if err == nil || !strings.Contains(err.Error(), "left too long ago") {
		t.Errorf("after 401 days: %v", err)
	}
}

func TestWhatMayNotLeaveStays(t *testing.T) {
	x := newExchange(t)
	s := testShipment(4, 1, 2)
	pallets := x.pallets("maker", s)
	d, ctx := x.desks["maker"], context.Background()
	if _, err := d.Mark(ctx, []string{s.Pack(0)}, proof.FlagSuspect, 0); err != nil {
		t.Fatal(err)
	}
	x.handPrekeys("wholesaler", "maker", 1)
	x.ship("maker", "wholesaler", pallets[1])
	x.recall("maker", pallets[2])
	for name, c := range map[string]struct {
		item string
		want string
	}{
		"a pack is suspect":              {s.Pack(0), "marked as suspect"},
		"it is on its way to a partner":  {s.Pack(2), "not received yet"},
		"its commission is under recall": {s.Pack(4), "under recall"},
		"nobody knows it":                {"(01)00399991123455(21)nobody", "not in stock"},
	} {
		if _, err := d.Leave(ctx, LeaveRequest{Items: []string{c.item}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Leave(ctx, LeaveRequest{Items: pallets[3:], Surface: "some"}); err == nil {
		t.Error("a way to surface that there is not was taken")
	}
	x.leave("maker", "", pallets[3])
	if again := x.leave("maker", "", pallets[3]); again.Records != 1+1+2 || len(again.Entries) != 0 {
		t.Errorf("the same call again: %+v", again)
	}
	x.sound()
}

func TestADepartureAndAReturnKilledAtAnyStepAreDoneOnce(t *testing.T) {
	s := testShipment(1, 1, 2)
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		x.pallets("maker", s)
		return x
	}
	left := func(x *trade, _ bool) error {
		_, err := x.desks["maker"].Leave(context.Background(), LeaveRequest{Items: []string{s.Pallet(0)}})
		return err
	}
	untilWhole(t, left, "maker", build, func(t *testing.T, x *trade, at string) {
		if r := x.leave("maker", "", s.Pallet(0)); r.Records != 4 {
			t.Errorf("killed at %q: %+v", at, r)
		}
		x.sound()
	})
	gone := func(t *testing.T) *trade {
		x := build(t)
		x.leave("maker", "", s.Pallet(0))
		return x
	}
	back := func(x *trade, _ bool) error {
		_, err := x.desks["maker"].Reenter(context.Background(), ReenterRequest{Items: []string{s.Pack(1)}})
		return err
	}
	untilWhole(t, back, "maker", gone, func(t *testing.T, x *trade, at string) {
		if got := x.rule("maker", s.Pack(1)); got != verdict.RuleHeld {
			t.Errorf("killed at %q the pack is judged by %s", at, got)
		}
		x.sound()
	})
}
