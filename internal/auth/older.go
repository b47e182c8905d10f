package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/ledger"
)

// ErrOlder says that a store, or who may use what in it, is older than was promised: a
// copy from before was put back, and no restored backup explains it.
var ErrOlder error = &refusal{
	ledger.Denied, "access/older", "tell who operates the node: docs/operate/care.md says what to do",
	"what is stored here is older than what this organisation put on the ledger",
}

// errOlderRights says that all rows and seals fit together, and are not the last ones.
func errOlderRights(org string, line, last uint64) error {
	return fmt.Errorf("%w: who may use what of %s is as of line %d of the audit trail, and line %d tells of a later change: %w", ErrSeal, org, line, last, ErrOlder)
}

// CheckKept tells whether an organisation's store is at least as new as was promised:
// its trail has the line whose hash the ledger holds, which may be "", or tells of the
// backup with which that line was lost; and its rights are those of the last change that
// the trail tells of. Else its error wraps ErrOlder.
func (a *Access) CheckKept(ctx context.Context, org, anchor string) error {
	return a.in(org).look(ctx, func(tx *sql.Tx, s sealer) error {
		if err := s.listHolds(ctx, tx, org, ""); err != nil && (errors.Is(err, ErrOlder) || !errors.Is(err, ErrSeal)) {
			return err
		}
		kept, err := s.explained(ctx, tx, org, anchor)
		if err != nil || kept {
			return err
		}
		return fmt.Errorf("%w: the trail of %s lacks the line with the hash %s, which the ledger holds, and tells of no backup that was restored: %w", ErrTrail, org, anchor, ErrOlder)
	})
}

// explained tells whether a trail has the line of a hash, or says why not.
func (s sealer) explained(ctx context.Context, tx *sql.Tx, org, anchor string) (bool, error) {
	if anchor == "" {
		return true, nil
	}
	if kept, err := hasLine(ctx, tx, org, anchor); err != nil || kept {
		return kept, err
	}
	if open, err := s.unsettled(ctx, tx, org); err != nil || open {
		return open, err
	}
	var hash string
	err := tx.QueryRowContext(ctx, `SELECT hash FROM auth_audit WHERE org = $1 AND act = $2 AND object = $3 ORDER BY seq DESC LIMIT 1`, org, actRestore, lostLines(anchor)).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.vouched(ctx, tx, org, sealedRestore, " AND hash = $2", hash)
}

// IsNew tells whether a store has nothing of an organisation: no line, and nobody who
// may use anything.
func (a *Access) IsNew(ctx context.Context, org string) (bool, error) {
	for _, count := range []string{`SELECT count(*) FROM auth_audit WHERE org = $1`, `SELECT count(*) FROM auth_seal WHERE org = $1`} {
		var n int
		err := a.in(org).View(ctx, func(tx *sql.Tx) error { return tx.QueryRowContext(ctx, count, org).Scan(&n) })
		if err != nil || n > 0 {
			return false, err
		}
	}
	return true, nil
}

// BeginAnew writes into the trail of a store that IsNew that what came before is lost
// with the store.
func (a *Access) BeginAnew(ctx context.Context, org, anchor string) error {
	return a.tellRestore(ctx, org, lostLines(anchor), "the store was empty")
}

// AcceptOlder goes on with a store that CheckKept refuses, for a reason that an owner
// gives: the trail tells of it, and what is stored of who may use what counts from then
// on. A row that isn't as it was written stays refused.
func (a *Access) AcceptOlder(ctx context.Context, org, anchor, reason string) error {
	if err := a.BreakGlass(ctx, OwnerOf(org), Backup, "go on with an older private store", reason); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	err := a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error {
		err := s.listHolds(ctx, tx, org, "")
		switch {
		case errors.Is(err, ErrOlder):
			if err := s.changed(ctx, tx, org, sealedRestore, "accepted"); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		if kept, err := s.explained(ctx, tx, org, anchor); err != nil && !errors.Is(err, ErrSeal) || kept && err == nil {
			return err
		}
		return s.tellRestore(ctx, tx, org, lostLines(anchor), "accepted: "+reason)
	})
	if err != nil {
		return fmt.Errorf("couldn't go on with an older store of %s: %w", org, err)
	}
	return nil
}

// Unanchored is when the first line was written that comes after the one whose hash the
// ledger holds, which may be ""; zero when there is none.
func (a *Access) Unanchored(ctx context.Context, org, anchor string) (time.Time, error) {
	var at sql.NullInt64
	err := a.in(org).View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT at FROM auth_audit WHERE org = $1 AND seq > COALESCE((SELECT max(seq) FROM auth_audit WHERE org = $1 AND hash = $2), 0) ORDER BY seq LIMIT 1`, org, anchor).Scan(&at)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return timeOf(at.Int64), err
}
