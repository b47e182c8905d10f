package node

import (
	"context"
	"errors"
	"time"

	"pedigree/ledger"
)

// undecided is what who waits for a block is told while nobody makes one.
type undecided struct{}

// ErrUndecided says that the network decides nothing now, as when more than a third of
// the validators are away. What waits is kept, and may still be committed.
var ErrUndecided error = undecided{}

// Error says what becomes of it.
func (undecided) Error() string {
	return "the network decides nothing now: " + undecidedWait.String() + " went by without a block; what was asked for is kept, and is finished by itself when there are blocks again"
}

// Kind makes it a problem of the HTTP interface, with status 503, and exit code 5.
func (undecided) Kind() ledger.Kind { return ledger.Unavailable }

// Code names it.
func (undecided) Code() string { return "node/undecided" }

// Hint says what to do.
func (undecided) Hint() string {
	return "send nothing anew; pedigree status shows how many validators are missing, and asking again tells how it ended"
}

// patient is a context that ends with ErrUndecided when no block was made here for a
// while, counted from now.
func (n *Node) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		look := time.NewTicker(undecidedWait)
		defer look.Stop()
		for height := n.Height(); ; {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
			}
			now := n.Height()
			if now == height {
				cancel(ErrUndecided)
			}
			height = now
		}
	}()
	return ctx, func() { cancel(nil) }
}

// whyEnded gives ErrUndecided for the end of a context that ended with it.
func whyEnded(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && errors.Is(context.Cause(ctx), ErrUndecided) {
		return ErrUndecided
	}
	return err
}
