package traceview

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// Limits of what is told of jobs.
const (
	jobErrorMax    = 2000 // bytes of why a job failed
	jobFindingsMax = 100  // findings of a capture that are shown with its job
)

// jobKinds are the kinds of jobs as people call them. Only what can pause can be
// cancelled: the others have promised a partner or the ledger what they carry.
var jobKinds = []struct {
	kind, name string
	pauses     bool
}{
	{jobCapture, "capture", true},
	{jobShip, "ship", false},
	{jobReceive, "receive", false},
	{jobDispense, "settle-dispenses", false},
	{jobAct, "act", false},
	{jobNotices, "load-recall-notices", true},
	{"migrate/stock", "migrate-stock", true}, // package migrateview's
	{"migrate/archive", "migrate-archive", true},
	{"catalogue/load", "load-products", true},   // package catalogview's
	{"partner/list", "load-licence-list", true}, // package partnerview's
}

// JobKinds are the kinds of jobs as people call them.
func JobKinds() []string {
	names := make([]string, len(jobKinds))
	for i, k := range jobKinds {
		names[i] = k.name
	}
	return names
}

// JobView is a piece of long work as people see it.
type JobView struct {
	ID        int64       `json:"id"`
	Kind      string      `json:"kind" doc:"capture, ship, receive, settle-dispenses, act, migrate-stock, migrate-archive, load-products, load-licence-list or load-recall-notices"`
	State     string      `json:"state" doc:"running, paused, done or failed"`
	CanCancel bool        `json:"can_cancel" doc:"It can be paused now"`
	Progress  JobProgress `json:"progress"`
	Started   time.Time   `json:"started"`
	Updated   time.Time   `json:"updated" doc:"When its last durable step was taken"`
	Waiting   int         `json:"waiting" doc:"Entries that it has planned and the ledger has not judged"`
}

// JobProgress is what a job tells of itself; each kind tells what it has.
type JobProgress struct {
	Document int64  `json:"document,omitempty" doc:"The document that is captured"`
	Stage    string `json:"stage,omitempty" doc:"The last durable step of a capture: stored, checked, planned, submitted, done or refused"`
	Events   int    `json:"events,omitempty" doc:"In the document"`
	Errors   int    `json:"errors,omitempty" doc:"Found in the document"`
	Shipment string `json:"shipment,omitempty"`
	Act      string `json:"act,omitempty"`
	Run      int64  `json:"run,omitempty" doc:"Of a list of stock that is brought over: the run's number"`
	Done     int    `json:"done,omitempty" doc:"How much of it is done"`
	Of       int    `json:"of,omitempty" doc:"How much there is"`
	Unit     string `json:"unit,omitempty" doc:"What is counted: lines, files or products"`
	Error    string `json:"error,omitempty" doc:"Why it failed"`
}

// JobDetail is a job with what came of it.
type JobDetail struct {
	JobView
	Capture *CaptureReport `json:"capture,omitempty" doc:"What a capture found and did so far"`
}

// JobFilter chooses jobs for a listing.
type JobFilter struct {
	Kind, State string // "" for every one
	Before      int64
	Limit       int
}

// Jobs lists jobs of this organisation, the newest first.
func (d *Desk) Jobs(ctx context.Context, f JobFilter) ([]JobView, error) {
	filter := vault.JobFilter{State: vault.JobState(f.State), Before: f.Before, Limit: f.Limit}
	for _, k := range jobKinds {
		if k.name == f.Kind {
			filter.Kind = k.kind
		}
	}
	if f.Kind != "" && filter.Kind == "" {
		return nil, api.Coded(fmt.Errorf("couldn't list jobs: none are of a kind %q", f.Kind), ledger.Invalid, "trace/refused", "ask for capture, ship, receive, settle-dispenses, act, migrate-stock, migrate-archive, load-products, load-licence-list or load-recall-notices")
	}
	jobs, err := d.vault.Jobs(ctx, filter)
	if err != nil {
		return nil, err
	}
	list := make([]JobView, 0, len(jobs))
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, j := range jobs {
			v, err := viewOf(tx, j)
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

// waitingOfJob names the status itself: only so is the index of waiting entries used.
var waitingOfJob = fmt.Sprintf(`SELECT COUNT(*) FROM trace_envelope WHERE job = $1 AND status = %d`, envelopeWaiting)

func viewOf(tx *sql.Tx, j vault.Job) (JobView, error) {
	v := JobView{ID: j.ID, Kind: j.Kind, State: string(j.State), Started: j.Created, Updated: j.Updated}
	for _, k := range jobKinds {
		if k.kind == j.Kind {
			v.Kind, v.CanCancel = k.name, k.pauses && j.State == vault.JobRunning
		}
	}
	if err := json.Unmarshal(j.Progress, &v.Progress); err != nil {
		return v, fmt.Errorf("couldn't read how far job %d is: %w", j.ID, err)
	}
	err := tx.QueryRow(waitingOfJob, j.ID).Scan(&v.Waiting)
	if err != nil {
		return v, fmt.Errorf("couldn't count the entries of job %d: %w", j.ID, err)
	}
	return v, nil
}

// DescribeJob tells of one job, and what came of it.
func (d *Desk) DescribeJob(ctx context.Context, id int64) (JobDetail, error) {
	j, err := d.vault.Job(ctx, id)
	if err != nil {
		return JobDetail{}, err
	}
	var detail JobDetail
	var c *capturing
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		if detail.JobView, err = viewOf(tx, j); err != nil || j.Kind != jobCapture {
			return err
		}
		c = &capturing{d: d, doc: detail.Progress.Document}
		known, err := c.load(ctx, tx)
		if !known || c.job.ID != id { // a later capture of the same document took its place
			c = nil
		}
		return err
	})
	if err != nil || c == nil {
		return detail, err
	}
	c.report.Known = false
	detail.Capture = &c.report
	detail.Capture.Findings, err = d.Findings(ctx, c.doc, 1, jobFindingsMax)
	if detail.Capture.Findings == nil {
		detail.Capture.Findings = []epcis.Finding{}
	}
	return detail, err
}

// PauseJob stops a job at its last durable step: what is on the ledger stays, and the
// same request again goes on from there. One that is paused already stays so.
func (d *Desk) PauseJob(ctx context.Context, id int64) (JobDetail, error) {
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		j, err := d.vault.JobIn(ctx, tx, id)
		if err != nil || j.State == vault.JobPaused {
			return err
		}
		if !pauses(j.Kind) {
			return api.Coded(fmt.Errorf("job %d can't be paused: it carries out what was promised, and goes on to its end", id), ledger.Conflict, "trace/refused", "undo what it did when it is done: void a shipment, return goods")
		}
		if j.State != vault.JobRunning {
			return api.Coded(fmt.Errorf("job %d isn't running: it is %s", id, j.State), ledger.Conflict, "trace/refused", "")
		}
		j.State = vault.JobPaused
		return d.vault.SaveJob(ctx, tx, j)
	})
	if err != nil {
		return JobDetail{}, fmt.Errorf("couldn't pause job %d: %w", id, err)
	}
	d.running.pause(id)
	return d.DescribeJob(ctx, id)
}

func pauses(kind string) bool {
	for _, k := range jobKinds {
		if k.kind == kind {
			return k.pauses
		}
	}
	return false
}

// told is what a capture's job says of it.
func (c *capturing) told() JobProgress {
	return JobProgress{Document: c.doc, Stage: c.stage.String(), Events: c.report.Events, Errors: c.report.Faults}
}

// textUpTo cuts a text to some bytes, between two characters.
func textUpTo(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
