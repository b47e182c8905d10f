package main

import "time"

// size is how much is measured. Quick answers in two minutes whether something is
// badly wrong; full is what docs/bench.md shows.
type size struct {
	repeats int // of every load; the median counts

	one, four loadSize
	idle      int // entries sent one at a time

	network networkSize

	treeKeys []int // the curve of the state tree

	formatBytes []int // documents read

	looseEvents, foldedEvents int // of captured documents
	pallets, manyPallets      int

	verdictDocuments, verdictPallets int // in stock, so many pallets from each document
	verdictScans                     int // packs asked about, one at a time

	shipmentBytes int // of the document that goes from one company to another
	largeBytes    int // of a large one

	dockCases int // of 40 packs on the pallet that is received by scans

	proofUnits, proofRuns int
	wasmRuns              int

	memoryUnits int
	memoryRest  time.Duration

	hostileTime time.Duration // in peace, and under attack

	hosted int // organisations on one node

	joinEntries int // on the ledger that a node joins
}

// loadSize is a closed loop: entries in flight, and entries counted. Before them
// as many as are in flight are sent to warm up.
type loadSize struct{ inFlight, entries int }

// networkSize is an open loop of so many entries a second in all, for so long after a
// warm-up, and how many receipts are made while half of the validators are down.
type networkSize struct {
	rate        float64
	warm, lasts time.Duration
	receipts    int
	downAfter   time.Duration // how long two validators are away at least
}

var (
	full = size{
		network: networkSize{rate: 500, warm: 3 * time.Second, lasts: 20 * time.Second, receipts: 100, downAfter: 10 * time.Second},
		repeats: 3, one: loadSize{4_000, 40_000}, four: loadSize{4_000, 24_000}, idle: 100,
		treeKeys:    []int{1_000_000, 3_000_000, 10_000_000},
		formatBytes: []int{10_000_000, 100_000_000},
		looseEvents: 10_000, foldedEvents: 40_000, pallets: 60, manyPallets: 521,
		verdictDocuments: 10, verdictPallets: 521, verdictScans: 10_000, shipmentBytes: 10_000_000, largeBytes: 100_000_000, dockCases: 250,
		proofUnits: 20_000, proofRuns: 2_000, wasmRuns: 300,
		memoryUnits: 40_000, memoryRest: 15 * time.Second, hostileTime: 20 * time.Second, hosted: 500, joinEntries: 200_000,
	}
	quick = size{
		network: networkSize{rate: 500, warm: time.Second, lasts: 5 * time.Second, receipts: 20, downAfter: 2 * time.Second},
		repeats: 1, one: loadSize{2_000, 10_000}, four: loadSize{800, 4_000}, idle: 30,
		treeKeys:    []int{100_000},
		formatBytes: []int{2_000_000},
		looseEvents: 2_000, foldedEvents: 4_000, pallets: 4, manyPallets: 8,
		verdictDocuments: 1, verdictPallets: 105, verdictScans: 2_000, shipmentBytes: 10_000_000, largeBytes: 20_000_000, dockCases: 10,
		proofUnits: 1_000, proofRuns: 300, wasmRuns: 30,
		memoryUnits: 5_000, memoryRest: 2 * time.Second, hostileTime: 6 * time.Second, hosted: 40, joinEntries: 10_000,
	}
)
