//go:build linux

package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"pedigree/client"
	"pedigree/domain/trace/traceview"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/proof"
)

// Shape of each pallet that is captured: large enough that kills hit the capture.
const (
	palletCases = 6
	casePacks   = 20
	prekeyPairs = 1000
)

// pallet is one pallet on its way from the maker to the wholesaler.
type pallet struct {
	id       string // EPC
	name     string
	document []byte
	capture  traceview.CaptureReport
	ship     traceview.ShipReport
	file     []byte
	receive  traceview.ReceiveReport
	cut      int // times that a step was cut short
}

// trade captures, ships and receives pallet after pallet.
type trade struct {
	net   *Network
	shape epcistest.Shipment
	done  []*pallet
}

func newTrade(ctx context.Context, n *Network) (*trade, error) {
	now := time.Now()
	t := &trade{net: n, shape: epcistest.Shipment{
		Pallets: 1, CasesPerPallet: palletCases, PacksPerCase: casePacks,
		Made: now.AddDate(0, 0, -10), Shipped: now.AddDate(0, 0, -1), Expiry: now.AddDate(2, 0, 0).Format(time.DateOnly),
	}}
	var keys []byte
	if err := n.Of("wholesaler").Node.Post(ctx, "/api/v1/prekeys", map[string]any{"partner": "maker", "count": prekeyPairs}, &keys); err != nil {
		return nil, err
	}
	return t, n.Of("maker").Node.Upload(ctx, "/api/v1/prekeys/import", "application/octet-stream", bytes.NewReader(keys), nil)
}

// run trades until the first context ends; the pallet under way is then brought
// to its end, for which the second one sets the time.
func (t *trade) run(ctx, end context.Context) error {
	for n := 0; ctx.Err() == nil && n < prekeyPairs; n++ {
		p, err := t.next(n)
		if err != nil {
			return err
		}
		t.done = append(t.done, p)
		for _, step := range []func(context.Context, *pallet) error{t.capture, t.ship, t.receive} {
			if err := insist(end, p, step); err != nil {
				return fmt.Errorf("pallet %d (%s): %w", n, p.id, err)
			}
		}
	}
	return nil
}

// Insist repeats a request, as a person would, until it was answered. The answer is
// the error, unless it is that nobody knows what became of it.
func Insist(ctx context.Context, request func(context.Context) error) error {
	return insist(ctx, &pallet{}, func(ctx context.Context, _ *pallet) error { return request(ctx) })
}

// insist repeats a step, as a person would, until it was answered.
func insist(ctx context.Context, p *pallet, step func(context.Context, *pallet) error) error {
	for {
		err := step(ctx, p)
		if err == nil || !lost(err) {
			return err
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		if !away(err) {
			p.cut++
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// next writes the document of a new pallet: everything but its shipping.
func (t *trade) next(n int) (*pallet, error) {
	s := t.shape
	s.FirstSerial = 1 + n*palletCases*casePacks
	header, err := s.Header()
	if err != nil {
		return nil, err
	}
	var doc bytes.Buffer
	w, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	if err != nil {
		return nil, err
	}
	for e := range s.Events() {
		if e.BizStep == "shipping" {
			continue
		}
		if err := w.Write(e); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &pallet{id: s.Pallet(0), name: fmt.Sprintf("pallet-%d.xml", n), document: doc.Bytes()}, nil
}

func (t *trade) capture(ctx context.Context, p *pallet) error {
	q := url.Values{"name": {p.name}}
	p.capture = traceview.CaptureReport{}
	err := t.net.Of("maker").Node.Upload(ctx, "/api/v1/captures?"+q.Encode(), "application/octet-stream", bytes.NewReader(p.document), &p.capture)
	if err != nil {
		return err
	}
	if r := p.capture; r.Stage != traceview.CaptureDone || r.Commissions != 1 || r.Faults != 0 || len(r.Refused) != 0 {
		return &client.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("the capture ended as %+v", r)}
	}
	return nil
}

func (t *trade) ship(ctx context.Context, p *pallet) error {
	maker := t.net.Of("maker").Node
	p.ship = traceview.ShipReport{}
	err := maker.Post(ctx, "/api/v1/shipments", traceview.ShipRequest{Items: []string{p.id}, To: "wholesaler", PO: p.name}, &p.ship)
	if err != nil {
		return err
	}
	if len(p.ship.Items) != 1 || p.ship.Items[0].Refused != "" {
		return &client.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("the shipment ended as %+v", p.ship)}
	}
	return t.fetch(ctx, p, p.ship.ID)
}

func (t *trade) fetch(ctx context.Context, p *pallet, id proof.Hash) error {
	var err error
	if p.file, err = t.net.Of("maker").Node.File(ctx, "/api/v1/shipments/"+id.String()+"/file"); err != nil {
		return err
	}
	return t.seen(ctx)
}

// seen waits until the wholesaler's node has seen what the maker's has, for what
// it has not seen it can't accept.
func (t *trade) seen(ctx context.Context) error {
	status, err := t.net.Of("maker").Node.Status(ctx)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		if s, err := t.net.Of("wholesaler").Node.Status(ctx); err == nil && s.Height >= status.Height {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return ctx.Err()
}

func (t *trade) receive(ctx context.Context, p *pallet) error {
	p.receive = traceview.ReceiveReport{}
	err := t.net.Of("wholesaler").Node.Upload(ctx, "/api/v1/receivings", "application/octet-stream", bytes.NewReader(p.file), &p.receive)
	if err != nil {
		return err
	}
	if p.receive.Verdict != traceview.OK {
		return &client.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("the receiving ended as %+v", p.receive)}
	}
	return nil
}
