package catalogview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"pedigree/internal/vault"
)

// LoadKind is the kind of the jobs that load files of products.
const LoadKind = "catalogue/load"

// Loading is a file of products on its way into the catalogue.
type Loading struct {
	Job   int64  `json:"job,omitempty" doc:"Number of the job that loads it; none for a file that was loaded before"`
	State string `json:"state" enum:"running,paused,done,failed"`
	Error string `json:"error,omitempty" doc:"Why it failed"`
	Done  int    `json:"done" doc:"Products that were dealt with so far"`
	Of    int    `json:"of" doc:"Products in the file"`
	Load  Load   `json:"load" doc:"Its source and how much of it is new so far; all that came of it, when it is done"`
}

// loadProgress is what a job tells of itself; done, of, unit and error as every job does.
type loadProgress struct {
	Done    int    `json:"done"`
	Of      int    `json:"of"`
	Unit    string `json:"unit"`
	Error   string `json:"error,omitempty"`
	Changed int64  `json:"changed"`
	Load    Load   `json:"load"`
}

// loadCursor is by what a job that was cut off goes on.
type loadCursor struct {
	Kind     string   `json:"kind"`
	Who      string   `json:"who,omitempty"`
	Day      int64    `json:"day"`
	Source   int64    `json:"source"`
	Document int64    `json:"document"`
	Digest   [32]byte `json:"digest"`
}

// errLoadPaused ends a load that a person paused.
var errLoadPaused = errors.New("a person paused it")

// LoadLater keeps a file of products, sees that it is what its kind says, and loads it
// while nobody waits: Loading tells how far it is. The same file again while it is under
// way, or after it was paused or failed, is the same job and goes on.
func (c *Catalogue) LoadLater(ctx context.Context, kind, name, asOf string, file io.Reader) (Loading, error) {
	l, again, err := c.take(ctx, kind, name, asOf, file)
	switch {
	case err != nil:
		return Loading{}, err
	case again:
		return Loading{State: string(vault.JobDone), Load: l.load}, nil
	}
	if err := l.enter(); err != nil {
		return Loading{}, err
	}
	if err := c.start(l.job); err != nil {
		return Loading{}, err
	}
	return c.Loading(ctx, l.job)
}

// Loading tells how far the load of a job is.
func (c *Catalogue) Loading(ctx context.Context, job int64) (Loading, error) {
	j, err := c.vault.Job(ctx, job)
	if errors.Is(err, vault.ErrNotFound) || err == nil && j.Kind != LoadKind {
		return Loading{}, noLoad(job)
	}
	if err != nil {
		return Loading{}, err
	}
	p, at, err := loadOf(j)
	if j.State != vault.JobDone {
		p.Load.Source, p.Load.Changed = Source{Kind: at.Kind, Who: at.Who, AsOf: timeOf(at.Day), Document: at.Document}, p.Changed
	}
	return Loading{Job: j.ID, State: string(j.State), Error: p.Error, Done: p.Done, Of: p.Of, Load: p.Load}, err
}

func loadOf(j vault.Job) (p loadProgress, at loadCursor, err error) {
	if err = errors.Join(json.Unmarshal(j.Progress, &p), json.Unmarshal(j.Cursor, &at)); err != nil {
		err = fmt.Errorf("couldn't read how far job %d is: %w", j.ID, err)
	}
	return p, at, err
}

// ResumeLoads takes up the loads that were cut off.
func (c *Catalogue) ResumeLoads(ctx context.Context) error {
	jobs, err := c.vault.Jobs(ctx, vault.JobFilter{Kind: LoadKind, State: vault.JobRunning})
	for i := len(jobs) - 1; i >= 0 && err == nil; i-- {
		err = c.start(jobs[i].ID)
	}
	if err != nil {
		return fmt.Errorf("couldn't take up files of products: %w", err)
	}
	return nil
}

// Stop ends the loads at their last durable step.
func (c *Catalogue) Stop() {
	c.mu.Lock()
	c.stopped = true
	c.mu.Unlock()
	c.end()
	c.work.Wait()
}

// start loads the file of a job while nobody waits for it; one that is under way is left
// alone.
func (c *Catalogue) start(job int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.stopped:
		return vault.ErrClosed
	case c.waiting[job]:
		return nil
	case len(c.waiting) >= waitingMax:
		return limited("%d files of products are under way or in line; give this one again when some are done (pedigree job list --state running)", waitingMax)
	}
	c.waiting[job] = true
	c.work.Go(func() {
		_, err := c.carry(c.ctx, job)
		c.mu.Lock()
		delete(c.waiting, job)
		c.mu.Unlock()
		if errors.Is(err, errLoadPaused) { // and perhaps was let go on meanwhile
			if j, lost := c.vault.Job(c.ctx, job); lost == nil && j.State == vault.JobRunning {
				err = c.start(job)
			} else {
				err = lost
			}
		}
		if err != nil && c.ctx.Err() == nil {
			c.log.Error("couldn't load a file of products", "job", job, "error", err)
		}
	})
	return nil
}

// carry brings a load to its end, or to where it is stopped. What stops it is told with
// its job.
func (c *Catalogue) carry(ctx context.Context, job int64) (Load, error) {
	c.loads.Lock()
	defer c.loads.Unlock()
	j, err := c.vault.Job(ctx, job)
	if err != nil {
		return Load{}, err
	}
	p, at, err := loadOf(j)
	switch {
	case err != nil || j.State == vault.JobDone:
		return p.Load, err
	case j.State != vault.JobRunning:
		return Load{}, errLoadPaused
	}
	l := c.newLoading(ctx)
	l.job, l.done, l.load.Changed, l.digest = job, p.Done, p.Changed, at.Digest
	l.load.Source = Source{Kind: at.Kind, Who: at.Who, AsOf: timeOf(at.Day), Document: at.Document, id: at.Source}
	if err = l.read(); err == nil {
		err = l.keep()
	}
	if err == nil || errors.Is(err, errLoadPaused) || ctx.Err() != nil || vault.Unavailable(err) {
		return l.load, err // a load that was cut off goes on when the node starts anew
	}
	return l.load, errors.Join(err, c.vault.Update(context.WithoutCancel(ctx), func(tx *sql.Tx) error {
		return l.tell(tx, vault.JobFailed, l.done, l.load.Changed, err)
	}))
}

// enter makes a job of the load, or finds the one of the same file that isn't done and
// lets it go on.
func (l *loading) enter() error {
	s := l.load.Source
	cursor, err := json.Marshal(loadCursor{Kind: s.Kind, Who: s.Who, Day: dayOf(s.AsOf), Source: s.id, Document: s.Document, Digest: l.digest})
	if err != nil {
		return err
	}
	jobs, err := l.c.vault.Jobs(l.ctx, vault.JobFilter{Kind: LoadKind})
	if err != nil {
		return err
	}
	return l.c.vault.Update(l.ctx, func(tx *sql.Tx) error {
		for _, j := range jobs {
			if string(j.Cursor) != string(cursor) {
				continue
			}
			now, err := l.c.vault.JobIn(l.ctx, tx, j.ID)
			if err == nil && now.State == vault.JobDone {
				continue
			}
			if err != nil {
				return err
			}
			p, _, err := loadOf(now)
			if err != nil {
				return err
			}
			l.job = j.ID
			return l.tell(tx, vault.JobRunning, p.Done, p.Changed, nil)
		}
		j, err := l.c.vault.StartJob(l.ctx, tx, LoadKind, nil, cursor)
		if err != nil {
			return err
		}
		l.job = j.ID
		return l.tell(tx, vault.JobRunning, 0, 0, nil)
	})
}

// mayGoOn sees that nobody has paused the load.
func (l *loading) mayGoOn(tx *sql.Tx) error {
	j, err := l.c.vault.JobIn(l.ctx, tx, l.job)
	if err == nil && j.State != vault.JobRunning {
		err = errLoadPaused
	}
	return err
}

// tell writes down how far the load is.
func (l *loading) tell(tx *sql.Tx, state vault.JobState, done int, changed int64, failed error) error {
	s := l.load.Source
	cursor, err := json.Marshal(loadCursor{Kind: s.Kind, Who: s.Who, Day: dayOf(s.AsOf), Source: s.id, Document: s.Document, Digest: l.digest})
	if err != nil {
		return err
	}
	p := loadProgress{Done: done, Of: len(l.entries), Unit: "products", Changed: changed}
	if failed != nil {
		p.Error = failed.Error()[:min(len(failed.Error()), errorBytesMax)]
	}
	if state == vault.JobDone {
		p.Load = l.load
	}
	progress, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return l.c.vault.SaveJob(context.WithoutCancel(l.ctx), tx, vault.Job{ID: l.job, Kind: LoadKind, State: state, Progress: progress, Cursor: cursor})
}
