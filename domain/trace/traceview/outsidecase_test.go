package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"testing"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/proof"
)

// Of a case from outside the network, with three packs of two lots.
const outsideCasePath = "/00/003614140000000018"

func outsideCasePack(i int) string { return fmt.Sprintf("/01/00361414123458/21/IN-%d", i) }

// casePaper is what its seller sent with it: what is packed in what.
type casePaper struct{ packed []string }

// Faulty implements Documents.
func (casePaper) Faulty(*sql.Tx, int64) (string, error) { return "", nil }

// Content implements Documents.
func (p casePaper) Content(context.Context, int64) (io.ReadCloser, string, error) {
	event := func(lot string, packs ...string) string {
		return `<ObjectEvent><eventTime>2026-09-01T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList>` + epcs(packs) + `</epcList>
<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><disposition>urn:epcglobal:cbv:disp:active</disposition>
<readPoint><id>urn:epc:id:sgln:0361414.00001.0</id></readPoint>
<extension><ilmd><cbvmda:lotNumber>` + lot + `</cbvmda:lotNumber><cbvmda:itemExpirationDate>2028-06-30</cbvmda:itemExpirationDate></ilmd></extension></ObjectEvent>`
	}
	doc := `<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="1.2" creationDate="2026-09-01T08:00:00Z">
<EPCISBody><EventList>` + event("IN-A", outsideCasePack(0), outsideCasePack(1)) + event("IN-B", outsideCasePack(2)) + `
<AggregationEvent><eventTime>2026-09-01T09:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
<parentID>urn:epc:id:sscc:0361414.0000000001</parentID><childEPCs>` + epcs(p.packed) + `</childEPCs>
<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep><disposition>urn:epcglobal:cbv:disp:in_progress</disposition>
<readPoint><id>urn:epc:id:sgln:0361414.00001.0</id></readPoint></AggregationEvent></EventList></EPCISBody></epcis:EPCISDocument>`
	return io.NopCloser(strings.NewReader(doc)), "seller.xml", nil
}

func epcs(paths []string) string {
	var out strings.Builder
	for _, p := range paths {
		_, serial, _ := strings.Cut(p, "/21/")
		out.WriteString("<epc>urn:epc:id:sgtin:0361414.012345." + serial + "</epc>")
	}
	return out.String()
}

// caseShelf is a dispenser with that case.
func caseShelf(t testing.TB) shelf {
	x := newShelf(t)
	d := x.desks["dispenser"]
	x.notices(d.now())
	packages := []dscsa.Package{{Path: outsideCasePath, Kind: dscsa.KindCase}}
	var packed []string
	for i, lot := range []string{"IN-A", "IN-A", "IN-B"} {
		packages = append(packages, dscsa.Package{Path: outsideCasePack(i), Kind: dscsa.KindPack, GTIN: "00361414123458", Lot: lot, Expiry: "2028-06-30", In: outsideCasePath, Inferred: true})
		packed = append(packed, outsideCasePack(i))
	}
	x.takeOutside(Outside{Document: 1, Seller: "0361414000018", Authority: Authority{Word: SellerAuthorised, Evidence: 3}, At: d.now(), Packages: packages})
	d.documents = casePaper{packed}
	x.handPrekeys("wholesaler", "dispenser", 4)
	return x
}

func TestASealedCaseFromOutsideIsIntroducedAsOneBox(t *testing.T) {
	x := caseShelf(t)
	d, ctx := x.desks["dispenser"], context.Background()
	report, file, err := d.Ship(ctx, ShipRequest{Items: []string{outsideCasePath}, To: "wholesaler", PO: "PO-1"})
	if err != nil || len(report.Introduced) != 1 || report.Introduced[0] != outsideCasePath || report.Things != 4 {
		t.Fatalf("%+v, %v", report, err)
	}
	it, rec, on := x.standing("dispenser", outsideCasePath)
	if !on || rec.State != proof.StateTransit || rec.Depth == 0 || it.status != StatusOffered {
		t.Errorf("it is %+v on the ledger and %s here", rec, StatusName(it.status))
	}
	x.sound()
	x.introducedMoveOn(file, outsideCasePack(0), outsideCasePack(1), outsideCasePack(2))
}

func TestACaseFromOutsideMovesAsOneOnlyWhileItIsWhatItsSellerSent(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(x shelf)
		want   string
	}{
		{"a pack of it was dispensed", func(x shelf) {
			if got, err := x.desks["dispenser"].Dispense(context.Background(), []string{outsideCasePack(0)}, "dispensing"); err != nil || got[0].Verdict != OK {
				x.t.Fatal(got, err)
			}
		}, "IN-0 is no longer in it"},
		{"a pack of it was sold by itself", func(x shelf) { x.leave("dispenser", "", outsideCasePack(1)) }, "IN-1 is no longer in it"},
		{"fewer came than its seller's document says", func(x shelf) {
			x.sql(`DELETE FROM outside_item WHERE path = ?`, outsideCasePack(1))
		}, "says that /01/00361414123458/21/IN-1 is in it too"},
		{"its seller's document says nothing of it", func(x shelf) { x.desks["dispenser"].documents = casePaper{} }, "doesn't say that"},
		{"the lot of a pack is not known", func(x shelf) { x.sql(`UPDATE trace_item SET lot = NULL WHERE path = ?`, outsideCasePack(2)) }, "no pack with a lot"},
		{"nobody answers for one of its packs", func(x shelf) {
			x.sql(`UPDATE outside_item SET authority = ? WHERE path = ?`, SellerUnknown, outsideCasePack(2))
		}, verdict.RuleSellerUnknown},
		{"it holds nothing", func(x shelf) { x.sql(`UPDATE outside_item SET container = ''`) }, "nothing that came in it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := caseShelf(t)
			c.change(x)
			_, _, err := x.desks["dispenser"].Ship(context.Background(), ShipRequest{Items: []string{outsideCasePath}, To: "wholesaler", PO: "PO-1"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("shipped: %v", err)
			}
		})
	}
}

func TestACaseThatTheLedgerDoesNotIntroduceStaysWhole(t *testing.T) {
	x := caseShelf(t)
	d := x.desks["dispenser"]
	err := d.vault.Update(context.Background(), func(tx *sql.Tx) error {
		w := d.begin(tx, 0)
		if err := w.introduce(outsideCasePath); err != nil {
			return err
		}
		if it, err := mustItem(tx, outsideCasePack(0)); err != nil || it.sealedIn != outsideCasePath {
			t.Errorf("introduced, a pack's row is %+v, %v", it, err)
		}
		again, err := decodeUndo(w.ops[0].undo.encode()) // as when the ledger has refused it
		if err != nil {
			return err
		}
		return again.apply(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{outsideCasePath, outsideCasePack(0), outsideCasePack(2)} {
		if got := x.status("dispenser", p); got != StatusOutside {
			t.Errorf("%s is %s", p, StatusName(got))
		}
	}
	if _, _, err := d.Ship(context.Background(), ShipRequest{Items: []string{outsideCasePath}, To: "wholesaler", PO: "PO-1"}); err != nil {
		t.Errorf("then it can't be shipped: %v", err)
	}
	x.sound()
}

func TestACaseFromOutsideLeavesForABuyerOutsideAsOne(t *testing.T) {
	x := caseShelf(t)
	ctx, d := context.Background(), x.sells("dispenser", &testRoute{state: "queued"})
	p, err := d.Prepare(ctx, PrepareRequest{Items: []string{outsideCasePath}, To: "4"})
	if err != nil || p.Things != 4 {
		t.Fatalf("%+v, %v", p, err)
	}
	if checked, _, raw := x.documentOf("dispenser", p); checked.Packages != 3 || !strings.Contains(raw, "IN-B") {
		t.Errorf("%d packages; the document is\n%s", checked.Packages, raw)
	}
	_, err = d.Prepare(ctx, PrepareRequest{Items: []string{outsideCasePack(0)}, To: "4"})
	wantCode(t, "a pack of it", err, "trace/leaving")
	if r, err := d.Confirm(ctx, *p.ID); err != nil || r.Records != 4 || x.status("dispenser", outsideCasePack(1)) != StatusLeft {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := d.Reenter(ctx, ReenterRequest{Items: []string{outsideCasePath}, Verified: true}); err != nil || x.status("dispenser", outsideCasePack(1)) != StatusOutside {
		t.Errorf("%+v, %v", r, err)
	}
	x.sound()
}

func TestAContainerFromOutsideHoldsAsManyThingsAsTheLimit(t *testing.T) {
	for _, n := range []int{OutsideCaseMax - 1, OutsideCaseMax} {
		x := newShelf(t)
		packages := []dscsa.Package{{Path: outsideCasePath, Kind: dscsa.KindCase}}
		for i := range n {
			packages = append(packages, dscsa.Package{Path: outsideCasePack(i), Kind: dscsa.KindPack, GTIN: "00361414123458", Lot: "IN-A", Expiry: "2028-06-30", In: outsideCasePath})
		}
		x.takeOutside(Outside{Document: 1, Seller: "0361414000018", Authority: Authority{Word: SellerAuthorised}, At: x.desks["dispenser"].now(), Packages: packages})
		err := x.desks["dispenser"].vault.View(context.Background(), func(tx *sql.Tx) error {
			it, err := mustItem(tx, outsideCasePath)
			if err == nil {
				_, err = outsideGoods(tx, it)
			}
			return err
		})
		if (err != nil) != (n == OutsideCaseMax) {
			t.Errorf("with %d packs: %v", n, err)
		}
	}
}
