package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/format/epcis"
	"pedigree/internal/api"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// OnError says what becomes of a document with errors.
type OnError uint8

// The two ways of EPCIS capture.
const (
	Rollback OnError = iota // nothing of it is done
	Proceed                 // events in error, and what builds on them, are left out
)

// CaptureRequest is a document to capture.
type CaptureRequest struct {
	Name      string // such as the file's; it stands in findings
	MediaType string
	Partner   string // organisation that it came from; empty for our own
	Reader    io.Reader
	OnError   OnError
	// Now is the time against which the document is judged; the desk's clock when zero.
	Now time.Time
	// DryRun checks and reports only; nothing is stored.
	DryRun   bool
	Progress func(CaptureProgress) // optional; called from one goroutine
}

// CaptureProgress says how far a capture is.
type CaptureProgress struct {
	Stage CaptureStage
	Done  int // events read, things in stock, or envelopes on the ledger
}

// CaptureStage is the last durable step of a capture.
type CaptureStage int

// The stages, in order.
const (
	CaptureStored    CaptureStage = 1 // the document is in the private store
	CaptureChecked   CaptureStage = 2 // its events and findings are, too
	CapturePlanned   CaptureStage = 3 // all operations are in the outbox, the stock says so
	CaptureSubmitted CaptureStage = 4 // the ledger has judged all of them
	CaptureDone      CaptureStage = 5 // shipments and dispensing have followed
	CaptureRefused   CaptureStage = 6 // it has errors: nothing was done
)

// String names the stage.
func (s CaptureStage) String() string {
	if s < CaptureStored || s > CaptureRefused {
		return fmt.Sprintf("stage %d", int(s))
	}
	return [...]string{"stored", "checked", "planned", "submitted", "done", "refused"}[s-1]
}

// CaptureReport says what a capture found and did.
type CaptureReport struct {
	Document int64        `json:"document"` // 0 in a dry run
	Job      int64        `json:"job"`
	Stage    CaptureStage `json:"stage"`
	Retry    bool         `json:"retry"` // it is taken up again after the ledger refused a part
	Known    bool         `json:"known"` // the same document was captured before; this is what came of it

	Events int `json:"events"` // in the document
	Own    int `json:"own"`    // of these, events whose source owner is this organisation
	Left   int `json:"left"`   // own events left out, because of errors or of what they build on

	Faults   int             `json:"faults"`
	Warnings int             `json:"warnings"`
	Infos    int             `json:"infos"`
	Findings []epcis.Finding `json:"findings"` // as many as are kept; see Desk.Findings

	Things      int               `json:"things"`      // new in stock: packs, cases, pallets, totes
	Commissions int               `json:"commissions"` // origins made
	Operations  int               `json:"operations"`  // acts put into envelopes
	Envelopes   int               `json:"envelopes"`   // committed
	Refused     []Refusal         `json:"refused"`
	Shipments   []CaptureShipment `json:"shipments"`
	Notes       []CaptureNote     `json:"notes"`
	Timings     []CaptureTiming   `json:"timings"`
}

// CaptureShipment is a shipment that one of the document's events asked for. Its
// file waits to be sent: see Desk.ShipmentFile.
type CaptureShipment struct {
	ID    proof.Hash `json:"id"`
	To    string     `json:"to"`
	Items int        `json:"items"` // top-level ones
}

// CaptureNote is something to know or to do that is no error.
type CaptureNote struct {
	Event int    `json:"event"` // ordinal, or 0
	Line  int    `json:"line"`
	Rule  string `json:"rule"` // such as needs-prekeys
	Text  string `json:"text"`
}

// CaptureTiming is how long one stage took.
type CaptureTiming struct {
	Stage string        `json:"stage"` // read and check, plan, submit, follow
	Took  time.Duration `json:"took_ns"`
}

// Rates are events and things per second over the whole capture.
func (r *CaptureReport) Rates() (events, things float64) {
	var all time.Duration
	for _, t := range r.Timings {
		all += t.Took
	}
	if all == 0 {
		return 0, 0
	}
	return float64(r.Events) / all.Seconds(), float64(r.Things) / all.Seconds()
}

// jobCapture is the kind of a capture's job.
const jobCapture = "trace/capture"

// capturing is a capture at work.
type capturing struct {
	d        *Desk
	doc      int64
	name     string
	job      vault.Job
	onError  OnError
	now      time.Time
	stage    CaptureStage
	report   CaptureReport
	progress func(CaptureProgress)
	plan     *planner // of the check, when it can be used as it is
	out      map[int]bool
	paused   bool // by a person, while a step was taken
}

// Capture stores a document, checks it whole, and does what its events ask for:
// commissions, packing, and so on, on the ledger and in the stock. Events of other
// organisations are stored, checked and matched only.
//
// The same document again completes what was interrupted, tries again what was
// refused, or reports what came of it.
func (d *Desk) Capture(ctx context.Context, r CaptureRequest) (CaptureReport, error) {
	report, err := d.capture(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't capture %s: %w", r.Name, err)
	}
	return report, nil
}

func (d *Desk) capture(ctx context.Context, r CaptureRequest) (CaptureReport, error) {
	d.complete(&r)
	if r.DryRun {
		return d.dryRun(ctx, r)
	}
	stored, err := d.storeDocument(ctx, r)
	if err != nil {
		return CaptureReport{}, err
	}
	d.captures.Lock()
	defer d.captures.Unlock()
	c, err := d.openCapture(ctx, stored, r)
	if err != nil {
		return CaptureReport{}, err
	}
	return c.run(ctx)
}

// storeDocument puts the document of a capture into the private store.
func (d *Desk) storeDocument(ctx context.Context, r CaptureRequest) (vault.Document, error) {
	info := vault.DocumentInfo{Name: r.Name, MediaType: r.MediaType, Direction: vault.Own, Partner: r.Partner}
	if r.Partner != "" {
		info.Direction = vault.In
	}
	stored, _, err := d.vault.PutDocument(ctx, info, r.Reader)
	if err == nil {
		err = d.pass(crash.CaptureStored)
	}
	return stored, err
}

// storeCapture is the part of a capture that does not wait for others.
func (d *Desk) storeCapture(ctx context.Context, r CaptureRequest) (*capturing, error) {
	d.complete(&r)
	stored, err := d.storeDocument(ctx, r)
	if err != nil {
		return nil, err
	}
	return d.openCapture(ctx, stored, r)
}

// complete fills in what a request leaves to the desk.
func (d *Desk) complete(r *CaptureRequest) {
	if r.Now.IsZero() {
		r.Now = d.now()
	}
	if r.Progress == nil {
		r.Progress = func(CaptureProgress) {}
	}
}

// openCapture finds the capture of a document or starts it.
func (d *Desk) openCapture(ctx context.Context, doc vault.Document, r CaptureRequest) (*capturing, error) {
	c := &capturing{d: d, doc: doc.ID, name: r.Name, onError: r.OnError, now: r.Now, progress: r.Progress}
	d.begins.Lock()
	defer d.begins.Unlock()
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		known, err := c.load(ctx, tx)
		if err != nil {
			return err
		}
		if known && !c.again() {
			return errors.Join(c.unpause(ctx, tx), c.retry(ctx, tx))
		}
		if c.job, err = d.vault.StartJob(ctx, tx, jobCapture, nil, nil); err != nil {
			return err
		}
		c.report = CaptureReport{Retry: known && c.stage == CaptureDone}
		return c.save(ctx, tx, CaptureStored)
	})
	return c, err
}

// again says whether a finished capture is worth another try: it was refused, or
// the ledger refused a part.
func (c *capturing) again() bool {
	return c.stage == CaptureRefused || c.stage == CaptureDone && len(c.report.Refused) > 0
}

// retry looks whether a finished capture left shipments that may go by now.
func (c *capturing) retry(ctx context.Context, tx *sql.Tx) error {
	if c.stage != CaptureDone {
		return nil
	}
	var due int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM trace_due WHERE event >= ? AND event < ?`, eventID(c.doc, 0), eventID(c.doc+1, 0)).Scan(&due)
	if err != nil {
		return fmt.Errorf("couldn't look for shipments that are due: %w", err)
	}
	if due > 0 {
		c.report.Notes = nil
		if c.job, err = c.d.vault.StartJob(ctx, tx, jobCapture, nil, nil); err == nil {
			err = c.save(ctx, tx, CaptureSubmitted)
		}
	}
	return err
}

// Resume completes every capture and exchange that was interrupted. A node calls it when it
// starts. What can't go on now is returned as an error; the rest is done.
func (d *Desk) Resume(ctx context.Context) ([]CaptureReport, error) {
	d.captures.Lock()
	defer d.captures.Unlock()
	var docs []int64
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT doc FROM trace_capture WHERE stage < ? ORDER BY job`, CaptureDone)
		if err != nil {
			return fmt.Errorf("couldn't list unfinished captures: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var doc int64
			if err := rows.Scan(&doc); err != nil {
				return err
			}
			docs = append(docs, doc)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	var reports []CaptureReport
	failed := errors.Join(d.noticeLists.Resume(ctx), d.resumeExchanges(ctx))
	for _, doc := range docs {
		c := &capturing{d: d, doc: doc, progress: func(CaptureProgress) {}}
		if err := d.vault.View(ctx, func(tx *sql.Tx) error { _, err := c.load(ctx, tx); return err }); err != nil {
			return reports, err
		}
		if j, err := d.vault.Job(ctx, c.job.ID); err != nil || j.State == vault.JobPaused {
			failed = errors.Join(failed, err)
			continue
		}
		report, err := c.run(ctx)
		if errors.Is(err, errPaused) {
			continue
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("couldn't complete the capture of document %d: %w", doc, err))
		}
		reports = append(reports, report)
	}
	return reports, failed
}

// run takes a capture from its last durable step to the end, unless a person pauses it.
func (c *capturing) run(ctx context.Context) (CaptureReport, error) {
	ctx, end := c.d.running.begin(ctx, c.job.ID)
	defer end()
	report, err := c.steps(ctx)
	if errors.Is(err, errPaused) || err != nil && errors.Is(context.Cause(ctx), errPaused) {
		err = api.Coded(errPaused, ledger.Conflict, "trace/refused", "")
	}
	return report, err
}

// steps takes what steps of a capture are left.
func (c *capturing) steps(ctx context.Context) (CaptureReport, error) {
	steps := []struct {
		from CaptureStage
		name string
		do   func(context.Context) error
		done crash.Point
	}{
		{CaptureStored, "read and check", c.check, crash.CaptureChecked},
		{CaptureChecked, "plan", c.planAll, crash.CapturePlanned},
		{CapturePlanned, "submit", c.submit, crash.CaptureSubmitted},
		{CaptureSubmitted, "follow", c.follow, crash.CaptureFollowed},
	}
	for _, s := range steps {
		if c.stage != s.from {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return c.report, err
		}
		if c.paused {
			return c.report, errPaused
		}
		began := time.Now()
		if err := s.do(ctx); err != nil {
			c.report.Stage = c.stage
			return c.report, err
		}
		c.report.Timings = append(c.report.Timings, CaptureTiming{s.name, time.Since(began)})
		if err := c.d.pass(s.done); err != nil {
			return c.report, err
		}
	}
	c.report.Document, c.report.Job, c.report.Stage = c.doc, c.job.ID, c.stage
	return c.report, nil
}
