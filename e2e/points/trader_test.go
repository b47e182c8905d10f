//go:build linux

package points

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pedigree/client"
	"pedigree/domain/trace/traceview"
	"pedigree/e2e/cluster"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/proof"
)

// trader has pallets of the maker shipped to one organisation, by the exchange, and
// receives and dispenses there.
type trader struct {
	maker, node *client.Client // the sender's, and the receiver's own
	org         string
	serial      int // of the next pallet's first pack
	done        []*goods
}

// goods is one pallet on its way.
type goods struct {
	pallet   string
	packs    []string
	name     string
	document []byte
	delivery proof.Hash
	asked    bool // the pack was dispensed, or the answer to that was lost
}

// run trades until the first context ends; the pallet under way is brought to its end
// within the second.
func (t *trader) run(ctx, end context.Context) error {
	for ctx.Err() == nil {
		g, err := t.make()
		if err != nil {
			return err
		}
		for name, step := range t.steps(g) {
			if err := cluster.Insist(end, step); err != nil {
				return fmt.Errorf("%s for %s: %s: %w", g.name, t.org, name, err)
			}
		}
		t.done = append(t.done, g)
	}
	return nil
}

// steps are what is asked for, in order.
func (t *trader) steps(g *goods) func(func(string, func(context.Context) error) bool) {
	return func(yield func(string, func(context.Context) error) bool) {
		for _, s := range []struct {
			name string
			do   func(context.Context, *goods) error
		}{{"capture", t.capture}, {"hold", t.hold}, {"release", t.release}, {"ship", t.ship}, {"arrive", t.arrive}, {"receive", t.receive}, {"dispense", t.dispense}, {"settle", t.settle}} {
			if !yield(s.name, func(ctx context.Context) error { return s.do(ctx, g) }) {
				return
			}
		}
	}
}

// make writes the document of a new pallet: everything but its shipping.
func (t *trader) make() (*goods, error) {
	now := time.Now()
	s := epcistest.Shipment{
		Pallets: 1, CasesPerPallet: 1, PacksPerCase: packs, FirstSerial: t.serial,
		Made: now.AddDate(0, 0, -10), Shipped: now.AddDate(0, 0, -1), Expiry: now.AddDate(2, 0, 0).Format(time.DateOnly),
	}
	t.serial += packs
	g := &goods{pallet: s.Pallet(0), name: fmt.Sprintf("mailed-%d.xml", s.FirstSerial)}
	for i := range packs {
		g.packs = append(g.packs, s.Pack(i))
	}
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
	err = w.Close()
	g.document = doc.Bytes()
	return g, err
}

func (t *trader) capture(ctx context.Context, g *goods) error {
	var r traceview.CaptureReport
	q := url.Values{"name": {g.name}}
	err := t.maker.Upload(ctx, "/api/v1/captures?"+q.Encode(), "application/octet-stream", bytes.NewReader(g.document), &r)
	if err == nil && (r.Stage != traceview.CaptureDone || r.Commissions != 1 || len(r.Refused) != 0) {
		err = wrong("the capture ended as %+v", r)
	}
	return err
}

// hold puts the pallet on hold at the maker; release ends that.
func (t *trader) hold(ctx context.Context, g *goods) error {
	return t.mark(ctx, g, "set", "held")
}

func (t *trader) release(ctx context.Context, g *goods) error {
	return t.mark(ctx, g, "clear", "")
}

// mark sets or clears a hold, after which the pallet's mark is as wanted.
func (t *trader) mark(ctx context.Context, g *goods, how, want string) error {
	var r traceview.MarkReport
	err := t.maker.Post(ctx, "/api/v1/marks", map[string]any{"items": []string{g.pallet}, how: []string{"held"}}, &r)
	if err == nil && (len(r.Refused) != 0 || len(r.Items) != 1 || strings.Join(r.Items[0].Marks, " ") != want) {
		err = wrong("the mark ended as %+v", r)
	}
	return err
}

func (t *trader) ship(ctx context.Context, g *goods) error {
	var r traceview.ShipReport
	err := t.maker.Post(ctx, "/api/v1/shipments", traceview.ShipRequest{Items: []string{g.pallet}, To: t.org, PO: g.name}, &r)
	if err != nil {
		return err
	}
	if len(r.Items) != 1 || r.Items[0].Refused != "" || r.Delivery == nil {
		return wrong("the shipment ended as %+v", r)
	}
	g.delivery = *r.Delivery
	return nil
}

// arrive waits until the receiver's inbox has looked at the delivery.
func (t *trader) arrive(ctx context.Context, g *goods) error {
	ctx, cancel := context.WithTimeout(ctx, arriveWait)
	defer cancel()
	for {
		came, err := t.came(ctx, g)
		if err == nil && came.State == "waiting" && came.Verdict == "ok" || came.State == "done" {
			return nil
		}
		if err == nil && came.State != "arrived" {
			return wrong("the delivery is %+v", came)
		}
		select {
		case <-ctx.Done():
			return wrong("the delivery %s did not come: %+v, %v", g.delivery, came, err)
		case <-time.After(pollPause):
		}
	}
}

func (t *trader) came(ctx context.Context, g *goods) (c struct{ State, Verdict, Reason string }, err error) {
	return c, t.node.Get(ctx, "/api/v1/inbox/"+g.delivery.String(), &c)
}

func (t *trader) receive(ctx context.Context, g *goods) error {
	var r traceview.ReceiveReport
	err := t.node.Post(ctx, "/api/v1/inbox/"+g.delivery.String()+"/receive", nil, &r)
	if err == nil && (r.Verdict != traceview.OK || len(r.Items) != 1 || r.Items[0].Outcome != traceview.Received) {
		err = wrong("the receipt ended as %+v", r)
	}
	return err
}

func (t *trader) dispense(ctx context.Context, g *goods) error {
	var list []traceview.DispensedItem
	again := g.asked
	g.asked = true
	err := t.node.Post(ctx, "/api/v1/dispenses", map[string]any{"items": g.packs[:1], "reason": "dispensing"}, &list)
	if err != nil {
		return err
	}
	if list[0].Verdict != traceview.OK && !(again && strings.Contains(list[0].Text, "was dispensed here already")) {
		return wrong("the pack was not dispensed: %+v", list[0])
	}
	return nil
}

func (t *trader) settle(ctx context.Context, _ *goods) error {
	var r traceview.SettleReport
	err := t.node.Post(ctx, "/api/v1/dispenses/settle", nil, &r)
	if err == nil && (len(r.Refused) != 0 || r.Left != 0) {
		err = wrong("the settlement ended as %+v", r)
	}
	return err
}

// wrong is an answer that no fault explains, so that nobody insists.
func wrong(format string, args ...any) error {
	return &client.Problem{Status: 409, Detail: fmt.Sprintf(format, args...)}
}
