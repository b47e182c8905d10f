package carry

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"pedigree/internal/vault"
)

// Progress is what a job tells of itself, in the words that every job has for it.
type Progress struct {
	Done   int             `json:"done"`
	Of     int             `json:"of"`
	Unit   string          `json:"unit"`
	Error  string          `json:"error,omitempty"`
	Result json.RawMessage `json:"result,omitempty"` // of one that is done
}

// cursor is what a job goes on by.
type cursor struct {
	Key string          `json:"key"`
	At  json.RawMessage `json:"at"` // its owner's
}

// Work is one job, as it was when it was read, and as its own steps have brought it since.
type Work struct {
	ID       int64
	State    vault.JobState
	Progress Progress

	line   *Line
	cursor cursor
	saved  []byte // the cursor as it is stored
}

func (l *Line) workOf(j vault.Job) (*Work, error) {
	w := &Work{ID: j.ID, State: j.State, line: l, saved: j.Cursor}
	if err := json.Unmarshal(j.Progress, &w.Progress); err != nil {
		return nil, fmt.Errorf("couldn't read how far job %d is: %w", j.ID, err)
	}
	if err := json.Unmarshal(j.Cursor, &w.cursor); err != nil {
		return nil, fmt.Errorf("couldn't read where job %d goes on: %w", j.ID, err)
	}
	return w, nil
}

// At reads where the job is.
func (w *Work) At(into any) error {
	if err := json.Unmarshal(w.cursor.At, into); err != nil {
		return fmt.Errorf("couldn't read where job %d goes on: %w", w.ID, err)
	}
	return nil
}

// Step does a part of the work in a transaction, and writes down there where the job is
// then and how far that is.
func (w *Work) Step(ctx context.Context, at any, p Progress, do func(*sql.Tx) error) error {
	var saved []byte
	err := w.line.Vault.Update(ctx, func(tx *sql.Tx) error {
		if err := w.mayGoOn(ctx, tx); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		var err error
		saved, err = w.save(ctx, tx, vault.JobRunning, at, p)
		return err
	})
	if err != nil {
		return err
	}
	w.saved, w.Progress = saved, p
	return w.line.After()
}

// Finish does the last part of the work in a transaction, by which the job is done.
func (w *Work) Finish(ctx context.Context, do func(*sql.Tx) (Progress, error)) error {
	return w.line.Vault.Update(ctx, func(tx *sql.Tx) error {
		if err := w.mayGoOn(ctx, tx); err != nil {
			return err
		}
		p, err := do(tx)
		if err != nil {
			return err
		}
		_, err = w.save(ctx, tx, vault.JobDone, w.cursor.At, p)
		return err
	})
}

// mayGoOn sees that nobody has paused the job, or begun it anew.
func (w *Work) mayGoOn(ctx context.Context, tx *sql.Tx) error {
	j, err := w.line.Vault.JobIn(ctx, tx, w.ID)
	if err == nil && (j.State != vault.JobRunning || !bytes.Equal(j.Cursor, w.saved)) {
		err = ErrPaused
	}
	return err
}

func (w *Work) save(ctx context.Context, tx *sql.Tx, state vault.JobState, at any, p Progress) (stored []byte, err error) {
	raw, err := json.Marshal(at)
	if err != nil {
		return nil, err
	}
	if stored, err = json.Marshal(cursor{w.cursor.Key, raw}); err != nil {
		return nil, err
	}
	progress, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return stored, w.line.Vault.SaveJob(ctx, tx, vault.Job{ID: w.ID, Kind: w.line.Kind, State: state, Progress: progress, Cursor: stored})
}
