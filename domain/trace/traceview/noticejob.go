package traceview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/internal/vault/carry"
	"pedigree/ledger"
)

// jobNotices is the kind of the jobs that load lists of recall notices.
const jobNotices = "trace/notices"

// NoticesLoading is a list of recall notices that is being loaded. Until it is done, the
// list that its source had counts.
type NoticesLoading struct {
	Job    int64         `json:"job" doc:"Number of the job that loads it"`
	State  string        `json:"state" enum:"running,paused,done,failed"`
	Error  string        `json:"error,omitempty" doc:"Why it failed"`
	Done   int           `json:"done" doc:"Lines that were dealt with so far"`
	Of     int           `json:"of" doc:"Lines of the file"`
	Report NoticesReport `json:"report" doc:"Its source and its day; all that came of it, when it is done"`
}

// noticesAt is what a job that loads a list goes on by.
type noticesAt struct {
	Source   string    `json:"source"`
	AsOf     time.Time `json:"as_of"`
	Document int64     `json:"document"`
}

// LoadNoticesLater keeps a source's list of recall notices, sees that it is one, and loads
// it as LoadNotices does while nobody waits. The same list again, while it is under way or
// after it was paused or failed, is the same job and goes on.
func (d *Desk) LoadNoticesLater(ctx context.Context, r io.Reader, source string, asOf time.Time) (NoticesLoading, error) {
	if err := d.mayLoadNotices(source, asOf); err != nil {
		return NoticesLoading{}, err
	}
	doc, _, err := d.vault.PutDocument(ctx, vault.DocumentInfo{Name: "recall notices as of " + asOf.Format(time.DateOnly), MediaType: "text/csv", Direction: vault.Own}, io.LimitReader(r, NoticeFileSizeMax+1))
	if err != nil {
		return NoticesLoading{}, err
	}
	lines := 0
	if _, err := d.readKeptNotices(ctx, doc.ID, func(int) error { lines++; return nil }); err != nil {
		return NoticesLoading{}, noNotices(err)
	}
	at := noticesAt{source, asOf, doc.ID}
	job, err := d.noticeLists.Enter(ctx, fmt.Sprintf("%s %d %x", source, asOf.Unix(), doc.SHA256), func(tx *sql.Tx, _ *carry.Work) (any, carry.Progress, error) {
		_, err := noticesBefore(tx, source, asOf)
		return at, carry.Progress{Of: lines, Unit: "lines"}, err
	})
	if err == nil {
		err = d.noticeLists.Start(job)
	}
	if err != nil {
		return NoticesLoading{}, toldOfNotices(job, err)
	}
	return d.NoticesLoading(ctx, job)
}

// carryNotices reads the list of a job, and puts it in the place of the one before when
// all of it is read.
func (d *Desk) carryNotices(ctx context.Context, w *carry.Work) error {
	var at noticesAt
	if err := w.At(&at); err != nil {
		return err
	}
	p := w.Progress
	p.Done = 0
	list, err := d.readKeptNotices(ctx, at.Document, func(int) error {
		if p.Done++; p.Done%noticeStep != 0 {
			return nil
		}
		return w.Step(ctx, at, p, func(*sql.Tx) error { return nil })
	})
	if err != nil {
		return err
	}
	return w.Finish(ctx, func(tx *sql.Tx) (carry.Progress, error) {
		report := NoticesReport{Source: at.Source, AsOf: at.AsOf, Notices: len(list)}
		if report.Before, err = noticesBefore(tx, at.Source, at.AsOf); err != nil {
			return p, err
		}
		if err = replaceNotices(tx, at.Source, at.AsOf, list); err != nil {
			return p, err
		}
		p.Done = p.Of
		p.Result, err = json.Marshal(report)
		return p, err
	})
}

// readKeptNotices reads a list that was kept.
func (d *Desk) readKeptNotices(ctx context.Context, document int64, each func(line int) error) ([]Notice, error) {
	file, err := d.openDocument(ctx, document)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readNotices(file, each)
}

// NoticesLoading tells how far the load of a job is.
func (d *Desk) NoticesLoading(ctx context.Context, job int64) (NoticesLoading, error) {
	w, err := d.noticeLists.Find(ctx, job)
	if err != nil {
		return NoticesLoading{}, toldOfNotices(job, err)
	}
	var at noticesAt
	if err := w.At(&at); err != nil {
		return NoticesLoading{}, err
	}
	p := w.Progress
	l := NoticesLoading{Job: job, State: string(w.State), Error: p.Error, Done: p.Done, Of: p.Of, Report: NoticesReport{Source: at.Source, AsOf: at.AsOf}}
	if w.State == vault.JobDone {
		err = json.Unmarshal(p.Result, &l.Report)
	}
	return l, err
}

// PauseNotices stops a load: the list that the source had goes on counting.
func (d *Desk) PauseNotices(ctx context.Context, job int64) (NoticesLoading, error) {
	if err := d.noticeLists.Pause(ctx, job); err != nil {
		return NoticesLoading{}, toldOfNotices(job, err)
	}
	return d.NoticesLoading(ctx, job)
}

// ResumeNotices lets a load that was paused, or that failed, begin again with the file
// that was kept of it.
func (d *Desk) ResumeNotices(ctx context.Context, job int64) (NoticesLoading, error) {
	if err := d.noticeLists.GoOn(ctx, job); err != nil {
		return NoticesLoading{}, toldOfNotices(job, err)
	}
	return d.NoticesLoading(ctx, job)
}

// toldOfNotices says what keeps a load from going on.
func toldOfNotices(job int64, err error) error {
	state := new(carry.StateError)
	switch {
	case errors.Is(err, carry.ErrNone):
		return api.Coded(fmt.Errorf("job %d loads no recall notices", job), ledger.NotFound, "trace/not-found", "list such jobs with pedigree job list --kind load-recall-notices")
	case errors.Is(err, carry.ErrFull), errors.As(err, &state):
		return api.Coded(noNotices(err), ledger.Conflict, "trace/refused")
	}
	return noNotices(err)
}
