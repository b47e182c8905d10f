package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/vault"
)

//go:generate go test -count=1 -run ^TestTheColumnsPageIsFresh$ . -update

// TestTheColumnsPageIsFresh makes the private store with the tables of every package and
// compares each column with what its package says of it: a new column of which nothing
// is said fails here, and one in clear needs a reason.
func TestTheColumnsPageIsFresh(t *testing.T) {
	v, err := vault.Open(t.Context(), vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{1}, Schemas: schemas(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	list, err := v.Columns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const path = "docs/reference/columns.md"
	fresh(t, path, []byte(columnsPage(list)))
}

// columnsPage is the page with a table of every column.
func columnsPage(list []vault.ColumnClass) string {
	var b strings.Builder
	b.WriteString(`# What the private store's columns hold

Written from the programs' own tables by ` + "`make generate`" + `. Who reads the database without the vault's key learns what is not
sealed, marked or enclosed here. *Sealed*: AES-256-GCM under the vault's key, bound to its row. *Mark*: a keyed hash, by which equal
values are found and no guess is confirmed. *Enclosed*: encrypted in a way of its own. *Opening*: a salt or seed that opens a
commitment on the ledger to who knows the rest. *Plain text* has its reason beside it.

| table | column | holds | because |
| --- | --- | --- | --- |
`)
	for _, c := range list {
		why := c.Why
		if c.Class == vault.Mark {
			why = ""
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", c.Table, c.Column, c.Class, why)
	}
	return b.String()
}
