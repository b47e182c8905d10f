package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/internal/vault"
)

func TestAnUpdateThatDoesNotSucceedLeavesNothing(t *testing.T) {
	onBoth(t, testAnUpdateThatDoesNotSucceedLeavesNothing)
}

func testAnUpdateThatDoesNotSucceedLeavesNothing(t *testing.T, db store) {
	sentinel := errors.New("the caller's")
	cancelled, cancel := context.WithCancel(context.Background())
	insert := func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO note (text) VALUES ('half')`)
		return err
	}
	tests := map[string]struct {
		ctx  context.Context
		do   func(*sql.Tx) error
		want error
	}{
		"an error of the caller": {context.Background(), func(tx *sql.Tx) error { return errors.Join(insert(tx), sentinel) }, sentinel},
		"a context that ends meanwhile": {cancelled, func(tx *sql.Tx) error {
			cancel()
			return insert(tx)
		}, context.Canceled},
		"a context that had ended": {cancelled, insert, context.Canceled},
		"a broken rule of the table": {context.Background(), func(tx *sql.Tx) error {
			return errors.Join(insert(tx), errors.Join(insert(tx), mustFail(tx)))
		}, errMustFail},
	}
	for _, name := range []string{"an error of the caller", "a context that ends meanwhile", "a context that had ended", "a broken rule of the table"} {
		t.Run(name, func(t *testing.T) {
			test := tests[name]
			v := open(t, db.config(t, folder(t)))
			if err := v.Update(test.ctx, test.do); !errors.Is(err, test.want) {
				t.Errorf("the error is: %v", err)
			}
			if n := number(t, v, `SELECT COUNT(*) FROM note`); n != 0 {
				t.Errorf("%d notes are there", n)
			}
			execute(t, v, `INSERT INTO note (text) VALUES ('whole')`)
			if v.Err() != nil {
				t.Errorf("the vault says it failed: %v", v.Err())
			}
		})
	}
}

var errMustFail = errors.New("a null was refused")

// mustFail breaks a rule of the table.
func mustFail(tx *sql.Tx) error {
	if _, err := tx.Exec(`INSERT INTO note (text) VALUES (NULL)`); err != nil {
		return errors.Join(errMustFail, err)
	}
	return nil
}

func TestAPanicInAnUpdateLeavesNothing(t *testing.T) { onBoth(t, testAPanicInAnUpdateLeavesNothing) }

func testAPanicInAnUpdateLeavesNothing(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = v.Update(context.Background(), func(tx *sql.Tx) error {
			if _, err := tx.Exec(`INSERT INTO note (text) VALUES ('half')`); err != nil {
				t.Error(err)
			}
			panic("a mistake")
		})
	}()
	if n := number(t, v, `SELECT COUNT(*) FROM note`); n != 0 {
		t.Errorf("%d notes are there", n)
	}
	execute(t, v, `INSERT INTO note (text) VALUES ('whole')`)
}

// A statement that is interrupted makes SQLite undo the whole transaction by
// itself. A caller that overlooks this must not commit what comes after it.
func TestAnOverlookedErrorCannotCommitTheSecondHalf(t *testing.T) {
	v := open(t, config(t, folder(t)))
	err := v.Update(context.Background(), func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO note (text) VALUES ('first half')`); err != nil {
			return err
		}
		soon, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		defer cancel()
		_, err := tx.ExecContext(soon, `INSERT INTO note (text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'endless' FROM n`)
		if err == nil {
			t.Error("an endless statement ended")
		}
		_, err = tx.Exec(`INSERT INTO note (text) VALUES ('second half')`)
		t.Logf("the statement after the undone transaction: %v", err)
		return nil
	})
	if !errors.Is(err, vault.ErrFailed) || v.Err() == nil {
		t.Errorf("the update says: %v", err)
	}
	if n := number(t, v, `SELECT COUNT(*) FROM note`); n != 0 {
		t.Errorf("%d notes of an update that failed are there", n)
	}
}

// A rule that is checked at the commit is the caller's mistake, not the disk's.
func TestACommitRefusedByARuleEndsNothing(t *testing.T) {
	onBoth(t, testACommitRefusedByARuleEndsNothing)
}

func testACommitRefusedByARuleEndsNothing(t *testing.T, db store) {
	c := db.config(t, folder(t))
	c.Schemas = []vault.Schema{{Name: "tree", Steps: []string{
		`CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id) DEFERRABLE INITIALLY DEFERRED)`,
	}}}
	v := open(t, c)
	if err := tryExecute(v, `INSERT INTO tree (id, parent) VALUES (1, 2)`); err == nil {
		t.Error("a row without its parent was committed")
	}
	if v.Err() != nil {
		t.Errorf("the vault says it failed: %v", v.Err())
	}
	execute(t, v, `INSERT INTO tree (id, parent) VALUES (1, 2), (2, NULL)`)
}

func TestNobodyWritesInAView(t *testing.T) { onBoth(t, testNobodyWritesInAView) }

func testNobodyWritesInAView(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	for _, query := range []string{
		`INSERT INTO note (text) VALUES ('x')`, `DELETE FROM note`, `CREATE TABLE x (id INTEGER)`, `PRAGMA user_version = 3`,
	} {
		err := v.View(context.Background(), func(tx *sql.Tx) error {
			_, err := tx.Exec(query)
			return err
		})
		if err == nil {
			t.Errorf("a view ran %s", query)
		}
	}
	if v.Err() != nil {
		t.Errorf("the vault says it failed: %v", v.Err())
	}
}

func TestATurnIsNotAwaitedForEver(t *testing.T) { onBoth(t, testATurnIsNotAwaitedForEver) }

func testATurnIsNotAwaitedForEver(t *testing.T, db store) {
	c := db.config(t, folder(t))
	c.Wait, c.Readers = 30*time.Millisecond, 1
	v := open(t, c)
	nothing := func(*sql.Tx) error { return nil }
	for what, nested := range map[string]func() error{
		"an Update inside an Update": func() error {
			return v.Update(context.Background(), func(*sql.Tx) error { return v.Update(context.Background(), nothing) })
		},
		"a View inside the only View": func() error {
			return v.View(context.Background(), func(*sql.Tx) error { return v.View(context.Background(), nothing) })
		},
	} {
		if err := nested(); !errors.Is(err, vault.ErrBusy) || !strings.Contains(err.Error(), "30ms") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := v.View(context.Background(), func(*sql.Tx) error { return v.Update(context.Background(), nothing) }); err != nil {
		t.Errorf("an Update inside a View: %v", err)
	}
}

// Money is moved between two accounts while readers add them up.
func TestReadersSeeOneMomentWhileAWriterWorks(t *testing.T) {
	onBoth(t, testReadersSeeOneMomentWhileAWriterWorks)
}

func testReadersSeeOneMomentWhileAWriterWorks(t *testing.T, db store) {
	c := db.config(t, folder(t))
	c.Schemas = []vault.Schema{{Name: "account", Steps: []string{
		`CREATE TABLE account (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL); INSERT INTO account VALUES (1, 1000), (2, 0)`,
	}}}
	v := open(t, c)
	ctx := context.Background()
	const moves = 300
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 6 { // more than there are connections
		group.Go(func() {
			for seen := int64(0); ; {
				select {
				case <-done:
					return
				default:
				}
				if err := v.View(ctx, func(tx *sql.Tx) error { return readBoth(tx, &seen) }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range moves {
		err := v.Update(ctx, func(tx *sql.Tx) error {
			if _, err := tx.Exec(`UPDATE account SET amount = amount - 1 WHERE id = 1`); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE account SET amount = amount + 1 WHERE id = 2`)
			return err
		})
		if err != nil {
			t.Error(err)
			break
		}
	}
	close(done)
	group.Wait()
	if n := number(t, v, `SELECT amount FROM account WHERE id = 2`); n != moves {
		t.Errorf("%d of %d moves are there", n, moves)
	}
}

// readBoth reads the accounts one after the other, and checks that no reader
// sees an older moment than it saw before.
func readBoth(tx *sql.Tx, seen *int64) error {
	var first, second int64
	if err := tx.QueryRow(`SELECT amount FROM account WHERE id = 1`).Scan(&first); err != nil {
		return err
	}
	time.Sleep(time.Millisecond) // lets the writer in between
	if err := tx.QueryRow(`SELECT amount FROM account WHERE id = 2`).Scan(&second); err != nil {
		return err
	}
	if first+second != 1000 || second < *seen {
		return fmt.Errorf("read %d and %d after %d", first, second, *seen)
	}
	*seen = second
	return nil
}

func TestTheLogIsCopiedToTheDatabaseBetweenWrites(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	before, err := v.Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", 1<<20)
	for range 150 { // 150 MiB, more than twice what gathers
		execute(t, v, `INSERT INTO note (text) VALUES ($1)`, text)
	}
	after, err := v.Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if after.LogBytes > 80<<20 {
		t.Errorf("the log grew from %d to %d bytes", before.LogBytes, after.LogBytes)
	}
	if after.Writes != before.Writes+150 || after.WriteTime <= before.WriteTime {
		t.Errorf("%d writes in %v were counted after %d in %v", after.Writes, after.WriteTime, before.Writes, before.WriteTime)
	}
}
