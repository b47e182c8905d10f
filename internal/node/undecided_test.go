package node

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pedigree/ledger"
)

// A write whose block nobody makes is answered while its sender still waits, and is
// committed when there are blocks again, without being sent again.
func TestWhoWaitsIsToldWhenTheNetworkDecidesNothing(t *testing.T) {
	t.Parallel()
	list := places(t, "undecided", 4, 0)
	for _, p := range list {
		p.start(t)
	}
	list[0].write(t, "first", 1)
	list[2].stop(t)
	list[3].stop(t)
	n := list[0].node
	if err := n.Hears(t.Context()); err != nil {
		t.Errorf("one other is connected: %v", err)
	}
	env := noteEnvelope(t, n.ChainID(), "while two of four are down", "text")
	if err := n.Submit(t.Context(), env.Encode()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testWait)
	defer cancel()
	_, err := n.Wait(ctx, env.ID())
	var told interface {
		Kind() ledger.Kind
		Code() string
		Hint() string
	}
	if !errors.Is(err, ErrUndecided) || !errors.As(err, &told) || told.Kind() != ledger.Unavailable || told.Code() == "" || told.Hint() == "" {
		t.Fatalf("got %v, want that the network decides nothing", err)
	}
	list[2].start(t)
	o, err := n.Wait(ctx, env.ID())
	for errors.Is(err, ErrUndecided) { // the start takes its time
		o, err = n.Wait(ctx, env.ID())
	}
	if err != nil || o.Code != 0 {
		t.Fatalf("when there are blocks again: %+v, %v", o, err)
	}
}

func TestWhoWaitsIsToldOfNothingElseThatEnds(t *testing.T) {
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(nil)
	undecided, end := context.WithCancelCause(t.Context())
	end(ErrUndecided)
	late, enough := context.WithTimeout(t.Context(), time.Nanosecond)
	defer enough()
	<-late.Done()
	for name, c := range map[string]struct {
		ctx       context.Context
		err, want error
	}{
		"the asker went away":  {gone, gone.Err(), context.Canceled},
		"the asker's time":     {late, late.Err(), context.DeadlineExceeded},
		"no block is made":     {undecided, undecided.Err(), ErrUndecided},
		"the node's own error": {undecided, fmt.Errorf("a disk: %w", errUnheard), errUnheard},
		"no error":             {undecided, nil, nil},
	} {
		if got := whyEnded(c.ctx, c.err); !errors.Is(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
