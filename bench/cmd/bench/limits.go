package main

import "time"

// size is how much is measured. Quick answers in two minutes whether something is
// badly wrong; full is what docs/bench.md shows.
type size struct {
	repeats int // of every load; the median counts

	one, four loadSize
	idle      int // entries sent one at a time

	treeKeys []int // the curve of the state tree

	formatBytes []int // documents read

	looseEvents, foldedEvents int // of captured documents
	pallets, manyPallets      int

	proofUnits, proofRuns int
	wasmRuns              int

	memoryUnits int
	memoryRest  time.Duration

	hostileTime time.Duration // in peace, and under attack
}

// loadSize is a closed loop: entries in flight, and entries counted. Before them
// as many as are in flight are sent to warm up.
type loadSize struct{ inFlight, entries int }

var (
	full = size{
		repeats: 3, one: loadSize{4_000, 40_000}, four: loadSize{4_000, 24_000}, idle: 100,
		treeKeys:    []int{1_000_000, 3_000_000, 10_000_000},
		formatBytes: []int{10_000_000, 100_000_000},
		looseEvents: 10_000, foldedEvents: 40_000, pallets: 60, manyPallets: 521,
		proofUnits: 20_000, proofRuns: 2_000, wasmRuns: 300,
		memoryUnits: 40_000, memoryRest: 15 * time.Second, hostileTime: 20 * time.Second,
	}
	quick = size{
		repeats: 1, one: loadSize{2_000, 10_000}, four: loadSize{800, 4_000}, idle: 30,
		treeKeys:    []int{100_000},
		formatBytes: []int{2_000_000},
		looseEvents: 2_000, foldedEvents: 4_000, pallets: 4, manyPallets: 8,
		proofUnits: 1_000, proofRuns: 300, wasmRuns: 30,
		memoryUnits: 5_000, memoryRest: 2 * time.Second, hostileTime: 6 * time.Second,
	}
)
