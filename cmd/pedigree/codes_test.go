package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pedigree/domain/all"
	"pedigree/ledger"
)

// docs/reference/codes.md holds the prose, the code holds the registry.
//go:generate go test -count=1 -run ^TestTheCodesPageIsFresh$ . -update

// codeRow is a row of a table of numbered codes: meaning and advice are kept.
var codeRow = regexp.MustCompile("(?m)^\\| \\d+ \\| `([a-z0-9/-]+)` \\| [a-z_]+ \\| (.*) \\| (.*) \\|\n")

// TestTheCodesPageIsFresh holds docs/reference/codes.md against the registries:
// every code has its row in order, with number, kind, meaning and advice.
func TestTheCodesPageIsFresh(t *testing.T) {
	const path = "docs/reference/codes.md"
	raw, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	prose := map[string]string{}
	for _, m := range codeRow.FindAllStringSubmatch(page, -1) {
		if strings.TrimSpace(m[2]) == "" || strings.TrimSpace(m[3]) == "" {
			t.Errorf("%s has no meaning or no advice", m[1])
		}
		prose[m[1]] = m[2] + " | " + m[3]
	}
	tables := codeTables(t, prose)
	for name, rows := range tables {
		page = replaceTable(t, page, name, rows)
	}
	fresh(t, path, []byte(page))
}

// codeOwners are the registries by the first part of their codes' names.
func codeOwners() map[string][]ledger.Code {
	owners := map[string][]ledger.Code{"ledger": ledger.Codes()}
	for _, m := range all.Modules() {
		owners[m.Name] = m.Codes
	}
	return owners
}

// codeTables writes the rows of each registry with the prose that there is.
func codeTables(t *testing.T, prose map[string]string) map[string]string {
	t.Helper()
	tables := map[string]string{}
	for name, codes := range codeOwners() {
		for _, c := range codes {
			text, found := prose[c.Name]
			if !found {
				t.Errorf("%s (%d, %s) has no row: write what it means and what to do", c.Name, c.Number, c.Kind)
				text = " | "
			}
			tables[name] += fmt.Sprintf("| %d | `%s` | %s | %s |\n", c.Number, c.Name, c.Kind, text)
			delete(prose, c.Name)
		}
	}
	for name := range prose {
		t.Errorf("%s has a row and is no code", name)
	}
	return tables
}

// replaceTable puts a registry's rows where its first row stands.
func replaceTable(t *testing.T, page, name, rows string) string {
	t.Helper()
	table := regexp.MustCompile("(?m)(^\\| \\d+ \\| `" + name + "/[^\n]*\n)+")
	at := table.FindStringIndex(page)
	if at == nil {
		t.Fatalf("there is no table of the codes of %s", name)
	}
	return page[:at[0]] + rows + page[at[1]:]
}
