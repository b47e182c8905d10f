package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pedigree/bench/fleet"
	"pedigree/bench/goods"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
)

// verdictMost is how long the answer about one pack may take, in milliseconds.
const verdictMost = 50

// One scan in ten is of a pack that was never made, one in ten of a pack whose
// label contradicts its maker.
const oneInTen = 10

// verdictSection fills a private store with packs and asks about some of them, as
// scanned: on a store that was just opened, on one that has been asked before, and
// many in one call.
func verdictSection(ctx context.Context, b *bench) (list []figure, err error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	f, err := fleet.Start(ctx, fleet.Config{Dir: dir, Kind: fleet.Ledger, Sizes: fleet.DefaultSizes})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Stop()) }()
	c := &captures{bench: b, fleet: f, dir: dir, serial: 1}
	if c.maker, err = goods.NewMaker("capture", 1, time.Now()); err != nil {
		return nil, err
	}
	s := &shelf{chance: rand.New(rand.NewPCG(1, 2))}
	if err := s.stock(ctx, c); err != nil {
		return nil, err
	}
	return s.figures(ctx, c)
}

// shelf makes scans of packs in stock, always the same.
type shelf struct {
	stocked []epcistest.Shipment
	chance  *rand.Rand
}

// stock brings every pack onto the ledger and into the private store, as a maker
// does: by capturing documents.
func (s *shelf) stock(ctx context.Context, c *captures) error {
	_, err := c.repeat(ctx, c.bench.size.verdictDocuments, "packs in stock", func() (fleet.Document, error) {
		made := c.shipment(c.bench.size.verdictPallets, 1000)
		s.stocked = append(s.stocked, made)
		return c.write(made, home)
	}, func(fleet.Captured) {})
	return err
}

func (s *shelf) packs() int {
	n := 0
	for _, made := range s.stocked {
		n += made.Packs()
	}
	return n
}

// scan is what a reader reads of a pack, and the rule that must decide.
func (s *shelf) scan() (text, rule string, err error) {
	made := s.stocked[s.chance.IntN(len(s.stocked))]
	path, err := gs1.AppendPathFromURN(nil, made.Pack(s.chance.IntN(made.Packs())))
	if err != nil {
		return "", "", err
	}
	parts := strings.Split(string(path), "/") // "", 01, GTIN, 21, serial
	serial, expiry, rule := parts[4], strings.ReplaceAll(made.Expiry, "-", "")[2:], verdict.RuleCustodyProved
	switch s.chance.IntN(oneInTen) {
	case 0:
		serial, rule = serial+"X", verdict.RuleUnknown
	case 1:
		expiry, rule = "350131", verdict.RuleContradiction
	}
	return fmt.Sprintf("]d201%s21%s\x1d17%s10%s", parts[2], serial, expiry, made.Lot), rule, nil
}

// ask scans so many packs and holds each answer against what it must be.
func (s *shelf) ask(f *fleet.Fleet, n int, together bool) (took []time.Duration, err error) {
	q := fleet.Question{Together: together}
	var want []string
	for range n {
		text, rule, err := s.scan()
		if err != nil {
			return nil, err
		}
		if slices.Contains(q.Scans, text) {
			continue // in one call a thing is answered once
		}
		q.Scans, want = append(q.Scans, text), append(want, rule)
	}
	got, err := f.Judge(q)
	if err != nil {
		return nil, err
	}
	for i, rule := range want {
		if got.Rules[i] != rule {
			return nil, fmt.Errorf("the scan %q is answered by %s, and %s is right", q.Scans[i], got.Rules[i], rule)
		}
	}
	return got.Took, nil
}

func (s *shelf) figures(ctx context.Context, c *captures) ([]figure, error) {
	var fresh, warm, many sample
	var middle sample
	for range c.bench.size.repeats {
		if err := c.fleet.Restart(ctx); err != nil {
			return nil, err
		}
		first, err := s.ask(c.fleet, c.bench.size.verdictScans/10, false)
		if err != nil {
			return nil, err
		}
		rest, err := s.ask(c.fleet, c.bench.size.verdictScans, false)
		if err != nil {
			return nil, err
		}
		all, err := s.ask(c.fleet, min(traceview.JudgeItemsMax, c.bench.size.verdictScans), true)
		if err != nil {
			return nil, err
		}
		fresh.add(milliseconds(percentile(first, 99)))
		warm.add(milliseconds(percentile(rest, 99)))
		middle.add(milliseconds(percentile(rest, 50)))
		many.add(milliseconds(percentile(all, 100)))
		c.bench.say("%d scans: median %s, p99 %s; p99 on a store just opened %s", len(rest), percentile(rest, 50), percentile(rest, 99), percentile(first, 99))
	}
	m, err := c.fleet.Memory(0)
	return []figure{
		{
			name: "verdict on one pack, p99", got: warm, unit: "ms", goal: atMost(verdictMost),
			note: fmt.Sprintf("%s packs in stock, each captured, on the ledger and sealed in a case on a pallet; %d scans a run, each a call of its own; one in ten of a pack never made, one in ten with another expiry date; every answer was the right one", number(float64(s.packs())), c.bench.size.verdictScans),
			why:  "each answer reads the pack's, its case's and its pallet's rows, their records on the ledger, and checks the maker's statement",
		},
		{name: "verdict on one pack, median", got: middle, unit: "ms"},
		{name: "verdict on one pack, p99, node just started", got: fresh, unit: "ms", goal: atMost(verdictMost), note: fmt.Sprintf("the first %d scans", c.bench.size.verdictScans/10)},
		{name: "verdicts on up to 1,000 packs in one call", got: many, unit: "ms"},
		{name: "resident after it", got: sample{megabytes(m.Resident)}, unit: "MB"},
	}, err
}

// percentile is the duration that so many percent stay at or below.
func percentile(took []time.Duration, percent int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}
