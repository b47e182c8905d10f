package auth

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode"

	"pedigree/ledger"
)

// ActBreakGlass is the line of the audit trail by which the owner does alone what two
// persons should. No operation of the HTTP interface has this name.
const ActBreakGlass = "break-glass"

// BreakGlass lets the owner do an act alone that needs a permit, where the table says
// that this may be: nobody is locked out of what is theirs. The reason is on the disk
// before it returns, and BrokenAt tells of it.
func (a *Access) BreakGlass(ctx context.Context, p Principal, may Permission, act, reason string) error {
	rule, ok := RuleOf(may)
	if !ok || !rule.Alone {
		return &refusal{ledger.Denied, "access/denied", "", fmt.Sprintf("%s is never done by one person alone", act)}
	}
	if p.Kind != Owner {
		return &refusal{ledger.Denied, "access/denied", "ask who has the node's access token", "only the owner of the node acts alone in need"}
	}
	if n := len(reason); n < reasonBytesLeast || n > reasonBytesMax || strings.ContainsFunc(reason, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return invalid(fmt.Sprintf("a reason has %d to %d bytes in one line", reasonBytesLeast, reasonBytesMax))
	}
	if err := a.Record(ctx, p.Org, p.ID, ActBreakGlass, act, "reason: "+reason); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.Now()
	a.broken = &now
	return nil
}

// BrokenAt is when somebody last acted alone in need, in any organisation whose
// trail is in the node's own store; zero when nobody did.
func (a *Access) BrokenAt(ctx context.Context) (time.Time, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken != nil {
		return *a.broken, nil
	}
	var at sql.NullInt64
	err := a.store.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT max(at) FROM auth_audit WHERE act = $1`, ActBreakGlass).Scan(&at)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("couldn't look for acts of one person alone: %w", err)
	}
	last := timeOf(at.Int64)
	a.broken = &last
	return last, nil
}
