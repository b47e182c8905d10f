package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

// itemSchema is a table as a capture has it.
var itemSchema = vault.Schema{Name: "item", Steps: []string{`CREATE TABLE item (
	id INTEGER PRIMARY KEY,
	job INTEGER NOT NULL,
	path TEXT NOT NULL,
	parent INTEGER NOT NULL,
	lot INTEGER NOT NULL,
	pos INTEGER NOT NULL
);
CREATE UNIQUE INDEX item_path ON item (path);
CREATE INDEX item_parent ON item (parent, pos)`}}

var itemTable = vault.BulkTable{Name: "item", Columns: []string{"id", "job", "path", "parent", "lot", "pos"}}

func TestABulkInsertAddsEveryRowInOrder(t *testing.T) { onBoth(t, testABulkInsertAddsEveryRowInOrder) }

func testABulkInsertAddsEveryRowInOrder(t *testing.T, db store) {
	c := db.config(t, folder(t))
	c.Schemas = []vault.Schema{itemSchema}
	v := open(t, c)
	next := 0
	// One statement carries 200 rows of six columns.
	for _, rows := range []int{0, 1, 199, 200, 201, 400, 1001} {
		err := v.Update(context.Background(), func(tx *sql.Tx) error {
			b, err := vault.NewBulkInsert(context.Background(), tx, itemTable)
			if err != nil {
				return err
			}
			for range rows {
				next++
				if err := b.Add(next, 1, strings.Repeat("p", next), next/40, 7, next%40); err != nil {
					return err
				}
			}
			if n, err := b.Flush(); err != nil || n != int64(rows) {
				t.Errorf("%d of %d rows were added, %v", n, rows, err)
			}
			n, err := b.Flush()
			if n != int64(rows) {
				t.Errorf("flushed again, it says %d", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := number(t, v, `SELECT COUNT(*) FROM item WHERE length(path) = id AND parent = id / 40 AND pos = id % 40`); n != int64(next) {
		t.Errorf("%d of %d rows are as they were added", n, next)
	}
}

func TestABulkInsertSkipsOnlyWhenToldTo(t *testing.T) { onBoth(t, testABulkInsertSkipsOnlyWhenToldTo) }

func testABulkInsertSkipsOnlyWhenToldTo(t *testing.T, db store) {
	for _, skip := range []bool{false, true} {
		v := open(t, db.config(t, folder(t)))
		execute(t, v, `INSERT INTO note (id, text) VALUES (5, 'first')`)
		err := v.Update(context.Background(), func(tx *sql.Tx) error {
			b, err := vault.NewBulkInsert(context.Background(), tx, vault.BulkTable{Name: "note", Columns: []string{"id", "text"}, SkipExisting: skip})
			if err != nil {
				return err
			}
			for id := range 10 {
				if err := b.Add(id, "second"); err != nil {
					return err
				}
			}
			n, err := b.Flush()
			if skip && n != 9 {
				t.Errorf("%d rows were added", n)
			}
			return err
		})
		if (err == nil) != skip {
			t.Errorf("skipping %v: %v", skip, err)
		}
		if n := number(t, v, `SELECT COUNT(*) FROM note WHERE id = 5 AND text = 'first'`); n != 1 {
			t.Errorf("skipping %v: the first row was overwritten", skip)
		}
	}
}

func TestABulkInsertRefuses(t *testing.T) { onBoth(t, testABulkInsertRefuses) }

func testABulkInsertRefuses(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	columns := func(n int) (list []string) {
		for i := range n {
			list = append(list, "c"+strings.Repeat("x", i%60))
		}
		return list
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	err := v.Update(context.Background(), func(tx *sql.Tx) error {
		for name, test := range map[string]struct {
			table vault.BulkTable
			ok    bool
		}{
			"no columns":                    {vault.BulkTable{Name: "note"}, false},
			"100 columns":                   {vault.BulkTable{Name: "note", Columns: columns(100)}, true},
			"101 columns":                   {vault.BulkTable{Name: "note", Columns: columns(101)}, false},
			"a table's name with SQL in it": {vault.BulkTable{Name: "note; DROP TABLE note", Columns: []string{"id"}}, false},
			"a column with SQL in it":       {vault.BulkTable{Name: "note", Columns: []string{"id) VALUES (1); --"}}, false},
		} {
			if _, err := vault.NewBulkInsert(context.Background(), tx, test.table); (err == nil) != test.ok {
				t.Errorf("%s: %v", name, err)
			}
		}
		b, err := vault.NewBulkInsert(cancelled, tx, vault.BulkTable{Name: "note", Columns: []string{"id", "text"}})
		if err != nil {
			return err
		}
		if err := b.Add(1); err == nil {
			t.Error("a row with too few values was taken")
		}
		if err := b.Add(1, "x"); err != nil {
			t.Error(err)
		}
		if _, err := b.Flush(); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end of its context: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
