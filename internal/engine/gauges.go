package engine

import (
	"math"
	"sync/atomic"

	"github.com/cometbft/cometbft/blocksync"
	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/mempool"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/proxy"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/statesync"
	"github.com/go-kit/kit/metrics"
)

// gauges are the engine's own figures that Status reports. They are taken where
// the engine hands figures to a metrics system, without registering anything in
// the process, so that several nodes can run in one.
type gauges struct {
	round   gauge
	missing gauge
}

// provider is what the engine asks for its metrics; the rest go nowhere.
func (g *gauges) provider(string) (*consensus.Metrics, *p2p.Metrics, *mempool.Metrics, *sm.Metrics, *proxy.Metrics, *blocksync.Metrics, *statesync.Metrics) {
	c := consensus.NopMetrics()
	c.Rounds = &g.round
	c.MissingValidators = &g.missing
	return c, p2p.NopMetrics(), mempool.NopMetrics(), sm.NopMetrics(), proxy.NopMetrics(), blocksync.NopMetrics(), statesync.NopMetrics()
}

// gauge holds the last value it was set to.
type gauge struct{ bits atomic.Uint64 }

var _ metrics.Gauge = (*gauge)(nil)

// With ignores labels: each gauge has one series.
func (g *gauge) With(...string) metrics.Gauge { return g }

// Set stores a value.
func (g *gauge) Set(value float64) { g.bits.Store(math.Float64bits(value)) }

// Add changes the value; the engine uses it on other gauges only.
func (g *gauge) Add(delta float64) { g.Set(g.value() + delta) }

func (g *gauge) value() float64 { return math.Float64frombits(g.bits.Load()) }
