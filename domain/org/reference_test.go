package org_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pedigree/domain/org"
)

func TestTheReferenceNamesEveryEntryEventRoleAndCode(t *testing.T) {
	b, err := os.ReadFile("../../docs/reference/organisations.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	wanted := func(row string) {
		t.Helper()
		if !strings.Contains(text, row) {
			t.Errorf("docs/reference/organisations.md has nothing like %q", row)
		}
	}
	m := org.Module()
	for _, e := range m.Entries {
		wanted(fmt.Sprintf("| `%s` |", e.Name))
	}
	for _, e := range m.Events {
		wanted("`" + e + "`")
	}
	for _, c := range m.Codes {
		wanted(fmt.Sprintf("| %d | `%s` | %s |", c.Number, c.Name, c.Kind))
	}
	for bit := org.Roles(1); bit.String() != ""; bit <<= 1 {
		wanted(fmt.Sprintf("| %s | %d |", bit, uint64(bit)))
	}
}
