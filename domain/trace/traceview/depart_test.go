package traceview

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/internal/api"
	"pedigree/proof"
)

// testRoute is a partner's route that remembers what it has to carry.
type testRoute struct {
	state  string // of what was queued
	unsent string // why nothing is
	queued []proof.Hash
}

func (r *testRoute) post(_ context.Context, id proof.Hash, _ bool) (Posted, error) {
	if r.unsent != "" {
		return Posted{Unsent: r.unsent}, nil
	}
	if !slices.Contains(r.queued, id) {
		r.queued = append(r.queued, id)
	}
	return Posted{Parcel: 7, Way: "folder", State: r.state}, nil
}

func (r *testRoute) withdraw(_ context.Context, id proof.Hash) (bool, error) {
	if r.state != "queued" || !slices.Contains(r.queued, id) {
		return false, nil
	}
	r.state = "dropped"
	return true, nil
}

func (r *testRoute) routed(_ context.Context, id proof.Hash) (state, reason string, found bool, err error) {
	return r.state, "the route's word: " + r.state, slices.Contains(r.queued, id), nil
}

// sells gives an organisation an address book and a route to the clinic.
func (x *trade) sells(at string, r *testRoute) *Desk {
	d := x.desks[at]
	d.partners, d.post, d.withdraw, d.routed = bookOf(SellerAuthorised), r.post, r.withdraw, r.routed
	return d
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	var r api.Refusal
	if !errors.As(err, &r) || r.Code() != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestGoodsLeaveTheNetworkOnlyWhenAPersonConfirmsIt(t *testing.T) {
	x := newExchange(t)
	sc, pallets := x.madePallets(1, 2, 3)
	s, ctx, route := sc.s, context.Background(), &testRoute{state: "queued"}
	d := x.sells("maker", route)
	ask := PrepareRequest{Items: pallets, To: "4", PO: "PO-7"}
	p, err := d.Prepare(ctx, ask)
	if err != nil || p.ID == nil || p.State != NotConfirmed || p.Things != 9 || p.Posted.Parcel != 7 || p.Buyer.Word != SellerAuthorised || p.Blocks != dscsa.BlocksNothing {
		t.Fatalf("%+v, %v", p, err)
	}
	before, _ := x.chain.Status()
	if it, rec, _ := x.standing("maker", pallets[0]); rec.State != proof.StateLive || it.status != StatusOnHand {
		t.Errorf("before it is confirmed it is %+v and %s", rec, StatusName(it.status))
	}
	again, err := d.Prepare(ctx, ask)
	if err != nil || !again.Resumed || *again.ID != *p.ID || again.Document != p.Document || len(route.queued) != 1 {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	_, err = d.Prepare(ctx, PrepareRequest{Items: []string{s.Pack(0)}, To: "4"})
	wantCode(t, "another departure of a part", err, "trace/leaving")
	for what, act := range map[string]func() error{
		"shipping": func() error { _, _, err := d.Ship(ctx, ShipRequest{Items: pallets, To: "wholesaler"}); return err },
		"leaving":  func() error { _, err := d.Leave(ctx, LeaveRequest{Items: []string{s.Case(1)}}); return err },
		"packing": func() error {
			_, err := d.PackFor(ctx, testTote, []string{s.Pack(1)}, Reserved{ReleaseReservation: true})
			return err
		},
		"unpacking": func() error { _, err := d.UnpackFor(ctx, "", []string{s.Pack(1)}, Reserved{}); return err },
		"marking":   func() error { _, err := d.MarkItems(ctx, pallets, proof.FlagSuspect, 0); return err },
	} {
		if what == "shipping" {
			x.handPrekeys("wholesaler", "maker", 2)
		}
		wantCode(t, what, act(), "trace/leaving")
	}
	if _, err := d.Pick(ctx, PickRequest{Items: []string{s.Pack(2)}}); err == nil {
		t.Error("a pick took what is on its way out")
	}
	list, err := d.Shipments(ctx, ShipmentFilter{Undelivered: true})
	if err != nil || len(list) != 1 || list[0].State != NotConfirmed || list[0].Data != DataSending || list[0].Reason != "the route's word: queued" || list[0].Partner != "4" || list[0].Items != 1 || !list[0].Deadline.IsZero() {
		t.Errorf("undelivered: %+v, %v", list, err)
	}
	route.state = "acknowledged"
	if list, err := d.Shipments(ctx, ShipmentFilter{Undelivered: true}); err != nil || len(list) != 0 {
		t.Errorf("delivered, it stands there still: %+v, %v", list, err)
	}
	if now, _ := x.chain.Status(); now != before {
		t.Error("something went onto the ledger before it was confirmed")
	}
	for range 2 {
		r, err := d.Confirm(ctx, *p.ID)
		if err != nil || len(r.Refused) > 0 || r.Records != 9 || r.Note != "" || *r.Shipment != *p.ID {
			t.Fatalf("%+v, %v", r, err)
		}
		if it, rec, _ := x.standing("maker", pathOf(t, s.Pack(0))); rec.State != proof.StateEnded || rec.End != proof.EndLeftNetwork || it.status != StatusLeft {
			t.Errorf("confirmed, a pack is %+v and %s", rec, StatusName(it.status))
		}
	}
	if list, err := d.Shipments(ctx, ShipmentFilter{Outgoing: true}); err != nil || len(list) != 1 || list[0].State != "left" {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = d.Void(ctx, *p.ID)
	wantCode(t, "voiding what has left", err, "trace/left")
	back := x.reenter("maker", s.Pack(0)).Items[0]
	if back.Buyer != 4 || back.Departure == nil || *back.Departure != *p.ID || back.Document != p.Document || back.Left.IsZero() {
		t.Errorf("what came back is told as %+v", back)
	}
	x.deliver()
	x.sound()
}

// documentOf is the data of a departure as its buyer reads it.
func (x *trade) documentOf(at string, p Departure) (dscsa.Checked, *dscsa.Reading, string) {
	x.t.Helper()
	d := x.desks[at]
	content, kept, err := d.vault.OpenDocument(context.Background(), p.Document)
	if err != nil {
		x.t.Fatal(err)
	}
	defer content.Close()
	raw, err := readWhole(content, kept.Size)
	if err != nil {
		x.t.Fatal(err)
	}
	o := dscsa.ReadOptions{File: kept.Name, Now: d.now()}
	c, err := dscsa.Check(bytes.NewReader(raw), o)
	if err != nil {
		x.t.Fatal(err)
	}
	r, err := dscsa.Read(bytes.NewReader(raw), o)
	if err != nil {
		x.t.Fatal(err)
	}
	return c, r, string(raw)
}

func TestTheBuyersDataNamesTheGoodsWithTheirOriginAndNothingElse(t *testing.T) {
	x := newExchange(t)
	sc, pallets := x.madePallets(2, 2, 2)
	s := sc.s
	d := x.sells("maker", &testRoute{state: "queued"})
	for name, c := range map[string]struct {
		items  []string
		things int
	}{
		"a pallet": {pallets[:1], 7},
		"a sealed case and a pack out of another": {[]string{s.Case(2), s.Pack(6)}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := d.Prepare(context.Background(), PrepareRequest{Items: c.items, To: clinicGLN, PO: "PO-7", Surface: SurfaceCases})
			if err != nil {
				t.Fatal(err)
			}
			checked, r, raw := x.documentOf("maker", p)
			if checked.Blocks != dscsa.BlocksNothing || len(r.Shipments) != 1 {
				t.Fatalf("%+v", checked)
			}
			one := r.Shipments[0]
			if one.Buyer.GLN != clinicGLN || one.Buyer.Name == "" || one.Seller.GLN != "0399991000015" || !one.Statement.Affirmed() || one.PO == "" {
				t.Errorf("the document tells of %+v to %+v, %+v", one.Seller, one.Buyer, one.Statement)
			}
			if p.Things != c.things || strings.Contains(raw, s.Pack(7)) != (name == "") {
				t.Errorf("%d things, want %d; the document is\n%s", p.Things, c.things, raw)
			}
		})
	}
	x.sound()
}

func TestADepartureThatIsCalledOffLeavesNothingReserved(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 1, 2)
	ctx, route := context.Background(), &testRoute{state: "queued"}
	d := x.sells("maker", route)
	p, err := d.Prepare(ctx, PrepareRequest{Items: pallets, To: "4"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		v, err := d.Void(ctx, *p.ID)
		if err != nil || !cmp.Equal(v.Back, pallets) || v.Next != "" || !v.Withdrawn && route.state != "dropped" {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	_, err = d.Confirm(ctx, *p.ID)
	wantCode(t, "confirming it then", err, "trace/called-off")
	if list, err := d.Shipments(ctx, ShipmentFilter{}); err != nil || len(list) != 1 || list[0].State != "called off" {
		t.Errorf("%+v, %v", list, err)
	}
	route.state = "queued"
	anew, err := d.Prepare(ctx, PrepareRequest{Items: pallets, To: "4"})
	if err != nil || anew.Resumed || *anew.ID == *p.ID {
		t.Fatalf("%+v, %v", anew, err)
	}
	route.state = "acknowledged"
	if v, err := d.Void(ctx, *anew.ID); err != nil || v.Withdrawn || !strings.Contains(v.Next, "has its data already") {
		t.Errorf("%+v, %v", v, err)
	}
	x.leave("maker", "", pallets...)
	x.sound()
}

func TestADepartureIsRefusedForWhomAndForWhatItCannotBe(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(3, 1, 2)
	ctx := context.Background()
	d := x.sells("maker", &testRoute{state: "queued"})
	x.flagged("maker", pallets[1], proof.FlagHeld, 0)
	for _, c := range []struct {
		name, code string
		r          PrepareRequest
	}{
		{"nobody is called so", "trace/no-buyer", PrepareRequest{Items: pallets[:1], To: "77"}},
		{"the buyer is a member", "trace/buyer-is-member", PrepareRequest{Items: pallets[:1], To: "5"}},
		{"the buyer has no place", "trace/buyer-without-gln", PrepareRequest{Items: pallets[:1], To: "6"}},
	} {
		_, err := d.Prepare(ctx, c.r)
		wantCode(t, c.name, err, c.code)
	}
	for name, r := range map[string]PrepareRequest{
		"what is on hold":      {Items: pallets[1:2], To: "4"},
		"what is not here":     {Items: []string{s.s.Pack(99)}, To: "4"},
		"too many":             {Items: slices.Repeat(pallets, LeaveItemsMax), To: "4"},
		"an unknown surface":   {Items: pallets[:1], To: "4", Surface: "lots"},
		"a reason too long":    {Items: pallets[:1], To: "4", Reason: strings.Repeat("x", DispenseReasonMax+1)},
		"a place that is none": {Items: pallets[:1], To: "4", ToGLN: "12"},
	} {
		if p, err := d.Prepare(ctx, r); err == nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	d.partners.(*testBook).word = SellerNotAuthorised
	_, err := d.Prepare(ctx, PrepareRequest{Items: pallets[:1], To: "4"})
	wantCode(t, "the buyer has no licence", err, "trace/buyer-not-authorised")
	d.partners.(*testBook).word = SellerAuthorised
	checked, err := d.Prepare(ctx, PrepareRequest{Items: pallets[:1], To: "4", CheckOnly: true})
	if err != nil || checked.ID != nil || checked.Checked == nil || checked.Checked.Packages != 2 {
		t.Errorf("%+v, %v", checked, err)
	}
	if list, err := d.Shipments(ctx, ShipmentFilter{}); err != nil || len(list) != 0 {
		t.Errorf("something was kept: %+v, %v", list, err)
	}
	_, err = d.Confirm(ctx, proof.Hash{1})
	if err == nil {
		t.Error("a departure that isn't there was confirmed")
	}
	x.sound()
}

func TestADepartureKilledAtAnyStepLeavesOnceOrNotAtAll(t *testing.T) {
	var pallets []string
	route := &testRoute{}
	build := func(t *testing.T) *trade {
		x := newExchange(t)
		_, pallets = x.madePallets(2, 1, 2)
		*route = testRoute{state: "queued"}
		return x
	}
	act := func(x *trade, _ bool) error {
		d := x.sells("maker", route)
		list, err := d.Shipments(context.Background(), ShipmentFilter{})
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].State == NotConfirmed && x.status("maker", pallets[0]) == StatusOnHand {
			p, err := d.Prepare(context.Background(), PrepareRequest{Items: pallets, To: "4"})
			if err != nil {
				return err
			}
			_, err = d.Confirm(context.Background(), *p.ID)
			return err
		}
		_, err = d.Confirm(context.Background(), list[0].ID)
		return err
	}
	untilWhole(t, act, "maker", build, func(t *testing.T, x *trade, at string) {
		list, err := x.desks["maker"].Shipments(context.Background(), ShipmentFilter{})
		if err != nil || len(list) != 1 || list[0].State != "left" || len(route.queued) != 1 {
			t.Errorf("killed at %q: %+v, %d parcels, %v", at, list, len(route.queued), err)
		}
		for _, p := range pallets {
			if _, rec, _ := x.standing("maker", p); rec.State != proof.StateEnded {
				t.Errorf("killed at %q a pallet is %+v", at, rec)
			}
		}
		x.sound()
	})
}

func TestWhatWasBoughtOutsideLeavesAndComesBackBySellersWord(t *testing.T) {
	x := newShelf(t)
	x.outside(SellerAuthorised, 1)
	ctx, d := context.Background(), x.sells("dispenser", &testRoute{state: "queued"})
	before, _ := x.chain.Status()
	p, err := d.Prepare(ctx, PrepareRequest{Items: []string{outsidePack}, To: "4"})
	if err != nil || p.Things != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, r, raw := x.documentOf("dispenser", p); len(r.Shipments) != 1 || !strings.Contains(raw, "2028-06-30") || strings.Contains(raw, "SECRET") {
		t.Errorf("the document is\n%s", raw)
	}
	if got, err := d.Dispense(ctx, []string{outsidePack}, "dispensing"); err != nil || got[0].Verdict != Stop {
		t.Errorf("on its way out, it was dispensed: %+v, %v", got, err)
	}
	r, err := d.Confirm(ctx, *p.ID)
	if err != nil || r.Records != 1 || x.status("dispenser", outsidePath) != StatusLeft {
		t.Fatalf("%+v, %v", r, err)
	}
	if a := x.judge("dispenser", outsidePack)[0]; a.Rule != verdict.RuleEnded {
		t.Errorf("once it has left its verdict is %+v", a)
	}
	_, err = d.Reenter(ctx, ReenterRequest{Items: []string{outsidePack}})
	wantCode(t, "back without a look at it", err, "trace/not-verified")
	for range 2 {
		back, err := d.Reenter(ctx, ReenterRequest{Items: []string{outsidePack}, Verified: true})
		if err != nil || len(back.Items) != 1 || back.Items[0].Buyer != 4 || back.Items[0].Document != p.Document {
			t.Fatalf("%+v, %v", back, err)
		}
	}
	a := x.judge("dispenser", outsidePack)[0]
	if a.Rule != verdict.RuleSellerReported || a.Word != verdict.OK || !slices.ContainsFunc(a.Notices, func(f verdict.Fact) bool { return f.Rule == verdict.RuleWasOut }) {
		t.Errorf("back, its verdict is %+v", a)
	}
	if after, _ := x.chain.Status(); after != before {
		t.Error("the ledger was told of it")
	}
	x.sound()
}

func TestGoodsGoBackToASellerOutsideTheNetworkWithTheReason(t *testing.T) {
	x := newShelf(t)
	x.outside(SellerNotAuthorised, unaffirmed)
	ctx, d := context.Background(), x.sells("dispenser", &testRoute{state: "queued"})
	book := d.partners.(*testBook)
	book.word, book.buyers["0614141000012"] = SellerNotAuthorised, Buyer{Number: 9, Name: "Seller (test)", GLNs: []string{"0614141000012"}}
	_, err := d.Prepare(ctx, PrepareRequest{Items: []string{outsidePack}, To: "4"})
	wantCode(t, "a sale of what nobody answers for", err, "trace/not-introduced")
	note := ReturnNote{Reason: ReturnDamaged, RMA: "RMA-7"}
	ask := ReturnRequest{Items: []string{outsidePack}, ReturnNote: note}
	r, file, err := d.Return(ctx, ask)
	if err != nil || file != nil || r.Departure == nil || r.Departure.State != NotConfirmed || r.Departure.To != "9" {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, read, raw := x.documentOf("dispenser", *r.Departure); !read.Shipments[0].Return || !strings.Contains(read.Shipments[0].RMA, "RMA-7") || !strings.Contains(raw, ReturnDamaged) {
		t.Errorf("the document is\n%s", raw)
	}
	again, _, err := d.Return(ctx, ask)
	if err != nil || !again.Departure.Resumed || *again.Departure.ID != *r.Departure.ID {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	if _, err := d.Confirm(ctx, *r.Departure.ID); err != nil || x.status("dispenser", outsidePath) != StatusLeft {
		t.Errorf("%v", err)
	}
	list, err := d.Returns(ctx, ReturnFilter{})
	if err != nil || len(list) != 1 || list[0].ReturnNote != note || list[0].State != "left" || !list[0].Outgoing {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestASuspectPackGoesBackToASellerOutsideAndToNobodyElse(t *testing.T) {
	x := newShelf(t)
	ctx, d := context.Background(), x.sells("dispenser", &testRoute{state: "queued"})
	x.flagged("dispenser", x.pallet, proof.FlagSuspect, 0)
	if _, err := d.Prepare(ctx, PrepareRequest{Items: []string{x.pallet}, To: "4"}); err == nil {
		t.Error("it was sold")
	}
	r, _, err := d.Return(ctx, ReturnRequest{Items: []string{x.pallet}, To: "4", ReturnNote: ReturnNote{Reason: ReturnSuspect}})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := d.Confirm(ctx, *r.Departure.ID); err != nil || len(left.Refused) > 0 || x.status("dispenser", x.pallet) != StatusLeft {
		t.Errorf("%+v, %v", left, err)
	}
	_, _, err = d.Return(ctx, ReturnRequest{Items: []string{x.pallet}, To: "0361414000018", ReturnNote: ReturnNote{Reason: ReturnSuspect}})
	wantCode(t, "a seller whom nobody entered", err, "trace/no-buyer")
}

func TestADropShipmentNamesThePlaceOfTheThirdCompany(t *testing.T) {
	const makerGLN, otherGLN = "0399991000015", "0614141000012"
	for name, c := range map[string]struct {
		ask      PrepareRequest
		from, to string
	}{
		"sold to one and sent to another":      {PrepareRequest{ToGLN: otherGLN}, "/414/" + makerGLN, "/414/" + otherGLN},
		"sold here and sent from another's":    {PrepareRequest{FromGLN: otherGLN}, "/414/" + otherGLN, "/414/" + clinicGLN},
		"a place that no address book names":   {PrepareRequest{ToGLN: "0300003000015"}, "/414/" + makerGLN, "/414/0300003000015"},
		"neither: it is a sale like any other": {PrepareRequest{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			x := newExchange(t)
			_, pallets := x.madePallets(1, 1, 2)
			d := x.sells("maker", &testRoute{state: "queued"})
			c.ask.Items, c.ask.To, c.ask.PO, c.ask.DropShipment = pallets, "4", "PO-7", true
			p, err := d.Prepare(t.Context(), c.ask)
			if c.from == "" {
				wantCode(t, "no place of another company", err, "trace/drop-shipment")
				if list, err := d.Shipments(t.Context(), ShipmentFilter{}); err != nil || len(list) != 0 {
					t.Errorf("something is under way: %v, %v", list, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checked, read, raw := x.documentOf("maker", p)
			for _, f := range checked.Found {
				if f.Rule == "dscsa/drop-shipment" {
					t.Errorf("its buyer finds: %s", f.Text)
				}
			}
			var e *epcis.Event
			_, err = dscsa.Read(strings.NewReader(raw), dscsa.ReadOptions{Now: d.now(), Each: func(each *epcis.Event) error {
				if each.BizStep == "shipping" {
					e = each
				}
				return nil
			}})
			if err != nil || e == nil {
				t.Fatal(err)
			}
			if drop, _ := e.DropShipment(); !drop || pathOf(t, e.Source("location")) != c.from || pathOf(t, e.Destination("location")) != c.to ||
				pathOf(t, e.Source("owning_party")) != "/414/"+makerGLN || pathOf(t, e.Destination("owning_party")) != "/414/"+clinicGLN {
				t.Errorf("it says %v, from %v to %v", drop, e.Sources, e.Destinations)
			}
			for _, v := range read.Header.Vocabulary {
				for _, el := range v.Elements {
					mine := slices.ContainsFunc(el.Attributes, func(a epcis.Attribute) bool { return strings.HasPrefix(a.Value, "Clinic") })
					if mine && pathOf(t, el.ID) != "/414/"+clinicGLN {
						t.Errorf("the place %s of another company has the buyer's name", el.ID)
					}
				}
			}
		})
	}
}
