package vault_test

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"testing"

	"pedigree/internal/vault"
)

// key is a key for tests.
var key = [32]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}

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
