package trading

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/exchange"
)

// Trip is how a shipment's document and its goods went from one company to the
// other.
type Trip struct {
	Stages []Stage
	Things int                       // packs, cases and pallets that the document brought into stock
	Inside []traceview.CaptureTiming // of the first stage, by the node's own clock
}

// Stage is one stage of a trip.
type Stage struct {
	Name string
	Took time.Duration
}

// Took is how long all of it took.
func (t Trip) Took() time.Duration {
	var all time.Duration
	for _, s := range t.Stages {
		all += s.Took
	}
	return all
}

// Trip uploads a document to the maker's node. It ends when the wholesaler has
// received all goods of it and the maker's node knows that.
func (p *Pair) Trip(ctx context.Context, name string, document io.Reader) (Trip, error) {
	var t Trip
	var captured traceview.CaptureReport
	var delivery exchange.Came
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"checked, stored, committed and offered", func(ctx context.Context) (err error) {
			captured, err = p.upload(ctx, name, document)
			return err
		}},
		{"delivered and checked there", func(ctx context.Context) (err error) {
			delivery, err = p.arrived(ctx)
			return err
		}},
		{"received and committed", func(ctx context.Context) error { return p.receive(ctx, delivery) }},
		{"acknowledged", func(ctx context.Context) error { return p.acknowledged(ctx, captured) }},
	} {
		began := time.Now()
		within, cancel := context.WithTimeout(ctx, stepWait)
		err := step.do(within)
		cancel()
		if err != nil {
			return t, fmt.Errorf("couldn't bring a shipment to be %s: %w", step.name, err)
		}
		t.Stages = append(t.Stages, Stage{step.name, time.Since(began)})
	}
	t.Things, t.Inside = captured.Things, captured.Timings
	return t, nil
}

func (p *Pair) upload(ctx context.Context, name string, document io.Reader) (r traceview.CaptureReport, err error) {
	err = p.maker.node.Upload(ctx, "/api/v1/captures?"+url.Values{"name": {name}}.Encode(), "application/xml", document, &r)
	if err == nil && (r.Stage != traceview.CaptureDone || r.Faults > 0 || r.Warnings > 0 || len(r.Refused) > 0 || len(r.Shipments) != 1) {
		err = fmt.Errorf("the capture ended as %s with %d errors, %d warnings, %d refusals and %d shipments: %v %v", r.Stage, r.Faults, r.Warnings, len(r.Refused), len(r.Shipments), r.Findings, r.Notes)
	}
	return r, err
}

// arrived waits until the wholesaler's node has looked at the shipment.
func (p *Pair) arrived(ctx context.Context) (came exchange.Came, err error) {
	err = wait(ctx, func() (bool, error) {
		var list []exchange.Came
		if err := p.wholesaler.node.Get(ctx, "/api/v1/inbox", &list); err != nil {
			return false, err
		}
		i := slices.IndexFunc(list, func(c exchange.Came) bool { return c.Kind == "shipment" && c.State == "waiting" && c.Verdict != "" })
		if i >= 0 {
			came = list[i]
		}
		return i >= 0, nil
	})
	return came, err
}

func (p *Pair) receive(ctx context.Context, delivery exchange.Came) error {
	var r traceview.ReceiveReport
	err := p.wholesaler.node.Post(ctx, "/api/v1/inbox/"+delivery.ID.String()+"/receive", nil, &r)
	if err == nil && r.Verdict != traceview.OK {
		err = fmt.Errorf("the receipt is %s: %+v", r.Verdict, r.Problems)
	}
	return err
}

// acknowledged waits until the maker's node has the wholesaler's answer.
func (p *Pair) acknowledged(ctx context.Context, captured traceview.CaptureReport) error {
	return wait(ctx, func() (bool, error) {
		var list []traceview.ShipmentSummary
		if err := p.maker.node.Get(ctx, "/api/v1/shipments?way=out", &list); err != nil {
			return false, err
		}
		i := slices.IndexFunc(list, func(s traceview.ShipmentSummary) bool { return s.ID == captured.Shipments[0].ID })
		return i >= 0 && list[i].State == "received" && list[i].Data == traceview.DataAcknowledged, nil
	})
}

// wait looks again and again until what is waited for is there.
func wait(ctx context.Context, there func() (bool, error)) error {
	for {
		if ok, err := there(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}
