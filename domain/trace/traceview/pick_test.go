package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/vault"
	"pedigree/proof"
)

const pickGTIN = "00399991123455"

// packPath is a pack of the tests' product.
func packPath(serial string) string { return "/01/" + pickGTIN + "/21/" + serial }

// cased brings a sealed case of packs of one lot onto the ledger for the maker; the serial
// numbers begin with the last digits of its SSCC.
func (x *trade) cased(sscc, number, expiry string, packs int) string {
	x.t.Helper()
	l := &lot{gtin: pickGTIN, number: number, expiry: expiry}
	top := &thing{path: "/00/" + sscc, kind: proof.KindCase}
	for i := range packs {
		top.kids = append(top.kids, &thing{path: packPath(fmt.Sprintf("%s-%d", sscc[len(sscc)-4:], i)), kind: proof.KindUnit, lot: l, parent: top})
	}
	d, ctx := x.desks["maker"], context.Background()
	var job int64
	err := d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		if job, err = d.startJob(tx, jobShip, proof.Hash{}); err != nil {
			return err
		}
		w := d.begin(tx, job)
		if err := x.bear(w, top); err != nil {
			return err
		}
		return w.finish()
	})
	if err == nil {
		err = d.carryWhole(ctx, job)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	return top.path
}

// picked picks at the maker, and returns what is to be taken in the order chosen.
func (x *trade) picked(r PickRequest) PickReport {
	x.t.Helper()
	report, err := x.desks["maker"].Pick(context.Background(), r)
	if err != nil {
		x.t.Fatal(err)
	}
	return report
}

// brief is what a pick takes, as LOT×PACKS of a container or pack.
func brief(r PickReport) string {
	var list []string
	for _, it := range r.Items {
		switch {
		case it.Kind != proof.KindUnit:
			list = append(list, fmt.Sprintf("%s whole", it.Path[len(it.Path)-4:]))
		case it.In != "":
			list = append(list, "out of "+it.In[len(it.In)-4:])
		default:
			list = append(list, "loose "+it.Path[len(packPath("")):])
		}
	}
	return strings.Join(list, ", ")
}

const (
	early1 = "399991000000000107" // 4 packs of the lot that expires first
	early2 = "399991000000000206" // 2 packs of it
	late1  = "399991000000000305" // 3 packs of the lot that expires last
)

// pickWorld has three cases of two lots.
func pickWorld(t testing.TB) *trade {
	x := newExchange(t)
	x.cased(early1, "EARLY", "280131", 4)
	x.cased(early2, "EARLY", "280131", 2)
	x.cased(late1, "LATE", "290630", 3)
	return x
}

func TestWhatExpiresFirstIsPickedFirstAndLittleIsOpened(t *testing.T) {
	for _, c := range []struct {
		name  string
		first func(x *trade)
		line  PickLine
		want  string
	}{
		{"a whole case where it fits", nil, PickLine{Count: 2}, "0206 whole"},
		{"the larger case first", nil, PickLine{Count: 4}, "0107 whole"},
		{"both cases of the lot, then one pack of the next", nil, PickLine{Count: 7}, "0107 whole, 0206 whole, out of 0305"},
		{"of one that is too large, the smallest that has enough", nil, PickLine{Count: 1}, "out of 0206"},
		{"a whole case, and the rest out of the other", nil, PickLine{Count: 5}, "0107 whole, out of 0206"},
		{"only the lot that is named", nil, PickLine{Lot: "LATE", Count: 3}, "0305 whole"},
		{"what is loose before what is sealed", func(x *trade) {
			if _, err := x.desks["maker"].Unpack(context.Background(), "", []string{packPath("0107-1")}); err != nil {
				x.t.Fatal(err)
			}
		}, PickLine{Count: 1}, "loose 0107-1"},
		{"an open case before a sealed one", func(x *trade) {
			if _, err := x.desks["maker"].Unpack(context.Background(), "", []string{packPath("0107-1")}); err != nil {
				x.t.Fatal(err)
			}
		}, PickLine{Count: 2 + 2}, "0107 whole, loose 0107-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := pickWorld(t)
			if c.first != nil {
				c.first(x)
			}
			c.line.GTIN = pickGTIN
			r := x.picked(PickRequest{Lines: []PickLine{c.line}})
			if got := brief(r); got != c.want || len(r.Missing) > 0 || r.ID == nil {
				t.Errorf("picked %s, want %s; missing %+v", got, c.want, r.Missing)
			}
			x.sound()
		})
	}
}

func TestAPalletIsPickedWholeWhenAllOfItIsNeeded(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 2, 3)
	pallet := x.pallets("maker", s)[0]
	gtin := pathOf(t, s.Pack(0))[4:18]
	r := x.picked(PickRequest{Lines: []PickLine{{GTIN: gtin, Count: 4}}})
	if len(r.Items) != 2 || r.Items[0].Packs != 3 || r.Items[0].In != pallet {
		t.Errorf("of 4 packs: %+v", r.Items)
	}
	if err := x.desks["maker"].DropPick(context.Background(), *r.ID); err != nil {
		t.Fatal(err)
	}
	r = x.picked(PickRequest{Lines: []PickLine{{GTIN: gtin, Count: 6}}})
	if len(r.Items) != 1 || r.Items[0].Path != pallet || r.Items[0].Packs != 6 {
		t.Errorf("of 6 packs: %+v", r.Items)
	}
	if _, err := x.desks["maker"].Pick(context.Background(), PickRequest{Items: []string{s.Pack(5)}}); err == nil || !strings.Contains(err.Error(), "reserved") {
		t.Errorf("a pack of a pallet that is reserved: %v", err)
	}
}

func TestWhatIsMissingIsNamedPerLotWithItsReason(t *testing.T) {
	x := pickWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	if _, err := d.Mark(ctx, []string{packPath("0107-0")}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	x.recall("maker", "/00/"+early2)
	x.picked(PickRequest{Items: []string{packPath("0107-1")}})
	r := x.picked(PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 9}}, ShelfDays: 1})
	want := map[string]int{"EARLY " + verdict.RuleHeld: 1, "EARLY " + verdict.RuleRecalled: 2, "EARLY " + RulePickReserved: 1}
	check := func(r PickReport, found int, want map[string]int) {
		t.Helper()
		if len(r.Missing) != 1 || r.Missing[0].Asked != 9 || r.Missing[0].Found != found {
			t.Fatalf("missing: %+v", r.Missing)
		}
		got := map[string]int{}
		for _, l := range r.Missing[0].LeftOut {
			got[l.Lot+" "+l.Rule] = l.Count
			if l.Text == "" {
				t.Errorf("%s doesn't say why", l.Rule)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	check(r, 2+3, want)
	before, err := d.PickOf(ctx, *r.ID)
	if err != nil {
		t.Fatal(err)
	}
	check(before, 5, want)
	if err := d.DropPick(ctx, *r.ID); err != nil {
		t.Fatal(err)
	}
	_, at := x.chain.Status()
	days := int(time.Date(2028, 6, 1, 0, 0, 0, 0, time.UTC).Sub(time.Unix(int64(at), 0)).Hours() / 24)
	check(x.picked(PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 9}}, ShelfDays: days}), 3, map[string]int{"EARLY " + RulePickShelfLife: 6})
	r = x.picked(PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 9}}, Whole: true})
	if r.ID != nil || len(r.Items) != 0 || len(r.Missing) != 1 {
		t.Errorf("all or nothing: %+v", r)
	}
}

func TestTwoPicksNeverTakeOnePack(t *testing.T) {
	x := pickWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	var mu sync.Mutex
	got := map[string]int{}
	packs := 0
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			r, err := d.Pick(ctx, PickRequest{Order: fmt.Sprintf("SO-%d", i), Lines: []PickLine{{GTIN: pickGTIN, Count: 1 + i%3}}})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			for _, it := range r.Items {
				got[it.Path]++
				packs += it.Packs
			}
		})
	}
	all.Wait()
	for p, n := range got {
		if n > 1 {
			t.Errorf("%s is in %d picks", p, n)
		}
		if it := x.row("maker", p); got[inside(&it)] > 0 {
			t.Errorf("%s is in one pick, and what it is in, in another", p)
		}
	}
	if packs != 9 {
		t.Errorf("%d packs are reserved where 9 of 15 that were asked for are there", packs)
	}
}

func TestAReservationEndsWithItsTimeOrWithTheShipment(t *testing.T) {
	x := pickWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	order := PickRequest{Order: "SO-7", Lines: []PickLine{{GTIN: pickGTIN, Count: 6}}}
	r := x.picked(order)
	if again := x.picked(order); !again.Resumed || *again.ID != *r.ID || len(again.Items) != len(r.Items) {
		t.Errorf("the same call again: %+v", again)
	}
	if list, err := d.Picks(ctx); err != nil || len(list) != 1 || list[0].Order != "SO-7" || list[0].Packs != 6 || list[0].Items != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	x.handPrekeys("wholesaler", "maker", 3)
	ship := func(path string) {
		t.Helper()
		if _, _, err := d.Ship(ctx, ShipRequest{Items: []string{path}, To: "wholesaler", Reserved: Reserved{Pick: r.ID.String()}}); err != nil {
			t.Fatal(err)
		}
	}
	ship("/00/" + early1)
	if left, err := d.PickOf(ctx, *r.ID); err != nil || len(left.Items) != 1 {
		t.Errorf("one of two shipped: %+v, %v", left, err)
	}
	ship("/00/" + early2)
	if _, err := d.PickOf(ctx, *r.ID); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("both shipped: %v", err)
	}
	late := x.picked(PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 3}}})
	if none := x.picked(PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 1}}}); none.ID != nil || none.Missing[0].LeftOut[0].Rule != RulePickReserved {
		t.Errorf("all is reserved: %+v", none)
	}
	x.chain.pass(PickHours * 3600)
	if again := x.picked(PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 3}}}); len(again.Missing) != 0 {
		t.Errorf("after its time: %+v", again.Missing)
	}
	if err := d.DropPick(ctx, *late.ID); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("dropped after its time: %v", err)
	}
	x.sound()
}

func TestWhatCannotBePickedIsRefused(t *testing.T) {
	x := pickWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	if _, err := d.Mark(ctx, []string{packPath("0107-0")}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	x.handPrekeys("wholesaler", "maker", 1)
	x.ship("maker", "wholesaler", "/00/"+late1)
	x.picked(PickRequest{Items: []string{packPath("0206-0")}})
	for name, c := range map[string]struct {
		r    PickRequest
		want string
	}{
		"nothing":                          {PickRequest{}, "name lines of products, or things"},
		"a product and a thing":            {PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 1}}, Items: []string{packPath("0107-1")}}, "not both"},
		"none of a product":                {PickRequest{Lines: []PickLine{{GTIN: pickGTIN}}}, "outside 1 to"},
		"no GTIN":                          {PickRequest{Lines: []PickLine{{GTIN: "12", Count: 1}}}, "line 1"},
		"more packs than are picked":       {PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: PickPacksMax}, {GTIN: pickGTIN, Count: 1}}}, "at most"},
		"more lines than are picked":       {PickRequest{Lines: make([]PickLine, PickLinesMax+1)}, "lines"},
		"a shelf life of a century":        {PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 1}}, ShelfDays: PickShelfDaysMax + 1}, "shelf life"},
		"an order with a long number":      {PickRequest{Order: strings.Repeat("1", orderTextMax+1), Items: []string{packPath("0107-1")}}, "order's number"},
		"a pack on hold":                   {PickRequest{Items: []string{packPath("0107-0")}}, "on hold"},
		"a pack that another order has":    {PickRequest{Items: []string{packPath("0206-0")}}, "reserved"},
		"a case of which one has a pack":   {PickRequest{Items: []string{"/00/" + early2}}, "not all that is in it"},
		"a pack that is on its way":        {PickRequest{Items: []string{packPath("0305-0")}}, "not in your hands"},
		"a pack that nobody knows":         {PickRequest{Items: []string{packPath("nobody")}}, "not in stock"},
		"a case, and a pack that is in it": {PickRequest{Items: []string{"/00/" + early1, packPath("0107-1")}}, "reserved"},
	} {
		if r, err := d.Pick(ctx, c.r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	if list, err := d.Picks(ctx); err != nil || len(list) != 1 {
		t.Errorf("%d picks are open, %v", len(list), err)
	}
}

func TestOnlySoManyPicksAreOpen(t *testing.T) {
	x := pickWorld(t)
	d, ctx := x.desks["maker"], context.Background()
	_, at := x.chain.Status()
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		for i := range PicksMax {
			id := proof.ChildSalt(proof.Hash{}, fmt.Sprint(i))
			if _, err := tx.Exec(`INSERT INTO pick_pick (id, asked, order_no, missing, created, until) VALUES (?, ?, ?, ?, ?, ?)`, id[:], id[:], []byte{}, []byte{}, int64(at), int64(at)+60); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := PickRequest{Lines: []PickLine{{GTIN: pickGTIN, Count: 1}}}
	if _, err := d.Pick(ctx, r); err == nil || !strings.Contains(err.Error(), "picks are open") {
		t.Errorf("one too many: %v", err)
	}
	x.chain.pass(61)
	if r := x.picked(r); r.ID == nil {
		t.Error("when they are over, none is taken")
	}
}
