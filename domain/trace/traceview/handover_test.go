package traceview

import (
	"context"
	"strings"
	"testing"
	"time"

	"pedigree/ledger/ledgertest"
)

// warehouse is a wholesaler that keeps a pallet for the maker, both with mailboxes.
func warehouse(t *testing.T) (*mailWorld, hands) {
	t.Helper()
	w := newMailWorld(t)
	s := testShipment(2, 1, 3)
	paths := w.pallets("maker", s)
	h := hands{w.trade, paths[0], pathOf(t, s.Pack(0))}
	for _, way := range [][2]string{{"dispenser", "wholesaler"}, {"dispenser", "maker"}} {
		h.handPrekeys(way[0], way[1], 6)
	}
	report, _, err := w.desks["maker"].Ship(t.Context(), ShipRequest{Items: paths[:1], To: "wholesaler", CustodyOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the warehouse has the goods' file", func() bool {
		came, err := w.mails["wholesaler"].InboxItem(t.Context(), *report.Delivery)
		return err == nil && came.State == "waiting"
	})
	if _, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), *report.Delivery, ReceiveRequest{}); err != nil {
		t.Fatal(err)
	}
	h.settled()
	return w, h
}

// ordered orders the pallet to be handed over, and waits until the warehouse has it.
func (w *mailWorld) ordered(h hands, r HandOverOrder) HandOver {
	w.t.Helper()
	if r.Items == nil {
		r.Items = []string{h.pallet}
	}
	order, err := w.desks["maker"].OrderHandOver(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.shows("wholesaler", order, "ordered")
	return order
}

// shows waits until an organisation sees an order in a state.
func (w *mailWorld) shows(at string, order HandOver, state string) HandOver {
	w.t.Helper()
	var got HandOver
	eventually(w.t, at+" sees the order as "+state, func() bool {
		list, err := w.desks[at].HandOvers(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, h := range list {
			if h.ID == order.ID {
				got = h
			}
		}
		return got.State == state
	})
	return got
}

func TestAnOwnersOrderIsAcceptedAndTheWarehouseHandsTheGoodsOn(t *testing.T) {
	w, h := warehouse(t)
	ctx := t.Context()
	order := w.ordered(h, HandOverOrder{To: "dispenser", PO: "PO-7", Text: "by noon", By: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)})
	came := w.shows("wholesaler", order, "ordered")
	if came.Ours || came.Partner != "maker" || came.To != "dispenser" || came.PO != "PO-7" || came.Text != "by noon" || !came.By.Equal(order.By) || came.Items[0] != h.pallet {
		t.Errorf("the warehouse sees %+v", came)
	}
	keeper := w.desks["wholesaler"]
	if _, _, err := keeper.ShipHandOver(ctx, order.ID); err == nil || !strings.Contains(err.Error(), "accept it first") {
		t.Errorf("shipped before it was accepted: %v", err)
	}
	h.want("nothing leaves by an order", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
	for range 2 {
		if _, err := keeper.AcceptHandOver(ctx, order.ID); err != nil {
			t.Fatal(err)
		}
	}
	w.shows("maker", order, "accepted")
	h.want("nor by its acceptance", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
	done, file, err := keeper.ShipHandOver(ctx, order.ID)
	if err != nil || done.State != "shipped" || done.Shipment == nil || *done.Shipment != done.Shipped.ID {
		t.Fatalf("%+v, %v", done, err)
	}
	again, _, err := keeper.ShipHandOver(ctx, order.ID)
	if err != nil || again.Shipped.ID != done.Shipped.ID || !again.Shipped.Resumed {
		t.Errorf("shipped again: %+v, %v", again, err)
	}
	if got := w.shows("maker", order, "shipped"); got.Shipment == nil || *got.Shipment != done.Shipped.ID {
		t.Errorf("the owner sees %+v", got)
	}
	h.reseal(file, func(c *Content) {
		doc := string(c.Documents[0].Bytes)
		for _, want := range []string{`:owning_party">urn:epc:id:sgln:0399991.00001.0<`, `:possessing_party">urn:epc:id:sgln:0614141.00001.0<`, "PO-7"} {
			if !strings.Contains(doc, want) {
				t.Errorf("its document lacks %s:\n%s", want, doc)
			}
		}
	})
	h.took(h.receive("dispenser", file))
	h.goes("maker", "dispenser", title)
	h.want("with title and custody it is the buyer's", at{"maker": "away", "wholesaler": "away", "dispenser": "on-hand"})
	h.faultless("dispenser")
}

func TestARefusedOrderSaysWhyAndNothingFollows(t *testing.T) {
	w, h := warehouse(t)
	ctx := t.Context()
	order := w.ordered(h, HandOverOrder{To: "dispenser"})
	keeper, owner := w.desks["wholesaler"], w.desks["maker"]
	if _, err := keeper.RefuseHandOver(ctx, order.ID, ""); err == nil {
		t.Error("refused without a reason")
	}
	if _, err := owner.AcceptHandOver(ctx, order.ID); err == nil || !strings.Contains(err.Error(), "it is your own order") {
		t.Errorf("accepted by its owner: %v", err)
	}
	if _, err := keeper.RefuseHandOver(ctx, order.ID, "the rent isn't paid"); err != nil {
		t.Fatal(err)
	}
	if got := w.shows("maker", order, "refused"); got.Reason != "the rent isn't paid" {
		t.Errorf("the owner sees %+v", got)
	}
	if _, err := keeper.AcceptHandOver(ctx, order.ID); err == nil || !strings.Contains(err.Error(), "it is refused already") {
		t.Errorf("accepted after all: %v", err)
	}
	if _, _, err := keeper.ShipHandOver(ctx, order.ID); err == nil {
		t.Error("shipped though it was refused")
	}
	if _, err := keeper.AcceptHandOver(ctx, ledgertest.HashOf("none")); err == nil || !strings.Contains(err.Error(), "there is no hand-over") {
		t.Errorf("an order that never came: %v", err)
	}
	h.want("nothing moved", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
}

func TestAnOwnerHasItsGoodsBackByAnOrder(t *testing.T) {
	w, h := warehouse(t)
	order := w.ordered(h, HandOverOrder{To: "maker", Items: []string{h.pack}})
	if _, err := w.desks["wholesaler"].AcceptHandOver(t.Context(), order.ID); err != nil {
		t.Fatal(err)
	}
	h.handPrekeys("maker", "wholesaler", 4)
	_, file, err := w.desks["wholesaler"].ShipHandOver(t.Context(), order.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.took(h.receive("maker", file))
	if got := h.stands(h.pack)["maker"]; got != "on-hand" {
		t.Errorf("the pack is %s", got)
	}
	h.want("the rest stays", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
}

func TestAnOrderSaysWhatIsWrongWithIt(t *testing.T) {
	w, h := warehouse(t)
	other := testShipment(2, 1, 3).Pallet(1)
	for _, c := range []struct {
		name, want string
		r          HandOverOrder
	}{
		{"nothing", "0 items are named", HandOverOrder{To: "dispenser"}},
		{"to nobody", "is not a member", HandOverOrder{To: "nobody", Items: []string{h.pallet}}},
		{"to the warehouse", "keeps them already", HandOverOrder{To: "wholesaler", Items: []string{h.pallet}}},
		{"what is here", "no other organisation keeps", HandOverOrder{To: "dispenser", Items: []string{other}}},
		{"what never was here", "is not in stock", HandOverOrder{To: "dispenser", Items: []string{"(01)00399991123455(21)NEVER"}}},
		{"too many words", "more than 200 bytes", HandOverOrder{To: "dispenser", Items: []string{h.pallet}, Text: strings.Repeat("a", 201)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := w.desks["maker"].OrderHandOver(t.Context(), c.r); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := w.desks["dispenser"].OrderHandOver(context.Background(), HandOverOrder{To: "maker", Items: []string{h.pallet}}); err == nil {
		t.Error("an order of what isn't known")
	}
}

func TestAnOrderOfWhatIsNotKeptIsNotAccepted(t *testing.T) {
	w, h := warehouse(t)
	order := w.ordered(h, HandOverOrder{To: "dispenser"})
	if _, _, err := w.desks["wholesaler"].Ship(t.Context(), ShipRequest{Items: []string{h.pallet}, To: "dispenser", CustodyOnly: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desks["wholesaler"].AcceptHandOver(t.Context(), order.ID); err == nil || !strings.Contains(err.Error(), "is not kept here for maker; refuse the order") {
		t.Errorf("%v", err)
	}
}

func TestAnAnswerThatComesLateOrTwiceChangesNothing(t *testing.T) {
	for state := range handOverStates {
		for next := uint64(handOverAccepted); next <= handOverShipped; next++ {
			from := handOverStates[state]
			want := from == "ordered" || from == "accepted" && next > handOverAccepted || (from == "shipped" || from == "withdrawn") && next == handOverShipped
			if got := follows(from, next); got != want {
				t.Errorf("%s then %s: %v", from, handOverStates[next], got)
			}
		}
	}
}

func FuzzDecodeHandOver(f *testing.F) {
	id := ledgertest.HashOf("order")
	f.Add(HandOverMessage{ID: id, To: "dispenser", By: 1_800_000_000, PO: "PO-7", Text: "by noon", Paths: []string{"/00/003999910000000015"}}.Encode())
	f.Add(HandOverReply{ID: id, State: handOverRefused, Reason: "no"}.Encode())
	f.Add(HandOverReply{ID: id, State: handOverShipped, Shipment: id}.Encode())
	f.Add(HandOverWithdrawal{ID: id, Reason: "no"}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := DecodeHandOver(b); err == nil && string(m.Encode()) != string(b) {
			t.Error("an order read and written again differs")
		}
		if m, err := DecodeHandOverWithdrawal(b); err == nil && string(m.Encode()) != string(b) {
			t.Error("a withdrawal read and written again differs")
		}
		if m, err := DecodeHandOverReply(b); err == nil && string(m.Encode()) != string(b) {
			t.Error("an answer read and written again differs")
		}
	})
}

func TestMessagesOfHandOversHaveLimits(t *testing.T) {
	path := func(n int) string { return packPath(strings.Repeat("9", n)) }
	var paths []string
	for n := range HandOverItemsMax + 1 {
		paths = append(paths, packPath("S"+strings.Repeat("0", n%7)+string(rune('A'+n%26))+strings.Repeat("1", n/26)))
	}
	id := ledgertest.HashOf("order")
	for _, c := range []struct {
		name string
		m    HandOverMessage
		read bool
	}{
		{"as many things as there may be", HandOverMessage{ID: id, To: "a", Paths: paths[:HandOverItemsMax]}, true},
		{"one more", HandOverMessage{ID: id, To: "a", Paths: paths}, false},
		{"nothing", HandOverMessage{ID: id, To: "a"}, false},
		{"to nobody", HandOverMessage{ID: id, Paths: []string{path(1)}}, false},
		{"one thing twice", HandOverMessage{ID: id, To: "a", Paths: []string{path(1), path(1)}}, false},
		{"no thing", HandOverMessage{ID: id, To: "a", Paths: []string{"/01/00399991123455"}}, false},
		{"as many words as there may be", HandOverMessage{ID: id, To: "a", Text: strings.Repeat("a", HandOverTextMax), Paths: []string{path(1)}}, true},
		{"one more", HandOverMessage{ID: id, To: "a", Text: strings.Repeat("a", HandOverTextMax+1), Paths: []string{path(1)}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := DecodeHandOver(c.m.Encode()); (err == nil) != c.read {
				t.Error(err)
			}
		})
	}
	for _, m := range []HandOverReply{{ID: id, State: handOverOrdered}, {ID: id, State: handOverRefused}, {ID: id, State: handOverShipped}, {ID: id, State: handOverAccepted, Shipment: id}, {ID: id, State: handOverAccepted, Reason: "no"}} {
		if _, err := DecodeHandOverReply(m.Encode()); err == nil {
			t.Errorf("%+v was read", m)
		}
	}
}
