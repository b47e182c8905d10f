package traceview

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// rule is the rule that decides about a thing at a desk.
func (x *trade) rule(at, text string) string {
	x.t.Helper()
	list, err := x.desks[at].Judge(context.Background(), []string{text})
	if err != nil {
		x.t.Fatal(err)
	}
	return list[0].Rule
}

// sound fails the test unless the ledger's invariants hold and each desk's stock is
// what the ledger has.
func (x *trade) sound() {
	x.t.Helper()
	x.chain.settle()
	for id := range x.desks {
		_, faults := x.checked(id)
		for _, err := range faults {
			x.t.Errorf("%s: %v", id, err)
		}
	}
}

// row is a thing's stock row.
func (x *trade) row(at, text string) item {
	x.t.Helper()
	it, _, _ := x.standing(at, pathOf(x.t, text))
	return it
}

func TestAMarkTakesAPackOutOfItsCaseAndIsItsOwn(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 3)
	x.pallets("maker", s)
	d, ctx := x.desks["maker"], context.Background()
	pack, other := pathOf(t, s.Pack(0)), pathOf(t, s.Pack(1))

	entries, err := d.Mark(ctx, []string{s.Pack(0)}, proof.FlagHeld|proof.FlagSuspect, 0)
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if got := x.rule("maker", pack); got != verdict.RuleSuspect {
		t.Errorf("the pack is judged by %s", got)
	}
	if got := x.rule("maker", other); got != verdict.RuleCustodyProved {
		t.Errorf("the pack beside it is judged by %s", got)
	}
	if again, err := d.Mark(ctx, []string{pack}, proof.FlagHeld|proof.FlagSuspect, 0); err != nil || len(again) != 0 {
		t.Errorf("marked again: %d entries, %v", len(again), err)
	}
	r, err := d.MarkItems(ctx, []string{pack}, 0, proof.FlagSuspect)
	if err != nil || strings.Join(r.Items[0].Marks, " ") != "held" {
		t.Fatalf("one mark is cleared: %+v, %v", r, err)
	}
	if got := x.rule("maker", pack); got != verdict.RuleHeld {
		t.Errorf("still held, it is judged by %s", got)
	}
	if _, err := d.Mark(ctx, []string{pack, other}, 0, proof.FlagHeld); err != nil {
		t.Fatal(err)
	}
	if got := x.rule("maker", pack); got != verdict.RuleCustodyProved {
		t.Errorf("released, it is judged by %s", got)
	}
	if it := x.row("maker", other); it.surfaced {
		t.Error("a pack with nothing to clear was taken out of its case")
	}
	x.sound()
}

func TestTheInventoryListsWhatIsMarked(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 3)
	x.pallets("maker", s)
	d, ctx := x.desks["maker"], context.Background()
	pack := pathOf(t, s.Pack(0))
	held := func(marks uint64) []InventoryRow {
		t.Helper()
		page, err := d.Inventory(ctx, InventoryFilter{Status: StatusOnHand, Marks: marks})
		if err != nil || page.Next != "" {
			t.Fatalf("%q, %v", page.Next, err)
		}
		return page.Rows
	}
	if rows := held(proof.FlagHeld); len(rows) != 0 {
		t.Fatalf("before anything is marked there are %+v", rows)
	}
	if _, err := d.Mark(ctx, []string{pack}, proof.FlagHeld|proof.FlagSuspect, 0); err != nil {
		t.Fatal(err)
	}
	rows := held(proof.FlagHeld)
	if len(rows) != 1 || rows[0].Path != pack {
		t.Errorf("on hold are %+v", rows)
	}
	if rows := held(proof.FlagStolen); len(rows) != 0 {
		t.Errorf("stolen are %+v", rows)
	}
	if _, err := d.Mark(ctx, []string{pack}, 0, proof.FlagHeld|proof.FlagSuspect); err != nil {
		t.Fatal(err)
	}
	if rows := held(proof.FlagHeld); len(rows) != 0 {
		t.Errorf("released, on hold are %+v", rows)
	}
}

func TestWhatIsNotInHandIsNotMarked(t *testing.T) {
	x := newExchange(t)
	s := testShipment(2, 1, 2)
	pallets := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", 2)
	x.ship("maker", "wholesaler", pallets[0])
	d, ctx := x.desks["maker"], context.Background()
	many := make([]string, MarkItemsMax+1)
	for i := range many {
		many[i] = s.Pack(0)
	}
	for name, c := range map[string]struct {
		items      []string
		set, clear uint64
		want       string
	}{
		"it is on its way":             {[]string{s.Pack(0)}, proof.FlagHeld, 0, "not received yet"},
		"nobody knows it":              {[]string{"(01)00399991123455(21)nobody"}, proof.FlagHeld, 0, "not in stock"},
		"no mark is named":             {[]string{s.Pack(2)}, 0, 0, "name marks"},
		"one mark is set and cleared":  {[]string{s.Pack(2)}, proof.FlagHeld, proof.FlagHeld, "each on one side"},
		"the council's mark is named":  {[]string{s.Pack(2)}, proof.FlagFrozen, 0, "name marks"},
		"nothing is named":             {nil, proof.FlagHeld, 0, "0 items are named"},
		"more is named than is taken":  {many, proof.FlagHeld, 0, "1001 items are named"},
		"a product is named, no pack":  {[]string{"(01)00399991123455"}, proof.FlagHeld, 0, "not one pack"},
		"the text has markup and more": {[]string{"<b>pack</b>"}, proof.FlagHeld, 0, ""},
	} {
		if _, err := d.Mark(ctx, c.items, c.set, c.clear); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Mark(ctx, many[:MarkItemsMax], proof.FlagHeld, 0); err == nil || strings.Contains(err.Error(), "are named") {
		t.Errorf("as many as are taken: %v", err)
	}
	if _, err := d.Mark(ctx, []string{"(01)00399991123455(21)nobody"}, proof.FlagHeld, 0); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("what nobody knows: %v", err)
	}
	x.sound()
}

func TestAMarkThatTheLedgerRefusesLeavesTheStockAsItWas(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 2)
	x.pallets("maker", s)
	x.chain.deny = 100
	_, err := x.desks["maker"].Mark(context.Background(), []string{s.Pack(0)}, proof.FlagHeld, 0)
	x.chain.deny = 0
	if err == nil || !strings.Contains(err.Error(), "refused") {
		t.Fatalf("the mark ended with %v", err)
	}
	if it := x.row("maker", pathOf(t, s.Pack(0))); it.surfaced || it.status != StatusOnHand {
		t.Errorf("the pack's row is %+v", it)
	}
	x.sound()
}

func TestAMarkKilledAtAnyStepIsMadeOnce(t *testing.T) {
	s := testShipment(1, 1, 2)
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		x.pallets("maker", s)
		return x
	}
	act := func(x *trade, _ bool) error {
		_, err := x.desks["maker"].Mark(context.Background(), []string{s.Pack(0)}, proof.FlagHeld, 0)
		return err
	}
	untilWhole(t, act, "maker", build, func(t *testing.T, x *trade, at string) {
		if got := x.rule("maker", s.Pack(0)); got != verdict.RuleHeld {
			t.Errorf("killed at %q the pack is judged by %s", at, got)
		}
		x.sound()
	})
}

// TestTheSameActTwiceWithinASecondIsTwoEntries holds, releases and holds a pack while the
// clock stands still: the third entry has the message and the signers of the first.
func TestTheSameActTwiceWithinASecondIsTwoEntries(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 2)
	x.pallets("maker", s)
	d, ctx := x.desks["maker"], context.Background()
	stands := d.now().Add(time.Hour) // ahead of block time, which goes on
	d.now = func() time.Time { return stands }
	seen := map[proof.Hash]bool{}
	for i := range 6 {
		set, cleared := uint64(proof.FlagHeld), uint64(0)
		if i%2 == 1 {
			set, cleared = cleared, set
		}
		ids, err := d.Mark(ctx, []string{s.Pack(0)}, set, cleared)
		if err != nil || len(ids) == 0 {
			t.Fatalf("act %d: %d entries, %v", i, len(ids), err)
		}
		for _, id := range ids {
			if seen[id] {
				t.Errorf("act %d is entry %s again", i, id)
			}
			seen[id] = true
		}
		x.chain.settle()
		if held := x.rule("maker", pathOf(t, s.Pack(0))) == verdict.RuleHeld; held != (set != 0) {
			t.Errorf("after act %d it is held: %t", i, held)
		}
	}
	x.sound()
}
