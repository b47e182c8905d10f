package traceview

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

const secondTote = "urn:epc:id:sscc:0614141.0000000002"

func TestACaseIsDividedAmongTotesAndTheRestStays(t *testing.T) {
	x := newExchange(t)
	sc, _ := x.madePallets(1, 2, 5)
	s, d, ctx := sc.s, x.desks["maker"], context.Background()
	r := SplitRequest{From: s.Case(0), Groups: []SplitGroup{
		{Box: testTote, Items: []string{s.Pack(0), s.Pack(1)}}, {Box: secondTote, Items: []string{s.Pack(2)}}, {Items: []string{s.Pack(3)}},
	}}
	report, err := d.Split(ctx, r)
	if err != nil || len(report.Refused) > 0 || len(report.Entries) == 0 || report.Stays != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	want := []SplitPart{
		{Box: pathOf(t, testTote), New: true, Items: []string{pathOf(t, s.Pack(0)), pathOf(t, s.Pack(1))}},
		{Box: pathOf(t, secondTote), New: true, Items: []string{pathOf(t, s.Pack(2))}},
		{Items: []string{pathOf(t, s.Pack(3))}},
	}
	if diff := cmp.Diff(want, report.Groups); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if it, rec, _ := x.standing("maker", pathOf(t, s.Pack(2))); it.packedIn != pathOf(t, secondTote) || rec.State != proof.StatePacked {
		t.Errorf("a pack of the second tote is in %q here, %+v on the ledger", it.packedIn, rec)
	}
	for i := range 5 {
		if got := x.rule("maker", s.Pack(i)); got != verdict.RuleCustodyProved {
			t.Errorf("pack %d is judged by %s", i, got)
		}
	}
	if again, err := d.Split(ctx, r); err != nil || len(again.Entries) != 0 || cmp.Diff(again.Groups[2], want[2]) != "" {
		t.Errorf("split again: %+v, %v", again, err)
	}
	x.sound()

	t.Run("and a tote among others, and into one that is there", func(t *testing.T) {
		r := SplitRequest{From: testTote, Groups: []SplitGroup{{Box: secondTote, Items: []string{s.Pack(0)}}, {Items: []string{s.Pack(1)}}}}
		report, err := d.Split(ctx, r)
		if err != nil || report.Stays != 0 || report.Groups[0].New || len(report.Groups[0].Items) != 1 || len(report.Groups[1].Items) != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		x.sound()
	})
}

func TestWhatCannotBeSplitStaysWhole(t *testing.T) {
	x := newExchange(t)
	s := testShipment(2, 2, 3)
	pallets := x.pallets("maker", s)
	d, ctx := x.desks["maker"], context.Background()
	if _, err := d.Mark(ctx, []string{s.Pack(11)}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Pack(ctx, testTote, []string{s.Pack(9)}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Mark(ctx, []string{testTote}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	x.handPrekeys("wholesaler", "maker", 1)
	x.ship("maker", "wholesaler", s.Pack(8))
	one := func(box string, items ...string) []SplitGroup { return []SplitGroup{{Box: box, Items: items}} }
	var many []SplitGroup
	for i := range SplitGroupsMax + 1 {
		many = append(many, SplitGroup{Items: []string{fmt.Sprintf("(01)00399991123455(21)M%d", i)}})
	}
	for _, c := range []struct {
		name, from string
		groups     []SplitGroup
		want       string
	}{
		{"no group", s.Case(0), nil, "0 groups are named where a box is split into 1 to 64"},
		{"too many groups", s.Case(0), many, "65 groups"},
		{"an empty group", s.Case(0), one(secondTote), "0 items are named"},
		{"a pack", s.Pack(0), one("", s.Pack(1)), "is a pack; there is nothing in it"},
		{"a box that isn't here", "urn:epc:id:sscc:0614141.0000000009", one("", s.Pack(0)), "is not in stock"},
		{"into itself", s.Case(0), one(s.Case(0), s.Pack(0)), "is named twice"},
		{"two groups into one box", s.Case(0), []SplitGroup{{Box: secondTote, Items: []string{s.Pack(0)}}, {Box: secondTote, Items: []string{s.Pack(1)}}}, "is named twice"},
		{"one thing into two boxes", s.Case(0), []SplitGroup{{Box: secondTote, Items: []string{s.Pack(0)}}, {Items: []string{s.Pack(0)}}}, "stands in two groups"},
		{"a box as a thing", s.Case(0), one("", s.Case(0)), "as a box and as a thing"},
		{"what is in another case", s.Case(0), one(secondTote, s.Pack(4)), "is not in /01/"},
		{"a pack with its case", pallets[0], one("", s.Case(1), s.Pack(4)), "which is named too; name the one or the other"},
		{"what is on hold", testTote, one(secondTote, s.Pack(9)), "is on hold or frozen"},
		{"what was taken out for its hold", s.Case(3), one(secondTote, s.Pack(11)), "is not in /01/"},
		{"what is on its way", s.Case(2), one(secondTote, s.Pack(8)), "is not in your hands"},
		{"into a pack", s.Case(0), one(s.Pack(5), s.Pack(0)), "is a pack; nothing is packed into it"},
		{"a number that makes no box", s.Case(0), one("(01)00399991123455(21)NEW", s.Pack(0)), "a new box is numbered by an SSCC or GRAI"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := d.Split(ctx, SplitRequest{From: c.from, Groups: c.groups})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if it := x.row("maker", s.Pack(0)); it.surfaced {
		t.Error("a refused split took a pack out of its case")
	}
	x.sound()
}

func TestASplitIsDoneOnceWhateverDies(t *testing.T) {
	s := testShipment(1, 1, 4)
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		x.pallets("maker", s)
		return x
	}
	r := SplitRequest{From: s.Case(0), Groups: []SplitGroup{{Box: testTote, Items: []string{s.Pack(0), s.Pack(1)}}, {Items: []string{s.Pack(2)}}}}
	act := func(x *trade, _ bool) error {
		_, err := x.desks["maker"].Split(context.Background(), r)
		return err
	}
	untilWhole(t, act, "maker", build, func(t *testing.T, x *trade, at string) {
		if it := x.row("maker", s.Pack(1)); it.packedIn != pathOf(t, testTote) {
			t.Errorf("killed at %q, a pack is in %q", at, inside(&it))
		}
		if it := x.row("maker", s.Pack(2)); !it.surfaced || it.packedIn != "" {
			t.Errorf("killed at %q, a pack that stands alone is in %q", at, inside(&it))
		}
		if it := x.row("maker", s.Pack(3)); it.surfaced {
			t.Errorf("killed at %q, the rest was taken out", at)
		}
		x.sound()
	})
}
