package auth

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
)

// A restored backup lacks the lines that were written after it was taken. Two lines
// tell of that: one by who restores it, one by the node when it knows again what the
// ledger holds of the trail. No operation of the HTTP interface has this name.
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
		if err := a.Record(ctx, o, "owner", actRestore, backupOf+strconv.FormatInt(height, 10), "done"); err != nil {
			return err
		}
	}
	return nil
}

// Unsettled tells whether an organisation's trail was restored and does not say yet
// what it lost.
func (a *Access) Unsettled(ctx context.Context, org string) (bool, error) {
	var object string
	err := a.in(org).View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT object FROM auth_audit WHERE org = $1 AND act = $2 ORDER BY seq DESC LIMIT 1`, org, actRestore).Scan(&object)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return strings.HasPrefix(object, backupOf), err
}

// Settle writes into a restored trail what it lost: the lines up to the one whose hash
// the ledger holds, or, with "" or the hash of a line that is there, none.
func (a *Access) Settle(ctx context.Context, org, anchor string) error {
	object := noneLost
	if anchor != "" {
		kept, err := a.HasLine(ctx, org, anchor)
		if err != nil {
			return err
		}
		if !kept {
			object = lostLines(anchor)
		}
	}
	return a.Record(ctx, org, "owner", actRestore, object, "done")
}
