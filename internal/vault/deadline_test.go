package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

const (
	// statementMost is longer than any other statement of these tests takes.
	statementMost = 2 * time.Second
	// counting never ends within a test: it has no row before it counted to the end.
	counting = `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000000) SELECT COUNT(*) FROM c WHERE n < $1`
)

// impatient is a vault whose statements may take statementMost.
func impatient(t *testing.T, db store) (*vault.Vault, vault.Config) {
	c := db.config(t, folder(t))
	c.StatementTimeout = statementMost
	return open(t, c), c
}

func TestAStatementThatTakesTooLongIsStopped(t *testing.T) {
	onBoth(t, testAStatementThatTakesTooLongIsStopped)
}

func testAStatementThatTakesTooLongIsStopped(t *testing.T, db store) {
	v, c := impatient(t, db)
	ctx := context.Background()
	where := filepath.Join(c.Dir, "vault.db")
	if db == gres {
		where = "in schema pedigree_" + c.Name + " of database postgres of the PostgreSQL server at "
	}
	for name, do := range map[string]func(*sql.Tx) error{
		"a query": func(tx *sql.Tx) error {
			var n int64
			return tx.QueryRowContext(ctx, counting, 7).Scan(&n)
		},
		"a write": func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO note (text) SELECT 'slow' WHERE (`+counting+`) > 0`, 7)
			return err
		},
		"a prepared query": func(tx *sql.Tx) error {
			s, err := tx.PrepareContext(ctx, counting)
			if err != nil {
				return err
			}
			defer s.Close()
			var n int64
			return s.QueryRowContext(ctx, 7).Scan(&n)
		},
		"a prepared write": func(tx *sql.Tx) error {
			s, err := tx.Prepare(`DELETE FROM note WHERE id IN (` + counting + `)`)
			if err != nil {
				return err
			}
			defer s.Close()
			_, err = s.Exec(7)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := number(t, v, `SELECT COUNT(*) FROM note`)
			err := v.Update(ctx, func(tx *sql.Tx) error {
				if _, err := tx.ExecContext(ctx, `INSERT INTO note (text) VALUES ('before')`); err != nil {
					return err
				}
				return do(tx)
			})
			if !errors.Is(err, vault.ErrSlow) || !vault.IsFault(err) {
				t.Fatalf("it ended with %v", err)
			}
			for _, say := range []string{where, "stopped after " + statementMost.String(), "WITH RECURSIVE c (n) AS", "nothing of it was kept", "then try again"} {
				if !strings.Contains(err.Error(), say) {
					t.Errorf("it doesn't say %q: %v", say, err)
				}
			}
			if n := number(t, v, `SELECT COUNT(*) FROM note`); n != before {
				t.Errorf("%d notes are there, before %d", n, before)
			}
			if err := twoNotes(v, name); err != nil || v.Err() != nil {
				t.Errorf("afterwards: %v, %v", err, v.Err())
			}
		})
	}
}

func TestTheEndOfTheCallersTimeIsNotASlowStore(t *testing.T) {
	onBoth(t, testTheEndOfTheCallersTimeIsNotASlowStore)
}

func testTheEndOfTheCallersTimeIsNotASlowStore(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := v.View(ctx, func(tx *sql.Tx) error {
		var n int64
		return tx.QueryRowContext(ctx, counting, 7).Scan(&n)
	})
	if err == nil || errors.Is(err, vault.ErrSlow) || ctx.Err() == nil {
		t.Errorf("it ended with %v", err)
	}
}

// A result is read slowly, such as by a client on a thin line.
func TestWhatTheReaderDoesBetweenRowsDoesNotCount(t *testing.T) {
	onBoth(t, testWhatTheReaderDoesBetweenRowsDoesNotCount)
}

func testWhatTheReaderDoesBetweenRowsDoesNotCount(t *testing.T, db store) {
	v, _ := impatient(t, db)
	for range 2 {
		if err := twoNotes(v, "note"); err != nil {
			t.Fatal(err)
		}
	}
	read := 0
	err := v.View(context.Background(), func(tx *sql.Tx) error {
		found, err := tx.Query(`SELECT text FROM note`)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			read++
			time.Sleep(statementMost / 2)
		}
		return found.Err()
	})
	if err != nil || read != 4 {
		t.Errorf("%d notes were read: %v", read, err)
	}
}

func TestAFileThatAnotherProgramLocksIsNamed(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	path := filepath.Join(c.Dir, "vault.db")
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec(`BEGIN EXCLUSIVE`); err != nil {
		t.Fatal(err)
	}
	if err := twoNotes(v, "locked"); !errors.Is(err, vault.ErrBusy) || !strings.Contains(err.Error(), path) || v.Err() != nil {
		t.Errorf("while it is locked: %v, %v", err, v.Err())
	}
	if _, err := other.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := twoNotes(v, "free"); err != nil {
		t.Error(err)
	}
	holds(t, v, map[string]told{"locked": notKept, "free": kept})
}

// The server is there and its line stays, but nothing comes back.
func TestAServerThatFallsSilentHoldsNobodyForEver(t *testing.T) {
	p, url := newProxy(t, pgtest.New(t))
	c := config(t, folder(t))
	c.URL, c.Name, c.StatementTimeout = url, "silent", statementMost
	v := open(t, c)
	err := v.Update(context.Background(), func(tx *sql.Tx) error {
		p.silence(true)
		_, err := tx.Exec(`INSERT INTO note (text) VALUES ('silence')`)
		return err
	})
	if !errors.Is(err, vault.ErrSlow) || v.Err() != nil {
		t.Errorf("it ended with %v, %v", err, v.Err())
	}
	p.silence(false)
	p.cut()
	if err := twoNotes(v, "back"); err != nil {
		t.Error(err)
	}
	holds(t, v, map[string]told{"silence": notKept, "back": kept})
}
