package care

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Part is one kind of stored thing that a Scrub reads.
type Part struct {
	Name string
	// Walk reads all of it beside the node's work. It calls fault with each thing that
	// is wrong, and rest between two pieces of work, which waits as long as the share
	// asks and ends with the context. An error means that Walk couldn't go on.
	Walk func(ctx context.Context, rest func() error, fault func(error)) error
}

// Scrub reads what a running node stores, over and over, so that a row that somebody
// changed on the disk is found though nobody asks for it. It changes nothing.
type Scrub struct {
	// Share is how much of one processor's time it takes, in percent, 1 to 100.
	Share int
	// Pause is the time between two rounds.
	Pause time.Duration
	Parts []Part
	Log   *slog.Logger

	mu      sync.Mutex
	began   time.Time // of the first round
	whole   time.Time // when a round last came to its end without a part that couldn't go on
	rounds  uint64
	took    time.Duration // of the last whole round
	faults  map[string]int
	current int // round, for the faults
}

// ScrubFigures is what a Scrub found.
type ScrubFigures struct {
	Rounds uint64        // that read everything
	Age    time.Duration // since the last of them ended, or since the start without one
	Took   time.Duration // the last of them
	Faults []string      // of this round and the one before, at most faultsMax
}

// Figures may be asked for at any time.
func (s *Scrub) Figures() ScrubFigures {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := ScrubFigures{Rounds: s.rounds, Took: s.took}
	switch {
	case !s.whole.IsZero():
		f.Age = time.Since(s.whole)
	case !s.began.IsZero():
		f.Age = time.Since(s.began)
	}
	for text := range s.faults {
		f.Faults = append(f.Faults, text)
	}
	return f
}

// Run goes round after round until the context ends.
func (s *Scrub) Run(ctx context.Context) {
	s.mu.Lock()
	s.began = time.Now()
	s.mu.Unlock()
	for ctx.Err() == nil {
		s.round(ctx)
		if wait(ctx, s.Pause) != nil {
			return
		}
	}
}

// round reads every part once. A part that couldn't be read keeps no other from being
// read, and no round counts that lacks one.
func (s *Scrub) round(ctx context.Context) {
	began, whole := time.Now(), true
	s.mu.Lock()
	s.current++
	s.mu.Unlock()
	r := rester{ctx: ctx, share: s.Share, since: began}
	for _, p := range s.Parts {
		err := p.Walk(ctx, r.rest, func(err error) { s.Note(p.Name, err) })
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			whole = false
			s.Log.Warn("couldn't read all that is stored; trying again", "part", p.Name, "in", s.Pause, "error", err)
		}
		if r.rest() != nil {
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for text, round := range s.faults {
		if whole && round < s.current {
			delete(s.faults, text)
		}
	}
	if whole {
		s.rounds, s.whole, s.took = s.rounds+1, time.Now(), time.Since(began)
	}
}

// Note tells of a fault once, and keeps it for as long as it is found again. Who comes
// upon one between two rounds may call it too.
func (s *Scrub) Note(part string, err error) {
	text := fmt.Sprintf("%s: %v", part, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults == nil {
		s.faults = map[string]int{}
	}
	_, known := s.faults[text]
	if !known && len(s.faults) == faultsMax {
		return
	}
	s.faults[text] = s.current
	if !known {
		s.Log.Error("what is stored was changed or is damaged: keep a copy of the home as it is, find out who had its disk, then restore a backup or join anew", "part", part, "error", err)
	}
}

// rester waits between pieces of work, in proportion to the time that they took.
type rester struct {
	ctx   context.Context
	share int
	since time.Time // when the work since the last rest began
}

func (r *rester) rest() error {
	worked := time.Since(r.since)
	if worked < restLeast {
		return r.ctx.Err()
	}
	err := wait(r.ctx, worked*time.Duration(100-r.share)/time.Duration(r.share))
	r.since = time.Now()
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
