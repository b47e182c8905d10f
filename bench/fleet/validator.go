package fleet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sync/atomic"
	"time"

	"pedigree/bench/goods"
	"pedigree/bench/load"
	"pedigree/internal/node"
)

// validator is the one that this process runs.
type validator struct {
	order   order
	target  load.Target
	height  func() int64
	peers   func() int
	stop    func() error
	prepare func(ctx context.Context, n int) error
	node    *node.Node // nil for a bare one
	maker   goods.Maker
	started time.Duration
	blocks  int64 // that were there at the start
	txs     prepared
	loaded  []byte // an entry of the last load
	pallets map[int]*goods.Pallet
	desk    *desk // opened by the first capture
}

func startValidator(o order) (*validator, error) {
	switch o.Kind {
	case Bare:
		return startBare(o)
	case Ledger:
		return startLedger(o)
	}
	return nil, fmt.Errorf("couldn't start a validator of kind %q", o.Kind)
}

func (v *validator) status() Status {
	return Status{Height: v.height(), Peers: v.peers(), Prepared: v.txs.left(), Start: v.started, Blocks: v.blocks}
}

// load sends prepared entries and returns what was measured.
func (v *validator) load(ctx context.Context, l Load) (wireReport, error) {
	first, most := v.txs.used, v.txs.left()
	if l.Count > 0 {
		most = min(most, l.Count)
	}
	if most == 0 {
		return wireReport{}, errors.New("couldn't make a load: no entries are prepared")
	}
	var sent atomic.Int64
	plan := load.Plan{
		Targets: []load.Target{v.target}, Count: most, Rate: l.Rate, InFlight: l.InFlight, Submitters: l.Submitters,
		Warmup: l.Warmup, Duration: l.Duration,
		Tx: func(i int) []byte {
			for n := sent.Load(); int64(i) >= n && !sent.CompareAndSwap(n, int64(i)+1); n = sent.Load() {
			}
			return v.txs.list[first+i]
		},
	}
	out := wireReport{Keys: v.keys()}
	stop, err := v.profile(l.Profile)
	if err != nil {
		return out, err
	}
	cpu := processCPU()
	r, err := load.Run(ctx, plan)
	out.CPU = processCPU() - cpu
	v.txs.used = first + int(sent.Load())
	if err := errors.Join(err, stop()); err != nil {
		return out, err
	}
	v.loaded = v.txs.list[first]
	out.Sent, out.Committed, out.Failed, out.Refused, out.Full, out.Late = r.Sent, r.Committed, r.Failed, r.Refused, r.Full, r.Late
	out.Blocks, out.BlockTxs, out.Elapsed, out.Latency = r.Blocks, r.BlockTxs, r.Elapsed, r.Latency.Export()
	if out.Failed+out.Refused > 0 {
		return out, fmt.Errorf("%d entries of the load failed and %d were refused: %s", out.Failed, out.Refused, r)
	}
	return out, nil
}

// keys is how many keys the ledger's state holds; 0 for a bare validator.
func (v *validator) keys() int {
	if v.node == nil {
		return 0
	}
	return int(v.node.Keys())
}

// profile records where processor time goes until stop is called, and what was
// allocated by then.
func (v *validator) profile(dir string) (stop func() error, err error) {
	if dir == "" {
		return func() error { return nil }, nil
	}
	name := filepath.Join(dir, fmt.Sprintf("%s-%d", v.order.Kind, v.order.Number))
	cpu, err := os.Create(name + ".pprof")
	if err != nil {
		return nil, fmt.Errorf("couldn't make a profile: %w", err)
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't make a profile: %w", err), cpu.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		allocs, err := os.Create(name + ".allocs")
		if err != nil {
			return errors.Join(fmt.Errorf("couldn't make a profile: %w", err), cpu.Close())
		}
		return errors.Join(pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close(), cpu.Close())
	}, nil
}
