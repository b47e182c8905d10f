package traceview

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// reservedWorld is a maker with a pick of two packs out of one case, and of another case.
func reservedWorld(t *testing.T) (*trade, proof.Hash) {
	x := pickWorld(t)
	x.handPrekeys("wholesaler", "maker", 6)
	r := x.picked(PickRequest{Order: "SO-7", Items: []string{packPath("0107-0"), packPath("0107-1"), "/00/" + early2}})
	return x, *r.ID
}

func TestWhatIsReservedIsTakenForItsOrderAlone(t *testing.T) {
	ctx := context.Background()
	acts := []struct {
		name string
		do   func(d *Desk, of Reserved) error
	}{
		{"packed", func(d *Desk, of Reserved) error {
			_, err := d.PackFor(ctx, testTote, []string{packPath("0107-0")}, of)
			return err
		}},
		{"packed out of a reserved case", func(d *Desk, of Reserved) error {
			_, err := d.PackFor(ctx, testTote, []string{packPath("0206-0")}, of)
			return err
		}},
		{"unpacked", func(d *Desk, of Reserved) error {
			_, err := d.UnpackFor(ctx, "", []string{packPath("0206-1")}, of)
			return err
		}},
		{"split off", func(d *Desk, of Reserved) error {
			_, err := d.Split(ctx, SplitRequest{From: "/00/" + early1, Groups: []SplitGroup{{Box: testTote, Items: []string{packPath("0107-1")}}}, Reserved: of})
			return err
		}},
		{"shipped with its case", func(d *Desk, of Reserved) error {
			_, _, err := d.Ship(ctx, ShipRequest{Items: []string{"/00/" + early1}, To: "wholesaler", Reserved: of})
			return err
		}},
		{"sent out of the network", func(d *Desk, of Reserved) error {
			_, err := d.Leave(ctx, LeaveRequest{Items: []string{"/00/" + early2}, Reserved: of})
			return err
		}},
		{"marked", func(d *Desk, of Reserved) error {
			_, err := d.MarkItemsOf(ctx, []string{packPath("0107-0")}, proof.FlagHeld, 0, of)
			return err
		}},
		{"returned", func(d *Desk, of Reserved) error {
			_, _, err := d.Return(ctx, ReturnRequest{Items: []string{packPath("0107-0")}, To: "wholesaler", ReturnNote: damaged, Reserved: of})
			return err
		}},
	}
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			x, pick := reservedWorld(t)
			d := x.desks["maker"]
			if err := a.do(d, Reserved{}); err == nil || !strings.Contains(err.Error(), "is reserved for an order, by pick "+pick.String()) {
				t.Fatalf("for another order: %v", err)
			}
			other := x.picked(PickRequest{Order: "SO-8", Items: []string{"/00/" + late1}})
			if err := a.do(d, Reserved{Pick: other.ID.String()}); err == nil || !strings.Contains(err.Error(), "is reserved") {
				t.Errorf("for the order of another pick: %v", err)
			}
			for _, wrong := range []string{"mine", ledgertest.HashOf("none").String()} {
				if err := a.do(d, Reserved{Pick: wrong}); err == nil || strings.Contains(err.Error(), "is reserved") {
					t.Errorf("for pick %s: %v", wrong, err)
				}
			}
			if err := a.do(d, Reserved{Pick: pick.String()}); err != nil {
				t.Errorf("for its own order: %v", err)
			}
			x.sound()
		})
		t.Run(a.name+" all the same", func(t *testing.T) {
			x, pick := reservedWorld(t)
			d := x.desks["maker"]
			if err := a.do(d, Reserved{ReleaseReservation: true}); err != nil {
				t.Fatal(err)
			}
			r, err := d.PickOf(ctx, pick)
			if err == nil && len(r.Items) > 2 {
				t.Errorf("the order still has %d things", len(r.Items))
			}
			x.sound()
		})
	}
}

func TestAReservedPackIsNotDispensedToAnother(t *testing.T) {
	x, pick := reservedWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	for _, c := range []struct {
		name, pack string
		of         Reserved
		want       Verdict
	}{
		{"reserved", packPath("0107-0"), Reserved{}, Stop},
		{"in a reserved case", packPath("0206-0"), Reserved{}, Stop},
		{"beside it", packPath("0107-2"), Reserved{}, OK},
		{"for its order", packPath("0107-0"), Reserved{Pick: pick.String()}, OK},
		{"all the same", packPath("0107-1"), Reserved{ReleaseReservation: true}, OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := d.DispenseOf(ctx, []string{c.pack}, "dispensing", c.of)
			if err != nil || list[0].Verdict != c.want {
				t.Fatalf("%+v, %v", list, err)
			}
			if c.want == Stop && (list[0].Rule != RulePickReserved || !strings.Contains(list[0].Text, "is reserved for an order") || !strings.Contains(list[0].Next, "--release-reservation")) {
				t.Errorf("it says %+v", list[0])
			}
		})
	}
}

func TestAWarningTakesAThingFromTheOrderThatReservedIt(t *testing.T) {
	x, pick := reservedWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	if _, err := d.Mark(ctx, []string{packPath("0107-0")}, proof.FlagSuspect, 0); err != nil {
		t.Fatal(err)
	}
	r, err := d.PickOf(ctx, pick)
	if err != nil || len(r.Items) != 2 {
		t.Errorf("the order has %+v, %v", r.Items, err)
	}
}

func TestAReservationWhoseTimeIsOverBindsNobody(t *testing.T) {
	x, _ := reservedWorld(t)
	x.chain.pass((PickHours + 1) * 3600)
	if _, err := x.desks["maker"].Pack(context.Background(), testTote, []string{packPath("0107-0")}); err != nil {
		t.Error(err)
	}
}

func TestOneThingGoesOneWayHoweverManyWantIt(t *testing.T) {
	x := pickWorld(t)
	x.handPrekeys("wholesaler", "maker", 6)
	d, ctx := x.desks["maker"], context.Background()
	pack := packPath("0107-0")
	var picked, dispensed atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if i%2 == 0 {
				if r, err := d.Pick(ctx, PickRequest{Items: []string{pack}}); err == nil && r.ID != nil {
					picked.Add(1)
				}
				return
			}
			list, err := d.Dispense(ctx, []string{pack}, "dispensing")
			if err != nil {
				t.Error(err)
			} else if list[0].Verdict == OK {
				dispensed.Add(1)
			}
		})
	}
	all.Wait()
	if picked.Load()+dispensed.Load() != 1 {
		t.Errorf("picked %d times and dispensed %d times", picked.Load(), dispensed.Load())
	}
}
