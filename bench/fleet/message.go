package fleet

import (
	"encoding/json"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"pedigree/bench/load"
	"pedigree/internal/engine"
	"pedigree/internal/node"
)

// Kind says which application a validator runs.
type Kind string

// The kinds.
const (
	Bare   Kind = "bare"
	Ledger Kind = "ledger"
)

// order is the first line that a child reads.
type order struct {
	Kind     Kind
	Home     string
	Number   int // from 1
	First    int // entries that processes before this one made
	Founding node.Founding
	Profile  engine.Profile
	Listen   string
	Peers    []engine.Peer
	Sizes    Sizes
	Bare     BareShape
}

// BareShape is what the transactions of the do-nothing application look like.
type BareShape struct{ Bytes, Signatures int }

// request is every further line, answer the child's line for each.
type request struct {
	Do   string
	With json.RawMessage
}

type answer struct {
	Error  string
	Result json.RawMessage
}

// Status is what a validator says of itself.
type Status struct {
	Height int64
	Peers  int
	// Prepared is how many entries are ready to be sent.
	Prepared int
	// Start is how long it took from the start of the process until entries were
	// taken, Blocks how many were there already.
	Start  time.Duration
	Blocks int64
}

// Memory is what a process holds.
type Memory struct {
	Resident int64 // bytes, without files mapped by the benchmark
	Heap     int64 // bytes in use on the Go heap
}

// Load says what load to make; see load.Plan.
type Load struct {
	InFlight   int // in all
	Submitters int // in each validator that sends
	Rate       float64
	Warmup     time.Duration
	Duration   time.Duration
	Count      int // at most so many entries in each validator; 0: all that are prepared
	// First lets only the first validator send.
	First bool
	// Profile is a folder for processor profiles; empty: none are taken.
	Profile string
}

// Report is what a load measured over all validators that sent.
type Report struct {
	load.Report
	CPU time.Duration // of all processes of the fleet, the load's making included
	At  int           // how many state keys the ledger held when the load began; 0 for a bare one
}

// wireReport is a Report as JSON.
type wireReport struct {
	Sent, Committed, Failed, Refused, Full, Late, Blocks, BlockTxs int64

	Elapsed time.Duration
	CPU     time.Duration
	Keys    int
	Latency *hdrhistogram.Snapshot
}

func (w wireReport) report() Report {
	return Report{CPU: w.CPU, At: w.Keys, Report: load.Report{
		Sent: w.Sent, Committed: w.Committed, Failed: w.Failed, Refused: w.Refused, Full: w.Full, Late: w.Late,
		Blocks: w.Blocks, BlockTxs: w.BlockTxs, Elapsed: w.Elapsed, Latency: hdrhistogram.Import(w.Latency),
	}}
}

// Journey is one sealed pallet's way: how many hops to take now, and what proves
// one pack on it then.
type Journey struct {
	Bundle []byte // proof.Bundle.Encode
	Trust  []byte // proof.EncodeTrust
	Hops   int    // taken in all
	Keys   int    // state keys at that height
}

// Receipts are receipts of entries of the last load, with the entries' own sizes.
type Receipts struct {
	Receipts [][]byte
	Entries  []int
	Trust    []byte
}
