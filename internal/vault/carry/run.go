package carry

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pedigree/internal/vault"
)

// Start carries a job while nobody waits for it; one that is under way is left alone.
func (l *Line) Start(id int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.stopped:
		return vault.ErrClosed
	case l.waiting[id]:
		return nil
	case len(l.waiting) >= waitingMax:
		return ErrFull
	}
	l.waiting[id] = true
	l.work.Go(func() {
		err := l.carry(l.ctx, id)
		l.mu.Lock()
		delete(l.waiting, id)
		l.mu.Unlock()
		if errors.Is(err, ErrPaused) { // and perhaps was let go on meanwhile
			if j, lost := l.Vault.Job(l.ctx, id); lost == nil && j.State == vault.JobRunning {
				err = l.Start(id)
			} else {
				err = lost
			}
		}
		if err != nil && l.ctx.Err() == nil {
			l.Log.Error("couldn't bring a job to its end", "kind", l.Kind, "job", id, "error", err)
		}
	})
	return nil
}

// Run carries a job while its caller waits. Where the caller goes away, the job is paused
// unless others wait for it too, or it goes on by itself.
func (l *Line) Run(ctx context.Context, id int64) error {
	l.mu.Lock()
	l.callers[id]++
	l.mu.Unlock()
	err := l.carry(ctx, id)
	l.mu.Lock()
	if l.callers[id]--; l.callers[id] == 0 {
		delete(l.callers, id)
	}
	alone := !l.stopped && !l.waiting[id] && l.callers[id] == 0
	l.mu.Unlock()
	if err != nil && ctx.Err() != nil && alone {
		err = errors.Join(err, l.Pause(context.WithoutCancel(ctx), id))
	}
	return err
}

// Resume takes up the jobs that were cut off.
func (l *Line) Resume(ctx context.Context) error {
	jobs, err := l.Vault.Jobs(ctx, vault.JobFilter{Kind: l.Kind, State: vault.JobRunning})
	for i := len(jobs) - 1; i >= 0 && err == nil; i-- {
		err = l.Start(jobs[i].ID)
	}
	if err != nil {
		return fmt.Errorf("couldn't take up jobs of the kind %s: %w", l.Kind, err)
	}
	return nil
}

// Stop ends the work at its last step.
func (l *Line) Stop() {
	l.mu.Lock()
	l.stopped = true
	l.mu.Unlock()
	l.end()
	l.work.Wait()
}

// carry brings a job to its end, or to where it is stopped. What stops it is told with
// the job, unless it goes on when the node starts anew.
func (l *Line) carry(ctx context.Context, id int64) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	j, err := l.Vault.Job(ctx, id)
	switch {
	case err != nil || j.State == vault.JobDone:
		return err
	case j.State != vault.JobRunning:
		return ErrPaused
	}
	w, err := l.workOf(j)
	if err == nil {
		err = l.Carry(ctx, w)
	}
	if err == nil || errors.Is(err, ErrPaused) || ctx.Err() != nil || vault.Unavailable(err) {
		return err
	}
	return errors.Join(err, l.fail(context.WithoutCancel(ctx), id, err))
}

// fail writes down why a job failed. Where it goes on stays as its last step wrote it.
func (l *Line) fail(ctx context.Context, id int64, why error) error {
	return l.Vault.Update(ctx, func(tx *sql.Tx) error {
		j, err := l.Vault.JobIn(ctx, tx, id)
		if err != nil {
			return err
		}
		text := why.Error()
		if j.Progress, err = blamed(j.Progress, strings.ToValidUTF8(text[:min(len(text), errorBytesMax)], "")); err != nil {
			return err
		}
		j.State = vault.JobFailed
		return l.Vault.SaveJob(ctx, tx, j)
	})
}

// blamed is what a job told of itself with another reason why it failed, or none.
func blamed(progress json.RawMessage, why string) (json.RawMessage, error) {
	var p Progress
	if err := json.Unmarshal(progress, &p); err != nil {
		return nil, err
	}
	p.Error = why
	return json.Marshal(p)
}
