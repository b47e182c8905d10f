package traceview

import (
	"context"
	"strings"
	"testing"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

func TestPacksGoFromTheirCaseIntoAToteAndOn(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 2, 3)
	d, ctx := x.desks["maker"], context.Background()
	tote := pathOf(t, testTote)
	r, err := d.Pack(ctx, testTote, []string{s.s.Pack(0), s.s.Pack(4)})
	if err != nil || !r.New || len(r.Items) != 2 || len(r.Refused) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	it, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(4)))
	if it.packedIn != tote || rec.State != proof.StatePacked {
		t.Errorf("the pack is in %q here, %+v on the ledger", it.packedIn, rec)
	}
	if again, err := d.Pack(ctx, testTote, []string{s.s.Pack(0)}); err != nil || len(again.Entries) != 0 || len(again.Items) != 1 {
		t.Errorf("packed again: %+v, %v", again, err)
	}
	x.sound()
	x.handPrekeys("wholesaler", "maker", 2)
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", testTote)), OK, Received)
	x.deliver()
	if got := x.rule("wholesaler", s.s.Pack(4)); got != verdict.RuleCustodyProved {
		t.Errorf("received in the tote, the pack is judged by %s", got)
	}
	w := x.desks["wholesaler"]
	if r, err := w.Unpack(ctx, testTote, nil); err != nil || len(r.Items) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := d.Unpack(ctx, "", []string{s.s.Pack(1)}); err != nil || len(r.Items) != 1 {
		t.Errorf("from a sealed case: %+v, %v", r, err)
	}
	if got := x.status("maker", pallets[0]); got != StatusOnHand {
		t.Errorf("the pallet is %s", StatusName(got))
	}
	x.sound()
}

func TestWhatCannotBePackedStays(t *testing.T) {
	x := newExchange(t)
	s := testShipment(4, 1, 3)
	pallets := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", 2)
	d, ctx := x.desks["maker"], context.Background()
	const other = "urn:epc:id:sscc:0399991.0000000777"
	if _, err := d.Pack(ctx, testTote, []string{s.Pack(0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Mark(ctx, []string{s.Pack(1)}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	x.ship("maker", "wholesaler", pallets[1])
	x.recall("maker", pallets[2])
	for name, c := range map[string]struct {
		box  string
		item string
		want string
	}{
		"it is in another tote":              {other, s.Pack(0), "unpack it first"},
		"it is on hold":                      {other, s.Pack(1), "on hold"},
		"it is on its way to a partner":      {other, s.Pack(3), "not received yet"},
		"its commission is under recall":     {other, s.Pack(6), "under recall"},
		"nobody knows it":                    {other, "(01)00399991123455(21)nobody", "not in stock"},
		"it is the tote itself":              {testTote, testTote, "into itself"},
		"the box is a pack":                  {s.Pack(2), s.Pack(0), "is a pack"},
		"the box is a pack nobody knows":     {"(01)00399991123455(21)nobody", s.Pack(2), "numbered by an SSCC"},
		"the box is sealed in another":       {s.Case(3), s.Pack(2), "is itself in"},
		"it is sealed in the box":            {s.Case(0), s.Pack(2), "already"},
		"the box is on its way to a partner": {pallets[1], s.Pack(2), "not received yet"},
	} {
		if r, err := d.Pack(ctx, c.box, []string{c.item}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	x.leave("maker", "", testTote)
	if _, err := d.Pack(ctx, testTote, []string{s.Pack(2)}); err == nil || !strings.Contains(err.Error(), "not used again") {
		t.Errorf("the number of a box that has ended: %v", err)
	}
	many := make([]string, PackItemsMax+1)
	for i := range many {
		many[i] = s.Pack(2)
	}
	if _, err := d.Pack(ctx, other, many); err == nil {
		t.Error("more than are packed at once was taken")
	}
	x.sound()
}

func TestAnEmptySeventhBoxIsTooDeep(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 1)
	x.pallets("maker", s)
	d, ctx := x.desks["maker"], context.Background()
	in := s.Pack(0)
	var refused []Refusal
	for level := range proof.NestMax + 1 {
		box := pathOf(t, "urn:epc:id:sscc:0399991.000000080"+string(rune('0'+level)))
		r, err := d.Pack(ctx, box, []string{in})
		if err != nil {
			t.Fatal(err)
		}
		if refused = r.Refused; level < proof.NestMax && len(refused) > 0 {
			t.Fatalf("at level %d: %+v", level, refused)
		}
		in = box
	}
	if len(refused) == 0 || !strings.Contains(refused[0].Text, "nested") {
		t.Errorf("the seventh box: %+v", refused)
	}
	x.sound()
}

func TestAToteKilledAtAnyStepIsPackedOnce(t *testing.T) {
	s := testShipment(1, 1, 2)
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		x.pallets("maker", s)
		return x
	}
	act := func(x *trade, _ bool) error {
		_, err := x.desks["maker"].Pack(context.Background(), testTote, []string{s.Pack(0), s.Pack(1)})
		return err
	}
	untilWhole(t, act, "maker", build, func(t *testing.T, x *trade, at string) {
		for _, pack := range []string{s.Pack(0), s.Pack(1)} {
			if it := x.row("maker", pack); it.packedIn != pathOf(t, testTote) {
				t.Errorf("killed at %q a pack is in %q", at, it.packedIn)
			}
		}
		x.sound()
	})
}

func TestAShipmentIsTakenBackAfterItsDeadlineAndNotBefore(t *testing.T) {
	x := newExchange(t)
	s := testShipment(2, 1, 2)
	pallets := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", 2)
	d, ctx := x.desks["maker"], context.Background()
	report, _, err := d.Ship(ctx, ShipRequest{Items: pallets[:1], To: "wholesaler"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Void(ctx, report.ID)
	if err != nil || len(r.Open) != 1 || len(r.Back) != 0 || len(r.Entries) != 0 || !strings.Contains(r.Next, "ask wholesaler to reject it") {
		t.Fatalf("before the deadline: %+v, %v", r, err)
	}
	x.chain.pass(15 * 24 * 3600)
	for range 2 { // the second call finds it done
		r, err = d.Void(ctx, report.ID)
		if err != nil || len(r.Back) != 1 || len(r.Open) != 0 {
			t.Fatalf("after the deadline: %+v, %v", r, err)
		}
		x.deliver()
	}
	if got := x.status("maker", pallets[0]); got != StatusOnHand {
		t.Errorf("the pallet is %s", StatusName(got))
	}
	late, file, err := d.Ship(ctx, ShipRequest{Items: pallets[1:], To: "wholesaler"})
	if err != nil {
		t.Fatal(err)
	}
	x.receive("wholesaler", file)
	x.deliver()
	if _, err := d.Void(ctx, late.ID); err == nil || !strings.Contains(err.Error(), "ask it for a return") {
		t.Errorf("after receipt: %v", err)
	}
	if _, err := x.desks["wholesaler"].Void(ctx, late.ID); err == nil || !strings.Contains(err.Error(), "came in") {
		t.Errorf("by the receiver: %v", err)
	}
	x.sound()
}
