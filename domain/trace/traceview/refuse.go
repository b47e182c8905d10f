package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// refused follows an envelope that the ledger refused for good. One of several
// operations is split, so that each is judged alone; one of a single operation is
// undone, with all operations that build on it.
func (d *Desk) refused(ctx context.Context, job int64, o outcome, s *submission) error {
	return d.vault.Update(ctx, func(tx *sql.Tx) error {
		ops, err := loadOperations(tx, o.waiting)
		if err != nil {
			return err
		}
		if len(ops) > 1 {
			return d.split(tx, job, o.waiting, ops)
		}
		r := Refusal{Entry: o.id, Code: o.committed.Code, Name: codeName(o.committed.Code), Text: o.committed.Text}
		if err := d.drop(tx, job, o, ops, &r); err != nil {
			return err
		}
		s.refused = append(s.refused, r)
		return nil
	})
}

// drop undoes the operation of a refused envelope and all that follow from it,
// the last first.
func (d *Desk) drop(tx *sql.Tx, job int64, o outcome, ops []*operation, r *Refusal) error {
	for _, op := range ops {
		later, err := d.following(tx, job, op.id)
		if err != nil {
			return err
		}
		for _, l := range slices.Backward(append([]*operation{op}, later...)) {
			if err := l.undo.apply(tx); err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM trace_operation WHERE id = ?`, l.id); err != nil {
				return fmt.Errorf("couldn't undo an operation: %w", err)
			}
			if _, err := tx.Exec(`UPDATE trace_event SET outcome = ? WHERE id = ?`, outcomeRefused, l.event); err != nil {
				return fmt.Errorf("couldn't undo an operation: %w", err)
			}
			r.Items = append(r.Items, l.undo.paths()...)
		}
	}
	slices.Sort(r.Items)
	r.Items = slices.Compact(r.Items)
	_, err := tx.Exec(`UPDATE trace_envelope SET status = ?, code = ?, text = ? WHERE id = ?`, envelopeRefused, r.Code, r.Text, o.id[:])
	if err != nil {
		return fmt.Errorf("couldn't note a refusal: %w", err)
	}
	return unsettle(tx, job, r.Items)
}

func (u *undo) paths() []string {
	list := slices.Clone(u.made)
	for _, p := range u.before {
		list = append(list, p.path)
	}
	return list
}

// following lists the operations of a job that wait for one, directly or through
// others, in order. Their envelopes are taken apart: what doesn't follow from the
// operation goes into envelopes of its own.
func (d *Desk) following(tx *sql.Tx, job, id int64) ([]*operation, error) {
	gone, err := dependents(tx, job, id)
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	envelopes, err := waitingEnvelopes(tx, job, gone)
	if err != nil {
		return nil, err
	}
	var later []*operation
	for _, w := range envelopes {
		ops, err := loadOperations(tx, w)
		if err != nil {
			return nil, err
		}
		var rest []*operation
		for _, o := range ops {
			if gone[o.id] {
				later = append(later, o)
			} else {
				rest = append(rest, o)
			}
		}
		if err := d.split(tx, job, w, rest); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(later, func(a, b *operation) int { return int(a.id - b.id) })
	return later, nil
}

// dependents returns the numbers of all operations that wait for one.
func dependents(tx *sql.Tx, job, id int64) (map[int64]bool, error) {
	rows, err := tx.Query(`SELECT o.id, o.after FROM trace_operation o JOIN trace_envelope e ON e.id = o.envelope
		WHERE e.job = ? AND e.status = ? AND o.id > ? ORDER BY o.id`, job, envelopeWaiting, id)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the outbox: %w", err)
	}
	defer rows.Close()
	gone := map[int64]bool{}
	for rows.Next() {
		var n int64
		var b []byte
		if err := rows.Scan(&n, &b); err != nil {
			return nil, fmt.Errorf("couldn't read the outbox: %w", err)
		}
		after, err := decodeNumbers(b)
		if err != nil {
			return nil, err
		}
		for _, a := range after {
			if a == id || gone[a] {
				gone[n] = true
			}
		}
	}
	return gone, rows.Err()
}

// waitingEnvelopes returns the waiting envelopes that hold any of the operations.
func waitingEnvelopes(tx *sql.Tx, job int64, of map[int64]bool) ([]waiting, error) {
	var list []waiting
	seen := map[string]bool{}
	for n := range of {
		var w waiting
		var id []byte
		err := tx.QueryRow(`SELECT e.id, e.wave, e.raw FROM trace_envelope e JOIN trace_operation o ON o.envelope = e.id WHERE o.id = ? AND e.job = ?`, n, job).
			Scan(&id, &w.wave, &w.raw)
		if err != nil {
			return nil, fmt.Errorf("couldn't read the outbox: %w", err)
		}
		if copy(w.id[:], id); !seen[string(id)] {
			seen[string(id)] = true
			list = append(list, w)
		}
	}
	return list, nil
}
