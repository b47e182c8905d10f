package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/bench/fleet"
	"pedigree/internal/netns"
	"pedigree/proof"
)

// Validators of the network section, and its targets.
const (
	networkCount     = 4
	networkP50Times  = 1.5
	networkDownTimes = 2
	networkBackMax   = 30 // seconds
	networkWaitMax   = 5 * time.Minute
)

// outage is what was measured with validators down.
type outage struct {
	up95, one95, one50 sample // ms, all up and one down
	receipt            sample // ms to make one with two down
	back               sample // s from the start of the first of two that were down until an entry is in a block
}

// networkSection puts an open loop on four validators, each in its own network
// namespace, first on the do-nothing application and the ledger in turns, then on the
// ledger with one and with two of them down.
func networkSection(ctx context.Context, b *bench) (list []figure, err error) {
	bytes, err := fleet.ShipBytes()
	if err != nil {
		return nil, err
	}
	lanes := netns.Usable()
	pair := []*contender{
		{name: "bare", config: fleet.Config{Kind: fleet.Bare, Bare: fleet.BareShape{Bytes: bytes, Signatures: signaturesEach}}},
		{name: "ledger", config: fleet.Config{Kind: fleet.Ledger}},
	}
	defer func() {
		for _, c := range pair {
			if c.fleet != nil {
				err = errors.Join(err, c.fleet.Stop())
			}
		}
	}()
	for _, c := range pair {
		c.config.Count, c.config.Sizes, c.config.Lanes = networkCount, fleet.DefaultSizes, lanes == nil
		if c.config.Dir, err = b.folder(); err != nil {
			return nil, err
		}
		if c.fleet, err = fleet.Start(ctx, c.config); err != nil {
			return nil, err
		}
		if err := c.fleet.Hold(); err != nil {
			return nil, err
		}
	}
	var down outage
	for run := range b.size.repeats {
		for _, c := range pair {
			if err := b.networkTurn(c, run); err != nil {
				return nil, fmt.Errorf("%s, run %d: %w", c.name, run+1, err)
			}
		}
	}
	ledger := pair[1].fleet
	if err := errors.Join(pair[0].fleet.Hold(), ledger.Release()); err != nil {
		return nil, err
	}
	for run := range b.size.repeats {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := down.measure(b, ledger); err != nil {
			return nil, fmt.Errorf("validators down, run %d: %w", run+1, err)
		}
	}
	return networkFigures(b.size.network, pair[0], pair[1], down, lanes), nil
}

// networkTurn lets one contender go on for one run.
func (b *bench) networkTurn(c *contender, run int) error {
	if err := c.fleet.Release(); err != nil {
		return err
	}
	r, err := openLoop(c.fleet, b.size.network, networkCount)
	if err != nil {
		return errors.Join(err, c.fleet.Hold())
	}
	c.p50.add(milliseconds(r.Quantile(50)))
	c.p95.add(milliseconds(r.Quantile(95)))
	c.perSecond.add(r.PerSecond())
	b.say("%s, run %d: %s", c.name, run+1, r.Report)
	return c.fleet.Hold()
}

// openLoop prepares and sends entries at the section's rate to those that are up, and
// fails unless each of them was committed.
func openLoop(f *fleet.Fleet, s networkSize, up int) (fleet.Report, error) {
	entries := int(s.rate*(s.warm+s.lasts).Seconds()) / up
	if err := f.Prepare(entries); err != nil {
		return fleet.Report{}, err
	}
	r, err := f.Load(fleet.Load{Rate: s.rate, Submitters: 4, Warmup: s.warm, Duration: networkWaitMax, Count: entries})
	if err == nil && (r.Late > 0 || r.Full > 0 || r.Committed != r.Sent) {
		err = fmt.Errorf("not all entries were taken: %s", r)
	}
	return r, err
}

// measure takes one validator away, then two, then lets them come back.
func (o *outage) measure(b *bench, f *fleet.Fleet) error {
	s := b.size.network
	whole, err := openLoop(f, s, networkCount)
	if err != nil {
		return err
	}
	if err := f.Kill(networkCount - 1); err != nil {
		return err
	}
	one, err := openLoop(f, s, networkCount-1)
	if err != nil {
		return fmt.Errorf("one of four is down and writes do not go on: %w", err)
	}
	o.up95.add(milliseconds(whole.Quantile(95)))
	o.one95.add(milliseconds(one.Quantile(95)))
	o.one50.add(milliseconds(one.Quantile(50)))
	b.say("one of four down: %s", one.Report)
	return o.two(b, f)
}

// two takes a second validator away: reading goes on, writing stops, and goes on when
// the first of them is back.
func (o *outage) two(b *bench, f *fleet.Fleet) error {
	if err := f.Prepare(1); err != nil { // while there is a majority
		return err
	}
	if err := f.Kill(networkCount - 2); err != nil {
		return err
	}
	before, err := f.Status(0)
	if err != nil {
		return err
	}
	time.Sleep(b.size.network.downAfter)
	took, err := readReceipts(f, b.size.network.receipts)
	if err != nil {
		return fmt.Errorf("two of four are down and receipts can't be had: %w", err)
	}
	o.receipt.add(milliseconds(took))
	// A block may have been decided when the second one went.
	if after, err := f.Status(0); err != nil || after.Height > before.Height+1 {
		return fmt.Errorf("two of four are down and the ledger went from height %d to %d: %w", before.Height, after.Height, err)
	}
	back, err := comeBack(f)
	if err != nil {
		return err
	}
	o.back.add(back.Seconds())
	b.say("two of four down: a receipt in %v; an entry in a block %v after the first began to start", took.Round(time.Microsecond), back.Round(time.Millisecond))
	return nil
}

// readReceipts makes receipts and verifies each; it returns the time for one.
func readReceipts(f *fleet.Fleet, n int) (time.Duration, error) {
	began := time.Now()
	list, err := f.Receipts(n)
	if err != nil {
		return 0, err
	}
	trust, err := proof.ParseTrust(list.Trust)
	if err != nil {
		return 0, err
	}
	for _, raw := range list.Receipts {
		r, err := proof.DecodeReceipt(raw)
		if err != nil {
			return 0, err
		}
		if _, err := r.Verify(trust); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / time.Duration(n), nil
}

// comeBack starts both validators again and waits for an entry that was sent when the
// first of them began to start.
func comeBack(f *fleet.Fleet) (time.Duration, error) {
	type answer struct {
		took time.Duration
		err  error
	}
	sent := make(chan answer, 1)
	began := time.Now()
	go func() {
		_, err := f.Load(fleet.Load{InFlight: 1, Duration: networkWaitMax, First: true, Count: 1})
		sent <- answer{time.Since(began), err}
	}()
	first := f.Again(networkCount - 2)
	a := <-sent
	return a.took, errors.Join(first, a.err, f.Again(networkCount-1))
}

func networkFigures(s networkSize, bare, ledger *contender, down outage, lanes error) []figure {
	where := fmt.Sprintf("named admission, custody operations of two signatures, an open loop of %g entries a second over %v; four processes in four network namespaces on one bridge", s.rate, s.lasts)
	if lanes != nil {
		where += fmt.Sprintf(", but here on the loopback: %v", lanes)
	}
	return []figure{
		{name: "whole network, entries", got: ledger.perSecond, base: bare.perSecond, unit: "/s", note: where},
		{
			name: "whole network, p50", got: ledger.p50, base: bare.p50, unit: "ms", goal: ratioAtMost(networkP50Times),
			why: "the ledger's state changes with every block, so the engine makes a further block to sign it, and its rules and trees take processor time that four validators share on this machine",
		},
		{name: "whole network, p95", got: ledger.p95, base: bare.p95, unit: "ms"},
		{
			name: "one of four down, p95", got: down.one95, base: down.up95, unit: "ms", goal: ratioAtMost(networkDownTimes),
			note: "the baseline is the ledger with all four, in the same run; every entry was committed",
			why:  "each fourth block takes a second round, and no vote of the three can be missing",
		},
		{name: "one of four down, p50", got: down.one50, unit: "ms"},
		{name: "two of four down, a receipt made and verified", got: down.receipt, unit: "ms", note: "no block was made meanwhile"},
		{name: "two of four down, until an entry is in a block after their return", got: down.back, unit: "s", goal: atMost(networkBackMax), note: "from the start of the first process on"},
	}
}
