package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/ledger"
	"pedigree/proof"
)

// sellersPaper is what the seller from outside sent with the pack, and with another.
const sellersPaper = `<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="1.2" creationDate="2026-09-01T08:00:00Z">
<EPCISBody><EventList><ObjectEvent>
<eventTime>2026-09-01T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
<epcList><epc>urn:epc:id:sgtin:0361414.012345.OUT-1</epc><epc>urn:epc:id:sgtin:0361414.012345.SECRET</epc></epcList>
<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><disposition>urn:epcglobal:cbv:disp:active</disposition>
<readPoint><id>urn:epc:id:sgln:0361414.00001.0</id></readPoint>
<extension><ilmd><cbvmda:lotNumber>OUT</cbvmda:lotNumber><cbvmda:itemExpirationDate>2028-06-30</cbvmda:itemExpirationDate></ilmd></extension>
</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>`

// outsideShelf is a dispenser with a pack from outside, and keys of the wholesaler.
func outsideShelf(t testing.TB) shelf {
	x := newShelf(t)
	x.outside(SellerAuthorised, 1)
	x.handPrekeys("wholesaler", "dispenser", 4)
	return x
}

func TestIntroducedGoodsClaimNoMaker(t *testing.T) {
	x := outsideShelf(t)
	d, ctx := x.desks["dispenser"], context.Background()
	report, file, err := d.Ship(ctx, ShipRequest{Items: []string{outsidePack}, To: "wholesaler", PO: "PO-1"})
	if err != nil || len(report.Introduced) != 1 || report.Introduced[0] != outsidePath {
		t.Fatalf("%+v, %v", report, err)
	}
	it, rec, on := x.standing("dispenser", outsidePath)
	if !on || rec.State != proof.StateTransit || it.status != StatusOffered {
		t.Errorf("it is %+v on the ledger and %s here", rec, StatusName(it.status))
	}
	c := commission{}
	err = d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		c, err = loadCommission(tx, it.commission)
		return err
	})
	if err != nil || c.class != proof.ClassIntroduced || c.maker != "" || c.stmtBody != nil {
		t.Errorf("%+v, %v", c, err)
	}
	var state proof.OriginState
	if err := x.chain.Read(func(s ledger.State) error { state, _ = trace.GetOrigin(s, c.origin); return nil }); err != nil {
		t.Fatal(err)
	}
	if !state.Stmt.IsZero() || state.Until != 57+1 { // half a year after June 2028 ends within the 58th half-year since 2000
		t.Errorf("the ledger has %+v", state)
	}
	x.sound()
	x.reseal(file, func(c *Content) {
		if doc := c.Documents[0].Bytes; !bytes.Contains(doc, []byte("2028-06-30")) || bytes.Contains(doc, []byte("SECRET")) {
			t.Errorf("the document is\n%s", doc)
		}
	})
	wantOutcome(t, x.receive("wholesaler", file), CannotTell, NotAccepted)
	x.introducedMoveOn(file, outsidePack)
}

// introducedMoveOn has the wholesaler receive introduced goods, knows them as such, and
// ships the last of these packs to the maker.
func (x shelf) introducedMoveOn(file []byte, packs ...string) {
	x.t.Helper()
	d, ctx := x.desks["wholesaler"], context.Background()
	r, err := d.Receive(ctx, ReceiveRequest{File: bytes.NewReader(file), AcceptUnproved: true})
	if err != nil {
		x.t.Fatal(err)
	}
	wantOutcome(x.t, r, CannotTell, Received)
	x.deliver()
	for _, pack := range packs {
		a, err := d.Judge(ctx, []string{pack})
		if err != nil || a[0].Word != verdict.OK || a[0].Rule != verdict.RuleIntroduced {
			x.t.Errorf("the receiver's verdict on %s is %+v, %v", pack, a, err)
		}
	}
	x.handPrekeys("maker", "wholesaler", 1)
	if _, _, err := d.Ship(ctx, ShipRequest{Items: packs[len(packs)-1:], To: "maker"}); err != nil {
		x.t.Errorf("%s shipped on: %v", packs[len(packs)-1], err)
	}
	x.deliver()
	x.sound()
}

func TestOnlyWhatASellerAnswersForIsIntroduced(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(x shelf)
		item   string
		want   string
	}{
		{"its seller was not authorised", func(x shelf) { x.sql(`UPDATE outside_item SET authority = ?`, SellerNotAuthorised) }, outsidePack, verdict.RuleSellerNotAuthorised},
		{"nothing is known of its seller", func(x shelf) { x.sql(`UPDATE outside_item SET authority = ?`, SellerUnknown) }, outsidePack, verdict.RuleSellerUnknown},
		{"its document has no statement", func(x shelf) { x.sql(`UPDATE outside_item SET document = ?`, unaffirmed) }, outsidePack, verdict.RuleDataFaulty},
		{"its lot is in a recall notice", func(x shelf) {
			list := strings.NewReader("gtin,lot,reference,class,from,to\n00361414123458,OUT,R-2,I,,\n")
			if _, err := x.desks["dispenser"].LoadNotices(context.Background(), list, "Sample list", x.today()); err != nil {
				x.t.Fatal(err)
			}
		}, outsidePack, verdict.RuleRecalled},
		{"the recall notices are old", func(x shelf) { x.chain.pass(uint64((noticeAgeDefault + 24*time.Hour).Seconds())) }, outsidePack, verdict.RuleRecallListOld},
		{"it is a case", func(x shelf) {
			x.sql(`UPDATE trace_item SET kind = ? WHERE path = ?`, int64(proof.KindCase), outsidePath)
		}, outsidePack, "nothing that came in it"},
		{"its lot is not known", func(x shelf) { x.sql(`UPDATE trace_item SET lot = NULL WHERE path = ?`, outsidePath) }, outsidePack, "no pack with a lot"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := outsideShelf(t)
			c.change(x)
			before, _ := x.chain.Status()
			for _, force := range []bool{false, true} {
				_, _, err := x.desks["dispenser"].Ship(context.Background(), ShipRequest{Items: []string{c.item}, To: "wholesaler", Force: force})
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("with force %v: %v", force, err)
				}
			}
			if after, _ := x.chain.Status(); after != before || x.status("dispenser", outsidePath) != StatusOutside {
				t.Error("something was done all the same")
			}
		})
	}
}

func TestWhatTheLedgerDoesNotIntroduceStaysFromOutside(t *testing.T) {
	x := outsideShelf(t)
	d := x.desks["dispenser"]
	err := d.vault.Update(context.Background(), func(tx *sql.Tx) error {
		w := d.begin(tx, 0)
		if err := w.introduce(outsidePath); err != nil {
			return err
		}
		if it, err := mustItem(tx, outsidePath); err != nil || it.status != StatusOnHand || !it.surfaced {
			t.Errorf("introduced, its row is %+v, %v", it, err)
		}
		if err := w.introduce(outsidePath); err == nil {
			t.Error("it was introduced twice")
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
	var it item
	err = d.vault.View(context.Background(), func(tx *sql.Tx) (err error) {
		it, err = mustItem(tx, outsidePath)
		return err
	})
	if err != nil || it.status != StatusOutside || it.commission != 0 || it.surfaced || it.lot.number != "OUT" || it.partner != "0614141000012" {
		t.Errorf("its row is %+v", it)
	}
	if a := x.judge("dispenser", outsidePack)[0]; a.Rule != verdict.RuleSellerReported {
		t.Errorf("its verdict is %+v", a)
	}
	x.sound()
}

func TestAnIntroductionKilledAtAnyStepIsDoneOnce(t *testing.T) {
	build := func(t *testing.T) *trade { return outsideShelf(t).trade }
	act := func(x *trade, _ bool) error {
		x.desks["dispenser"].documents = papers{}
		_, _, err := x.desks["dispenser"].Ship(context.Background(), ShipRequest{Items: []string{outsidePack}, To: "wholesaler"})
		return err
	}
	untilWhole(t, act, "dispenser", build, func(t *testing.T, x *trade, at string) {
		if _, rec, on := x.standing("dispenser", outsidePath); !on || rec.State != proof.StateTransit {
			t.Errorf("killed at %q it is %+v", at, rec)
		}
		x.sound()
	})
}
