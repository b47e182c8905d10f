//go:build linux

package kill

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

// run is one run of the test: what was sent, and what the checks read.
type run struct {
	*testing.T
	net     *network
	senders []*sender
	trade   *trade
	killer  *killer
}

func TestNothingPromisedIsLostWhenNodesAreKilled(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/kill -seed %d", *seed, *seed)
	r := &run{T: t, net: found(t)}
	r.load()
	r.tell()
	if _, err := r.net.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.resolve()
	if _, err := r.net.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.checkEntries()
	r.checkTrade()
	r.checkState()
	r.checkReceipts()
	r.checkMemory()
	for _, c := range r.net.list {
		if err := c.end(); err != nil {
			t.Error(err)
		}
	}
	r.checkStores()
}

// load sends, trades and kills, until enough was killed.
func (r *run) load() {
	r.Helper()
	var err error
	if r.trade, err = newTrade(r.Context(), r.net); err != nil {
		r.Fatal(err)
	}
	r.killer = newKiller(r.net)
	ctx, stop := context.WithCancelCause(r.Context())
	defer stop(nil)
	end, late := context.WithCancel(r.Context())
	defer late()
	var busy sync.WaitGroup
	for i := range senders {
		s := newSender(r.net, uint64(i+1))
		r.senders = append(r.senders, s)
		busy.Go(func() {
			if err := s.run(ctx); err != nil {
				stop(err)
			}
		})
	}
	busy.Go(func() {
		if err := r.trade.run(ctx, end); err != nil {
			stop(err)
		}
	})
	err = r.killer.run(ctx, killsWanted)
	stop(err)
	timer := time.AfterFunc(completeWait, late)
	defer timer.Stop()
	busy.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		r.Fatal(err)
	}
}

// tell says what the run did, so that a run that did nothing is seen.
func (r *run) tell() {
	r.Helper()
	sent, answered, cut := 0, 0, 0
	for _, s := range r.senders {
		n, ok := s.count()
		sent, answered = sent+n, answered+ok
	}
	for _, p := range r.trade.done {
		cut += p.cut
	}
	var starts []time.Duration
	for _, c := range r.net.list {
		starts = append(starts, c.starts...)
	}
	slices.Sort(starts)
	r.Logf("%d kills, %d times of several nodes; starts took %v at the median and %v at most", r.killer.kills, r.killer.stops, starts[len(starts)/2].Round(time.Millisecond), starts[len(starts)-1].Round(time.Millisecond))
	r.Logf("%d entries sent, %d answered as committed; %d pallets traded, %d of their steps cut short", sent, answered, len(r.trade.done), cut)
	if answered == 0 || answered == sent || len(r.trade.done) == 0 || cut == 0 {
		r.Error("the kills met no load: there must be entries with and without an answer, and pallets whose steps were cut short")
	}
}
