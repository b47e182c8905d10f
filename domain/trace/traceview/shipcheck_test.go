package traceview

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/internal/exchange"
)

// rulesOf are the rules of findings, in their order.
func rulesOf(c dscsa.Checked) []string {
	var list []string
	for _, f := range c.Found {
		list = append(list, f.Rule+" "+f.Subject)
	}
	return list
}

func TestTheCheckBeforeLeavingIsTheReceiversCheck(t *testing.T) {
	w := newMailWorld(t)
	maker := w.desks["maker"]
	request := ShipRequest{Items: w.pallets("maker", testShipment(1, 2, 3)), To: "wholesaler", PO: "PO-1"}
	before, err := maker.CheckShipment(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if before.Shipments != 1 || !before.Affirmed || before.Blocks == dscsa.BlocksNothing || before.Bytes == 0 {
		t.Errorf("%+v", before)
	}
	if list, err := maker.Shipments(t.Context(), ShipmentFilter{}); err != nil || len(list) != 0 {
		t.Fatalf("the check shipped: %v, %v", list, err)
	}
	if _, _, err := maker.Ship(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	var received dscsa.Checked
	eventually(t, "the document is with the receiver", func() bool {
		list, err := w.desks["wholesaler"].Shipments(context.Background(), ShipmentFilter{})
		if err != nil || len(list) == 0 || list[0].Document == 0 {
			return w.receiveWaiting(t)
		}
		r, err := w.desks["wholesaler"].openDocument(context.Background(), list[0].Document)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		received, err = dscsa.Check(r, dscsa.ReadOptions{File: "received", Now: w.desks["wholesaler"].now()})
		return err == nil
	})
	if diff := cmp.Diff(rulesOf(before), rulesOf(received)); diff != "" || before.Blocks != received.Blocks {
		t.Errorf("the receiver finds %s, before it left it was %s: %s", received.Blocks, before.Blocks, diff)
	}
}

// receiveWaiting receives the shipment that waits in the wholesaler's inbox, if one
// does; it is never what is waited for itself.
func (w *mailWorld) receiveWaiting(t *testing.T) bool {
	t.Helper()
	list, err := w.mails["maker"].Outbox(t.Context(), exchange.Listing{Kind: KindShipment})
	if err != nil || len(list) == 0 {
		return false
	}
	came, err := w.mails["wholesaler"].InboxItem(t.Context(), list[0].ID)
	if err == nil && came.State == "waiting" {
		if _, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), came.ID, ReceiveRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	return false
}

func TestAShipmentThatCannotLeaveIsNotChecked(t *testing.T) {
	w := newMailWorld(t)
	for name, r := range map[string]ShipRequest{
		"goods that aren't here": {Items: []string{"(00)003999910000000015"}, To: "wholesaler"},
		"no goods":               {To: "wholesaler"},
		"to nobody":              {Items: []string{"(00)003999910000000015"}, To: "nobody"},
	} {
		if _, err := w.desks["maker"].CheckShipment(t.Context(), r); err == nil {
			t.Errorf("%s: checked", name)
		}
	}
}
