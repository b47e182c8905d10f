package migrateview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"pedigree/domain/trace/tiview"
	"pedigree/internal/vault"
)

// Points at which a test can end the work on an archive.
const (
	pointTaken    = "taken"    // a document is kept, and it isn't written down that it is
	pointDocument = "document" // one document was dealt with
)

// carryArchive brings an archive over to its end, or to where it is stopped: between two
// documents. What stops it is told with its job.
func (m *Migrations) carryArchive(ctx context.Context, job int64) error {
	var r archiveRow
	err := m.Vault.View(ctx, func(tx *sql.Tx) (err error) {
		r, err = m.archive(ctx, tx, job)
		return err
	})
	if err == nil && r.ended != 0 {
		return nil
	}
	if err == nil {
		err = m.bringOver(ctx, &r)
	}
	if err == nil || errors.Is(err, errPaused) || ctx.Err() != nil || vault.Unavailable(err) {
		return err // a job that was cut off goes on when the node starts anew
	}
	return errors.Join(err, m.Vault.Update(context.WithoutCancel(ctx), func(tx *sql.Tx) error {
		now, lost := m.archive(ctx, tx, job)
		if lost != nil {
			return lost
		}
		return m.saveArchive(ctx, tx, now, vault.JobFailed, textUpTo(err.Error(), errorBytesMax))
	}))
}

func (m *Migrations) bringOver(ctx context.Context, r *archiveRow) error {
	n := 0
	for e, err := range m.unpack(ctx, r.document, r.tally.Name) {
		if n++; n <= r.tally.Read {
			continue // it was dealt with before
		}
		if err := m.mayGoOn(ctx, r); err != nil {
			return err
		}
		next := *r
		next.tally.States = cloned(r.tally.States)
		if err == nil {
			err = m.document(ctx, &next, e)
		}
		if err != nil && !errors.Is(err, m.Unpack.Refused) {
			return err
		}
		if err != nil {
			next.tally.refuse(NotTaken{Entry: e.Number, Name: e.Name, Text: err.Error()})
		}
		next.tally.Read = n
		if err := m.archiveStep(ctx, &next, vault.JobRunning); err != nil {
			return err
		}
		*r = next
		if err := m.pass(pointDocument); err != nil {
			return err
		}
	}
	r.ended = m.Now().UnixMilli()
	return m.archiveStep(ctx, r, vault.JobDone)
}

// mayGoOn sees, before the next document, that nobody has paused the work.
func (m *Migrations) mayGoOn(ctx context.Context, r *archiveRow) error {
	j, err := m.Vault.Job(ctx, r.job)
	if err == nil && j.State != vault.JobRunning {
		err = m.archiveStep(ctx, r, vault.JobRunning)
	}
	return err
}

// archiveStep writes down what was done, and ends the work where a person has paused it.
func (m *Migrations) archiveStep(ctx context.Context, r *archiveRow, state vault.JobState) error {
	paused := false
	err := m.Vault.Update(ctx, func(tx *sql.Tx) error {
		j, err := m.Vault.JobIn(ctx, tx, r.job)
		if err != nil {
			return err
		}
		to := state
		if paused = state == vault.JobRunning && j.State != vault.JobRunning; paused {
			to = j.State
		}
		return m.saveArchive(ctx, tx, *r, to, "")
	})
	if err == nil && paused {
		err = errPaused
	}
	return err
}

// dropRest drops the files of archives that a person paused just before the node stopped.
func (m *Migrations) dropRest(ctx context.Context) error {
	return m.Vault.Update(ctx, func(tx *sql.Tx) error {
		list, err := m.archives(ctx, tx, `WHERE document > 0 ORDER BY job LIMIT $1`, unfinishedMax)
		for i := 0; i < len(list) && err == nil; i++ {
			var j vault.Job
			if j, err = m.Vault.JobIn(ctx, tx, list[i].job); err == nil && j.State == vault.JobPaused {
				err = m.saveArchive(ctx, tx, list[i], j.State, "")
			}
		}
		return err
	})
}

// document takes one document of an archive. It is taken once, also when the work was
// cut off just after it: the same content from the same partner is the same entry.
func (m *Migrations) document(ctx context.Context, r *archiveRow, e Packed) error {
	content := &watched{r: e.Content, ctx: ctx}
	taken, err := m.Config.Archive.Take(ctx, tiview.Arrival{Partner: r.tally.Partner, Name: e.Name, Means: tiview.WayArchive, Archive: true, Reader: content})
	switch {
	case content.failed != nil:
		return content.failed // what was made of the error is nothing to go by
	case errors.Is(err, vault.ErrTooLarge), errors.Is(err, tiview.ErrEmpty), errors.Is(err, tiview.ErrWanting):
		return fmt.Errorf("%w: %w", m.Unpack.Refused, err)
	case err == nil:
		err = m.pass(pointTaken)
	}
	if err != nil {
		return err
	}
	r.tally.Documents++
	r.tally.States[taken.State.String()]++
	if taken.State != tiview.Refused {
		return nil
	}
	d, err := m.Config.Archive.Show(ctx, taken.Number)
	if err == nil {
		r.tally.refuse(NotTaken{Entry: e.Number, Name: e.Name, Number: d.Number, Text: fmt.Sprintf("document %d: %s", d.Number, d.Reason)})
	}
	return err
}

// watched ends with the work, and remembers what was wrong with a file while it was read.
type watched struct {
	r      io.Reader
	ctx    context.Context
	failed error
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}
