package auth

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/ledger"
)

// Passkey is a registered passkey, as passkeys are listed: never with its key.
type Passkey struct {
	ID      string    `json:"id" doc:"The credential's id, in hexadecimal"`
	Name    string    `json:"name" doc:"What its holder calls it, such as the device"`
	Created time.Time `json:"created" doc:"When it was registered"`
	Used    time.Time `json:"used,omitzero" doc:"Its last use"`
	Blocked time.Time `json:"blocked,omitzero" doc:"When it was ended, or blocked because somebody may have a copy"`
}

// PasskeysOf lists a person's passkeys, ended ones too.
func (a *Access) PasskeysOf(ctx context.Context, org, id string) (list []Passkey, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		if _, err := person(ctx, tx, org, id); err != nil {
			return err
		}
		list, err = rows(ctx, tx, `SELECT id, name, created, used, blocked FROM auth_passkey WHERE person = $1 ORDER BY created, id LIMIT $2`,
			func(r *sql.Rows) (k Passkey, err error) {
				var created, used, blocked int64
				err = r.Scan(&k.ID, &k.Name, &created, &used, &blocked)
				k.Created, k.Used, k.Blocked = timeOf(created), timeOf(used), timeOf(blocked)
				return k, err
			}, id, listMax)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the passkeys: %w", err)
	}
	return list, nil
}

// errLastPasskey keeps a person from locking themselves out.
var errLastPasskey error = &refusal{ledger.Conflict, "access/last-passkey", "ask an administrator for an invitation, register another passkey, then end this one", "this is your only passkey: without it you could not sign in"}

// EndPasskey ends a passkey of a person, and with it the person's sessions: who has
// the lost device may have one. Of their own, a person can't end the last.
func (a *Access) EndPasskey(ctx context.Context, by Principal, id, key string) error {
	err := a.in(by.Org).change(ctx, func(tx *sql.Tx, s sealer) error {
		u, err := person(ctx, tx, by.Org, id)
		if err != nil {
			return err
		}
		if by.ID == id && u.Passkeys == 1 && u.Issuer == "" {
			return errLastPasskey
		}
		if err := changed(tx.ExecContext(ctx, `UPDATE auth_passkey SET blocked = $1 WHERE id = $2 AND person = $3 AND blocked = 0`, millis(a.Now()), key, id)); err != nil {
			return err
		}
		if err := s.took(ctx, tx, by.Org, sealedPasskey, key); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM auth_session WHERE org = $1 AND principal = $2`, by.Org, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("couldn't end the passkey: %w", err)
	}
	return nil
}
