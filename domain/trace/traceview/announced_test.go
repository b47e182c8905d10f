package traceview

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
	"pedigree/proof"
)

func TestWhatAPartnersNodeAnnouncesIsListedUntilItIsReceived(t *testing.T) {
	w := newMailWorld(t)
	maker, wholesaler := w.desks["maker"], w.desks["wholesaler"]
	report, _, err := maker.Ship(t.Context(), ShipRequest{Items: w.pallets("maker", testShipment(1, 2, 3)), To: "wholesaler", PO: "PO-1"})
	if err != nil {
		t.Fatal(err)
	}
	var list []Announcement
	eventually(t, "it waits for a person", func() bool {
		if list, err = wholesaler.Announced(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		return len(list) == 1
	})
	got := list[0]
	if got.From != "maker" || got.PO != "PO-1" || got.Verdict != OK || got.Reason != "" || got.Shipment != report.ID || got.Received.IsZero() || got.Deadline.IsZero() {
		t.Errorf("%+v", got)
	}
	if len(got.Tops) != 1 || got.Tops[0].Kind != "pallet" || got.Tops[0].Cases != 2 || got.Tops[0].Packs != 6 {
		t.Errorf("%+v", got.Tops)
	}
	shipped := testShipment(1, 2, 3)
	inside := func(id string) bool { return got.Tops[0].Things.Hold(pathOf(t, id)) }
	if !inside(shipped.Pallet(0)) || !inside(shipped.Case(1)) || !inside(shipped.Pack(5)) || inside(shipped.Pack(6)) || len(got.Tops[0].Things) != 9 {
		t.Errorf("%d things are known in it", len(got.Tops[0].Things))
	}
	if _, err := wholesaler.ReceiveInbox(t.Context(), got.Delivery, ReceiveRequest{}); err != nil {
		t.Fatal(err)
	}
	if list, err = wholesaler.Announced(t.Context(), 10); err != nil || len(list) != 0 {
		t.Errorf("after it was received: %+v, %v", list, err)
	}
	sent, err := maker.Shipments(t.Context(), ShipmentFilter{Outgoing: true})
	if err != nil || len(sent) != 1 {
		t.Fatalf("%+v, %v", sent, err)
	}
	if one := sent[0]; !slices.Equal(one.Lots, []string{"LOT-7A"}) || one.Delivery != report.Delivery.String() || one.Reason != "" {
		t.Errorf("%+v", one)
	}
	if one, err := maker.Shipment(t.Context(), report.ID); err != nil || cmp.Diff(sent[0], one) != "" {
		t.Errorf("by its id: %+v, %v", one, err)
	}
	if _, err := maker.Shipment(t.Context(), proof.Hash{1}); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("one that never was: %v", err)
	}
}

func TestAnnouncementsAreKeptUpToTheirLimit(t *testing.T) {
	var a announcements
	id := func(n int) proof.Hash { return proof.Hash([]byte(fmt.Sprintf("%032d", n))) }
	for n := range announcedKept + 1 {
		a.keep(id(n), Announcement{PO: fmt.Sprint(n)})
	}
	if len(a.list) != announcedKept {
		t.Errorf("%d are kept", len(a.list))
	}
	if one, found := a.find(id(announcedKept)); !found || one.PO != fmt.Sprint(announcedKept) {
		t.Errorf("the newest is %+v", one)
	}
	many := func(n int) Announcement { return Announcement{Tops: []AnnouncedTop{{Things: make(Things, n)}}} }
	a = announcements{}
	a.keep(id(1), many(announcedThingsKept-1))
	a.keep(id(2), many(1))
	if len(a.list) != 2 || a.things != announcedThingsKept {
		t.Errorf("at the limit %d are kept, with %d things", len(a.list), a.things)
	}
	a.keep(id(2), many(2))
	if _, newest := a.list[id(2)]; len(a.list) != 1 || !newest || a.things != 2 {
		t.Errorf("past the limit %d are kept, with %d things", len(a.list), a.things)
	}
}
