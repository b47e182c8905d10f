package traceview

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"pedigree/internal/crash"
)

// lateOffer makes a shipment whose file is there while its offer is not on the
// ledger yet: the sender's node stops before it submits.
func lateOffer(t *testing.T) (x *trade, file []byte) {
	t.Helper()
	x = newExchange(t)
	pallets := x.pallets("maker", testShipment(1, 1, 2))
	x.handPrekeys("wholesaler", "maker", 1)
	maker := x.desks["maker"]
	maker.failAt = func(point crash.Point) error {
		if point == crash.EntryBefore {
			return errCrash
		}
		return nil
	}
	if _, _, err := maker.Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler"}); !errors.Is(err, errCrash) {
		t.Fatalf("the shipment ended with %v", err)
	}
	maker.failAt = nil
	list, err := maker.Shipments(context.Background(), ShipmentFilter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d shipments, %v", len(list), err)
	}
	if file, err = maker.ShipmentFile(context.Background(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	return x, file
}

func TestAReceiptWaitsForALedgerThatLags(t *testing.T) {
	x, file := lateOffer(t)
	wholesaler := x.desks["wholesaler"]
	wholesaler.patience = time.Minute
	sent := make(chan error, 1)
	go func() {
		time.Sleep(3 * offerPoll)
		_, err := x.desks["maker"].Resume(context.Background())
		sent <- err
	}()
	report, err := wholesaler.Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(file)})
	if err := errors.Join(err, <-sent); err != nil {
		t.Fatal(err)
	}
	wantOutcome(t, report, OK, Received)
}

func TestAReceiptDoesNotWaitForEver(t *testing.T) {
	x, file := lateOffer(t)
	wholesaler := x.desks["wholesaler"]
	wholesaler.patience = 2 * offerPoll
	report, err := wholesaler.Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	if report.Verdict != Stop || len(report.Items) != 1 || len(report.Items[0].Problems) == 0 || report.Items[0].Problems[0].Rule != RuleNotOffered {
		t.Fatalf("goods that nobody offered were judged %+v", report)
	}
}
