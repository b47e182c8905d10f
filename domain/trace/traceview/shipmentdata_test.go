package traceview

import (
	"testing"

	"pedigree/internal/exchange"
)

func TestHowFarTheDataOfAShipmentHasCome(t *testing.T) {
	for name, test := range map[string]struct {
		sent      exchange.Sent
		data      string
		delivered bool
	}{
		"waits for the ledger":        {exchange.Sent{State: "held"}, DataMade, false},
		"on its way":                  {exchange.Sent{State: "sending"}, DataSending, false},
		"signed for":                  {exchange.Sent{State: "delivered"}, DataDelivered, true},
		"received":                    {exchange.Sent{State: "delivered", Answer: "received"}, DataAcknowledged, true},
		"refused in part":             {exchange.Sent{State: "delivered", Answer: "refused in part"}, DataFindings, true},
		"refused":                     {exchange.Sent{State: "delivered", Answer: "refused"}, DataRejected, true},
		"could not be delivered":      {exchange.Sent{State: "dead"}, DataFailed, false},
		"was given up by a person":    {exchange.Sent{State: "dropped"}, DataGivenUp, false},
		"received by another way too": {exchange.Sent{State: "dead", Answer: "received"}, DataAcknowledged, true},
	} {
		if got := dataSent(test.sent); got != test.data || IsDelivered(got) != test.delivered {
			t.Errorf("%s: %s, delivered %v; want %s, %v", name, got, IsDelivered(got), test.data, test.delivered)
		}
	}
}

func TestTheDataOfAShipmentIsFollowedToThePartner(t *testing.T) {
	w := newMailWorld(t)
	maker := w.desks["maker"]
	report, _, err := maker.Ship(t.Context(), ShipRequest{Items: w.pallets("maker", testShipment(1, 2, 3)), To: "wholesaler", PO: "PO-1"})
	if err != nil {
		t.Fatal(err)
	}
	data := func() string {
		list, err := maker.Shipments(t.Context(), ShipmentFilter{Outgoing: true})
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[0].Data
	}
	open := func() int {
		list, err := maker.Shipments(t.Context(), ShipmentFilter{Undelivered: true})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	eventually(t, "the partner's node has it", func() bool { return data() == DataDelivered && open() == 0 })
	var came exchange.Came
	eventually(t, "it waits for a person", func() bool {
		came, err = w.mails["wholesaler"].InboxItem(t.Context(), *report.Delivery)
		return err == nil && came.State == "waiting"
	})
	if _, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), came.ID, ReceiveRequest{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the partner has received it", func() bool { return data() == DataAcknowledged })
	if list, err := w.desks["wholesaler"].Shipments(t.Context(), ShipmentFilter{}); err != nil || len(list) != 1 || list[0].Data != "" {
		t.Errorf("one that came in: %+v, %v", list, err)
	}
}
