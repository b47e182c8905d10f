package main

import (
	"context"
	"errors"
	"fmt"

	"pedigree/bench/hostile"
)

// hostedMemory is what a node that hosts 500 organisations should hold at most.
const hostedMemory = 2e9

// hostingSection lets one node host many organisations.
func hostingSection(ctx context.Context, b *bench) ([]figure, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	program, err := hostile.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	var list []figure
	for _, c := range []struct {
		name  string
		open  int
		lines string
	}{
		{"64 stores open at once", 64, ""},
		{"all stores open", b.size.hosted, fmt.Sprintf("limits:\n  hosted_open_max: %d\n", b.size.hosted)},
	} {
		h, err := b.hosting(ctx, program, c.lines)
		if err != nil {
			return nil, err
		}
		if c.open > b.size.hosted {
			c.open = b.size.hosted
		}
		note := fmt.Sprintf("%d organisations, each with 100 receiving keys; %d stores open", b.size.hosted, c.open)
		f := figure{name: "memory of a host, " + c.name, got: sample{megabytes(h.resident)}, unit: "MB", note: note}
		if b.size.hosted >= 500 {
			f.goal, f.why = atMost(megabytes(hostedMemory)), "each open store has caches of its own"
		}
		list = append(list, f,
			figure{name: "100 receiving keys made, " + c.name, got: h.first, unit: "ms", note: "median of all organisations; the first request of each"},
			figure{name: "the stock listed, " + c.name, got: h.second, unit: "ms", note: "median of all organisations"})
	}
	return list, nil
}

// hosted is what came of one host.
type hosted struct {
	resident      int64
	first, second sample
}

func (b *bench) hosting(ctx context.Context, program, lines string) (h hosted, err error) {
	dir, err := b.folder()
	if err != nil {
		return h, err
	}
	n, err := hostile.Start(ctx, hostile.Config{Program: program, Dir: dir, Lines: lines})
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, n.Stop()) }()
	guests := make([]hostile.Guest, b.size.hosted)
	for i := range guests {
		if guests[i], err = n.Host(ctx, program, fmt.Sprintf("pharmacy-%d", i+1)); err != nil {
			return h, err
		}
	}
	b.say("%d organisations are hosted", len(guests))
	for _, g := range guests {
		if err := n.WaitServed(ctx, g); err != nil {
			return h, err
		}
		first, second, err := n.Work(ctx, g)
		if err != nil {
			return h, err
		}
		h.first.add(float64(first.Microseconds()) / 1000)
		h.second.add(float64(second.Microseconds()) / 1000)
	}
	h.resident, err = n.Resident()
	return h, err
}
