package traceview

import (
	"context"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// The tests here follow the table that turns EPCIS into custody operations, row
// by row, on the real rules.

func TestLooseUnitsBecomeOriginsOfTheirOwn(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 20)...)
	r := x.taken(s)
	if r.Commissions != 20 || r.Envelopes != 2 {
		t.Errorf("%d commissions in %d envelopes", r.Commissions, r.Envelopes)
	}
	seen := map[int64]bool{}
	for i := range 20 {
		it, rec, on := x.standing("maker", pathOf(t, s.s.Pack(i)))
		if !on || rec.Depth != 0 || rec.State != proof.StateLive || it.kind != proof.KindUnit {
			t.Errorf("pack %d: on the ledger %v, %+v", i, on, rec)
		}
		seen[it.commission] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d origins", len(seen))
	}
}

func TestPackingAfterCommissioningIsABoxAndAPack(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 40)...)
	x.taken(s)
	tote := s.s.Pallet(7)
	s.pack(tote, s.packs(0, 40)...)
	r := x.taken(s)
	if r.Commissions != 1 {
		t.Errorf("%d origins made, want the box alone", r.Commissions)
	}
	box, rec, on := x.standing("maker", pathOf(t, tote))
	if !on || rec.Kids != 40 || rec.Depth != 0 {
		t.Errorf("tote: on the ledger %v, %+v", on, rec)
	}
	it, rec, on := x.standing("maker", pathOf(t, s.s.Pack(39)))
	if !on || rec.State != proof.StatePacked || it.packedIn != box.path {
		t.Errorf("pack: on the ledger %v, %+v, stock %+v", on, rec, it)
	}
}

func TestNewCasesAndOldPacksOnOnePalletArePackedAsRecords(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 1)...)
	x.taken(s)
	s.commission(s.packs(1, 3)...)
	s.commission(s.s.Case(0))
	s.pack(s.s.Case(0), s.packs(1, 3)...)
	s.pack(s.s.Pallet(0), s.s.Case(0), s.s.Pack(0))
	x.taken(s)
	_, pallet, _ := x.standing("maker", pathOf(t, s.s.Pallet(0)))
	_, box, on := x.standing("maker", pathOf(t, s.s.Case(0)))
	if pallet.Kids != 2 || !on || box.State != proof.StatePacked || box.Depth == 0 {
		t.Errorf("pallet %+v, case %+v", pallet, box)
	}
}

func TestUnpackingOpensWhatWasSealedAndUnpacksWhatWasPacked(t *testing.T) {
	x, s := newExchange(t), newScene()
	top := s.pallet(0, 2, 3)
	x.taken(s)
	s.unpack(top, s.s.Case(0))
	s.unpack(s.s.Case(0))
	tote := s.s.Pallet(8)
	s.pack(tote, s.packs(0, 2)...)
	x.taken(s)
	_, pallet, _ := x.standing("maker", pathOf(t, top))
	_, opened, _ := x.standing("maker", pathOf(t, s.s.Case(0)))
	if pallet.Out != 1 || opened.Out != 3 {
		t.Errorf("%d came out of the pallet and %d out of the case", pallet.Out, opened.Out)
	}
	s.unpack(tote, s.s.Pack(1))
	x.taken(s)
	_, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(1)))
	_, box, _ := x.standing("maker", pathOf(t, tote))
	if rec.State != proof.StateLive || box.Kids != 1 {
		t.Errorf("pack %+v, tote %+v", rec, box)
	}
}

func TestWhatIsUnpackedBeforeTheFileEndsWasNeverSealed(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 3)...)
	s.commission(s.s.Case(0))
	s.pack(s.s.Case(0), s.packs(0, 3)...)
	s.unpack(s.s.Case(0), s.s.Pack(2))
	r := x.taken(s)
	if r.Commissions != 2 {
		t.Errorf("%d commissions, want the case and the loose pack", r.Commissions)
	}
	if it, _, on := x.standing("maker", pathOf(t, s.s.Pack(2))); !on || it.sealedIn != "" {
		t.Errorf("the pack that was taken out: on the ledger %v, %+v", on, it)
	}
}

func (x *trade) prekeys(from, to string, n int) {
	x.t.Helper()
	file, err := x.desks[from].IssuePrekeys(context.Background(), to, n)
	if err == nil {
		_, err = x.desks[to].ImportPrekeys(context.Background(), file)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func TestShippingWithoutPrekeysIsNotedAndDoneWhenTheyAreHere(t *testing.T) {
	x, s := newExchange(t), newScene()
	top := s.pallet(0, 2, 3)
	s.ship(top)
	doc := s.file(t)
	r := x.capture("maker", "ship.xml", doc, Rollback)
	if r.Stage != CaptureDone || len(r.Notes) != 1 || r.Notes[0].Rule != "needs-prekeys" {
		t.Fatalf("%s, notes %+v\n%s", r.Stage, r.Notes, faultsOf(r))
	}
	path := pathOf(t, top)
	if _, rec, _ := x.standing("maker", path); rec.State != proof.StateLive {
		t.Errorf("shipped without a key to ship to: %+v", rec)
	}
	x.prekeys("wholesaler", "maker", 3)
	for range 2 { // the second time there is nothing left to do
		r = x.capture("maker", "ship.xml", doc, Rollback)
		if r.Stage != CaptureDone || !r.Known || len(r.Notes) != 0 {
			t.Errorf("%s, known %v, notes %+v", r.Stage, r.Known, r.Notes)
		}
		if it, rec, _ := x.standing("maker", path); rec.State != proof.StateTransit || it.status != StatusOffered {
			t.Errorf("after prekeys came: %+v, stock %+v", rec, it)
		}
	}
	if left, err := x.desks["maker"].HasPrekeys(context.Background(), "wholesaler"); err != nil || left != 2 {
		t.Errorf("%d prekeys left: %v", left, err)
	}
	x.chain.settle()
}

func TestAVoidedShipmentIsNotSentAndALateOneIsReclaimed(t *testing.T) {
	x, s := newExchange(t), newScene()
	x.prekeys("wholesaler", "maker", 3)
	first, second := s.pallet(0, 1, 2), s.pallet(1, 1, 2)
	s.ship(first, second)
	s.see("void_shipping", "in_progress", second)
	x.taken(s)
	_, rec, _ := x.standing("maker", pathOf(t, second))
	if rec.State != proof.StateLive {
		t.Errorf("the voided pallet is %+v", rec)
	}
	s.see("void_shipping", "in_progress", first)
	if r := x.taken(s); len(r.Notes) != 1 || r.Notes[0].Rule != "ask-receiver" {
		t.Errorf("before the deadline: %+v", r.Notes)
	}
	x.chain.pass(46 * 24 * 3600)
	s.see("void_shipping", "in_progress", first)
	x.taken(s)
	if it, rec, _ := x.standing("maker", pathOf(t, first)); rec.State != proof.StateLive || it.status != StatusOnHand {
		t.Errorf("after the deadline: %+v, stock %+v", rec, it)
	}
}

func TestReceivingIsMatchedOnly(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 1)...)
	s.see("receiving", "in_progress", s.s.Pack(0))
	if r := x.taken(s); r.Operations != 1 {
		t.Errorf("%d operations, want the commission alone", r.Operations)
	}
}

func TestEachWayOutEndsWithItsClass(t *testing.T) {
	for name, c := range map[string]struct {
		step, disposition string
		action            epcis.Action
		class             uint64
	}{
		"decommissioning leaves the supply":    {"decommissioning", "inactive", epcis.Delete, proof.EndLeftSupply},
		"destroying leaves the supply":         {"destroying", "destroyed", epcis.Delete, proof.EndLeftSupply},
		"a destroyed sample leaves the supply": {"sampling", "destroyed", epcis.Delete, proof.EndLeftSupply},
		"exporting leaves the network":         {"https://example.com/step/exporting", "inactive", epcis.Delete, proof.EndLeftNetwork},
		"theft is lost":                        {"https://example.com/step/theft", "stolen", epcis.Delete, proof.EndLost},
		"loss is lost":                         {"https://example.com/step/loss", "unknown", epcis.Delete, proof.EndLost},
	} {
		t.Run(name, func(t *testing.T) {
			x, s := newExchange(t), newScene()
			s.pallet(0, 1, 3)
			e := s.see(c.step, c.disposition, s.s.Pack(1))
			e.Action = c.action
			x.taken(s)
			it, rec, on := x.standing("maker", pathOf(t, s.s.Pack(1)))
			status := StatusEnded
			if c.class == proof.EndLeftNetwork {
				status = StatusLeft
			}
			if !on || rec.State != proof.StateEnded || rec.End != c.class || it.status != status {
				t.Errorf("on the ledger %v: %+v, stock %+v", on, rec, it)
			}
		})
	}
}

func TestAnEndedToteTakesWhatIsPackedInItAlong(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 3)...)
	x.taken(s)
	s.pack(s.s.Pallet(0), s.packs(0, 3)...)
	s.remove("destroying", "destroyed", s.s.Pallet(0))
	x.taken(s)
	if it, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(2))); rec.State != proof.StateEnded || it.status != StatusEnded {
		t.Errorf("%+v, stock %+v", rec, it)
	}
}

func TestDispensingIsLocalAtOnce(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 1, 3)
	s.remove("dispensing", "dispensed", s.s.Pack(0))
	x.taken(s)
	it, _, on := x.standing("maker", pathOf(t, s.s.Pack(0)))
	if on || it.status != StatusDispensed {
		t.Errorf("on the ledger %v, stock %+v", on, it)
	}
}

func TestHoldingAndDispositionsSetAndClearMarks(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 1, 3)
	s.see("holding", "non_sellable_other", s.s.Pack(0))
	s.see("inspecting", "no_pedigree_match", s.s.Pack(1))
	x.taken(s)
	marks := func(n int) uint64 {
		_, rec, on := x.standing("maker", pathOf(t, s.s.Pack(n)))
		if !on {
			t.Fatalf("pack %d has no record", n)
		}
		return rec.Flags
	}
	if marks(0) != proof.FlagHeld || marks(1) != proof.FlagHeld|proof.FlagSuspect {
		t.Errorf("marks %d and %d", marks(0), marks(1))
	}
	s.see("storing", "sellable_accessible", s.packs(0, 2)...)
	x.taken(s)
	if marks(0) != 0 || marks(1) != 0 {
		t.Errorf("cleared marks %d and %d", marks(0), marks(1))
	}
}

func TestATransformationEndsItsInputsAndNamesThemAsParents(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 2)...)
	x.taken(s)
	e := s.add(&epcis.Event{Type: epcis.TransformationEvent, BizStep: "repackaging", Inputs: s.packs(0, 2), Outputs: s.packs(10, 4)})
	e.ILMD = epcis.NewILMD("LOT-R", "2028-05-31")
	s.pack(s.s.Pallet(3), s.packs(10, 4)...)
	x.taken(s)
	if _, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(0))); rec.State != proof.StateEnded || rec.End != proof.EndTransformed {
		t.Errorf("input %+v", rec)
	}
	it, rec, on := x.standing("maker", pathOf(t, s.s.Pack(12)))
	if !on || rec.State != proof.StatePacked || it.lot.number != "LOT-R" {
		t.Errorf("output on the ledger %v: %+v, stock %+v", on, rec, it)
	}
}

func TestAnErrorDeclarationIsLinkedOnly(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 1)...)
	x.taken(s)
	e := s.remove("destroying", "destroyed", s.s.Pack(0))
	e.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: s.at.Add(time.Hour), Reason: "did_not_occur"}
	if r := x.taken(s); r.Operations != 0 {
		t.Errorf("%d operations", r.Operations)
	}
	if _, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(0))); rec.State != proof.StateLive {
		t.Errorf("record %+v", rec)
	}
}

func TestAPartnersFileIsStoredAndCheckedAndNothingElse(t *testing.T) {
	x, s := newExchange(t), newScene()
	top := s.pallet(0, 2, 3)
	s.ship(top)
	r, err := x.desks["wholesaler"].Capture(context.Background(), CaptureRequest{Name: "from-maker.xml", Partner: "maker", Reader: reader(s.file(t))})
	if err != nil {
		t.Fatal(err)
	}
	if r.Stage != CaptureDone || r.Own != 0 || r.Events == 0 || r.Operations != 0 || r.Things != 0 {
		t.Errorf("%+v", r)
	}
	page, err := x.desks["wholesaler"].Inventory(context.Background(), InventoryFilter{})
	if err != nil || len(page.Rows) != 0 {
		t.Errorf("stock %+v: %v", page.Rows, err)
	}
}
