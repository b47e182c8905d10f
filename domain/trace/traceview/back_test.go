package traceview

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis/epcistest"
	"pedigree/proof"
)

// sold is a pallet of the maker that went over the wholesaler to the dispenser.
func sold(t *testing.T) (hands, *scene) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 2, 3)
	h := hands{x, pallets[0], pathOf(t, s.s.Pack(0))}
	for _, way := range [][2]string{{"wholesaler", "maker"}, {"dispenser", "wholesaler"}, {"wholesaler", "dispenser"}, {"maker", "wholesaler"}, {"maker", "dispenser"}, {"dispenser", "maker"}} {
		x.handPrekeys(way[0], way[1], 8)
	}
	h.goes("maker", "wholesaler", ShipRequest{})
	h.goes("wholesaler", "dispenser", ShipRequest{})
	return h, s
}

// back returns goods and fails the test when that fails.
func (h hands) back(from string, r ReturnRequest) (ReturnReport, []byte) {
	h.t.Helper()
	report, file, err := h.desks[from].Return(context.Background(), r)
	if err != nil {
		h.t.Fatal(err)
	}
	h.settled()
	return report, file
}

var damaged = ReturnNote{Reason: ReturnDamaged, Text: "crushed", RMA: "RMA-7"}

func TestAPackOfACaseGoesBackToItsSellerAndWaitsOnHold(t *testing.T) {
	h, s := sold(t)
	ctx := context.Background()
	r, file := h.back("dispenser", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: damaged})
	if r.Shipment.To != "wholesaler" {
		t.Fatalf("it goes to %s", r.Shipment.To)
	}
	h.reseal(file, func(c *Content) {
		doc := string(c.Documents[0].Bytes)
		for _, want := range []string{":btt:rma\">urn:epcglobal:cbv:bt:0614141000012:RMA-7<", ">damaged<", ">crushed<"} {
			if !strings.Contains(doc, want) {
				t.Errorf("its document lacks %s:\n%s", want, doc)
			}
		}
	})
	got := h.receive("wholesaler", file)
	if !got.Return || got.Why == nil || *got.Why != damaged || got.Items[0].Outcome != Received || !got.Items[0].OnHold {
		t.Fatalf("%+v", got)
	}
	h.settled()
	if rule := h.rule("wholesaler", s.s.Pack(0)); rule != verdict.RuleHeld {
		t.Errorf("what came back is judged by %s", rule)
	}
	if got := h.status("dispenser", pathOf(t, s.s.Pack(1))); got != StatusOnHand {
		t.Errorf("the rest of the opened case is %s", StatusName(got))
	}
	again := h.receive("wholesaler", file)
	if !again.Again || again.Why == nil || *again.Why != damaged || !again.Items[0].OnHold {
		t.Errorf("received again: %+v", again)
	}
	want := ReturnSummary{ReturnNote: damaged, Shipment: r.Shipment.ID, Partner: "dispenser", State: "received", Waiting: []string{h.pack}}
	list, err := h.desks["wholesaler"].Returns(ctx, ReturnFilter{Waiting: true})
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	want.Created = list[0].Created
	if diff := cmp.Diff(want, list[0]); diff != "" {
		t.Errorf("listed at the seller (-want +got):\n%s", diff)
	}
	if _, err := h.desks["wholesaler"].Mark(ctx, []string{h.pack}, 0, proof.FlagHeld); err != nil {
		t.Fatal(err)
	}
	if rule := h.rule("wholesaler", s.s.Pack(0)); rule != verdict.RuleCustodyProved {
		t.Errorf("released, it is judged by %s", rule)
	}
	if list, err = h.desks["wholesaler"].Returns(ctx, ReturnFilter{Waiting: true}); err != nil || len(list) != 0 {
		t.Errorf("released, it still waits: %+v, %v", list, err)
	}
	if list, err = h.desks["dispenser"].Returns(ctx, ReturnFilter{Outgoing: true}); err != nil || len(list) != 1 || list[0].State != "received" || list[0].RMA != "RMA-7" {
		t.Errorf("listed where it came from: %+v, %v", list, err)
	}
	h.sound()
}

func TestWhatCameBackGoesBackToItsOwnSeller(t *testing.T) {
	h, s := sold(t)
	_, file := h.back("dispenser", ReturnRequest{Items: []string{s.s.Case(0)}, ReturnNote: ReturnNote{Reason: ReturnOverage}})
	h.took(h.receive("wholesaler", file))
	if _, _, err := h.desks["wholesaler"].Return(context.Background(), ReturnRequest{Items: []string{s.s.Pack(1)}, To: "maker", ReturnNote: damaged}); err == nil || !strings.Contains(err.Error(), "release it first (pedigree release)") {
		t.Errorf("what is on hold went back: %v", err)
	}
	if _, err := h.desks["wholesaler"].Mark(context.Background(), []string{s.s.Case(0)}, 0, proof.FlagHeld); err != nil {
		t.Fatal(err)
	}
	r, file := h.back("wholesaler", ReturnRequest{Items: []string{s.s.Case(0)}, ReturnNote: damaged})
	if r.Shipment.To != "maker" {
		t.Fatalf("it goes to %s", r.Shipment.To)
	}
	h.took(h.receive("maker", file))
	if rule := h.rule("maker", s.s.Pack(2)); rule != verdict.RuleHeld {
		t.Errorf("a pack in the case that came back is judged by %s", rule)
	}
	h.sound()
}

func TestAReturnThatIsRefusedIsOursAgain(t *testing.T) {
	h, s := sold(t)
	_, file := h.back("dispenser", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: damaged})
	r := h.receive("wholesaler", file, RefuseItem{s.s.Pack(0), "no authorisation of ours"})
	wantOutcome(t, r, OK, Rejected)
	h.settled()
	if got := h.status("dispenser", h.pack); got != StatusOnHand {
		t.Errorf("refused, it is %s", StatusName(got))
	}
	if list, err := h.desks["wholesaler"].Returns(context.Background(), ReturnFilter{}); err != nil || len(list) != 1 || list[0].State != "rejected" || len(list[0].Waiting) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	h.sound()
}

func TestMarkedAndRecalledGoodsMoveOnlyAsReturns(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags uint64
		stays string
	}{
		{"stolen goes back", proof.FlagStolen, ""},
		{"illegitimate goes back", proof.FlagIllegitimate, ""},
		{"suspect goes back", proof.FlagSuspect, ""},
		{"recalled goes back", 0, ""},
		{"held stays until it is released", proof.FlagHeld | proof.FlagSuspect, "is on hold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, s := sold(t)
			d, ctx := h.desks["dispenser"], context.Background()
			if c.flags != 0 {
				if _, err := d.Mark(ctx, []string{s.s.Pack(0)}, c.flags, 0); err != nil {
					t.Fatal(err)
				}
			} else {
				h.recall("maker", h.pallet)
			}
			h.settled()
			if _, _, err := d.Ship(ctx, ShipRequest{Items: []string{s.s.Pack(0)}, To: "wholesaler"}); err == nil {
				t.Error("it was shipped as if nothing were")
			}
			r := ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: ReturnNote{Reason: ReturnSuspect}}
			if c.stays != "" {
				if _, _, err := d.Return(ctx, r); err == nil || !strings.Contains(err.Error(), c.stays) {
					t.Errorf("%v", err)
				}
				return
			}
			_, file := h.back("dispenser", r)
			got := h.receive("wholesaler", file)
			if got.Items[0].Outcome != Received || !got.Items[0].OnHold {
				t.Fatalf("%+v", got)
			}
			h.settled()
			h.sound()
		})
	}
}

func TestAReturnSaysWhatIsWrongWithIt(t *testing.T) {
	h, s := sold(t)
	own := testShipment(1, 1, 2)
	own.FirstSerial = 500
	h.pallets("maker", own)
	for _, c := range []struct {
		name, at, want string
		r              ReturnRequest
	}{
		{"no reason", "dispenser", `"" is no reason of a return; name one of expired,`, ReturnRequest{Items: []string{s.s.Pack(0)}}},
		{"another one", "dispenser", "is no reason", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: ReturnNote{Reason: "ugly"}}},
		{"other without words", "dispenser", "say in words why", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: ReturnNote{Reason: ReturnOther}}},
		{"too many words", "dispenser", "201 bytes where at most 200", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: ReturnNote{Reason: ReturnOther, Text: strings.Repeat("a", 201)}}},
		{"too long a number", "dispenser", "65 bytes where at most 64", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: ReturnNote{Reason: ReturnDamaged, RMA: strings.Repeat("1", 65)}}},
		{"made here", "maker", "was made here and came from nobody", ReturnRequest{Items: []string{own.Pack(0)}, ReturnNote: damaged}},
		{"not in stock", "maker", "is not in stock", ReturnRequest{Items: []string{"(01)00399991123455(21)NEVER"}, ReturnNote: damaged}},
		{"not here any more", "wholesaler", "can come back only by a return", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: damaged}},
		{"to itself", "dispenser", "is this organisation itself", ReturnRequest{Items: []string{s.s.Pack(0)}, To: "dispenser", ReturnNote: damaged}},
		{"to nobody", "dispenser", "is not a member", ReturnRequest{Items: []string{s.s.Pack(0)}, To: "nobody", ReturnNote: damaged}},
		{"nothing", "dispenser", "0 items are named", ReturnRequest{ReturnNote: damaged}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := h.desks[c.at].Return(context.Background(), c.r)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	h.pallets("maker", laterShipment())
	h.goes("maker", "dispenser", ShipRequest{Items: []string{laterShipment().Pallet(0)}})
	_, _, err := h.desks["dispenser"].Return(context.Background(), ReturnRequest{Items: []string{s.s.Pack(0), laterShipment().Pack(0)}, ReturnNote: damaged})
	if err == nil || !strings.Contains(err.Error(), "return them apart") {
		t.Errorf("goods of two sellers: %v", err)
	}
	h.sound()
}

func TestAToteThatCameBackIsTakenApartSoThatEachThingWaits(t *testing.T) {
	h, s := sold(t)
	d, w, ctx := h.desks["dispenser"], h.desks["wholesaler"], context.Background()
	if _, err := d.Pack(ctx, testTote, []string{s.s.Pack(0), s.s.Pack(4)}); err != nil {
		t.Fatal(err)
	}
	_, file := h.back("dispenser", ReturnRequest{Items: []string{testTote}, To: "wholesaler", ReturnNote: damaged})
	h.took(h.receive("wholesaler", file))
	for _, pack := range []string{s.s.Pack(0), s.s.Pack(4)} {
		if rule := h.rule("wholesaler", pack); rule != verdict.RuleHeld {
			t.Errorf("%s is judged by %s", pack, rule)
		}
		if it := h.row("wholesaler", pack); it.packedIn != "" {
			t.Errorf("%s is still in %s", pack, it.packedIn)
		}
	}
	if list, err := w.Returns(ctx, ReturnFilter{Waiting: true}); err != nil || len(list) != 1 || len(list[0].Waiting) != 3 {
		t.Errorf("%+v, %v", list, err)
	}
	h.sound()
}

func TestWhatIsProvedIsReleasedByItselfWhereThePolicySaysSo(t *testing.T) {
	h, s := sold(t)
	w, ctx := h.desks["wholesaler"], context.Background()
	w.returns = ReturnsVerify
	if _, err := h.desks["dispenser"].Mark(ctx, []string{s.s.Pack(3)}, proof.FlagSuspect, 0); err != nil {
		t.Fatal(err)
	}
	h.settled()
	_, file := h.back("dispenser", ReturnRequest{Items: []string{s.s.Case(0), s.s.Pack(3)}, ReturnNote: ReturnNote{Reason: ReturnOverage}})
	r := h.receive("wholesaler", file)
	for _, it := range r.Items {
		if want := it.Path == pathOf(t, s.s.Pack(3)); it.OnHold != want {
			t.Errorf("%s is on hold: %v", it.Path, it.OnHold)
		}
	}
	h.settled()
	if rule := h.rule("wholesaler", s.s.Pack(0)); rule != verdict.RuleCustodyProved {
		t.Errorf("a pack of the case that is proved is judged by %s", rule)
	}
	if rule := h.rule("wholesaler", s.s.Pack(3)); rule != verdict.RuleSuspect {
		t.Errorf("the suspect one is judged by %s", rule)
	}
	if n, err := w.VerifyReturns(ctx); err != nil || n != 0 {
		t.Errorf("verified again: %d released, %v", n, err)
	}
	h.sound()
}

func TestWhatAPersonHoldsAfterItCameBackIsNotReleasedByItself(t *testing.T) {
	h, s := sold(t)
	w, ctx := h.desks["wholesaler"], context.Background()
	_, file := h.back("dispenser", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: damaged})
	h.took(h.receive("wholesaler", file))
	if _, err := w.Mark(ctx, []string{s.s.Pack(0)}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	w.returns = ReturnsVerify
	if n, err := w.VerifyReturns(ctx); err != nil || n != 0 {
		t.Errorf("%d released, %v", n, err)
	}
	if rule := h.rule("wholesaler", s.s.Pack(0)); rule != verdict.RuleHeld {
		t.Errorf("it is judged by %s", rule)
	}
}

func TestIntroducedGoodsThatCameBackWaitForTheirMakersWord(t *testing.T) {
	x := outsideShelf(t)
	ctx := context.Background()
	x.handPrekeys("dispenser", "wholesaler", 4)
	_, file, err := x.desks["dispenser"].Ship(ctx, ShipRequest{Items: []string{outsidePack}, To: "wholesaler"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.desks["wholesaler"].Receive(ctx, ReceiveRequest{File: bytes.NewReader(file), AcceptUnproved: true}); err != nil {
		t.Fatal(err)
	}
	x.chain.settle()
	x.deliver()
	d := x.desks["dispenser"]
	d.returns = ReturnsVerify
	_, file, err = x.desks["wholesaler"].Return(ctx, ReturnRequest{Items: []string{outsidePack}, ReturnNote: damaged})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Receive(ctx, ReceiveRequest{File: bytes.NewReader(file), AcceptUnproved: true})
	if err != nil || r.Items[0].Outcome != Received || !r.Items[0].OnHold {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := d.NoteReply(ctx, Note{Item: outsidePack, Word: Match.String(), By: "the maker's portal"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	if rule := x.rule("dispenser", outsidePack); rule != verdict.RuleIntroduced {
		t.Errorf("its maker's word released it; it is judged by %s", rule)
	}
	x.chain.settle()
	x.deliver()
	x.sound()
}

func TestTheReceiptOfAReturnIsCompletedOnceWhateverDies(t *testing.T) {
	var file []byte
	var pack string
	build := func(t *testing.T) *trade {
		h, s := sold(t)
		pack = s.s.Pack(0)
		_, file = h.back("dispenser", ReturnRequest{Items: []string{pack}, ReturnNote: damaged})
		return h.trade
	}
	act := func(x *trade, _ bool) error {
		_, err := x.desks["wholesaler"].Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(file)})
		return err
	}
	untilWhole(t, act, "wholesaler", build, func(t *testing.T, x *trade, at string) {
		x.chain.settle()
		x.deliver()
		if rule := x.rule("wholesaler", pack); rule != verdict.RuleHeld {
			t.Errorf("killed at %q, what came back is judged by %s", at, rule)
		}
		x.sound()
	})
}

func TestTheReasonOfAReturnIsReadFromAnyPartnersEvent(t *testing.T) {
	for _, n := range []ReturnNote{{Reason: ReturnExpired}, damaged, {Reason: ReturnOther, Text: "torn", RMA: "A/1 2"}} {
		e := (&shippingDocument{request: ShipRequest{Return: true, why: &n}, now: time.Unix(0, 0)}).shippingEvent()
		if got := returnNoteOf(e); got != n {
			t.Errorf("%+v is read as %+v", n, got)
		}
		if (e.Disposition == "returned") != (n.RMA == "") {
			t.Errorf("%+v has disposition %s", n, e.Disposition)
		}
	}
	foreign := (&shippingDocument{request: ShipRequest{}, now: time.Unix(0, 0)}).shippingEvent()
	if got := returnNoteOf(foreign); got != (ReturnNote{Reason: ReturnOther}) {
		t.Errorf("an event without a reason is read as %+v", got)
	}
}

// laterShipment has other serial numbers than testShipment, and other pallets.
func laterShipment() epcistest.Shipment {
	s := testShipment(1, 1, 2)
	s.FirstSerial = 900
	return s
}
