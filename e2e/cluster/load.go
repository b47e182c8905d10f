//go:build linux

package cluster

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Load is what clients do to a network, and what they were told.
type Load struct {
	*Network
	seed    uint64
	senders []*sender
	trade   *trade

	beside int // pallets that others traded

	ctx    context.Context
	cancel context.CancelCauseFunc
	late   context.CancelFunc
	busy   sync.WaitGroup
}

// Load begins to send entries to random nodes, and to trade pallets from the maker to
// the wholesaler, without a pause. The seed fixes what is sent, in which order each
// client asks the nodes, and no more.
func (n *Network) Load(seed uint64) *Load {
	n.Helper()
	return n.LoadOf(seed, senders, sendPause)
}

// LoadOf is Load with so many clients that pause for so long after each answer.
func (n *Network) LoadOf(seed uint64, clients int, pause time.Duration) *Load {
	n.Helper()
	l := &Load{Network: n, seed: seed}
	var err error
	if l.trade, err = newTrade(n.Context(), n); err != nil {
		n.Fatal(err)
	}
	l.ctx, l.cancel = context.WithCancelCause(n.Context())
	end, late := context.WithCancel(n.Context())
	l.late = late
	for i := range clients {
		s := newSender(n, seed, uint64(i+1))
		s.pause = pause
		l.senders = append(l.senders, s)
		l.busy.Go(func() { l.note(s.run(l.ctx)) })
	}
	l.busy.Go(func() { l.note(l.trade.run(l.ctx, end)) })
	n.Cleanup(func() {
		l.cancel(nil)
		late()
		l.busy.Wait()
	})
	return l
}

// note ends the load with an error that no fault explains.
func (l *Load) note(err error) {
	if err != nil {
		l.cancel(err)
	}
}

// Beside says that so many more pallets were commissioned, shipped and received, each
// once, by others than this load.
func (l *Load) Beside(pallets int) { l.beside += pallets }

// Context ends when the load does, with the reason.
func (l *Load) Context() context.Context { return l.ctx }

// Progress waits until so many more entries were answered as committed.
func (l *Load) Progress(more int, wait time.Duration) bool {
	_, before := l.count()
	for end := time.Now().Add(wait); time.Now().Before(end) && l.ctx.Err() == nil; time.Sleep(pollPause) {
		if _, now := l.count(); now >= before+more {
			return true
		}
	}
	return false
}

// Answered is how many entries were answered as committed so far.
func (l *Load) Answered() int {
	_, answered := l.count()
	return answered
}

// Finish ends the load: the pallet that is under way is brought to its end. All nodes
// must run.
func (l *Load) Finish() {
	l.Helper()
	l.cancel(nil)
	timer := time.AfterFunc(completeWait, l.late)
	defer timer.Stop()
	l.busy.Wait()
	if err := context.Cause(l.ctx); err != nil && !errors.Is(err, context.Canceled) {
		l.Fatal(err)
	}
}

// Tell says what the load did; a load that did nothing fails.
func (l *Load) Tell() {
	l.Helper()
	sent, answered := l.count()
	cut := 0
	for _, p := range l.trade.done {
		cut += p.cut
	}
	l.Logf("%d entries sent, %d answered as committed; %d pallets traded, %d of their steps cut short", sent, answered, len(l.trade.done), cut)
	if answered == 0 || len(l.trade.done) == 0 {
		l.Error("there was no load: no entry was answered, or no pallet traded")
	}
}

// Interrupted says whether faults met the load: entries without an answer, and steps
// of a trade that were cut short.
func (l *Load) Interrupted() bool {
	sent, answered := l.count()
	cut := 0
	for _, p := range l.trade.done {
		cut += p.cut
	}
	return answered < sent && cut > 0
}

// Unanswered is how many entries, of those sent before a time, no node has answered
// for. It is no fault where connections or nodes break.
func (l *Load) Unanswered(before time.Time) (n int) {
	for _, s := range l.senders {
		s.mu.Lock()
		for _, e := range s.list {
			if !e.answered && e.sent.Before(before) {
				n++
			}
		}
		s.mu.Unlock()
	}
	return n
}

// Took says how long each entry took to be answered as committed, of those that were
// sent from one time on and before another.
func (l *Load) Took(from, to time.Time) []time.Duration {
	var list []time.Duration
	for _, s := range l.senders {
		s.mu.Lock()
		for _, e := range s.list {
			if e.answered && !e.sent.Before(from) && e.sent.Before(to) {
				list = append(list, e.at.Sub(e.sent))
			}
		}
		s.mu.Unlock()
	}
	slices.Sort(list)
	return list
}

// Answers are the times at which entries were answered, in order.
func (l *Load) Answers() []time.Time {
	var list []time.Time
	for _, s := range l.senders {
		s.mu.Lock()
		for _, e := range s.list {
			if e.answered {
				list = append(list, e.at)
			}
		}
		s.mu.Unlock()
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

func (l *Load) count() (sent, answered int) {
	for _, s := range l.senders {
		n, ok := s.count()
		sent, answered = sent+n, answered+ok
	}
	return sent, answered
}

// Verify does all that can be asked of a network without faults: it waits until the
// nodes agree, resolves what had no answer, and checks; then it stops the nodes and
// checks their stores.
func (l *Load) Verify() {
	l.Helper()
	l.Finish()
	l.Tell()
	l.Check()
	l.End()
	l.CheckStores()
}

// Check asks the running nodes.
func (l *Load) Check() {
	l.Helper()
	if _, err := l.Settle(l.Network.Context()); err != nil {
		l.Fatal(err)
	}
	l.resolve()
	if _, err := l.Settle(l.Network.Context()); err != nil {
		l.Fatal(err)
	}
	l.checkEntries()
	l.checkTrade()
	l.checkState()
	l.checkReceipts()
}
