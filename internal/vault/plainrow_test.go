package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
)

// enclosures is a schema with sealed columns, one of which belongs to another's value.
var enclosures = vault.Schema{
	Name:  "letter",
	Steps: []string{`CREATE TABLE letter (n INTEGER PRIMARY KEY, who TEXT NOT NULL, note TEXT NOT NULL, body BLOB, stamp BLOB)`},
	Tables: []vault.Table{{
		Name: "letter", Is: map[vault.Class]string{vault.Identifier: "n", vault.Hash: "stamp"},
		Sealed: []vault.SealedColumn{
			{Name: "who", Of: []string{"n"}, Context: func(of []any) string { return fmt.Sprint("letter to ", of[0]) }},
			{Name: "note", Of: []string{"n"}, Context: func(of []any) string { return fmt.Sprint("letter note ", of[0]) }},
			{Name: "body", Of: []string{"n", "stamp"}, Context: func(of []any) string { return fmt.Sprintf("letter %d %x", of...) }},
		},
	}},
}

func TestRowsAreReadInTheClearOnBothDatabases(t *testing.T) {
	onBoth(t, func(t *testing.T, db store) {
		c := db.config(t, folder(t))
		c.Schemas = []vault.Schema{enclosures}
		v, ctx := open(t, c), context.Background()
		put := func(n int64, who string, body, stamp []byte) {
			t.Helper()
			to, err := v.SealText(fmt.Sprint("letter to ", n), who)
			if err == nil && body != nil {
				body, err = v.SealValue(fmt.Sprintf("letter %d %x", n, stamp), body)
			}
			if err == nil {
				err = v.Update(ctx, func(tx *sql.Tx) error {
					_, err := tx.Exec(`INSERT INTO letter (n, who, note, body, stamp) VALUES ($1, $2, '', $3, $4)`, n, to, body, stamp)
					return err
				})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		put(2, "Ann Example", []byte("hello"), []byte{7})
		put(1, "", nil, nil)
		read := func() (list []map[string]any, err error) {
			err = v.View(ctx, func(tx *sql.Tx) error {
				rows, err := v.RowReader(ctx, tx)
				if err != nil {
					return err
				}
				if err := rows.Each("letters", nil); !errors.Is(err, vault.ErrNotFound) {
					t.Errorf("a table that isn't there: %v", err)
				}
				return rows.Each("letter", func(row map[string]any) error {
					one := map[string]any{}
					for name, value := range row {
						one[name] = value
					}
					list = append(list, one)
					return nil
				})
			})
			return list, err
		}
		got, err := read()
		want := []map[string]any{
			{"n": int64(1), "who": "", "note": "", "body": nil, "stamp": nil},
			{"n": int64(2), "who": "Ann Example", "note": "", "body": []byte("hello"), "stamp": []byte{7}},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		err = v.Update(ctx, func(tx *sql.Tx) error {
			_, err := tx.Exec(`UPDATE letter SET stamp = body WHERE n = 2`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(); !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("of another row's value it says %v, want ErrDamaged", err)
		}
	})
}
