package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// handed are the rows that go along when an organisation gets a store of its own.
var handed = []struct {
	table, columns, of, key string // of: whose rows; key: their order
	first                   any    // comes before every key
}{
	{"auth_person", "id, org, name, issuer, subject, created, removed", ofOrg, "id", ""},
	{"auth_grant", "person, role, given, given_by", ofPeople, "person || '/' || role", ""},
	{"auth_passkey", "id, person, name, credential, created, used, blocked", ofPeople, "id", ""},
	{"auth_machine", "id, org, name, roles, prefix, hash, created, created_by, until, used, revoked", ofOrg, "id", ""},
	{"auth_invite", "hash, person, until, used", ofPeople, "hash", ""},
	{"auth_session", "hash, id, org, principal, kind, method, roles, began, used, until", ofOrg, "hash", ""},
	{"auth_pending", "id, org, asker, name, kind, roles, act, permission, method, path, media, content, hash, created, until, decided, decided_by, outcome", ofOrg, "id", ""},
	{"auth_signature", "id, org, signer, at, record, hash, method, evidence, used", ofOrg, "id", ""},
	{"auth_audit", "org, seq, at, who, act, object, outcome, hash", ofOrg, "seq", int64(0)},
}

const (
	ofOrg    = "org = $1"
	ofPeople = "person IN (SELECT id FROM auth_person WHERE org = $1)"
)

// Holds tells whether a store has anything of an organisation.
func Holds(ctx context.Context, s Store, org string) (found bool, err error) {
	err = s.View(ctx, func(tx *sql.Tx) error {
		for _, t := range handed {
			if t.of != ofOrg || found { // of people there is nothing without people
				continue
			}
			if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.table+" WHERE "+t.of+")", org).Scan(&found); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("couldn't look for who may use what of %s: %w", org, err)
	}
	return found, nil
}

// GiveOwn takes all that a host's store has of an organisation into the organisation's
// own, and notes in the host's where each secret is looked for that doesn't say so
// itself. Cut off at any moment it loses nothing; the same again completes it. An own
// store whose trail has gone on is newer, and is not overwritten.
func GiveOwn(ctx context.Context, host, own Store, org string) error {
	there, err := Holds(ctx, host, org)
	if err != nil || !there {
		return err
	}
	last, _, err := (&Access{store: host}).AuditHead(ctx, org)
	if err != nil {
		return err
	}
	ahead, _, err := (&Access{store: own}).AuditHead(ctx, org)
	if err != nil {
		return err
	}
	if last > 0 && ahead > last {
		return fmt.Errorf("couldn't take over who may use what of %s: %w: the host's store ends with line %d and the organisation's own with line %d: one of the two comes from a backup; restore both from one", org, ErrTrail, last, ahead)
	}
	var changed []error
	if err = checkOrg(ctx, host, org, func(err error) { changed = append(changed, err) }); err != nil {
		return fmt.Errorf("couldn't check who may use what of %s: %w", org, err)
	}
	if len(changed) > 0 {
		return fmt.Errorf("couldn't take over who may use what of %s from the host's store: %w", org, errors.Join(changed...))
	}
	if err := handAll(ctx, host, own, org); err != nil {
		return err
	}
	err = host.Update(ctx, func(tx *sql.Tx) error {
		for _, mark := range []string{
			"SELECT hash, org FROM auth_machine WHERE org = $1 AND revoked = 0", "SELECT hash, org FROM auth_session WHERE org = $1",
			"SELECT hash, CAST($1 AS TEXT) FROM auth_invite WHERE used = 0 AND " + ofPeople, "SELECT '" + personMark("") + "' || id, org FROM auth_person WHERE org = $1 AND removed = 0",
		} {
			if _, err := tx.ExecContext(ctx, "INSERT INTO auth_moved (mark, org) "+mark+" ON CONFLICT (mark) DO NOTHING", org); err != nil {
				return err
			}
		}
		return forget(ctx, tx, org)
	})
	if err != nil {
		return fmt.Errorf("couldn't note where %s keeps who may use what: %w", org, err)
	}
	return nil
}

// forget deletes all that a store has of an organisation.
func forget(ctx context.Context, tx *sql.Tx, org string) error {
	for i := len(handed) - 1; i >= 0; i-- { // people last: their rows are found by them
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+handed[i].table+" WHERE "+handed[i].of, org); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM auth_seal WHERE org = $1", org)
	return err
}

// Depart ends, in the store of an organisation that moves to a node of its own, what is
// bound to the old one: sessions, invitations, and acts that wait for a second person.
func Depart(ctx context.Context, s Store, org string) error {
	err := s.Update(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM auth_session WHERE org = $1", "DELETE FROM auth_invite WHERE " + ofPeople, "DELETE FROM auth_pending WHERE decided = 0 AND org = $1",
		} {
			if _, err := tx.ExecContext(ctx, statement, org); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("couldn't end the sessions of %s: %w", org, err)
	}
	return nil
}

// handAll copies all rows of an organisation to another store, in place of what that
// has of it.
func handAll(ctx context.Context, from, to Store, org string) error {
	err := to.Update(ctx, func(tx *sql.Tx) error { return forget(ctx, tx, org) })
	for i := 0; i < len(handed) && err == nil; i++ {
		err = handOver(ctx, from, to, org, i)
	}
	if err == nil {
		err = sealAnew(ctx, to, org) // under the key of that store
	}
	if err != nil {
		return fmt.Errorf("couldn't hand over who may use what of %s: %w", org, err)
	}
	return nil
}

// handOver copies one table, a page at a time.
func handOver(ctx context.Context, from, to Store, org string, i int) error {
	t := handed[i]
	n := strings.Count(t.columns, ",") + 1
	query := "SELECT " + t.columns + ", " + t.key + " FROM " + t.table + " WHERE " + t.of + " AND " + t.key + " > $2 ORDER BY " + t.key + " LIMIT $3"
	marks := make([]string, n)
	for j := range marks {
		marks[j] = "$" + strconv.Itoa(j+1)
	}
	insert := "INSERT INTO " + t.table + " (" + t.columns + ") VALUES (" + strings.Join(marks, ", ") + ")"
	for after := t.first; ; {
		var page [][]any
		err := from.View(ctx, func(tx *sql.Tx) (err error) {
			page, err = rows(ctx, tx, query, func(r *sql.Rows) ([]any, error) {
				values, into := make([]any, n+1), make([]any, n+1)
				for j := range values {
					into[j] = &values[j]
				}
				return values, r.Scan(into...)
			}, org, after, listMax)
			return err
		})
		if err != nil {
			return err
		}
		err = to.Update(ctx, func(tx *sql.Tx) error {
			for _, values := range page {
				if _, err := tx.ExecContext(ctx, insert, values[:n]...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(page) < listMax {
			return err
		}
		after = page[len(page)-1][n]
	}
}
