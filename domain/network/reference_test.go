package network_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pedigree/domain/anchor"
	"pedigree/domain/network"
	"pedigree/ledger"
)

func TestTheReferenceNamesEveryEntryEventAndCode(t *testing.T) {
	b, err := os.ReadFile("../../docs/reference/network.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	wanted := func(row string) {
		t.Helper()
		if !strings.Contains(text, row) {
			t.Errorf("docs/reference/network.md has nothing like %q", row)
		}
	}
	for _, m := range []ledger.Module{network.Module(), anchor.Module()} {
		for _, e := range m.Entries {
			wanted(fmt.Sprintf("| `%s` |", e.Name))
		}
		for _, e := range m.Events {
			wanted("`" + e + "`")
		}
		for _, c := range m.Codes {
			wanted(fmt.Sprintf("| %d | `%s` | %s |", c.Number, c.Name, c.Kind))
		}
	}
}
