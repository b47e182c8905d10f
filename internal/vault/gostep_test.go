package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

// coins is a schema whose second step puts a mark into each row.
func coins(steps int, run vault.StepFunc) []vault.Schema {
	s := vault.Schema{
		Name: "coin", Go: map[string]vault.StepFunc{"mark": run},
		Steps: []string{`CREATE TABLE coin (name TEXT NOT NULL PRIMARY KEY, found BLOB)`, vault.GoStep("mark")}[:steps],
		Tables: []vault.Table{{
			Name: "coin", Is: map[vault.Class]string{vault.Identifier: "name"}, Marks: map[string]string{"found": "found"},
		}},
	}
	return []vault.Schema{s}
}

func markCoins(ctx context.Context, tx *sql.Tx, marker func(string) vault.Marker) error {
	_, err := tx.ExecContext(ctx, `UPDATE coin SET found = $1`, marker("found").Mark([]byte("coin")))
	return err
}

func TestAStepIsRunByTheProgramOnceAfterABackup(t *testing.T) { onBoth(t, testGoStep) }

func testGoStep(t *testing.T, db store) {
	c := db.config(t, folder(t))
	c.Schemas = coins(1, markCoins)
	v := open(t, c)
	execute(t, v, `INSERT INTO coin (name, found) VALUES ('penny', NULL)`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}

	c.Schemas = coins(2, func(context.Context, *sql.Tx, func(string) vault.Marker) error { return errors.New("no") })
	if _, err := vault.Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "step 2 of schema coin: no") {
		t.Fatalf("a step that fails: %v", err)
	}
	ran := 0
	c.Schemas = coins(2, func(ctx context.Context, tx *sql.Tx, marker func(string) vault.Marker) error {
		ran++
		return markCoins(ctx, tx, marker)
	})
	for range 2 {
		v = open(t, c)
		var found []byte
		err := v.View(t.Context(), func(tx *sql.Tx) error { return tx.QueryRow(`SELECT found FROM coin`).Scan(&found) })
		if want := v.Marker("found").Mark([]byte("coin")); err != nil || !bytes.Equal(found, want) {
			t.Errorf("the row has the mark %x, %v; want %x", found, err, want)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if ran != 1 {
		t.Errorf("the step ran %d times", ran)
	}
	if backups, err := filepath.Glob(filepath.Join(c.Dir, "*.before-*")); err != nil || len(backups) != 1 {
		t.Errorf("backups %q, %v", backups, err)
	}
	c.Schemas = []vault.Schema{{Name: "other", Steps: []string{vault.GoStep("nothing")}}}
	if _, err := vault.Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "no function for") {
		t.Errorf("a step without its function: %v", err)
	}
}
