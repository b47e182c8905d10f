package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// AuditSearch chooses lines of an audit trail. Its zero value is the newest ones.
type AuditSearch struct {
	Who, Act     string    // exactly these; any when empty
	Since, Until time.Time // from the one, before the other; open when zero
	Before       uint64    // number of the last line of the page before
	Limit        int
}

// SearchAudit returns lines of a trail, the newest first.
func (a *Access) SearchAudit(ctx context.Context, org string, s AuditSearch) (list []AuditLine, err error) {
	if s.Limit < 1 || s.Limit > auditPage {
		s.Limit = auditPage
	}
	where, args := []string{"org = $1"}, []any{org}
	and := func(text string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(text, len(args)))
	}
	for text, value := range map[string]string{"who = $%d": s.Who, "act = $%d": s.Act} {
		if value != "" {
			and(text, value)
		}
	}
	if !s.Since.IsZero() {
		and("at >= $%d", millis(s.Since))
	}
	if !s.Until.IsZero() {
		and("at < $%d", millis(s.Until))
	}
	if s.Before > 0 {
		and("seq < $%d", int64(s.Before))
	}
	query := `SELECT seq, at, who, act, object, outcome, hash FROM auth_audit WHERE ` + strings.Join(where, " AND ") + fmt.Sprintf(" ORDER BY seq DESC LIMIT %d", s.Limit)
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, query, scanLine, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't search the audit trail: %w", err)
	}
	return list, nil
}

// AuditLineOf is the line of a trail that has a hash; false when none has.
func (a *Access) AuditLineOf(ctx context.Context, org, hash string) (l AuditLine, found bool, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		var at int64
		row := tx.QueryRowContext(ctx, `SELECT seq, at, who, act, object, outcome, hash FROM auth_audit WHERE org = $1 AND hash = $2`, org, hash)
		err := row.Scan(&l.Seq, &at, &l.Who, &l.Act, &l.Object, &l.Outcome, &l.Hash)
		l.At = timeOf(at)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return AuditLine{}, false, nil
	}
	if err != nil {
		return l, false, fmt.Errorf("couldn't look for a line of the audit trail: %w", err)
	}
	return l, true, nil
}
