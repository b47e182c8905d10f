package traceview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pedigree/format/epcis"
	"pedigree/internal/vault"
)

// load reads the capture of a document, if there is one.
func (c *capturing) load(ctx context.Context, tx *sql.Tx) (known bool, err error) {
	var job, now int64
	var onError int
	var report []byte
	err = tx.QueryRowContext(ctx, `SELECT job, stage, on_error, now, report FROM trace_capture WHERE doc = ?`, c.doc).Scan(&job, &c.stage, &onError, &now, &report)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		report, err = c.d.vault.OpenValue(captureContext(c.doc), report)
	}
	if err == nil {
		err = json.Unmarshal(report, &c.report)
	}
	if err != nil {
		return false, fmt.Errorf("couldn't read the capture of document %d: %w", c.doc, err)
	}
	c.job.ID, c.report.Known = job, true
	if c.stage != CaptureDone && c.stage != CaptureRefused {
		c.onError, c.now = OnError(onError), time.Unix(0, now).UTC()
	}
	return true, nil
}

// save moves a capture to a stage, in the transaction that did the work.
func (c *capturing) save(ctx context.Context, tx *sql.Tx, stage CaptureStage) error {
	c.stage = stage
	c.report.Stage, c.report.Document, c.report.Job = stage, c.doc, c.job.ID
	kept := c.report
	kept.Findings, kept.Known = nil, false // they have rows of their own
	if len(kept.Notes) > notesKept {
		kept.Notes = kept.Notes[:notesKept]
	}
	if len(kept.Refused) > notesKept {
		kept.Refused = kept.Refused[:notesKept]
	}
	report, err := json.Marshal(kept)
	if err == nil {
		report, err = c.d.vault.SealValue(captureContext(c.doc), report)
	}
	if err != nil {
		return fmt.Errorf("couldn't note how far the capture is: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO trace_capture (doc, job, stage, on_error, now, report) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (doc) DO UPDATE SET job = excluded.job, stage = excluded.stage, on_error = excluded.on_error, now = excluded.now, report = excluded.report`,
		c.doc, c.job.ID, stage, c.onError, c.now.UnixNano(), report)
	if err != nil {
		return fmt.Errorf("couldn't note how far the capture is: %w", err)
	}
	progress, err := json.Marshal(c.told())
	if err != nil {
		return fmt.Errorf("couldn't note how far the capture is: %w", err)
	}
	state := vault.JobRunning
	switch stage {
	case CaptureDone:
		state = vault.JobDone
	case CaptureRefused:
		state = vault.JobFailed
	default:
		j, err := c.d.vault.JobIn(ctx, tx, c.job.ID)
		if err != nil {
			return err
		}
		if j.State == vault.JobPaused {
			state, c.paused = vault.JobPaused, true
		}
	}
	return c.d.vault.SaveJob(ctx, tx, vault.Job{ID: c.job.ID, Kind: jobCapture, State: state, Progress: progress})
}

// unpause makes a capture that was paused, or that failed on its way, one that runs.
func (c *capturing) unpause(ctx context.Context, tx *sql.Tx) error {
	if c.stage == CaptureDone {
		return nil
	}
	j, err := c.d.vault.JobIn(ctx, tx, c.job.ID)
	if err != nil || j.State == vault.JobRunning || j.State == vault.JobDone {
		return err
	}
	progress, err := json.Marshal(c.told())
	if err != nil {
		return err
	}
	j.State, j.Progress = vault.JobRunning, progress
	return c.d.vault.SaveJob(ctx, tx, j)
}

// to is save in a transaction of its own.
func (c *capturing) to(ctx context.Context, stage CaptureStage) error {
	return c.d.vault.Update(ctx, func(tx *sql.Tx) error { return c.save(ctx, tx, stage) })
}

// putFindings replaces what is known to be wrong with a document.
func (d *Desk) putFindings(ctx context.Context, tx *sql.Tx, doc int64, list []epcis.Finding) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM trace_finding WHERE doc = ?`, doc); err != nil {
		return fmt.Errorf("couldn't store the findings: %w", err)
	}
	rows, err := vault.NewBulkInsert(ctx, tx, findingTable)
	if err != nil {
		return err
	}
	for i := range list {
		f, n := &list[i], int64(i+1)
		text, err := d.vault.SealText(findingContext(doc, n), f.Text)
		if err != nil {
			return err
		}
		remedy, err := d.vault.SealText(remedyContext(doc, n), f.Remedy)
		if err != nil {
			return err
		}
		if err := rows.Add(doc, n, f.Where.Event, f.Where.Line, f.Where.Path, f.Rule, int(f.Severity), text, remedy); err != nil {
			return err
		}
	}
	_, err = rows.Flush()
	return err
}

var findingTable = vault.BulkTable{Name: "trace_finding", Columns: []string{
	"doc", "n", "ordinal", "line", "json_path", "rule", "severity", "text", "remedy",
}}

// Findings returns what the checks found in a document, from the n-th finding on
// (the first is 1), at most limit.
func (d *Desk) Findings(ctx context.Context, doc int64, from, limit int) ([]epcis.Finding, error) {
	var list []epcis.Finding
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT n, COALESCE(ordinal, 0), COALESCE(line, 0), COALESCE(json_path, ''), rule, severity, text, remedy
			FROM trace_finding WHERE doc = ? AND n >= ? ORDER BY n LIMIT ?`, doc, from, min(limit, findingsMax))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f epcis.Finding
			var n int64
			err := rows.Scan(&n, &f.Where.Event, &f.Where.Line, &f.Where.Path, &f.Rule, &f.Severity, &f.Text, &f.Remedy)
			if err == nil {
				f.Text, err = d.vault.OpenText(findingContext(doc, n), f.Text)
			}
			if err == nil {
				f.Remedy, err = d.vault.OpenText(remedyContext(doc, n), f.Remedy)
			}
			if err != nil {
				return err
			}
			list = append(list, f)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't read the findings of document %d: %w", doc, err)
	}
	return list, nil
}
