package traceview

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// at moves a scene to another party's place.
func (s *scene) after(of *scene) *scene {
	s.at = of.at
	return s
}

// wholesalerScene writes documents as the wholesaler does, about the maker's goods.
func wholesalerScene(after *scene) *scene {
	s := newScene().after(after)
	s.s.Sender, s.s.Receiver = s.s.Receiver, s.s.Sender
	return s
}

func TestAWholesalerUnpacksReceivedGoodsAndShipsATote(t *testing.T) {
	x, m := newExchange(t), newScene()
	x.prekeys("wholesaler", "maker", 1)
	top := m.pallet(0, 2, 3)
	x.taken(m)
	ctx := context.Background()
	_, file, err := x.desks["maker"].Ship(ctx, ShipRequest{Items: []string{top}, To: "wholesaler"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.desks["wholesaler"].Receive(ctx, ReceiveRequest{File: bytes.NewReader(file)}); err != nil {
		t.Fatal(err)
	}
	w := wholesalerScene(m)
	tote := "urn:epc:id:sscc:0614141.1234567890"
	w.unpack(top, m.s.Case(0))
	w.unpack(m.s.Case(0), m.packs(0, 2)...)
	w.pack(tote, m.packs(0, 2)...)
	w.see("storing", "sellable_accessible", tote) // nothing is marked: no act
	r := x.capture("wholesaler", "tote.xml", w.file(t), Rollback)
	if r.Stage != CaptureDone || len(r.Refused) > 0 || r.Own != 4 {
		t.Fatalf("%s, %d own events, refused %+v\n%s", r.Stage, r.Own, r.Refused, faultsOf(r))
	}
	x.chain.settle()
	it, rec, on := x.standing("wholesaler", pathOf(t, m.s.Pack(1)))
	if !on || rec.State != proof.StatePacked || it.packedIn != pathOf(t, tote) {
		t.Errorf("the pack is %+v, stock %+v", rec, it)
	}
	if _, rec, _ := x.standing("wholesaler", pathOf(t, m.s.Case(0))); rec.Out != 2 || rec.State != proof.StateLive {
		t.Errorf("the opened case is %+v", rec)
	}
	w.commission("urn:epc:id:sgtin:0614141.012345.1")
	r = x.capture("wholesaler", "made.xml", w.file(t), Rollback)
	if f, ok := findingOf(r, "stock/not-a-maker"); !ok || r.Stage != CaptureRefused || !strings.Contains(f.Remedy, "licence") {
		t.Errorf("a wholesaler commissions: %s\n%s", r.Stage, faultsOf(r))
	}
	w.remove("destroying", "destroyed", top)
	doc := w.file(t)
	if r := x.capture("maker", "theirs.xml", doc, Rollback); r.Own != 0 || r.Operations != 0 {
		t.Errorf("a partner's event became %d operations of ours", r.Operations)
	}
}

func TestTooManyErrorsToNameRefuseTheWholeDocument(t *testing.T) {
	for _, c := range []struct {
		bad  int
		want CaptureStage
	}{{1000, CaptureDone}, {1001, CaptureRefused}} { // of one rule: the checks list a thousand
		x, s := newExchange(t), newScene()
		s.commission(s.packs(0, 2)...)
		for i := range c.bad {
			s.commission(s.s.Pack(10 + i)).ILMD = epcis.NewILMD("L23456789012345678901", "2028-06-30")
		}
		r := x.capture("maker", fmt.Sprintf("%d.xml", c.bad), s.file(t), Proceed)
		if r.Stage != c.want {
			t.Errorf("%d bad events: %s, %d errors, %d left out", c.bad, r.Stage, r.Faults, r.Left)
		}
	}
}

func TestADryRunSaysWhatWouldBeAndLeavesNothing(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 2, 3)
	doc := s.file(t)
	d, ctx := x.desks["maker"], context.Background()
	var stages []CaptureProgress
	r, err := d.Capture(ctx, CaptureRequest{Name: "dry.xml", Reader: bytes.NewReader(doc), DryRun: true, Progress: func(p CaptureProgress) { stages = append(stages, p) }})
	if err != nil || r.Stage != CaptureChecked || r.Commissions != 1 || r.Things != 9 || r.Document != 0 {
		t.Errorf("%+v: %v", r, err)
	}
	docs, err := d.vault.Stats(ctx)
	if err != nil || docs.Documents != 0 {
		t.Errorf("%+v: %v", docs, err)
	}
	if p := x.picture("maker"); p.Origins != 0 || len(p.Stock) != 0 {
		t.Errorf("a dry run left %+v", p)
	}
	s.commission(s.s.Pack(0), s.s.Pack(0))
	if r, err := d.Capture(ctx, CaptureRequest{Name: "dry.xml", Reader: bytes.NewReader(s.file(t)), DryRun: true}); err != nil || r.Stage != CaptureRefused {
		t.Errorf("%+v: %v", r, err)
	}
}

func TestProgressIsReportedAtEachStage(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 2, 3)
	seen := map[CaptureStage]int{}
	_, err := x.desks["maker"].Capture(context.Background(), CaptureRequest{
		Name: "p.xml", Reader: bytes.NewReader(s.file(t)), Progress: func(p CaptureProgress) { seen[p.Stage] = p.Done },
	})
	if err != nil || seen[CaptureChecked] != 9 || seen[CapturePlanned] != 1 {
		t.Errorf("progress %v: %v", seen, err)
	}
}

func TestACommissionWithoutALicenceInEffectIsRefusedBeforeTheLedger(t *testing.T) {
	x, s := newExchange(t), newScene()
	x.chain.pass(430 * 24 * 3600) // the licence runs to the end of 2027
	s.commission(s.s.Pack(0))
	r := x.capture("maker", "late.xml", s.file(t), Rollback)
	if _, ok := findingOf(r, "stock/not-licensed"); !ok || r.Stage != CaptureRefused {
		t.Errorf("%s\n%s", r.Stage, faultsOf(r))
	}
}
