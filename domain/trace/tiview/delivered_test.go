package tiview_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/exchange"
	"pedigree/proof"
)

// brought is a document that a partner's node brought.
type brought []byte

// OpenArrived gives its content.
func (b brought) OpenArrived(context.Context, exchange.Incoming) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b)), nil
}

func TestADeliveryIsTakenOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		looked := 0
		kind := exchange.Kind{Name: "epcis", Arrived: func(context.Context, exchange.Incoming) (exchange.Outcome, error) {
			looked++
			return exchange.Outcome{State: exchange.Waiting, Verdict: "ok"}, nil
		}}
		doc := document(t, epcistest.Shipment{})
		following := s.d.Following(kind, brought(doc))
		in := exchange.Incoming{ID: proof.Hash{1}, From: "maker", Received: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), Subject: exchange.Subject{Name: "asn.xml"}}
		for range 2 { // as after an interruption
			out, err := following.Arrived(t.Context(), in)
			if err != nil || out.State != exchange.Waiting || out.Verdict != "ok" {
				t.Fatalf("%+v, %v", out, err)
			}
		}
		if got := s.find(tiview.Search{}); len(got) != 1 || looked != 2 {
			t.Fatalf("entries %v, looked at %d times", got, looked)
		}
		if e := s.show(1); e.Partner != "maker" || e.Means != tiview.WayNode || !e.Came.Equal(in.Received) || e.State != tiview.Waiting {
			t.Errorf("%+v", e.Entry)
		}
		in.ID = proof.Hash{2}
		if _, err := following.Arrived(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if e := s.show(2); e.State != tiview.Duplicate || e.SameAs != 1 {
			t.Errorf("another delivery of the same: %+v", e.Entry)
		}
	})
}

func TestWhatTheKindCannotLookAtIsNotTaken(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		away := errors.New("the store is away")
		kind := exchange.Kind{Name: "epcis", Arrived: func(context.Context, exchange.Incoming) (exchange.Outcome, error) {
			return exchange.Outcome{}, away
		}}
		if _, err := s.d.Following(kind, brought("<a/>")).Arrived(t.Context(), exchange.Incoming{}); !errors.Is(err, away) {
			t.Errorf("%v", err)
		}
		if got := s.find(tiview.Search{}); len(got) > 0 {
			t.Errorf("entries %v", got)
		}
	})
}
