package load

import (
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Report is what a run measured. Counts and latencies are of the transactions
// that were due after the warm-up.
type Report struct {
	// Sent is how many were accepted by a node, Committed how many came back in a
	// block, Failed how many of those with a code other than 0.
	Sent, Committed, Failed int64
	// Refused is how many a node refused other than for being full.
	Refused int64
	// Full is how often a node said that it was full. A closed loop waits and
	// tries again; an open loop gives the transaction up.
	Full int64
	// Late is how many of an open loop were given up because Plan.InFlight were
	// unanswered.
	Late int64
	// Blocks and BlockTxs are the blocks seen by the first target and their
	// transactions, empty blocks included.
	Blocks, BlockTxs int64
	// Elapsed is from the end of the warm-up to the last commit.
	Elapsed time.Duration
	// Latency is in microseconds.
	Latency *hdrhistogram.Histogram
}

// PerSecond returns the committed transactions per second.
func (r Report) PerSecond() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(r.Committed) / r.Elapsed.Seconds()
}

// Quantile returns the latency that q percent of the transactions kept to.
func (r Report) Quantile(q float64) time.Duration {
	return time.Duration(r.Latency.ValueAtQuantile(q)) * time.Microsecond
}

// String gives the report on one line.
func (r Report) String() string {
	return fmt.Sprintf("%.0f tx/s (%d committed, %d failed, %d refused, %d full, %d late) in %d blocks; p50 %v p95 %v p99 %v max %v",
		r.PerSecond(), r.Committed, r.Failed, r.Refused, r.Full, r.Late, r.Blocks,
		r.Quantile(50), r.Quantile(95), r.Quantile(99), r.Quantile(100))
}

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, latencyMax.Microseconds(), 3)
}
