package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// contender is one of those that are compared.
type contender struct {
	name   string
	config fleet.Config
	idle   bool // its latency at rest is measured too
	fleet  *fleet.Fleet

	perSecond, cpu, p50, p95, p99, idle50, idle99 sample
}

// contenders are the baseline, the ledger with the memory that the program gives
// it by default, and with that of a small machine.
func contenders(count int) ([]*contender, error) {
	bytes, err := fleet.ShipBytes()
	return []*contender{
		{name: "bare", idle: true, config: fleet.Config{Kind: fleet.Bare, Count: count, Sizes: fleet.DefaultSizes, Bare: fleet.BareShape{Bytes: bytes, Signatures: signaturesEach}}},
		{name: "ledger", idle: true, config: fleet.Config{Kind: fleet.Ledger, Count: count, Sizes: fleet.DefaultSizes}},
		{name: "ledger with little memory", config: fleet.Config{Kind: fleet.Ledger, Count: count, Sizes: fleet.SmallSizes}},
	}, err
}

// compare loads all in turns; those whose turn it isn't are held.
func (b *bench) compare(ctx context.Context, n network) (list []figure, err error) {
	all, err := contenders(n.count)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, c := range all {
			if c.fleet != nil {
				err = errors.Join(err, c.fleet.Stop())
			}
		}
	}()
	for _, c := range all {
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
	keys := 0
	for run := range b.size.repeats {
		for _, c := range all {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r, err := c.turn(n, b.size.idle, b.profileFolder(run, n.count, c.name))
			if err != nil {
				return nil, fmt.Errorf("%s, run %d: %w", c.name, run+1, err)
			}
			keys = max(keys, r.At)
			b.say("%s, %s, run %d: %s", n.who(), c.name, run+1, r.Report)
		}
	}
	return n.figures(all[0], all[1], all[2], keys), nil
}

// turn lets a contender go on for one run.
func (c *contender) turn(n network, idle int, profile string) (fleet.Report, error) {
	if err := c.fleet.Release(); err != nil {
		return fleet.Report{}, err
	}
	r, err := c.measure(n, idle, profile)
	return r, errors.Join(err, c.fleet.Hold())
}

// measure prepares entries, warms up, then runs the closed loop and the idle one.
func (c *contender) measure(n network, idle int, profile string) (r fleet.Report, err error) {
	warm, counted := n.load.inFlight/n.count, n.load.entries/n.count
	if err := c.fleet.Prepare(warm + counted + idle); err != nil {
		return r, err
	}
	closed := fleet.Load{InFlight: n.load.inFlight, Submitters: n.submitters, Duration: time.Hour, Count: warm}
	if _, err := c.fleet.Load(closed); err != nil {
		return r, err
	}
	closed.Count, closed.Profile = counted, profile
	if r, err = c.fleet.Load(closed); err != nil {
		return r, err
	}
	c.perSecond.add(r.PerSecond())
	c.cpu.add(float64(r.CPU.Microseconds()) / float64(r.Committed))
	c.p50.add(milliseconds(r.Quantile(50)))
	c.p99.add(milliseconds(r.Quantile(99)))
	if !c.idle {
		return r, nil
	}
	quiet, err := c.fleet.Load(fleet.Load{Rate: n.idleRate, Duration: time.Hour, Count: idle, First: true})
	if err != nil {
		return r, err
	}
	c.idle50.add(milliseconds(quiet.Quantile(50)))
	c.idle99.add(milliseconds(quiet.Quantile(99)))
	return r, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// profileFolder is where the profiles of a run go, or "".
func (b *bench) profileFolder(run, validators int, who string) string {
	if b.profile == "" {
		return ""
	}
	dir := filepath.Join(b.profile, fmt.Sprintf("engine-%d-run-%d-%s", validators, run+1, strings.ReplaceAll(who, " ", "-")))
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

func mebibytes(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }

func (n network) who() string {
	if n.count == 1 {
		return "1 validator"
	}
	return fmt.Sprintf("%d validators", n.count)
}

func (n network) figures(bare, ledger, small *contender, keys int) []figure {
	who := n.who()
	return []figure{
		{
			name: who + ", entries", got: ledger.perSecond, base: bare.perSecond, unit: "/s", goal: ratioAtLeast(n.ratioLeast),
			note: fmt.Sprintf("%d in flight; up to %s keys in the ledger's state", n.load.inFlight, number(float64(keys))),
			why:  "reading the entry, its rules and the state tree take more processor time than the engine's own work; see the processor time of each",
		},
		{
			name: who + ", entries, little memory", got: small.perSecond, base: bare.perSecond, unit: "/s",
			note: fmt.Sprintf("%s of cache and %s write buffers for the ledger in place of %s and %s: the state outgrows them, is read from the disk's blocks again and again, and what is read is work for the garbage collector", mebibytes(small.config.Sizes.Cache), mebibytes(int64(small.config.Sizes.MemTable)), mebibytes(ledger.config.Sizes.Cache), mebibytes(int64(ledger.config.Sizes.MemTable))),
		},
		{name: who + ", processor time of an entry", got: ledger.cpu, base: bare.cpu, unit: "µs"},
		{name: who + ", processor time, little memory", got: small.cpu, base: bare.cpu, unit: "µs"},
		{name: who + ", under load p50", got: ledger.p50, base: bare.p50, unit: "ms"},
		{name: who + ", under load p99", got: ledger.p99, base: bare.p99, unit: "ms"},
		{
			name: who + ", idle p50", got: ledger.idle50, base: bare.idle50, unit: "ms", goal: ratioAtMost(n.p50Times),
			why: "the ledger's state changes with every entry, so the engine makes one more block to sign it, and the disk is synced for both",
		},
		{name: who + ", idle p99", got: ledger.idle99, base: bare.idle99, unit: "ms"},
	}
}
