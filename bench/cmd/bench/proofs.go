package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/bench/fleet"
	"pedigree/proof"
)

// What evidence may weigh and take.
const (
	receiptBytesMost = 5_000 // beside the entry
	bundleBytesMost  = 8_000
	verifyMost       = 1.0 // milliseconds
	hopsMany         = 6
	sameSizeMost     = 1.02 // many hops to one
)

// evidence is what the network gave.
type evidence struct {
	trust     []byte
	receipt   []byte
	entry     int // bytes of the entry in the receipt
	one, many fleet.Journey
}

// proofsSection makes receipts and bundles on four validators and checks them as
// a stranger would.
func proofsSection(ctx context.Context, b *bench) ([]figure, error) {
	e, err := b.evidence(ctx)
	if err != nil {
		return nil, err
	}
	trust, err := proof.ParseTrust(e.trust)
	if err != nil {
		return nil, err
	}
	checkReceipt, err := b.timed(func() error {
		r, err := proof.DecodeReceipt(e.receipt)
		if err == nil {
			_, err = r.Verify(trust)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the receipt: %w", err)
	}
	list := []figure{
		{
			name: "receipt, beside its entry", got: sample{float64(len(e.receipt) - e.entry)}, unit: "bytes", goal: atMost(receiptBytesMost),
			note: fmt.Sprintf("4 validators; the entry has %d bytes more", e.entry), why: "header, commit and validators' signatures grow with the validators",
		},
		{name: "receipt, checked", got: checkReceipt, unit: "ms", goal: atMost(verifyMost), why: "each signature of validators and signers is checked one by one"},
	}
	bundles, err := b.bundles(e, trust)
	if err != nil {
		return list, err
	}
	list = append(list, bundles...)
	inBrowser, err := b.wasm(ctx, e)
	return append(list, inBrowser...), err
}

// bundles measures what proves one pack of a sealed pallet after one and after
// many hops.
func (b *bench) bundles(e evidence, trust proof.Trust) ([]figure, error) {
	var list []figure
	for _, j := range []fleet.Journey{e.one, e.many} {
		took, err := b.timed(func() error {
			bundle, err := proof.DecodeBundle(j.Bundle)
			if err != nil {
				return err
			}
			report, err := bundle.Verify(trust, proof.Options{})
			if err == nil && report.Outcome() != proof.Proved {
				err = fmt.Errorf("it ends as %s", report.Outcome())
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("the bundle after %d hops: %w", j.Hops, err)
		}
		name := fmt.Sprintf("provenance after %d hops", j.Hops)
		if j.Hops == 1 {
			name = "provenance after 1 hop"
		}
		list = append(list,
			figure{
				name: name, got: sample{float64(len(j.Bundle))}, unit: "bytes", goal: atMost(bundleBytesMost),
				note: fmt.Sprintf("a pack in a case on a sealed pallet, 4 validators, %s keys in state; a state a thousand times as large adds ten hashes to each of its %d paths: about %s bytes (computed)",
					number(float64(j.Keys)), pathsShown, number(float64(len(j.Bundle)+10*pathsShown*proof.HashSize))),
				why: "paths in the state tree grow with the number of keys",
			},
			figure{name: name + ", checked", got: took, unit: "ms", goal: atMost(verifyMost), why: "each signature of validators and maker is checked one by one"},
		)
	}
	return append(list, figure{
		name: "provenance, 6 hops to 1", got: sample{float64(len(e.many.Bundle))}, base: sample{float64(len(e.one.Bundle))}, unit: "bytes",
		goal: ratioAtMost(sameSizeMost), why: "a bundle must not grow with the hops: look for what does",
	}), nil
}

// pathsShown is how many paths of the state tree a bundle of a sealed pack shows.
const pathsShown = 5

// evidence loads four validators, so that blocks and state aren't empty, and asks
// for receipts and bundles.
func (b *bench) evidence(ctx context.Context) (e evidence, err error) {
	dir, err := b.folder()
	if err != nil {
		return e, err
	}
	f, err := fleet.Start(ctx, fleet.Config{Dir: dir, Kind: fleet.Ledger, Count: 4, Sizes: fleet.DefaultSizes})
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, f.Stop()) }()
	if err := f.Prepare(b.size.proofUnits); err != nil {
		return e, err
	}
	if _, err := f.Load(fleet.Load{InFlight: 400, Submitters: 16, Duration: time.Hour, Count: b.size.proofUnits / 10}); err != nil {
		return e, err
	}
	receipts, err := f.Receipts(1)
	if err != nil {
		return e, err
	}
	e.trust, e.receipt, e.entry = receipts.Trust, receipts.Receipts[0], receipts.Entries[0]
	if e.one, err = f.Journey(1); err != nil {
		return e, err
	}
	e.many, err = f.Journey(hopsMany - 1)
	return e, err
}

// timed runs something many times and gives the milliseconds that one took, a
// median for each repeat.
func (b *bench) timed(do func() error) (sample, error) {
	var medians sample
	for range b.size.repeats {
		var took sample
		for range b.size.proofRuns {
			began := time.Now()
			if err := do(); err != nil {
				return nil, err
			}
			took.add(float64(time.Since(began).Nanoseconds()) / 1e6)
		}
		medians.add(took.median())
	}
	return medians, nil
}
