package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"pedigree/bench/fleet"
)

// signaturesEach is how many signatures a ship envelope carries.
const signaturesEach = 2

// network is one comparison: so many validators.
type network struct {
	count, submitters int
	load              loadSize

	idleRate             float64 // entries a second when each finds the network idle
	ratioLeast, p50Times float64
}

func (b *bench) networks() []network {
	return []network{
		{count: 1, load: b.size.one, submitters: 64, idleRate: 20, ratioLeast: 0.5, p50Times: 2},
		{count: 4, load: b.size.four, submitters: 32, idleRate: 6, ratioLeast: 0.65, p50Times: 2},
	}
}

func engineSection(ctx context.Context, b *bench) ([]figure, error) {
	var all []figure
	for _, n := range b.networks() {
		list, err := b.compare(ctx, n)
		if err != nil {
			return all, fmt.Errorf("%d validators: %w", n.count, err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// pair is the ledger and its baseline.
type pair struct{ bare, ledger *fleet.Fleet }

// compared is what was measured of one of the two.
type compared struct{ perSecond, cpu, p50, p99, idle50, idle99 sample }

// compare loads both in turns.
func (b *bench) compare(ctx context.Context, n network) (list []figure, err error) {
	p, err := b.startPair(ctx, n.count)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.bare.Stop(), p.ledger.Stop()) }()
	closed := fleet.Load{InFlight: n.load.inFlight, Submitters: n.submitters, Duration: time.Hour}
	counts := [3]int{n.load.inFlight / n.count, n.load.entries / n.count, b.size.idle}
	idle := fleet.Load{Rate: n.idleRate, Duration: time.Hour, Count: b.size.idle, First: true}
	var bare, ledger compared
	keys := 0
	for run := range b.size.repeats {
		for _, turn := range []struct {
			name     string
			on, held *fleet.Fleet
			to       *compared
		}{{"bare", p.bare, p.ledger, &bare}, {"ledger", p.ledger, p.bare, &ledger}} {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := turn.held.Hold(); err != nil {
				return nil, err
			}
			r, err := turn.to.measure(turn.on, counts, closed, idle, b.profileFolder(run, n.count))
			if err := errors.Join(err, turn.held.Release()); err != nil {
				return nil, fmt.Errorf("%s, run %d: %w", turn.name, run+1, err)
			}
			keys = max(keys, r.At)
			b.say("%s, %s, run %d: %s", n.who(), turn.name, run+1, r.Report)
		}
	}
	return n.figures(bare, ledger, keys), nil
}

// profileFolder is where the profiles of a run go, or "".
func (b *bench) profileFolder(run, validators int) string {
	if b.profile == "" {
		return ""
	}
	dir := filepath.Join(b.profile, fmt.Sprintf("engine-%d-run-%d", validators, run+1))
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

// measure prepares entries, warms up, then runs the closed loop and the idle one.
func (c *compared) measure(f *fleet.Fleet, counts [3]int, closed, idle fleet.Load, profile string) (r fleet.Report, err error) {
	if err := f.Prepare(counts[0] + counts[1] + counts[2]); err != nil {
		return r, err
	}
	closed.Count = counts[0]
	if _, err := f.Load(closed); err != nil {
		return r, err
	}
	closed.Count, closed.Profile = counts[1], profile
	if r, err = f.Load(closed); err != nil {
		return r, err
	}
	c.perSecond.add(r.PerSecond())
	c.cpu.add(float64(r.CPU.Microseconds()) / float64(r.Committed))
	c.p50.add(milliseconds(r.Quantile(50)))
	c.p99.add(milliseconds(r.Quantile(99)))
	quiet, err := f.Load(idle)
	if err != nil {
		return r, err
	}
	c.idle50.add(milliseconds(quiet.Quantile(50)))
	c.idle99.add(milliseconds(quiet.Quantile(99)))
	return r, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (b *bench) startPair(ctx context.Context, count int) (p pair, err error) {
	bytes, err := fleet.ShipBytes()
	if err != nil {
		return p, err
	}
	start := func(c fleet.Config) (*fleet.Fleet, error) {
		var err error
		if c.Dir, err = b.folder(); err != nil {
			return nil, err
		}
		c.Count, c.Sizes = count, fleet.NodeSizes
		return fleet.Start(ctx, c)
	}
	if p.bare, err = start(fleet.Config{Kind: fleet.Bare, Bare: fleet.BareShape{Bytes: bytes, Signatures: signaturesEach}}); err != nil {
		return p, err
	}
	if p.ledger, err = start(fleet.Config{Kind: fleet.Ledger}); err != nil {
		return p, errors.Join(err, p.bare.Stop())
	}
	return p, nil
}

func (n network) who() string {
	if n.count == 1 {
		return "1 validator"
	}
	return fmt.Sprintf("%d validators", n.count)
}

func (n network) figures(bare, ledger compared, keys int) []figure {
	who := n.who()
	return []figure{
		{
			name: who + ", entries", got: ledger.perSecond, base: bare.perSecond, unit: "/s", goal: ratioAtLeast(n.ratioLeast),
			note: fmt.Sprintf("%d in flight; up to %s keys in the ledger's state", n.load.inFlight, number(float64(keys))),
			why:  "reading the entry, its rules and the state tree take more processor time than the engine's own work; see the processor time of each",
		},
		{name: who + ", processor time of an entry", got: ledger.cpu, base: bare.cpu, unit: "µs"},
		{name: who + ", under load p50", got: ledger.p50, base: bare.p50, unit: "ms"},
		{name: who + ", under load p99", got: ledger.p99, base: bare.p99, unit: "ms"},
		{
			name: who + ", idle p50", got: ledger.idle50, base: bare.idle50, unit: "ms", goal: ratioAtMost(n.p50Times),
			why: "the ledger's state changes with every entry, so the engine makes one more block to sign it, and the disk is synced for both",
		},
		{name: who + ", idle p99", got: ledger.idle99, base: bare.idle99, unit: "ms"},
	}
}
