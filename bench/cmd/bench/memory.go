package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/bench/fleet"
)

// memorySection looks at one node after a load and after a start with that load's
// blocks, with the memory that a node has by default and with that of a small
// machine.
func memorySection(ctx context.Context, b *bench) ([]figure, error) {
	all, err := b.memoryOf(ctx, "", fleet.DefaultSizes)
	if err != nil {
		return nil, err
	}
	small, err := b.memoryOf(ctx, ", little memory", fleet.SmallSizes)
	return append(all, small...), err
}

func (b *bench) memoryOf(ctx context.Context, who string, sizes fleet.Sizes) (list []figure, err error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	f, err := fleet.Start(ctx, fleet.Config{Dir: dir, Kind: fleet.Ledger, Sizes: sizes})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Stop()) }()
	fresh, err := f.Status(0)
	if err != nil {
		return nil, err
	}
	if err := f.Prepare(b.size.memoryUnits); err != nil {
		return nil, err
	}
	r, err := f.Load(fleet.Load{InFlight: b.size.one.inFlight, Submitters: 64, Duration: time.Hour})
	if err != nil {
		return nil, err
	}
	busy, err := f.Memory(0)
	if err != nil {
		return nil, err
	}
	if err := rest(ctx, b.size.memoryRest); err != nil {
		return nil, err
	}
	idle, err := f.Memory(0)
	if err != nil {
		return nil, err
	}
	var again, resident sample
	var blocks int64
	for range max(b.size.repeats, 2) {
		if err := f.Restart(ctx); err != nil {
			return nil, err
		}
		s, err := f.Status(0)
		if err != nil {
			return nil, err
		}
		m, err := f.Memory(0)
		if err != nil {
			return nil, err
		}
		blocks = s.Blocks
		again.add(milliseconds(s.Start))
		resident.add(megabytes(m.Resident))
	}
	return []figure{
		{name: "start of a new node" + who, got: sample{milliseconds(fresh.Start)}, unit: "ms", note: "from the start of the process until it takes entries; the private store is not part of it"},
		{name: "start again" + who, got: again, unit: "ms", note: fmt.Sprintf("with %d blocks and %s entries on the disk", blocks, number(float64(2*r.Committed)))},
		{name: "resident right after the load" + who, got: sample{megabytes(busy.Resident)}, unit: "MB", note: fmt.Sprintf("%s entries shipped, %s keys; the entries that wait to be sent are not counted", number(float64(r.Committed)), number(float64(r.At)))},
		{
			name: "resident, idle after the load" + who, got: sample{megabytes(idle.Resident)}, unit: "MB",
			note: fmt.Sprintf("%s after the load's end", b.size.memoryRest),
		},
		{name: "resident right after a start" + who, got: resident, unit: "MB"},
	}, nil
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
