package vault

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"time"
)

// The record of applied steps, and what the vault knows of itself. The first
// can't be a step, for it says which steps there are.
const (
	schemaTable = `CREATE TABLE vault_schema (
	name TEXT NOT NULL,
	step INTEGER NOT NULL,
	sha256 BLOB NOT NULL,
	applied INTEGER NOT NULL,
	PRIMARY KEY (name, step)
)`

	metaTable = `CREATE TABLE vault_meta (
	name TEXT NOT NULL PRIMARY KEY,
	value BLOB NOT NULL
);
`
	schemaSteps = `SELECT name, step, sha256 FROM vault_schema`
	schemaAdd   = `INSERT INTO vault_schema (name, step, sha256, applied) VALUES ($1, $2, $3, $4)`
	metaAdd     = `INSERT INTO vault_meta (name, value) VALUES ($1, $2)`
	metaGet     = `SELECT value FROM vault_meta WHERE name = $1`
	metaAll     = `SELECT name, value FROM vault_meta ORDER BY name LIMIT 1000`
	metaPut     = `INSERT INTO vault_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	metaDrop    = `DELETE FROM vault_meta WHERE name = $1`
)

// appliedSteps returns the hash of each applied step by schema and number, or
// nil for an empty database.
func appliedSteps(ctx context.Context, db querier, tablesNow string) (map[string]map[int][]byte, error) {
	tables, err := rows(ctx, db, tablesNow, func(scan func(...any) error) (name string, err error) {
		return name, scan(&name)
	})
	if err != nil || len(tables) == 0 {
		return nil, err
	}
	type step struct {
		name   string
		number int
		sum    []byte
	}
	steps, err := rows(ctx, db, schemaSteps, func(scan func(...any) error) (s step, err error) {
		return s, scan(&s.name, &s.number, &s.sum)
	})
	if err != nil {
		return nil, fmt.Errorf("this isn't a vault's database (its first table is %q): %w", tables[0], err)
	}
	applied := map[string]map[int][]byte{}
	for _, s := range steps {
		if applied[s.name] == nil {
			applied[s.name] = map[int][]byte{}
		}
		applied[s.name][s.number] = s.sum
	}
	return applied, nil
}

func recordStep(ctx context.Context, tx *sql.Tx, schema string, step int, text string, now time.Time) error {
	sum := sha256.Sum256([]byte(text))
	_, err := tx.ExecContext(ctx, schemaAdd, schema, step, sum[:], now.UnixMilli())
	return err
}

// querier is what reads: a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// rows reads all rows of a query whose LIMIT or table bounds them.
func rows[T any](ctx context.Context, q querier, query string, read func(scan func(...any) error) (T, error), args ...any) ([]T, error) {
	found, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var list []T
	for found.Next() {
		one, err := read(found.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, found.Err()
}
