package auth

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// TestMain runs every test on each kind of store.
func TestMain(m *testing.M) { os.Exit(pgtest.Twice(m)) }

// clock is a time that a test sets.
type clock struct{ t time.Time }

func (c *clock) now() time.Time           { return c.t }
func (c *clock) pass(d time.Duration)     { c.t = c.t.Add(d) }
func newClock() *clock                    { return &clock{time.Date(2027, 3, 4, 5, 6, 7, 0, time.UTC)} }
func openStore(t *testing.T) *vault.Vault { return openStoreIn(t, t.TempDir()) }

const testOrigin = "https://node.example"

var storeKey, _ = vault.NewKey()

func openStoreIn(t *testing.T, dir string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), pgtest.In(t, vault.Config{Dir: dir, Key: storeKey, Schemas: []vault.Schema{Schema}, Logger: slog.New(slog.DiscardHandler)}))
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

// world is an access store with a clock of its own.
type world struct {
	*testing.T
	*Access
	clock *clock
	vault *vault.Vault
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c, v := newClock(), openStore(t)
	return &world{t, NewAccess(v, c.now), c, v}
}

// sql changes the store behind the program's back.
func (w *world) sql(statement string, args ...any) {
	w.Helper()
	err := w.vault.Update(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) add(org, name string, list ...Role) User {
	w.Helper()
	u, err := w.AddPerson(w.Context(), org, name)
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range list {
		if err := w.Grant(w.Context(), OwnerOf(org), u.ID, r); err != nil {
			w.Fatal(err)
		}
	}
	return u
}

func (w *world) signIn(p Principal) string {
	w.Helper()
	secret, _, err := w.SignIn(w.Context(), p, MethodPasskey)
	if err != nil {
		w.Fatal(err)
	}
	return secret
}
