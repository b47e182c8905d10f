package load

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/engine"
)

// The limits of this package, in one place.
const (
	// inFlightMax is the largest closed loop.
	inFlightMax = 1_000_000
	// rateMax is the fastest open loop, in transactions per second.
	rateMax = 1_000_000
	// submittersMax is how many goroutines may submit to one node.
	submittersMax = 64
	// latencyMax is the longest latency that is told apart from longer ones.
	latencyMax = 5 * time.Minute
	// drainMax is how long a run waits for the last transactions.
	drainMax = 30 * time.Second
	// fullPause is how long a submitter waits when a node is full.
	fullPause = time.Millisecond
)

// Target is a node under load; *engine.Node is one.
type Target interface {
	Submit(ctx context.Context, tx []byte) error
	Subscribe(from int64) (*engine.Subscription, error)
}

// Plan says what load to make.
type Plan struct {
	// Targets take the transactions in turn. Each one's latency is measured on
	// its own committed blocks. Required.
	Targets []Target
	// Tx returns transaction i; all must differ. It is called by several
	// goroutines at once, right before the transaction is sent. Required.
	Tx func(i int) []byte
	// Count is how many transactions Tx can make; the run ends when they are used
	// up. Required.
	Count int
	// Rate makes an open loop of that many transactions per second in all; 0
	// makes a closed loop.
	Rate float64
	// InFlight is the size of the closed loop in all, and in an open loop the
	// number beyond which transactions are given up (default 1 closed, 100,000 open).
	InFlight int
	// Submitters is how many goroutines submit to each target (default 1, which
	// a closed loop of one needs; more use more cores for App.CheckTx).
	Submitters int
	// Warmup is sent and not counted (default none); Duration is what is counted.
	// Duration is required.
	Warmup, Duration time.Duration
}

func (p Plan) validate() (Plan, error) {
	if len(p.Targets) == 0 || p.Tx == nil || p.Count <= 0 || p.Duration <= 0 {
		return p, errors.New("a load needs targets, transactions, their count and a duration")
	}
	if p.Rate < 0 || p.Rate > rateMax {
		return p, fmt.Errorf("a rate of %g is outside 0 to %d per second", p.Rate, rateMax)
	}
	if p.InFlight == 0 && p.Rate > 0 {
		p.InFlight = 100_000
	}
	if p.InFlight == 0 {
		p.InFlight = 1
	}
	if p.InFlight < 0 || p.InFlight > inFlightMax {
		return p, fmt.Errorf("%d in flight is outside 1 to %d", p.InFlight, inFlightMax)
	}
	if p.Submitters == 0 {
		p.Submitters = 1
	}
	if p.Submitters < 0 || p.Submitters > submittersMax {
		return p, fmt.Errorf("%d submitters is outside 1 to %d", p.Submitters, submittersMax)
	}
	if p.InFlight < len(p.Targets)*p.Submitters {
		return p, fmt.Errorf("%d in flight is less than the %d submitters: each needs one", p.InFlight, len(p.Targets)*p.Submitters)
	}
	return p, nil
}
