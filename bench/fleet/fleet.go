package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pedigree/internal/netns"
)

// Config says what fleet to start. The zero value of a field that isn't marked
// required is its default.
type Config struct {
	// Dir is an empty or absent folder for the validators' homes. Required.
	Dir string
	// Kind is the application. Required.
	Kind Kind
	// Count is how many validators there are (default 1).
	Count int
	// Bare is the shape of transactions, for Kind Bare.
	Bare BareShape
	// Sizes is the memory of each validator.
	Sizes Sizes
	// Lanes gives each validator a network namespace of its own instead of the
	// loopback; ask netns.Usable first.
	Lanes bool
}

// Fleet is some running validators. It is for one goroutine at a time.
type Fleet struct {
	config    Config
	orders    []order
	processes []*process // nil for one that is down
	net       *netns.Net // nil on the loopback
}

// Start founds a network and starts its validators; it returns once all are
// connected. Stop the fleet.
func Start(ctx context.Context, c Config) (*Fleet, error) {
	if c.Count == 0 {
		c.Count = 1
	}
	if c.Count < 1 || c.Count > ValidatorsMax || c.Dir == "" {
		return nil, fmt.Errorf("couldn't start %d validators in %q: name a folder and 1 to %d of them", c.Count, c.Dir, ValidatorsMax)
	}
	f := &Fleet{config: c}
	var err error
	if c.Lanes {
		if f.net, err = netns.New(c.Count); err != nil {
			return nil, err
		}
	}
	if f.orders, err = found(c, f.net, time.Now()); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't found a network: %w", err), f.Stop())
	}
	return f, f.start(ctx)
}

func (f *Fleet) start(ctx context.Context) error {
	f.processes = make([]*process, len(f.orders))
	err := inParallel(len(f.orders), func(i int) (err error) {
		f.processes[i], err = startProcess(f.orders[i], f.lane(i))
		return err
	})
	if err == nil {
		err = f.connected(ctx)
	}
	if err != nil {
		return errors.Join(err, f.Stop())
	}
	return nil
}

// connected waits until every validator has all others as peers.
func (f *Fleet) connected(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for i := range f.processes {
		for {
			s, err := f.Status(i)
			if err != nil {
				return err
			}
			if s.Peers == len(f.processes)-1 {
				break
			}
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
				return fmt.Errorf("couldn't connect validator %d: it has %d peers: %w", i+1, s.Peers, ctx.Err())
			}
		}
	}
	return nil
}

// Restart stops the validators and starts them again on the same homes.
func (f *Fleet) Restart(ctx context.Context) error {
	if err := f.stopAll(); err != nil {
		return err
	}
	return f.start(ctx)
}

// Stop ends all validators.
func (f *Fleet) Stop() error {
	err := f.stopAll()
	if f.net != nil {
		err = errors.Join(err, f.net.Close())
		f.net = nil
	}
	return err
}

func (f *Fleet) stopAll() error {
	return inParallel(len(f.processes), func(i int) error {
		if f.processes[i] == nil {
			return nil
		}
		return f.processes[i].stop()
	})
}

// Hold stops all processes for a while, so that they don't disturb another fleet;
// Release lets them go on.
func (f *Fleet) Hold() error {
	return f.each(func(p *process) error { return hold(p.cmd.Process) })
}

// Release ends what Hold began.
func (f *Fleet) Release() error {
	return f.each(func(p *process) error { return release(p.cmd.Process) })
}

// Status asks one validator, counted from 0.
func (f *Fleet) Status(i int) (s Status, err error) {
	return s, f.processes[i].ask("status", nil, &s)
}

// Memory asks what one validator's process holds.
func (f *Fleet) Memory(i int) (m Memory, err error) {
	return m, f.processes[i].ask("memory", nil, &m)
}

// Prepare makes n entries for each validator; on a ledger it brings the units
// that they ship onto it first.
func (f *Fleet) Prepare(n int) error {
	for i, p := range f.processes {
		if p != nil {
			f.orders[i].First += n // for its next process; this one counts itself
		}
	}
	return f.each(func(p *process) error { return p.ask("prepare", n, nil) })
}

// Journey lets a pallet of the first validator's maker take so many more hops.
func (f *Fleet) Journey(hops int) (j Journey, err error) {
	return j, f.processes[0].ask("journey", hops, &j)
}

// Receipts asks the first validator for receipts of the last n entries it sent.
func (f *Fleet) Receipts(n int) (r Receipts, err error) {
	return r, f.processes[0].ask("receipts", n, &r)
}

// Capture lets the first validator's organisation take a document in.
func (f *Fleet) Capture(d Document) (c Captured, err error) {
	return c, f.processes[0].ask("capture", d, &c)
}

// Judge asks the first validator's organisation about things, as scanned.
func (f *Fleet) Judge(q Question) (j Judged, err error) {
	return j, f.processes[0].ask("judge", q, &j)
}

// Load lets all validators send, or only the first, and returns what came of it.
func (f *Fleet) Load(l Load) (Report, error) {
	up := f.up()
	senders := len(up)
	if l.First {
		senders = 1
	}
	part := l
	part.InFlight, part.Rate = max(l.InFlight/senders, l.Submitters), l.Rate/float64(senders)
	if l.InFlight == 0 {
		part.InFlight = 0
	}
	before, err := cpu(up[senders:])
	if err != nil {
		return Report{}, err
	}
	parts := make([]wireReport, senders)
	err = inParallel(senders, func(i int) error { return up[i].ask("load", part, &parts[i]) })
	if err != nil {
		return Report{}, err
	}
	after, err := cpu(up[senders:])
	if err != nil {
		return Report{}, err
	}
	out := parts[0].report()
	for _, w := range parts[1:] {
		out.merge(w.report())
	}
	out.CPU += after - before
	return out, nil
}

// cpu is what the validators used that don't send; those that do report it.
func cpu(list []*process) (all time.Duration, err error) {
	for _, p := range list {
		var used time.Duration
		if err := p.ask("cpu", nil, &used); err != nil {
			return 0, err
		}
		all += used
	}
	return all, nil
}

func (r *Report) merge(o Report) {
	r.Sent, r.Committed, r.Failed, r.Refused = r.Sent+o.Sent, r.Committed+o.Committed, r.Failed+o.Failed, r.Refused+o.Refused
	r.Full, r.Late, r.CPU = r.Full+o.Full, r.Late+o.Late, r.CPU+o.CPU
	r.Elapsed = max(r.Elapsed, o.Elapsed)
	r.Latency.Merge(o.Latency)
}

// inParallel does something for each and joins the errors.
func inParallel(n int, do func(i int) error) error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = do(i) })
	}
	wait.Wait()
	return errors.Join(errs...)
}
