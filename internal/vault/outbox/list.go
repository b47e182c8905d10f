package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/vault"
)

// Next returns the pending envelopes to send first, at most limit of them and
// 32 MiB. Those that are sent must be marked, or they come again.
func (o *Outbox) Next(ctx context.Context, limit int) ([]Item, error) {
	return o.InState(ctx, Pending, Position{}, limit)
}

// InState lists the envelopes in a state other than Committed that come after a
// position, at most limit of them and 32 MiB. Those Submitted are what a node
// asks after, or sends again, when it starts.
func (o *Outbox) InState(ctx context.Context, s State, after Position, limit int) ([]Item, error) {
	if s < Pending || s > Expired || s == Committed {
		return nil, fmt.Errorf("couldn't list envelopes by state %s: only pending, submitted, refused and expired are indexed", s)
	}
	return o.list(ctx, limit, selectInState, int(s), after.Job, after.Seq, after.Number, limit)
}

// OfJob lists the envelopes of a job in all states that come after a position,
// at most limit of them and 32 MiB.
func (o *Outbox) OfJob(ctx context.Context, job int64, after Position, limit int) ([]Item, error) {
	return o.list(ctx, limit, selectOfJob, job, after.Seq, after.Number, limit)
}

// Get returns one envelope, or vault.ErrNotFound.
func (o *Outbox) Get(ctx context.Context, id [32]byte) (item Item, err error) {
	err = o.vault.View(ctx, func(tx *sql.Tx) error {
		item, err = read(tx.QueryRowContext(ctx, selectByID, id[:]).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = vault.ErrNotFound
	}
	if err != nil {
		return Item{}, fmt.Errorf("couldn't read envelope %x: %w", id, err)
	}
	return item, nil
}

// Job returns how many envelopes of a job are in each state, without counting
// them. A job that has none has zeros.
func (o *Outbox) Job(ctx context.Context, job int64) (Counts, error) {
	return o.counts(ctx, selectCounts, job)
}

// Totals adds up the counters of all jobs, for metrics.
func (o *Outbox) Totals(ctx context.Context) (Counts, error) {
	return o.counts(ctx, selectTotals)
}

// Prune deletes settled envelopes that changed last before a time, the oldest
// first, at most 50,000, and returns how many. The counters keep them. After
// that, adding one again adds it.
func (o *Outbox) Prune(ctx context.Context, tx *sql.Tx, before time.Time) (int, error) {
	done, err := tx.ExecContext(ctx, deleteOld, before.UnixMilli(), PruneMax)
	if err != nil {
		return 0, fmt.Errorf("couldn't prune the outbox: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}

func (o *Outbox) counts(ctx context.Context, query string, args ...any) (c Counts, err error) {
	err = o.vault.View(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, query, args...).Scan(&c.Pending, &c.Submitted, &c.Committed, &c.Refused, &c.Expired)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return Counts{}, fmt.Errorf("couldn't read the outbox's counters: %w", err)
	}
	return c, nil
}

func (o *Outbox) list(ctx context.Context, limit int, query string, args ...any) (list []Item, err error) {
	if limit < 1 || limit > ListMax {
		return nil, fmt.Errorf("couldn't list envelopes: a page of %d is outside 1 to %d", limit, ListMax)
	}
	err = o.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for bytes := 0; bytes < listBytesMax && rows.Next(); {
			item, err := read(rows.Scan)
			if err != nil {
				return err
			}
			list, bytes = append(list, item), bytes+len(item.Raw)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list envelopes: %w", err)
	}
	return list, nil
}

func read(scan func(...any) error) (i Item, err error) {
	var id []byte
	var added, changed int64
	err = scan(&i.Number, &id, &i.Job, &i.Seq, &i.State, &i.Raw, &i.Note, &i.Height, &i.Index, &i.Code, &i.Text, &added, &changed)
	if err != nil {
		return Item{}, err
	}
	if len(id) != len(i.ID) {
		return Item{}, fmt.Errorf("%w: an envelope's id has %d bytes", vault.ErrDamaged, len(id))
	}
	i.ID = [32]byte(id)
	i.Added, i.Changed = time.UnixMilli(added).UTC(), time.UnixMilli(changed).UTC()
	return i, nil
}
