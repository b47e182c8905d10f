package traceview

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/turns"
	"pedigree/ledger"
)

// Limits of looking at large documents that are not stored.
const (
	lookWait   = 30 * time.Second // that one waits for another that is looked at
	lookersMax = 4                // that are looked at or wait; a further one is refused at once
	lookAgain  = 5 * time.Second  // after which who is refused may ask again
)

// errLooking refuses a document that would wait for others for too long.
var errLooking = busy{api.Coded(errors.New("another large document is being checked"), ledger.Limit, "trace/busy", "check this one when that is done")}

// look is the looking at a document that is not stored.
type look struct {
	turns *turns.Gate // nil for a small document
	end   func()
}

// lookAt begins to look at a document. A small one is read at once; whoever sends it
// slowly keeps nobody waiting. While a large one comes, the looking holds one of the
// store's few connections, so one at a time may.
func (d *Desk) lookAt(ctx context.Context, r io.Reader) (io.Reader, look, error) {
	head, err := io.ReadAll(io.LimitReader(r, turns.SmallBytes+1))
	if err != nil {
		return nil, look{}, err
	}
	if len(head) <= turns.SmallBytes {
		return bytes.NewReader(head), look{end: func() {}}, nil
	}
	select {
	case d.lookers <- struct{}{}:
	default:
		return nil, look{}, errLooking
	}
	wait := time.NewTimer(lookWait)
	defer wait.Stop()
	select {
	case d.looking <- struct{}{}:
		return io.MultiReader(bytes.NewReader(head), r), look{d.turns, func() { <-d.looking; <-d.lookers }}, nil
	case <-wait.C:
		<-d.lookers
		return nil, look{}, errLooking
	case <-ctx.Done():
		<-d.lookers
		return nil, look{}, errors.Join(errors.New("nobody waits for the answer"), ctx.Err())
	}
}
