package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pedigree/bench/fleet"
	"pedigree/bench/goods"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// What capture should reach, durable and committed on one node.
const (
	looseLeast   = 1_500  // events a second, each an operation
	foldedLeast  = 5_000  // events a second that fold into commissions
	packsLeast   = 20_000 // packs a second
	treesSeconds = 5.0    // for the trees of a million packs
)

// fullPallet is the pallet that targets speak of.
var fullPallet = goods.Shape{Cases: 48, Packs: 40}

// captureSection takes documents in on a node with a private store.
func captureSection(ctx context.Context, b *bench) (list []figure, err error) {
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
	for _, step := range []func(context.Context) ([]figure, error){c.loose, c.folded, c.packs, c.million} {
		got, err := step(ctx)
		if err != nil {
			return list, err
		}
		list = append(list, got...)
	}
	trees, err := b.trees()
	return append(list, trees), err
}

// captures is one node that takes documents in, and the serial numbers it has
// not seen yet.
type captures struct {
	bench  *bench
	fleet  *fleet.Fleet
	dir    string
	maker  goods.Maker
	serial int
}

// shipment is so many fresh pallets of the maker, made a month ago.
func (c *captures) shipment(pallets, eventEPCs int) epcistest.Shipment {
	now := time.Now().UTC()
	s := epcistest.Defaults()
	s.Pallets, s.CasesPerPallet, s.PacksPerCase, s.EventEPCs = pallets, fullPallet.Cases, fullPallet.Packs, eventEPCs
	s.Sender.Prefix, s.NDC = c.maker.Prefix, c.maker.Prefix[2:]+"-123-45"
	s.Made, s.Shipped, s.Expiry = now.AddDate(0, -1, 0), now.AddDate(0, 0, -10), now.AddDate(2, 0, 0).Format(time.DateOnly)
	s.FirstSerial = c.serial
	c.serial += pallets * fullPallet.Cases * fullPallet.Packs
	return s
}

// write writes a document with the events of a shipment that keep lets through.
func (c *captures) write(s epcistest.Shipment, keep func(n int, e *epcis.Event) bool) (fleet.Document, error) {
	path := filepath.Join(c.dir, fmt.Sprintf("document-%d.xml", c.serial))
	err := writeFile(path, func(out io.Writer) error {
		header, err := s.Header()
		if err != nil {
			return err
		}
		w, err := epcis.NewXMLWriter(out, header, epcis.XMLOptions{Indent: "  "})
		if err != nil {
			return err
		}
		n := 0
		for e := range s.Events() {
			if !keep(n, e) {
				continue
			}
			n++
			if err := w.Write(e); err != nil {
				return err
			}
		}
		return w.Close()
	})
	return fleet.Document{Path: path, MediaType: "application/xml"}, err
}

// home lets everything through that stays with its maker.
func home(_ int, e *epcis.Event) bool { return e.BizStep != "shipping" }

// repeat captures documents of one kind and passes each to note.
func (c *captures) repeat(ctx context.Context, times int, what string, make func() (fleet.Document, error), note func(fleet.Captured)) (stages string, err error) {
	for range times {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		doc, err := make()
		if err != nil {
			return "", err
		}
		got, err := c.fleet.Capture(doc)
		if err != nil {
			return "", fmt.Errorf("%s: %w", what, err)
		}
		note(got)
		stages = stagesText(got)
		c.bench.say("%s: %d events, %d things, %d commissions, %d envelopes in %s (%s)", what, got.Events, got.Things, got.Commissions, got.Envelopes, got.Took.Round(time.Millisecond), stages)
	}
	return stages, nil
}

func stagesText(c fleet.Captured) string {
	var list []string
	for _, s := range c.Stages {
		list = append(list, fmt.Sprintf("%s %s", s.Name, s.Took.Round(time.Millisecond)))
	}
	return strings.Join(list, ", ")
}

// loose captures packs that are commissioned one by one and packed nowhere.
func (c *captures) loose(ctx context.Context) ([]figure, error) {
	want := c.bench.size.looseEvents
	var events, cpu sample
	pallets := (want + fullPallet.Cases*fullPallet.Packs - 1) / (fullPallet.Cases * fullPallet.Packs)
	stages, err := c.repeat(ctx, c.bench.size.repeats, "loose packs", func() (fleet.Document, error) {
		return c.write(c.shipment(pallets, 1), func(n int, e *epcis.Event) bool { return n < want })
	}, func(got fleet.Captured) {
		events.add(float64(got.Events) / got.Took.Seconds())
		cpu.add(float64(got.CPU.Microseconds()) / float64(got.Events))
	})
	return []figure{
		{
			name: "captured, each event an operation", got: events, unit: "events/s", goal: atLeast(looseLeast),
			note: fmt.Sprintf("%d packs commissioned by an event each; the last run: %s", want, stages),
			why:  "each pack takes an origin of its own, two keys of the state tree and a signature to make and to check, beside its rows in the private store",
		},
		{name: "processor time of such an event", got: cpu, unit: "µs"},
	}, err
}

// folded captures packs that are commissioned one by one and packed to pallets.
func (c *captures) folded(ctx context.Context) ([]figure, error) {
	pallets := max(1, c.bench.size.foldedEvents/(fullPallet.Cases*fullPallet.Packs))
	var events sample
	count := 0
	stages, err := c.repeat(ctx, c.bench.size.repeats, "packs that fold", func() (fleet.Document, error) {
		return c.write(c.shipment(pallets, 1), home)
	}, func(got fleet.Captured) {
		count = got.Events
		events.add(float64(got.Events) / got.Took.Seconds())
	})
	return []figure{{
		name: "captured, events that fold into commissions", got: events, unit: "events/s", goal: atLeast(foldedLeast),
		note: fmt.Sprintf("%d events, %d pallets; the last run: %s", count, pallets, stages),
		why:  "reading, checking, hashing and storing each event is what remains when the ledger has next to nothing to do",
	}}, err
}

// packs captures pallets whose packs are commissioned a thousand at a time.
func (c *captures) packs(ctx context.Context) ([]figure, error) {
	packs := c.bench.size.pallets * fullPallet.Cases * fullPallet.Packs
	var rate sample
	stages, err := c.repeat(ctx, c.bench.size.repeats, "packs", func() (fleet.Document, error) {
		return c.write(c.shipment(c.bench.size.pallets, 1000), home)
	}, func(got fleet.Captured) { rate.add(float64(packs) / got.Took.Seconds()) })
	return []figure{{
		name: "captured, packs on pallets of 48 × 40", got: rate, unit: "packs/s", goal: atLeast(packsLeast),
		note: fmt.Sprintf("%s packs; the last run: %s", number(float64(packs)), stages),
		why:  "each pack is parsed, checked, hashed and gets a row in the private store",
	}}, err
}

// million captures one document with a million packs.
func (c *captures) million(ctx context.Context) ([]figure, error) {
	pallets := c.bench.size.manyPallets
	packs := float64(pallets * fullPallet.Cases * fullPallet.Packs)
	var seconds sample
	stages, err := c.repeat(ctx, 1, "many packs", func() (fleet.Document, error) {
		return c.write(c.shipment(pallets, 1000), home)
	}, func(got fleet.Captured) { seconds.add(got.Took.Seconds()) })
	if err != nil {
		return nil, err
	}
	m, err := c.fleet.Memory(0)
	return []figure{
		{name: fmt.Sprintf("%s packs from one document to the ledger", number(packs)), got: seconds, unit: "s", note: stages},
		{name: "resident after it", got: sample{megabytes(m.Resident)}, unit: "MB"},
	}, err
}

// trees builds the slot trees of many pallets on all cores, and nothing else.
func (b *bench) trees() (figure, error) {
	const cores = 2
	m, err := goods.NewMaker("trees", 1, time.Now())
	if err != nil {
		return figure{}, err
	}
	pallets := b.size.manyPallets
	var seconds sample
	for range b.size.repeats {
		var wait sync.WaitGroup
		errs := make([]error, cores)
		began := time.Now()
		for core := range cores {
			wait.Go(func() { errs[core] = sealEvery(m, core, pallets, cores) })
		}
		wait.Wait()
		seconds.add(time.Since(began).Seconds())
		if err := errors.Join(errs...); err != nil {
			return figure{}, err
		}
	}
	return figure{
		name: fmt.Sprintf("the trees of %s packs alone", number(float64(pallets*fullPallet.Cases*fullPallet.Packs))), got: seconds, unit: "s",
		goal: atMost(treesSeconds), note: fmt.Sprintf("%d goroutines", cores), why: "each pack takes a salt, a leaf, a node and its share of the inner nodes, all SHA-256",
	}, nil
}

// sealEvery seals every so many pallets, from the first on.
func sealEvery(m goods.Maker, first, end, step int) error {
	s, err := m.Sealer(fullPallet)
	if err != nil {
		return err
	}
	for p := first; p < end; p += step {
		s.Seal(m.Seed(p), p)
	}
	return nil
}
