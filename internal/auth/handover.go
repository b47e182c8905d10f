package auth

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// handed are the rows that go along when an organisation moves to another store.
// Sessions and invitations end with the move, and acts that wait for a second person
// are asked for again.
var handed = []struct {
	table, columns, of, key string // of: whose rows; key: their order
	first                   any    // comes before every key
}{
	{"auth_person", "id, org, name, issuer, subject, created, removed", ofOrg, "id", ""},
	{"auth_grant", "person, role, given, given_by", ofPeople, "person || '/' || role", ""},
	{"auth_passkey", "id, person, name, credential, created, used, blocked", ofPeople, "id", ""},
	{"auth_machine", "id, org, name, roles, prefix, hash, created, created_by, until, used, revoked", ofOrg, "id", ""},
	{"auth_signature", "id, org, signer, at, record, hash, method, evidence, used", ofOrg, "id", ""},
	{"auth_audit", "org, seq, at, who, act, object, outcome, hash", ofOrg, "seq", int64(0)},
}

const (
	ofOrg    = "org = $1"
	ofPeople = "person IN (SELECT id FROM auth_person WHERE org = $1)"
)

// HandOver copies an organisation's people, passkeys, API keys (their hashes),
// signatures and audit trail to another store, in place of what that has of it. The
// same again makes the same copy.
func HandOver(ctx context.Context, from, to Store, org string) error {
	err := to.Update(ctx, func(tx *sql.Tx) error {
		for i := len(handed) - 1; i >= 0; i-- { // people last: their rows are found by them
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+handed[i].table+" WHERE "+handed[i].of, org); err != nil {
				return err
			}
		}
		return nil
	})
	for i := 0; i < len(handed) && err == nil; i++ {
		err = handOver(ctx, from, to, org, i)
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
