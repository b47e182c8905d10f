package load

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"pedigree/internal/engine"
)

// Run makes the load and returns what it measured. It stops early when ctx ends
// or a target does, and then returns an error beside what it has so far.
func Run(ctx context.Context, plan Plan) (Report, error) {
	plan, err := plan.validate()
	if err != nil {
		return Report{Latency: newHistogram()}, fmt.Errorf("couldn't run the load: %w", err)
	}
	r := &run{plan: plan, seed: maphash.MakeSeed(), begin: time.Now()}
	r.counted = r.begin.Add(plan.Warmup)
	r.end = r.counted.Add(plan.Duration)
	for _, target := range plan.Targets {
		l := &lane{run: r, target: target, pending: map[uint64]time.Time{}, latency: newHistogram()}
		l.slots = make(chan struct{}, plan.InFlight/len(plan.Targets))
		if l.sub, err = target.Subscribe(0); err != nil {
			return Report{Latency: newHistogram()}, fmt.Errorf("couldn't run the load: %w", err)
		}
		defer l.sub.Close()
		r.lanes = append(r.lanes, l)
	}
	return r.drive(ctx)
}

// run is one load under way.
type run struct {
	plan                Plan
	seed                maphash.Seed
	begin, counted, end time.Time
	lanes               []*lane
	next                atomic.Int64

	refused, full, late atomic.Int64
}

// lane is the load of one target.
type lane struct {
	run    *run
	target Target
	sub    *engine.Subscription
	// slots bounds what is in flight to this target.
	slots chan struct{}

	mu      sync.Mutex
	pending map[uint64]time.Time // when each transaction in flight was due
	sent    int64

	committed, failed, blocks, blockTxs int64
	last                                time.Time
	latency                             *hdrhistogram.Histogram
}

// drive sends until the end, then waits for what is in flight.
func (r *run) drive(ctx context.Context) (Report, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var senders, watchers sync.WaitGroup
	for _, l := range r.lanes {
		watchers.Go(func() {
			if err := l.watch(ctx); err != nil {
				stop(err)
			}
		})
		for range r.plan.Submitters {
			senders.Go(func() {
				if err := l.send(ctx); err != nil {
					stop(err)
				}
			})
		}
	}
	senders.Wait()
	deadline := time.Now().Add(drainMax)
	for r.inFlight() > 0 && ctx.Err() == nil && time.Now().Before(deadline) {
		time.Sleep(fullPause)
	}
	unanswered := r.inFlight()
	cause := context.Cause(ctx)
	stop(nil)
	watchers.Wait()
	report := r.report()
	if cause != nil {
		return report, fmt.Errorf("the load ended early: %w", cause)
	}
	if unanswered > 0 {
		return report, fmt.Errorf("%d transactions weren't committed within %s after the load", unanswered, drainMax)
	}
	return report, nil
}

func (r *run) inFlight() int {
	n := 0
	for _, l := range r.lanes {
		l.mu.Lock()
		n += len(l.pending)
		l.mu.Unlock()
	}
	return n
}

func (r *run) report() Report {
	out := Report{Latency: newHistogram(), Refused: r.refused.Load(), Full: r.full.Load(), Late: r.late.Load()}
	last := r.counted
	for i, l := range r.lanes {
		out.Sent += l.sent
		out.Committed += l.committed
		out.Failed += l.failed
		out.Latency.Merge(l.latency)
		if l.last.After(last) {
			last = l.last
		}
		if i == 0 {
			out.Blocks, out.BlockTxs = l.blocks, l.blockTxs
		}
	}
	out.Elapsed = last.Sub(r.counted)
	return out
}

// send submits the transactions that fall to one goroutine.
func (l *lane) send(ctx context.Context) error {
	for {
		i := int(l.run.next.Add(1) - 1)
		if i >= l.run.plan.Count {
			return nil
		}
		due, ok := l.await(ctx, i)
		if !ok {
			return nil
		}
		if due.IsZero() {
			continue
		}
		if err := l.submit(ctx, l.run.plan.Tx(i), due); err != nil {
			return err
		}
	}
}

// await waits until transaction i is due and may be in flight. It says no when
// the run is over; a zero time means that the transaction is given up.
func (l *lane) await(ctx context.Context, i int) (due time.Time, ok bool) {
	if l.run.plan.Rate > 0 {
		due = l.run.begin.Add(time.Duration(float64(i) / l.run.plan.Rate * float64(time.Second)))
		if due.After(l.run.end) || !sleepUntil(ctx, due) {
			return due, false
		}
		select {
		case l.slots <- struct{}{}:
			return due, true
		default:
			l.count(&l.run.late, due)
			return time.Time{}, true
		}
	}
	select {
	case l.slots <- struct{}{}:
	default:
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			return due, false
		case <-time.After(time.Until(l.run.end)):
			return due, false
		}
	}
	now := time.Now()
	return now, now.Before(l.run.end)
}

// submit sends one transaction and remembers when it was due.
func (l *lane) submit(ctx context.Context, tx []byte, due time.Time) error {
	id := maphash.Bytes(l.run.seed, tx)
	l.mu.Lock()
	l.pending[id] = due
	l.mu.Unlock()
	for {
		err := l.target.Submit(ctx, tx)
		if err == nil {
			l.mu.Lock()
			if !due.Before(l.run.counted) {
				l.sent++
			}
			l.mu.Unlock()
			return nil
		}
		full := errors.Is(err, engine.ErrMempoolFull)
		if full {
			l.count(&l.run.full, due)
		}
		if full && l.run.plan.Rate == 0 && time.Now().Before(l.run.end) && ctx.Err() == nil {
			time.Sleep(fullPause)
			continue
		}
		l.mu.Lock()
		delete(l.pending, id)
		l.mu.Unlock()
		<-l.slots
		if full || ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, engine.ErrStopped) {
			return err
		}
		l.count(&l.run.refused, due)
		return nil
	}
}

func (l *lane) count(n *atomic.Int64, due time.Time) {
	if !due.Before(l.run.counted) {
		n.Add(1)
	}
}

// watch takes the committed blocks and closes the account of each transaction.
func (l *lane) watch(ctx context.Context) error {
	for {
		select {
		case b, ok := <-l.sub.Blocks():
			if !ok {
				return fmt.Errorf("the node stopped under load: %w", l.sub.Err())
			}
			l.settle(b, time.Now())
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *lane) settle(b engine.CommittedBlock, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.After(l.run.counted) {
		l.blocks++
		l.blockTxs += int64(len(b.Txs))
	}
	for i, tx := range b.Txs {
		id := maphash.Bytes(l.run.seed, tx)
		due, ours := l.pending[id]
		if !ours {
			continue
		}
		delete(l.pending, id)
		<-l.slots
		if due.Before(l.run.counted) {
			continue
		}
		l.committed++
		l.last = now
		if b.Results[i].Code != 0 {
			l.failed++
		}
		_ = l.latency.RecordValue(min(now.Sub(due), latencyMax).Microseconds())
	}
}

// sleepUntil waits and says whether the run goes on.
func sleepUntil(ctx context.Context, at time.Time) bool {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
