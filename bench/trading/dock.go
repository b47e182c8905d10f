package trading

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/exchange"
)

// Dock is a receiving session at the wholesaler's for a shipment that lies before it.
type Dock struct {
	pair    *Pair
	session int64
}

// Scans is what came of a round of scans.
type Scans struct {
	Took          []time.Duration // from the request to its answer, each
	Asked, Answer []byte          // of the last one, as JSON
}

// Deliver uploads a document to the maker's node and waits until the wholesaler's has
// looked at the shipment.
func (p *Pair) Deliver(ctx context.Context, name string, document io.Reader) (exchange.Came, error) {
	ctx, cancel := context.WithTimeout(ctx, stepWait)
	defer cancel()
	if _, err := p.upload(ctx, name, document); err != nil {
		return exchange.Came{}, err
	}
	return p.arrived(ctx)
}

// OpenDock begins to receive a delivery by scans.
func (p *Pair) OpenDock(ctx context.Context, delivery exchange.Came) (*Dock, error) {
	var s dockview.Session
	if err := p.wholesaler.node.Post(ctx, "/api/v1/docks", dockview.Start{Delivery: delivery.ID}, &s); err != nil {
		return nil, fmt.Errorf("couldn't open a receiving session: %w", err)
	}
	return &Dock{p, s.ID}, nil
}

// Clerks lets as many clerks scan as there are lists, each one thing after another and
// one each pace at most. Every scan must be answered with ok.
func (d *Dock) Clerks(ctx context.Context, pace time.Duration, lists ...[]dockview.Scan) (Scans, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all Scans
	var mu sync.Mutex
	var working sync.WaitGroup
	for n, list := range lists {
		working.Go(func() {
			one, err := d.clerk(ctx, fmt.Sprintf("reader %d", n+1), pace, list)
			if err != nil {
				stop(err)
			}
			mu.Lock()
			defer mu.Unlock()
			all.Took, all.Asked, all.Answer = append(all.Took, one.Took...), one.Asked, one.Answer
		})
	}
	working.Wait()
	return all, context.Cause(ctx)
}

func (d *Dock) clerk(ctx context.Context, device string, pace time.Duration, list []dockview.Scan) (s Scans, err error) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var answer dockview.Result
	for i, scan := range list {
		select {
		case <-ctx.Done():
			return s, ctx.Err()
		case <-tick.C:
		}
		scan.Device = device
		scan.Seq = time.Now().UnixNano() // grows, over several rounds too
		answer = dockview.Result{}
		began := time.Now()
		if err := d.pair.wholesaler.node.Post(ctx, fmt.Sprintf("/api/v1/docks/%d/scans", d.session), scan, &answer); err != nil {
			return s, fmt.Errorf("couldn't scan %q: %w", scan.Raw, err)
		}
		s.Took = append(s.Took, time.Since(began))
		if answer.Beep != dockview.BeepOK {
			return s, fmt.Errorf("scan %d, %q, is answered with %v: %s %s", i+1, scan.Raw, answer.Beep, answer.Rule, answer.Text)
		}
		if i < len(list)-1 {
			continue
		}
		if s.Asked, err = json.Marshal(scan); err == nil {
			s.Answer, err = json.Marshal(answer)
		}
	}
	return s, err
}

// Finish receives what was scanned. It must be all, and be received on the ledger.
func (d *Dock) Finish(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, stepWait)
	defer cancel()
	began := time.Now()
	var r dockview.Report
	if err := d.pair.wholesaler.node.Post(ctx, fmt.Sprintf("/api/v1/docks/%d/finish", d.session), nil, &r); err != nil {
		return 0, fmt.Errorf("couldn't finish a receiving session: %w", err)
	}
	took := time.Since(began)
	if r.Session.State != dockview.Done || len(r.Outcomes) != 1 || r.Outcomes[0].Outcome != traceview.Received || r.Pending != "" {
		return took, fmt.Errorf("the session ended as %+v, with %+v, %s", r.Session, r.Outcomes, r.Pending)
	}
	return took, nil
}
