package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// keyMark begins every API key, so that a scanner for leaked secrets finds one.
const keyMark = "pedigree_"

// APIKey is a machine's key as it is listed: never with its secret.
type APIKey struct {
	ID      string    `json:"id" doc:"The key's id"`
	Name    string    `json:"name" doc:"What uses it"`
	Roles   []Role    `json:"roles" doc:"What it may do"`
	Prefix  string    `json:"prefix" doc:"Its first characters, by which a person recognises it"`
	Created time.Time `json:"created" doc:"When it was made"`
	By      string    `json:"by" doc:"The id of who made it"`
	Until   time.Time `json:"until" doc:"When it ends by itself"`
	Used    time.Time `json:"used,omitzero" doc:"Its last use, to the minute"`
	Revoked time.Time `json:"revoked,omitzero" doc:"When it was revoked"`
}

// checkMachineRoles refuses roles with power and none at all.
func checkMachineRoles(list []Role) error {
	if len(list) == 0 || len(list) > rolesEach {
		return invalid(fmt.Sprintf("a machine has 1 to %d roles", rolesEach))
	}
	for _, r := range list {
		row, ok := RuleOfRole(r)
		if !ok {
			_, err := ParseRole(string(r))
			return invalid(err.Error())
		}
		if row.Power {
			return invalid(fmt.Sprintf("the role %s has power over people, keys or the network: a person's only", r))
		}
	}
	return nil
}

// CreateAPIKey makes a key for a machine of the asker's organisation. The secret is
// returned once and kept nowhere.
func (a *Access) CreateAPIKey(ctx context.Context, by Principal, name string, list []Role, age time.Duration) (secret string, k APIKey, err error) {
	if err := errors.Join(checkName(name), checkMachineRoles(list)); err != nil {
		return "", k, err
	}
	if age == 0 {
		age = APIKeyAge
	}
	if age < time.Minute || age > APIKeyAgeMax {
		return "", k, invalid(fmt.Sprintf("a key lives a minute to %d days", APIKeyAgeMax/(24*time.Hour)))
	}
	plain, _ := a.secretFor(by.Org)
	secret = keyMark + plain
	slices.Sort(list)
	k = APIKey{
		ID: newID(), Name: name, Roles: slices.Compact(list), Prefix: secret[:len(secret)-2*secretBytes+prefixDigits],
		Created: a.Now(), By: by.ID, Until: a.Now().Add(age),
	}
	err = a.in(by.Org).change(ctx, func(tx *sql.Tx, s sealer) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM auth_machine WHERE org = $1 AND revoked = 0 AND until > $2`, by.Org, millis(k.Created)).Scan(&n); err != nil {
			return err
		}
		if n >= machinesMax {
			return limited(fmt.Sprintf("the organisation has %d live keys, which is the most; revoke some", n))
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO auth_machine (id, org, name, roles, prefix, hash, created, created_by, until, used, revoked)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)`,
			k.ID, by.Org, k.Name, joinRoles(k.Roles), k.Prefix, hashOf(secret), millis(k.Created), k.By, millis(k.Until))
		if err != nil {
			return err
		}
		return s.gave(ctx, tx, by.Org, sealedKey, k.ID)
	})
	if err != nil {
		return "", k, fmt.Errorf("couldn't make an API key: %w", err)
	}
	return secret, k, nil
}

const machineColumns = `id, name, roles, prefix, created, created_by, until, used, revoked`

func scanKey(scan func(...any) error, more ...any) (k APIKey, err error) {
	var list string
	var created, until, used, revoked int64
	if err = scan(append([]any{&k.ID, &k.Name, &list, &k.Prefix, &created, &k.By, &until, &used, &revoked}, more...)...); err != nil {
		return k, err
	}
	k.Roles, k.Created, k.Until, k.Used, k.Revoked = splitRoles(list), timeOf(created), timeOf(until), timeOf(used), timeOf(revoked)
	return k, nil
}

// APIKeys lists the keys of an organisation, the newest first, with those that
// have ended.
func (a *Access) APIKeys(ctx context.Context, org string) (list []APIKey, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, `SELECT `+machineColumns+` FROM auth_machine WHERE org = $1 ORDER BY created DESC, id LIMIT $2`,
			func(r *sql.Rows) (APIKey, error) { return scanKey(r.Scan) }, org, listMax)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the API keys: %w", err)
	}
	return list, nil
}

// RevokeAPIKey ends a key of an organisation at once.
func (a *Access) RevokeAPIKey(ctx context.Context, org, id string) error {
	err := a.in(org).change(ctx, func(tx *sql.Tx, s sealer) error {
		if err := changed(tx.ExecContext(ctx, `UPDATE auth_machine SET revoked = $1 WHERE org = $2 AND id = $3 AND revoked = 0`, millis(a.Now()), org, id)); err != nil {
			return err
		}
		return s.took(ctx, tx, org, sealedKey, id)
	})
	if err != nil {
		return fmt.Errorf("couldn't revoke the API key: %w", err)
	}
	return nil
}

// IsAPIKey tells whether a text looks like an API key.
func IsAPIKey(text string) bool { return strings.HasPrefix(text, keyMark) }

// ByAPIKey is the machine that has a key. The key is looked up by its hash, so the
// time that takes tells nothing of it.
func (a *Access) ByAPIKey(ctx context.Context, secret string) (Principal, error) {
	now := a.Now()
	var k APIKey
	var org string
	plain := strings.TrimPrefix(secret, keyMark)
	if !IsAPIKey(secret) || !isSecret(plain) {
		return Principal{}, ErrUnknown
	}
	err := a.lookUp(ctx, plain, hashOf(secret), func(in place, of string) error {
		err := in.look(ctx, func(tx *sql.Tx, s sealer) (err error) {
			row := tx.QueryRowContext(ctx, `SELECT `+machineColumns+`, org FROM auth_machine WHERE hash = $1 AND revoked = 0 AND until > $2`, hashOf(secret), millis(now))
			if k, err = scanKey(row.Scan, &org); err != nil {
				return err
			}
			if err := isOf(org, of); err != nil {
				return err
			}
			return s.vouched(ctx, tx, org, sealedKey, " AND id = $2", k.ID)
		})
		return unknown(err)
	})
	if errors.Is(err, ErrUnknown) {
		return Principal{}, ErrUnknown
	}
	if err != nil {
		return Principal{}, fmt.Errorf("couldn't look an API key up: %w", err)
	}
	if a.isFirstUse(k.ID, k.Used, now) {
		err := a.in(org).Update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE auth_machine SET used = $1 WHERE id = $2`, millis(now), k.ID)
			return err
		})
		if err != nil {
			return Principal{}, fmt.Errorf("couldn't note the use of an API key: %w", err)
		}
	}
	return New("key:"+k.ID, k.Name, Machine, org, k.Roles...), nil
}
