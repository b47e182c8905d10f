package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A restored backup lacks the lines that were written after it was taken. Two lines
// tell of that: one by who restores it, one by the node when it knows again what the
// ledger holds of the trail. No operation of the HTTP interface has this name. Both have
// a seal, for else who puts old rows back could explain it away by a line more.
const (
	actRestore = "restore"
	backupOf   = "backup of height "
	noneLost   = "no line that the ledger knows was lost"
)

// lostLines is the object of the line that tells which line was the last one lost.
func lostLines(hash string) string { return "lost the lines up to " + hash }

// RecordRestore writes into each trail of a restored store of its own, and into that of org, that
// it comes from a backup.
func (a *Access) RecordRestore(ctx context.Context, org string, height int64) error {
	orgs, err := a.AuditOrgs(ctx)
	if err != nil {
		return err
	}
	if len(orgs) == 0 {
		orgs = []string{org}
	}
	for _, o := range orgs {
		if err := a.tellRestore(ctx, o, backupOf+strconv.FormatInt(height, 10), "done"); err != nil {
			return err
		}
	}
	return nil
}

// tellRestore writes a line about lost lines, with its seal.
func (a *Access) tellRestore(ctx context.Context, org, object, outcome string) error {
	ctx = context.WithoutCancel(ctx)
	err := a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error { return s.tellRestore(ctx, tx, org, object, outcome) })
	if err != nil {
		return fmt.Errorf("couldn't write to the audit trail what was lost of it: %w", err)
	}
	return nil
}

// tellRestore writes such a line in a transaction. A list of seals that was tampered
// with stays wrong.
func (s sealer) tellRestore(ctx context.Context, tx *sql.Tx, org, object, outcome string) error {
	wrong := s.listHolds(ctx, tx, org, "")
	if wrong != nil && !errors.Is(wrong, ErrSeal) {
		return wrong
	}
	hash, err := writeLine(ctx, tx, s.now(), org, OwnerOf(org).ID, actRestore, object, outcome)
	if err == nil {
		err = s.again(ctx, tx, org, sealedRestore, hash)
	}
	if err != nil || wrong != nil {
		return err
	}
	return s.putList(ctx, tx, org)
}

// Unsettled tells whether an organisation's trail was restored and does not say yet
// what it lost. Its error wraps ErrSeal when somebody else than this program says so.
func (a *Access) Unsettled(ctx context.Context, org string) (open bool, err error) {
	err = a.in(org).look(ctx, func(tx *sql.Tx, s sealer) error {
		open, err = s.unsettled(ctx, tx, org)
		return err
	})
	return open, err
}

func (s sealer) unsettled(ctx context.Context, tx *sql.Tx, org string) (bool, error) {
	var hash, object string
	err := tx.QueryRowContext(ctx, `SELECT hash, object FROM auth_audit WHERE org = $1 AND act = $2 ORDER BY seq DESC LIMIT 1`, org, actRestore).Scan(&hash, &object)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil || !strings.HasPrefix(object, backupOf):
		return false, err
	}
	return true, s.vouched(ctx, tx, org, sealedRestore, " AND hash = $2", hash)
}

// Settle writes into a restored trail what it lost: the lines up to the one whose hash
// the ledger holds, or, with "" or the hash of a line that is there, none.
func (a *Access) Settle(ctx context.Context, org, anchor string) error {
	object := noneLost
	if anchor != "" {
		kept := false
		err := a.in(org).View(ctx, func(tx *sql.Tx) (err error) {
			kept, err = hasLine(ctx, tx, org, anchor)
			return err
		})
		if err != nil {
			return err
		}
		if !kept {
			object = lostLines(anchor)
		}
	}
	return a.tellRestore(ctx, org, object, "done")
}

// hasLine tells whether a line of an organisation's trail has a hash.
func hasLine(ctx context.Context, tx *sql.Tx, org, hash string) (found bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM auth_audit WHERE org = $1 AND hash = $2)`, org, hash).Scan(&found)
	return found, err
}
