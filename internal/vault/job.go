package vault

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// JobState says how far a job is.
type JobState string

// The states of a job. A done job never changes again; all others may follow
// one another.
const (
	JobRunning JobState = "running" // or cut off: after a restart its owner goes on with it
	JobPaused  JobState = "paused"  // until a person resumes it
	JobDone    JobState = "done"
	JobFailed  JobState = "failed" // Progress says why
)

// Job is a piece of long work that survives a restart: what has been done is
// saved in the transaction that did it.
type Job struct {
	ID       int64
	Kind     string          // whose work it is, such as trace/capture; at most 64 bytes
	State    JobState        // JobRunning when it starts
	Progress json.RawMessage // for people and screens, at most 64 KiB
	Cursor   []byte          // where to go on, for the owner alone, at most 1 MiB
	Created  time.Time
	Updated  time.Time
}

func (j Job) check() error {
	switch j.State {
	case JobRunning, JobPaused, JobDone, JobFailed:
	default:
		return fmt.Errorf("state %q isn't running, paused, done or failed", j.State)
	}
	if j.Kind == "" || len(j.Kind) > jobKindMax {
		return fmt.Errorf("kind %q hasn't 1 to %d bytes", j.Kind, jobKindMax)
	}
	if len(j.Progress) > jobProgressMax || !json.Valid(j.Progress) {
		return fmt.Errorf("progress isn't JSON of at most %d bytes", jobProgressMax)
	}
	if len(j.Cursor) > jobCursorMax {
		return fmt.Errorf("the cursor has %d bytes, more than %d", len(j.Cursor), jobCursorMax)
	}
	return nil
}

// StartJob adds a job of a kind, running, in the caller's transaction.
// Progress may be nil, which is stored as {}.
func (v *Vault) StartJob(ctx context.Context, tx *sql.Tx, kind string, progress json.RawMessage, cursor []byte) (Job, error) {
	if progress == nil {
		progress = json.RawMessage("{}")
	}
	now := v.Now()
	j := Job{Kind: kind, State: JobRunning, Progress: progress, Cursor: orEmpty(cursor), Created: now, Updated: now}
	err := j.check()
	if err == nil {
		err = tx.QueryRowContext(ctx, jobAdd, j.Kind, string(j.State), "", j.Cursor, now.UnixMilli()).Scan(&j.ID)
	}
	var sealed string
	if err == nil {
		sealed, err = v.SealText(jobContext(j.ID), string(j.Progress)) // bound to the number, which is known only now
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, jobTell, sealed, j.ID)
	}
	if err != nil {
		return Job{}, fmt.Errorf("couldn't start a job of kind %s: %w", kind, err)
	}
	return j, nil
}

// SaveJob stores a job's state, progress and cursor in the transaction that did
// the work they tell of. ErrNotFound: there is no such job, or it is done.
func (v *Vault) SaveJob(ctx context.Context, tx *sql.Tx, j Job) error {
	if err := j.check(); err != nil {
		return fmt.Errorf("couldn't save job %d: %w", j.ID, err)
	}
	sealed, err := v.SealText(jobContext(j.ID), string(j.Progress))
	if err != nil {
		return fmt.Errorf("couldn't save job %d: %w", j.ID, err)
	}
	done, err := tx.ExecContext(ctx, jobSave, string(j.State), sealed, orEmpty(j.Cursor), v.Now().UnixMilli(), j.ID)
	if err != nil {
		return fmt.Errorf("couldn't save job %d: %w", j.ID, err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("couldn't save job %d, which isn't there or is done: %w", j.ID, errors.Join(ErrNotFound, err))
	}
	return nil
}

// Job returns one job, or ErrNotFound.
func (v *Vault) Job(ctx context.Context, id int64) (j Job, err error) {
	err = v.View(ctx, func(tx *sql.Tx) error {
		j, err = v.JobIn(ctx, tx, id)
		return err
	})
	return j, err
}

// JobIn is Job in the caller's transaction, for who changes the job by what it is.
func (v *Vault) JobIn(ctx context.Context, tx *sql.Tx, id int64) (Job, error) {
	j, err := v.readJob(tx.QueryRowContext(ctx, jobByID, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Job{}, fmt.Errorf("couldn't read job %d: %w", id, err)
	}
	return j, nil
}

// JobFilter chooses jobs for a listing. Its zero value is the newest of all.
type JobFilter struct {
	Kind   string   // empty for every one
	State  JobState // empty for every one
	Before int64    // the last ID of the page before; 0 for the first page
	Limit  int      // at most ListMax, which is also the default
}

// Jobs lists jobs, the newest first.
func (v *Vault) Jobs(ctx context.Context, f JobFilter) (list []Job, err error) {
	w := where{sql: jobList}
	if f.Kind != "" {
		w.and("kind =", f.Kind)
	}
	if f.State != "" {
		w.and("state =", string(f.State))
	}
	if err = w.page(f.Before, f.Limit); err == nil {
		err = v.View(ctx, func(tx *sql.Tx) error {
			list, err = rows(ctx, tx, w.sql, v.readJob, w.args...)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't list jobs: %w", err)
	}
	return list, nil
}

// jobContext binds what is told of a job to its row.
func jobContext(id int64) string { return fmt.Sprintf("job %d", id) }

func (v *Vault) readJob(scan func(...any) error) (j Job, err error) {
	var progress string
	var created, updated int64
	if err := scan(&j.ID, &j.Kind, &j.State, &progress, &j.Cursor, &created, &updated); err != nil {
		return j, err
	}
	if progress, err = v.OpenText(jobContext(j.ID), progress); err != nil {
		return j, fmt.Errorf("job %d: %w", j.ID, err)
	}
	j.Progress = json.RawMessage(progress)
	j.Created, j.Updated = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	return j, nil
}

// orEmpty keeps nil, which SQL would store as unknown, out of the tables.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
