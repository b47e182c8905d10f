package auth

import (
	"context"
	"crypto/hmac"
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
	err = a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error {
		if _, err := person(ctx, tx, org, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM auth_invite WHERE person = $1 AND used = 0`, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_invite (hash, person, until, used, seal) VALUES ($1, $2, $3, 0, $4)`, hash, id, millis(until), s.ofInvite(hash, id, millis(until), 0))
		return err
	})
	if err != nil {
		return "", until, fmt.Errorf("couldn't invite the person: %w", err)
	}
	return secret, until, nil
}

// invite is a stored invitation.
type invite struct {
	hash, person string
	until, used  int64
	seal         []byte
}

func scanInvite(scan func(...any) error, more ...any) (i invite, err error) {
	return i, scan(append([]any{&i.hash, &i.person, &i.until, &i.used, &i.seal}, more...)...)
}

const inviteSelect = `SELECT i.hash, i.person, i.until, i.used, i.seal, p.org FROM auth_invite i JOIN auth_person p ON p.id = i.person`

// invitesOf are the invitations of an organisation.
func invitesOf(ctx context.Context, tx *sql.Tx, org string) ([]invite, error) {
	var of string
	return rows(ctx, tx, inviteSelect+` WHERE p.org = $1`, func(r *sql.Rows) (invite, error) { return scanInvite(r.Scan, &of) }, org)
}

// holds tells that the invitation is as it was made.
func (i invite) holds(s sealer, org string) error {
	if !hmac.Equal(i.seal, s.ofInvite(i.hash, i.person, i.until, i.used)) {
		return errRow("invite of person "+i.person, org, "was changed or put in")
	}
	return nil
}

// invited is who an open invitation is for, in the store of an organisation, as lookUp
// names it.
func (s sealer) invited(ctx context.Context, tx *sql.Tx, of, hash string, now time.Time) (org string, u User, err error) {
	row := tx.QueryRowContext(ctx, inviteSelect+` WHERE i.hash = $1 AND i.used = 0 AND i.until > $2 AND p.removed = 0`, hash, millis(now))
	i, err := scanInvite(row.Scan, &org)
	if errors.Is(err, sql.ErrNoRows) {
		return "", u, ErrUnknown
	}
	if err == nil {
		err = isOf(org, of)
	}
	if err == nil {
		err = i.holds(s, org)
	}
	if err == nil {
		u, err = s.person(ctx, tx, org, i.person)
	}
	return org, u, err
}

// useInvite uses an open invitation up.
func (s sealer) useInvite(ctx context.Context, tx *sql.Tx, hash string, now time.Time) error {
	i, err := scanInvite(tx.QueryRowContext(ctx, `SELECT hash, person, until, used, seal FROM auth_invite WHERE hash = $1 AND used = 0`, hash).Scan)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE auth_invite SET used = $1, seal = $2 WHERE hash = $3`, millis(now), s.ofInvite(i.hash, i.person, i.until, millis(now)), hash)
	return err
}
