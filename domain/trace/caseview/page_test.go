package caseview

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/pagetest"
)

var update = flag.Bool("update", false, "write docs/reference/exceptions.md anew")

// TestTheExceptionsPageIsFresh holds the table of docs/reference/exceptions.md against
// the scenarios.
func TestTheExceptionsPageIsFresh(t *testing.T) {
	pagetest.Tables(t, filepath.Join("..", "..", "..", "docs", "reference", "exceptions.md"), map[string]string{"scenarios": table()}, *update)
}

func table() string {
	var b strings.Builder
	b.WriteString("| scenario | category | what is wrong | in the message | asks for | goods and ledger |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, s := range scenarios {
		number := s.Number
		if s.Own {
			number += " *"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | `%s` | %s | %s |\n", number, s.Category, s.What, s.Array, s.Request, s.Goods)
	}
	return b.String()
}
