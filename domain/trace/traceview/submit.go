package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/internal/crash"
	"pedigree/ledger"
	"pedigree/proof"
)

// Refusal is something that the ledger refused for good.
type Refusal struct {
	Entry proof.Hash `json:"entry"` // the envelope
	Code  uint32     `json:"code"`  // stable number of the reason
	Name  string     `json:"name,omitempty" doc:"Stable name of the reason, such as trace/stopped"`
	Text  string     `json:"text"`
	Items []string   `json:"items"` // what it was about
}

// codeName is the name of a code of refusals by its number; empty for a number of a module
// that this domain doesn't know.
func codeName(number uint32) string {
	for _, c := range slices.Concat(ledger.Codes(), trace.Codes(), org.Codes()) {
		if c.Number == number {
			return c.Name
		}
	}
	return ""
}

// submission says what became of a job's envelopes.
type submission struct {
	committed int
	refused   []Refusal
	progress  func(committed int)
}

// outcome is how one attempt to bring an envelope onto the ledger ended.
type outcome struct {
	waiting
	committed Committed
	lapsed    bool  // its validity ended: sign it anew
	err       error // it could not be judged: the job waits
}

// submit brings a job's envelopes onto the ledger, wave after wave, many at a
// time, and follows each with what its end means for the stock. It can be called
// again after a crash at any point; an envelope is never accepted twice.
func (d *Desk) submit(ctx context.Context, job int64) (submission, error) {
	return d.submitAnd(ctx, job, func(int) {})
}

// submitAnd is submit with a report of how many envelopes have been committed.
func (d *Desk) submitAnd(ctx context.Context, job int64, progress func(committed int)) (submission, error) {
	s := submission{progress: progress}
	for lapses := 0; ; {
		var batch []waiting
		err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
			batch, err = nextWave(tx, job, submitBatchMax)
			return err
		})
		if err != nil || len(batch) == 0 {
			return s, err
		}
		lapsed, err := d.submitBatch(ctx, job, batch, &s)
		if err != nil {
			return s, err
		}
		if lapsed {
			if lapses++; lapses > resubmitMax {
				return s, fmt.Errorf("couldn't bring all entries onto the ledger: they lapse before they are taken; see that the node's clock is right and resume the job")
			}
		}
	}
}

// submitBatch submits envelopes of one wave. Lapsed ones are signed anew for the
// next round.
func (d *Desk) submitBatch(ctx context.Context, job int64, batch []waiting, s *submission) (lapsed bool, err error) {
	results := d.inFlight(ctx, batch)
	var ended []Committed
	var open error
	flush := func() error {
		if len(ended) == 0 {
			return nil
		}
		err := d.vault.Update(ctx, func(tx *sql.Tx) error {
			for _, c := range ended {
				if err := settle(tx, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			s.committed += len(ended)
			s.progress(s.committed)
			ended = ended[:0]
		}
		return errors.Join(err, d.pass(crash.EntrySettled))
	}
	var others []outcome
	for range batch {
		o := <-results
		switch {
		case o.err != nil:
			open = errors.Join(open, o.err)
		case o.lapsed || o.committed.Code != 0:
			others = append(others, o)
		default:
			ended = append(ended, o.committed)
		}
		if len(ended) == inFlightMax {
			if err := flush(); err != nil {
				open = errors.Join(open, err)
			}
		}
	}
	if err := flush(); err != nil || open != nil {
		return false, errors.Join(err, open)
	}
	for _, o := range others {
		if o.lapsed {
			lapsed = true
			err = d.vault.Update(ctx, func(tx *sql.Tx) error { return d.resign(tx, o.waiting) })
		} else {
			err = d.refused(ctx, job, o, s)
		}
		if err != nil {
			return lapsed, err
		}
	}
	return lapsed, nil
}

// inFlight submits envelopes, at most inFlightMax at a time, and returns one
// outcome for each.
func (d *Desk) inFlight(ctx context.Context, batch []waiting) <-chan outcome {
	results := make(chan outcome, len(batch))
	work := make(chan waiting, len(batch))
	for _, w := range batch {
		work <- w
	}
	close(work)
	var senders sync.WaitGroup
	for range min(inFlightMax, len(batch)) {
		senders.Go(func() {
			for w := range work {
				results <- d.bringOn(ctx, w)
			}
		})
	}
	return results
}

// bringOn submits one envelope until the node has taken it, and waits for its end.
func (d *Desk) bringOn(ctx context.Context, w waiting) outcome {
	o := outcome{waiting: w}
	pause := submitPause
	for try := 0; ; try++ {
		err := d.pass(crash.EntryBefore)
		if err == nil {
			err = d.chain.Submit(ctx, w.raw)
		}
		if err == nil {
			break
		}
		if errors.Is(err, errCrash) {
			o.err = err
			return o
		}
		if o, done := d.judge(o, err); done {
			return o
		}
		if try == submitTries {
			o.err = fmt.Errorf("couldn't submit entry %s: %w; the job can be resumed", w.id, err)
			return o
		}
		select {
		case <-ctx.Done():
			o.err = ctx.Err()
			return o
		case <-time.After(pause):
			pause = min(2*pause, submitPauseMax)
		}
	}
	if err := d.pass(crash.EntrySubmitted); err != nil {
		o.err = err
		return o
	}
	c, err := d.chain.Wait(ctx, w.id)
	if err != nil {
		o.err = fmt.Errorf("couldn't learn how entry %s ended: %w; the job can be resumed", w.id, err)
		return o
	}
	return d.weigh(o, c)
}

// judge decides what a refusal at the node's door means; done is false when the
// same envelope may be taken a moment later.
func (d *Desk) judge(o outcome, err error) (outcome, bool) {
	var refused *ledger.Error
	if !errors.As(err, &refused) {
		return o, false
	}
	switch refused.Code.Number {
	case ledger.CodeReplayed.Number, ledger.CodeExpired.Number:
		// It may have been accepted before this program knew.
		c, found, err := d.chain.Lookup(o.id)
		if err != nil {
			o.err = err
			return o, true
		}
		if found {
			return d.weigh(o, c), true
		}
		o.lapsed = refused.Code.Number == ledger.CodeExpired.Number
		return o, o.lapsed
	case ledger.CodeQuota.Number:
		o.err = fmt.Errorf("couldn't submit entry %s: %w; the job goes on when it is resumed", o.id, err)
		return o, true
	}
	if refused.Code.Kind == ledger.Unavailable || refused.Code.Kind == ledger.Internal {
		return o, false
	}
	o.committed = Committed{ID: o.id, Code: refused.Code.Number, Text: refused.Text}
	return o, true
}

// weigh decides what an ended envelope means.
func (d *Desk) weigh(o outcome, c Committed) outcome {
	switch c.Code {
	case ledger.CodeExpired.Number:
		o.lapsed = true
	case ledger.CodeQuota.Number:
		o.err = fmt.Errorf("entry %s was refused: %s; the job goes on when it is resumed", c.ID, c.Text)
	default:
		c.ID = o.id
		o.committed = c
	}
	return o
}

// errCrash is what a test's fail point returns; it stops the work as a crash would.
var errCrash = errors.New("stopped at a fail point")

// pass reports a durable step to the test's fail point, if there is one.
func (d *Desk) pass(point crash.Point) error {
	crash.At(point)
	if d.failAt == nil {
		return nil
	}
	return d.failAt(point)
}
