package catalogview

import (
	"context"
	"database/sql"
	"errors"

	"pedigree/internal/vault"
)

// PauseLoad stops a load at its last durable step. What was loaded stays, for facts are
// never taken back. One that is paused already stays so.
func (c *Catalogue) PauseLoad(ctx context.Context, job int64) (Loading, error) {
	return c.turnLoad(ctx, job, vault.JobPaused, vault.JobRunning)
}

// ResumeLoad lets a load that was paused, or that failed, go on with the file that was
// kept of it.
func (c *Catalogue) ResumeLoad(ctx context.Context, job int64) (Loading, error) {
	if _, err := c.turnLoad(ctx, job, vault.JobRunning, vault.JobPaused, vault.JobFailed); err != nil {
		return Loading{}, err
	}
	if err := c.start(job); err != nil {
		return Loading{}, err
	}
	return c.Loading(ctx, job)
}

// turnLoad brings a load from one of some states to another.
func (c *Catalogue) turnLoad(ctx context.Context, job int64, to vault.JobState, from ...vault.JobState) (Loading, error) {
	err := c.vault.Update(ctx, func(tx *sql.Tx) error {
		j, err := c.vault.JobIn(ctx, tx, job)
		switch {
		case errors.Is(err, vault.ErrNotFound) || err == nil && j.Kind != LoadKind:
			return noLoad(job)
		case err != nil || j.State == to:
			return err
		}
		for _, s := range from {
			if j.State == s {
				j.State = to
				return c.vault.SaveJob(ctx, tx, j)
			}
		}
		return conflicting("the load of job %d is %s, so it can't become %s", job, j.State, to)
	})
	if err != nil {
		return Loading{}, err
	}
	return c.Loading(ctx, job)
}

func noLoad(job int64) error {
	return missing("job %d loads no file of products; pedigree product files lists what was loaded", job)
}
