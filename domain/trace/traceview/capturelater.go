package traceview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// capturesLaterMax is how many captures nobody waits for, under way or in line.
const capturesLaterMax = 64

// errPaused ends a capture that a person paused.
var errPaused = errors.New("a person paused it; what is on the ledger stays; capture the same document again to go on")

// errManyCaptures refuses a capture that would stand in line behind too many.
var errManyCaptures = busy{api.Coded(fmt.Errorf("%d captures are under way or in line", capturesLaterMax), ledger.Limit, "trace/busy", "see how far they are with pedigree job list, and send this one again when some are done")}

// running is what a desk does while nobody waits for it, and how a capture that is
// under way is stopped.
type running struct {
	ctx  context.Context // ends with the desk
	stop context.CancelFunc
	done sync.WaitGroup

	mu       sync.Mutex
	stopped  bool
	waiting  int
	captures map[int64]context.CancelCauseFunc // by job
}

func newRunning() *running {
	r := &running{captures: map[int64]context.CancelCauseFunc{}}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// Stop ends what the desk does while nobody waits for it, at its last durable step.
// Resume takes it up again.
func (d *Desk) Stop() {
	d.running.mu.Lock()
	d.running.stopped = true
	d.running.mu.Unlock()
	d.running.stop()
	d.running.done.Wait()
	d.noticeLists.Stop()
}

// enter takes a place in the line.
func (r *running) enter() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.stopped:
		return vault.ErrClosed
	case r.waiting >= capturesLaterMax:
		return errManyCaptures
	}
	r.waiting++
	r.done.Add(1)
	return nil
}

func (r *running) leave() {
	r.mu.Lock()
	r.waiting--
	r.mu.Unlock()
	r.done.Done()
}

// begin makes a capture one that can be paused.
func (r *running) begin(ctx context.Context, job int64) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	r.mu.Lock()
	r.captures[job] = cancel
	r.mu.Unlock()
	return ctx, func() {
		r.mu.Lock()
		delete(r.captures, job)
		r.mu.Unlock()
		cancel(nil)
	}
}

func (r *running) pause(job int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if cancel := r.captures[job]; cancel != nil {
		cancel(errPaused)
	}
}

// CaptureLater stores a document and captures it while nobody waits: the report says
// under which job. What came of it is told by DescribeJob, and by the same capture again.
func (d *Desk) CaptureLater(ctx context.Context, r CaptureRequest) (CaptureReport, error) {
	report, err := d.captureLater(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't capture %s: %w", r.Name, err)
	}
	return report, nil
}

func (d *Desk) captureLater(ctx context.Context, r CaptureRequest) (CaptureReport, error) {
	if r.DryRun {
		return CaptureReport{}, api.Coded(errors.New("a dry run is not done later: it leaves nothing behind that could be asked for"), ledger.Invalid, "trace/refused", "leave out one of the two")
	}
	if err := d.running.enter(); err != nil {
		return CaptureReport{}, err
	}
	c, err := d.storeCapture(ctx, r)
	if err != nil || c.stage == CaptureDone {
		d.running.leave()
		if err != nil {
			return CaptureReport{}, err
		}
		return c.report, nil
	}
	doc := c.doc
	go func() {
		defer d.running.leave()
		if err := d.goOn(d.running.ctx, doc); err != nil && d.running.ctx.Err() == nil && !errors.Is(err, errPaused) {
			d.log.Error("couldn't complete a capture", "job", c.job.ID, "error", err)
		}
	}()
	return c.report, nil
}

// goOn takes a capture that was opened to its end, when its turn has come. What stops it
// is told with its job.
func (d *Desk) goOn(ctx context.Context, doc int64) error {
	d.captures.Lock()
	defer d.captures.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	c, paused, err := d.reopen(ctx, doc)
	if err != nil || paused || c.stage == CaptureDone || c.stage == CaptureRefused {
		return err
	}
	_, err = c.run(ctx)
	if err == nil || ctx.Err() != nil || errors.Is(err, errPaused) || errors.Is(err, errChanged) {
		return err
	}
	return errors.Join(err, d.vault.Update(context.WithoutCancel(ctx), func(tx *sql.Tx) error { return c.fail(ctx, tx, err) }))
}

// reopen reads a capture as its last durable step left it.
func (d *Desk) reopen(ctx context.Context, doc int64) (c *capturing, paused bool, err error) {
	c = &capturing{d: d, doc: doc, progress: func(CaptureProgress) {}}
	err = d.vault.View(ctx, func(tx *sql.Tx) error { _, err := c.load(ctx, tx); return err })
	if err != nil {
		return nil, false, err
	}
	j, err := d.vault.Job(ctx, c.job.ID)
	return c, j.State == vault.JobPaused, err
}

// fail tells with a capture's job why nothing goes on. The same document again does, and
// so does the node when it starts anew.
func (c *capturing) fail(ctx context.Context, tx *sql.Tx, why error) error {
	p := c.told()
	p.Error = textUpTo(why.Error(), jobErrorMax)
	progress, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.d.vault.SaveJob(ctx, tx, vault.Job{ID: c.job.ID, Kind: jobCapture, State: vault.JobFailed, Progress: progress})
}
