package carry

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"pedigree/internal/vault"
)

// ErrPaused ends the work on a job that somebody paused, or began anew meanwhile.
var ErrPaused = errors.New("a person stopped it")

// ErrNone says that there is no job of this kind with a number.
var ErrNone = errors.New("there is no such job")

// ErrFull says that no further job can be in line.
var ErrFull = fmt.Errorf("%d files of this kind are under way or in line; give this one again when some are done (pedigree job list --state running)", waitingMax)

// StateError says that a job can't be paused, or go on, as it stands.
type StateError struct {
	Job       int64
	State, To vault.JobState
}

// Error implements error.
func (e *StateError) Error() string {
	return fmt.Sprintf("job %d is %s, so it can't become %s", e.Job, e.State, e.To)
}

// Config sets a Line up. All but Log and After is required.
type Config struct {
	Vault *vault.Vault
	Kind  string
	// Carry brings a job to its end, from where Work says that it is. It returns what a
	// step of Work returns as it is.
	Carry func(ctx context.Context, w *Work) error
	Log   *slog.Logger
	// After is a point after each step at which a test ends the work.
	After func() error
}

// Line is the jobs of one kind. It is safe for concurrent use.
type Line struct {
	Config
	entering sync.Mutex
	turn     chan struct{} // one job is carried at a time

	ctx     context.Context // ends with the node
	end     context.CancelFunc
	work    sync.WaitGroup
	mu      sync.Mutex
	stopped bool
	waiting map[int64]bool // jobs that nobody waits for, under way or in line
	callers map[int64]int  // who waits for a job
}

// New returns a line.
func New(c Config) *Line {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.After == nil {
		c.After = func() error { return nil }
	}
	l := &Line{Config: c, turn: make(chan struct{}, 1), waiting: map[int64]bool{}, callers: map[int64]int{}}
	l.ctx, l.end = context.WithCancel(context.Background())
	return l
}

// Enter finds the job with a key that isn't done, and lets it go on, or adds one. begin
// says in the same transaction where it starts, and how far that is; it is given the job
// that was found, or nil. Neither is carried before Start or Run.
func (l *Line) Enter(ctx context.Context, key string, begin func(tx *sql.Tx, found *Work) (at any, p Progress, err error)) (id int64, err error) {
	l.entering.Lock() // the same work that is given twice at once
	defer l.entering.Unlock()
	jobs, err := l.Vault.Jobs(ctx, vault.JobFilter{Kind: l.Kind})
	if err != nil {
		return 0, err
	}
	err = l.Vault.Update(ctx, func(tx *sql.Tx) error {
		found, err := l.unfinished(ctx, tx, jobs, key)
		if err != nil {
			return err
		}
		at, p, err := begin(tx, found)
		if err != nil {
			return err
		}
		if found == nil {
			j, err := l.Vault.StartJob(ctx, tx, l.Kind, nil, nil)
			if err != nil {
				return err
			}
			found = &Work{ID: j.ID, line: l, cursor: cursor{Key: key}}
		}
		id = found.ID
		_, err = found.save(ctx, tx, vault.JobRunning, at, p)
		return err
	})
	return id, err
}

func (l *Line) unfinished(ctx context.Context, tx *sql.Tx, jobs []vault.Job, key string) (*Work, error) {
	for _, j := range jobs {
		w, err := l.workOf(j)
		if err != nil {
			return nil, err
		}
		if w.cursor.Key != key || j.State == vault.JobDone {
			continue
		}
		now, err := l.Vault.JobIn(ctx, tx, j.ID)
		if err != nil {
			return nil, err
		}
		if now.State != vault.JobDone {
			return l.workOf(now)
		}
	}
	return nil, nil
}

// Find tells how far a job is.
func (l *Line) Find(ctx context.Context, id int64) (*Work, error) {
	j, err := l.Vault.Job(ctx, id)
	if errors.Is(err, vault.ErrNotFound) || err == nil && j.Kind != l.Kind {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	return l.workOf(j)
}

// Pause stops a job at its last step. One that is paused already stays so.
func (l *Line) Pause(ctx context.Context, id int64) error {
	return l.bring(ctx, id, vault.JobPaused, vault.JobRunning)
}

// GoOn lets a job that was paused, or that failed, go on.
func (l *Line) GoOn(ctx context.Context, id int64) error {
	if err := l.bring(ctx, id, vault.JobRunning, vault.JobPaused, vault.JobFailed); err != nil {
		return err
	}
	return l.Start(id)
}

// bring brings a job from one of some states to another.
func (l *Line) bring(ctx context.Context, id int64, to vault.JobState, from ...vault.JobState) error {
	return l.Vault.Update(ctx, func(tx *sql.Tx) error {
		j, err := l.Vault.JobIn(ctx, tx, id)
		switch {
		case errors.Is(err, vault.ErrNotFound) || err == nil && j.Kind != l.Kind:
			return ErrNone
		case err != nil || j.State == to:
			return err
		}
		for _, s := range from {
			if j.State != s {
				continue
			}
			if j.Progress, err = blamed(j.Progress, ""); err != nil {
				return err
			}
			j.State = to
			return l.Vault.SaveJob(ctx, tx, j)
		}
		return &StateError{id, j.State, to}
	})
}
