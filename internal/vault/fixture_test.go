package vault_test

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// key is a key for tests.
var key = [32]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}

// store is a kind of database that a vault can be in.
type store string

const (
	lite store = "SQLite"
	gres store = "PostgreSQL"
)

// onBoth runs a test on each kind of database.
func onBoth(t *testing.T, test func(*testing.T, store)) {
	for _, s := range []store{lite, gres} {
		t.Run(string(s), func(t *testing.T) { test(t, s) })
	}
}

// says puts a statement that changes bytes into the database's own words.
func (s store) says(query string) string {
	if s == lite {
		return query
	}
	return strings.NewReplacer(
		" AS BLOB)", " AS BYTEA)", "x'00'", `'\x00'::bytea`, "x''", `''::bytea`, "zeroblob(5 * 1024 * 1024)", "decode(repeat('00', 5242880), 'hex')",
		"pragma_table_info('note')", "information_schema.columns WHERE table_schema = current_schema() AND table_name = 'note'",
		"sqlite_schema WHERE name", "pg_class WHERE relnamespace = current_schema()::regnamespace AND relname",
	).Replace(query)
}

// config is a new vault, whose folder is dir, in this kind of database.
func (s store) config(t testing.TB, dir string) vault.Config {
	c := config(t, dir)
	if s == gres {
		c.URL, c.Name = pgtest.URL(t), pgtest.Name(t)
	}
	return c
}

// config is a vault in dir with one table, whose log is the test's.
func config(t testing.TB, dir string) vault.Config {
	return vault.Config{
		Dir: dir, Key: key,
		Schemas: []vault.Schema{{Name: "note", Steps: []string{`CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)`}}},
		Logger:  slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

// open opens a vault and closes it with the test.
func open(t testing.TB, c vault.Config) *vault.Vault {
	t.Helper()
	v, err := vault.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// folder is where a test's vault goes.
func folder(t testing.TB) string { return filepath.Join(t.TempDir(), "vault") }

// execute runs one statement in an Update of its own.
func execute(t testing.TB, v *vault.Vault, query string, args ...any) {
	t.Helper()
	if err := tryExecute(v, query, args...); err != nil {
		t.Fatal(err)
	}
}

func tryExecute(v *vault.Vault, query string, args ...any) error {
	return v.Update(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

// number reads one number.
func number(t testing.TB, v *vault.Vault, query string, args ...any) (n int64) {
	t.Helper()
	err := v.View(context.Background(), func(tx *sql.Tx) error {
		return tx.QueryRow(query, args...).Scan(&n)
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}
