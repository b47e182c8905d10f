package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Invite makes the secret of a link with which a person registers a passkey, once.
// An invitation that was made before ends.
func (a *Access) Invite(ctx context.Context, org, id string) (secret string, until time.Time, err error) {
	secret, hash := a.secretFor(org)
	until = a.Now().Add(inviteAge)
	err = a.in(org).Update(ctx, func(tx *sql.Tx) error {
		if _, err := person(ctx, tx, org, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM auth_invite WHERE person = $1 AND used = 0`, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_invite (hash, person, until, used) VALUES ($1, $2, $3, 0)`, hash, id, millis(until))
		return err
	})
	if err != nil {
		return "", until, fmt.Errorf("couldn't invite the person: %w", err)
	}
	return secret, until, nil
}

// invited is who an open invitation is for.
func invited(ctx context.Context, tx *sql.Tx, hash string, now time.Time) (org string, u User, err error) {
	err = tx.QueryRowContext(ctx, `SELECT p.id, p.org FROM auth_invite i JOIN auth_person p ON p.id = i.person
		WHERE i.hash = $1 AND i.used = 0 AND i.until > $2 AND p.removed = 0`, hash, millis(now)).Scan(&u.ID, &org)
	if errors.Is(err, sql.ErrNoRows) {
		return "", u, ErrUnknown
	}
	if err == nil {
		u, err = person(ctx, tx, org, u.ID)
	}
	return org, u, err
}
