package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
)

// Of what comes from outside the network in these tests.
const (
	outsidePack = "(01)00361414123458(21)OUT-1"
	outsidePath = "/01/00361414123458/21/OUT-1"
	unaffirmed  = 2 // the document without a statement
)

// papers are a dispenser's documents, of which one has no statement.
type papers struct{}

// Faulty implements Documents.
func (papers) Faulty(_ *sql.Tx, document int64) (string, error) {
	if document == unaffirmed {
		return fmt.Sprintf("document %d affirms nothing", document), nil
	}
	return "", nil
}

// Content implements Documents with a seller's document of the pack.
func (papers) Content(_ context.Context, document int64) (io.ReadCloser, string, error) {
	return io.NopCloser(strings.NewReader(sellersPaper)), "seller.xml", nil
}

// outside has the dispenser take a pack from outside the network, with recall notices
// of this day.
func (x shelf) outside(authority string, document int64) {
	x.t.Helper()
	x.outsideAs(KnownReported, authority, document)
}

func (x shelf) outsideAs(known int, authority string, document int64) {
	x.t.Helper()
	d := x.desks["dispenser"]
	d.documents = papers{}
	x.notices(d.now())
	x.takeOutside(Outside{
		Document: document, Seller: "0614141000012", Authority: Authority{Word: authority, Evidence: 3}, At: d.now(), Known: known, Run: 5,
		Packages: []dscsa.Package{{Path: outsidePath, Kind: dscsa.KindPack, GTIN: "00361414123458", Lot: "OUT", Expiry: "2028-06-30", Inferred: true}},
	})
}

func (x shelf) notices(asOf time.Time) {
	x.t.Helper()
	list := strings.NewReader("gtin,lot,reference,class,from,to\n00361414123458,OTHER,R-1,II,,\n")
	if _, err := x.desks["dispenser"].LoadNotices(context.Background(), list, "Sample list", asOf.UTC().Truncate(24*time.Hour)); err != nil {
		x.t.Fatal(err)
	}
}

func (x shelf) takeOutside(o Outside) (left []string) {
	x.t.Helper()
	d := x.desks["dispenser"]
	err := d.vault.Update(context.Background(), func(tx *sql.Tx) (err error) {
		left, err = d.TakeOutside(tx, o)
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return left
}

func TestGoodsFromOutsideAreStockWithoutAnEntry(t *testing.T) {
	x := newShelf(t)
	d, ctx := x.desks["dispenser"], context.Background()
	before, _ := x.chain.Status()
	x.outside(SellerAuthorised, 1)
	x.outside(SellerAuthorised, 1) // as after an interruption
	page, err := d.Inventory(ctx, InventoryFilter{Status: StatusOutside})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Lot != "OUT" || page.Rows[0].Expiry != "280630" || page.Rows[0].Partner != "0614141000012" {
		t.Fatalf("%+v, %v", page.Rows, err)
	}
	if after, _ := x.chain.Status(); after != before {
		t.Error("something went onto the ledger")
	}
	faults := 0
	if _, err := CheckStock(ctx, d.vault, d.keys, func([]byte) ([]byte, bool, error) { return nil, false, nil }, func(err error) {
		if strings.Contains(err.Error(), "00361414123458") {
			faults++
		}
	}); err != nil || faults > 0 {
		t.Errorf("%d faults of it in the stock, %v", faults, err)
	}
	if tr, err := d.Trace(ctx, outsidePack); err != nil || !tr.Found || !strings.Contains(tr.Standing, "outside the network") || tr.Verdict != verdict.OK {
		t.Errorf("%+v, %v", tr, err)
	}
}

func TestAPackFromOutsideIsDispensedOnceAndNeverSettled(t *testing.T) {
	x := newShelf(t)
	d, ctx := x.desks["dispenser"], context.Background()
	x.outside(SellerAuthorised, 1)
	for i, want := range []verdict.Word{verdict.OK, verdict.Stop} {
		list, err := d.Dispense(ctx, []string{outsidePack}, "dispensing")
		if err != nil || list[0].Verdict != want {
			t.Fatalf("time %d: %+v, %v", i+1, list, err)
		}
	}
	if r, err := d.SettleDispenses(ctx); err != nil || r.Ended != 0 || r.Left != 0 || len(r.Refused) > 0 {
		t.Errorf("settled: %+v, %v", r, err)
	}
	if a := x.judge("dispenser", outsidePack)[0]; a.Rule != verdict.RuleDispensed || len(a.Facts) != 1 {
		t.Errorf("afterwards: %+v", a)
	}
	if left := x.takeOutside(Outside{Packages: []dscsa.Package{{Path: outsidePath, Kind: dscsa.KindPack}}, At: d.now()}); len(left) != 1 {
		t.Error("what was dispensed was taken into stock again")
	}
}

func TestOldRecallNoticesLeaveGoodsFromOutsideUncertain(t *testing.T) {
	x := newShelf(t)
	x.outside(SellerAuthorised, 1)
	x.chain.pass(uint64((noticeAgeDefault + 24*time.Hour).Seconds()))
	a := x.judge("dispenser", outsidePack)[0]
	if a.Word != verdict.CannotTell || a.Rule != verdict.RuleRecallListOld || !strings.Contains(a.Text, "newest list of recall notices is of") || !a.Facts[0].Basis.Stale {
		t.Errorf("%+v", a)
	}
	x.notices(x.desks["dispenser"].now())
	if a := x.judge("dispenser", outsidePack)[0]; a.Word != verdict.OK {
		t.Errorf("with a new list: %+v", a)
	}
}

func TestASerialFromOutsideThatIsOfferedOnTheLedgerIsNotTakenUnseen(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 3)
	pallets := x.pallets("maker", s)
	y := shelf{x, s, pallets[0]}
	y.takeOutside(Outside{At: x.desks["dispenser"].now(), Packages: []dscsa.Package{{Path: pathOf(t, s.Pack(1)), Kind: dscsa.KindPack}}})
	x.handPrekeys("dispenser", "maker", 1)
	r := x.receive("dispenser", x.ship("maker", "dispenser", pallets[0]))
	if it := r.Items[0]; it.Outcome != NotAccepted || it.Verdict != CannotTell || it.Problems[0].Rule != RuleDuplicate {
		t.Errorf("%+v", it)
	}
}

func TestWhatIsKnownBetterTakesThePlaceOfWhatWasKnownLessWell(t *testing.T) {
	x := newShelf(t)
	for _, step := range []struct {
		known int
		rule  string
		basis int
		says  string
	}{
		{KnownOwn, verdict.RuleOwnWord, verdict.Own, "stock list 5"},
		{KnownReported, verdict.RuleSellerReported, verdict.Reported, "document 1"},
		{KnownOwn, verdict.RuleSellerReported, verdict.Reported, "document 1"}, // never less
		{KnownSigned, verdict.RuleSellerReported, verdict.Signed, "document 1"},
		{KnownReported, verdict.RuleSellerReported, verdict.Signed, "document 1"},
	} {
		document := int64(1)
		if step.known == KnownOwn {
			document = 0
		}
		x.outsideAs(step.known, SellerAuthorised, document)
		a := x.judge("dispenser", outsidePack)[0]
		if b := a.Facts[0].Basis; a.Rule != step.rule || b.Known != step.basis || b.Evidence != step.says {
			t.Errorf("told as %s: %+v", GradeName(step.known), a)
		}
		page, err := x.desks["dispenser"].Inventory(context.Background(), InventoryFilter{Status: StatusOutside})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Grade != GradeName(step.basis) {
			t.Errorf("told as %s: %+v, %v", GradeName(step.known), page.Rows, err)
		}
		tr, err := x.desks["dispenser"].Trace(context.Background(), outsidePack)
		if err != nil || tr.Grade != GradeName(step.basis) {
			t.Errorf("told as %s: %q, %v", GradeName(step.known), tr.Grade, err)
		}
	}
}
