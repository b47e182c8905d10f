package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pedigree/internal/export"
	"pedigree/internal/vault"
)

//go:generate go test -count=1 -run ^TestThePageOfExportedTablesIsFresh$ . -update

// storeColumns makes the private store with the tables of every package, and lists
// their columns.
func storeColumns(t *testing.T) map[string][]string {
	t.Helper()
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
	columns := map[string][]string{}
	for _, c := range list {
		columns[c.Table] = append(columns[c.Table], c.Column)
	}
	return columns
}

func exportedTables(t *testing.T) export.Tables {
	t.Helper()
	all, err := export.StoreTables()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEveryTableOfTheStoreLeavesOrSaysWhyNot fails for a table, or a column, of which
// internal/export/tables.txt says nothing: say there how it leaves, or why it stays.
func TestEveryTableOfTheStoreLeavesOrSaysWhyNot(t *testing.T) {
	store, all, said := storeColumns(t), exportedTables(t), map[string]string{}
	say := func(table, how string) {
		if _, there := store[table]; !there {
			t.Errorf("%s is %s, and the private store has no such table", table, how)
		}
		if said[table] != "" {
			t.Errorf("%s is %s and %s", table, said[table], how)
		}
		said[table] = how
	}
	files := append(export.Lists(), "documents/")
	for _, e := range all.Elsewhere {
		say(e.Name, "in "+e.File)
		if !slices.Contains(files, e.File) || len(e.Says) < 5 {
			t.Errorf("%s is said to leave in %s: %s", e.Name, e.File, e.Says)
		}
	}
	for _, l := range all.LeftOut {
		say(l.Name, "left out")
		if len(l.Why) < 20 {
			t.Errorf("%s is left out without a reason", l.Name)
		}
	}
	for _, table := range all.Tables {
		say(table.Name, "a table of its own")
		sameColumns(t, table, store[table.Name])
	}
	for table := range store {
		if said[table] == "" {
			t.Errorf("table %s neither leaves with an export nor is named with the reason why not: see internal/export/tables.txt", table)
		}
	}
}

func sameColumns(t *testing.T, table export.Table, store []string) {
	t.Helper()
	var said []string
	for _, f := range table.Fields {
		said = append(said, f.Name)
		if len(f.Says) < 3 {
			t.Errorf("%s.%s says nothing", table.Name, f.Name)
		}
	}
	for _, l := range table.LeftOut {
		said = append(said, l.Name)
		if len(l.Why) < 20 {
			t.Errorf("%s.%s is left out without a reason", table.Name, l.Name)
		}
	}
	slices.Sort(said)
	store = slices.Sorted(slices.Values(store))
	if !slices.Equal(said, store) {
		t.Errorf("table %s has the columns %v, and %v are told of", table.Name, store, said)
	}
}

// TestTheOtherReaderKnowsEveryTable keeps the list in e2e/reader/tables.mjs: what it
// doesn't name, that program says it doesn't know.
func TestTheOtherReaderKnowsEveryTable(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "e2e", "reader", "tables.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(raw), ".split(' ')")
	known := strings.FieldsFunc(head, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_') })
	for _, table := range exportedTables(t).Tables {
		if !slices.Contains(known, table.Name) {
			t.Errorf("e2e/reader/tables.mjs doesn't know table %s", table.Name)
		}
	}
}

func TestEachReferenceOfAnExportLeadsToAField(t *testing.T) {
	all := exportedTables(t)
	targets := []string{"documents", "inbox", "outbox", "shipments"}
	for _, table := range all.Tables {
		for _, f := range table.Fields {
			targets = append(targets, table.Name+"."+f.Name)
		}
	}
	for _, table := range all.Tables {
		for _, f := range table.Fields {
			for _, of := range f.Of {
				if !slices.Contains(targets, of.To) || of.Where != "" && !slices.ContainsFunc(table.Fields, func(f export.Field) bool { return f.Name == of.Where }) {
					t.Errorf("%s.%s leads to %+v, which there isn't", table.Name, f.Name, of)
				}
			}
		}
	}
}

// TestThePageOfExportedTablesIsFresh keeps docs/reference/exporttables.md to what is written.
func TestThePageOfExportedTablesIsFresh(t *testing.T) {
	all := exportedTables(t)
	var b strings.Builder
	b.WriteString(`# The tables in an export

Written from internal/export/tables.txt by ` + "`make generate`" + `. [An export](export.md) has each table below as ` + "`tables/NAME.ndjson`" + `, a JSON object a row, in the order of
the table's key; ` + "`tables.json`" + ` in the archive says the same. Every member is there in every line, and may be null.

| form | in JSON |
| --- | --- |
| integer | a number without a fraction, within 64 bits |
| text | a string |
| flag | false or true |
| hex | bytes in lower case hexadecimal |
| base64 | bytes in base64 with padding (RFC 4648, section 4) |
| json | any value, as the private store has it |
| moment | RFC 3339 in UTC, with Z |
| day | YYYY-MM-DD |

A value under *names* stands in that list, by the id of its lines, or in that field of that table; 0, the empty text and null name nothing. What was erased
meanwhile stands in ` + "`gone.ndjson`" + `.
`)
	for _, table := range all.Tables {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n| field | form | says | names |\n| --- | --- | --- | --- |\n", table.Name, table.Says)
		for _, f := range table.Fields {
			var names []string
			for _, of := range f.Of {
				name := "`" + of.To + "`"
				if of.Where != "" {
					name += fmt.Sprintf(" where %s is %s", of.Where, of.Is)
				}
				names = append(names, name)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Form, f.Says, strings.Join(names, ", "))
		}
		for _, l := range table.LeftOut {
			fmt.Fprintf(&b, "| `%s` | left out | %s | |\n", l.Name, l.Why)
		}
	}
	b.WriteString("\n## Tables whose rows leave in another file\n\n| table | file | what |\n| --- | --- | --- |\n")
	for _, e := range all.Elsewhere {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", e.Name, e.File, e.Says)
	}
	b.WriteString("\n## Tables that don't leave\n\n| table | why |\n| --- | --- |\n")
	for _, l := range all.LeftOut {
		fmt.Fprintf(&b, "| `%s` | %s |\n", l.Name, l.Why)
	}
	fresh(t, "docs/reference/exporttables.md", []byte(b.String()))
}
