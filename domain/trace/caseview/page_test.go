package caseview

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/reference/exceptions.md anew")

// TestTheExceptionsPageIsFresh holds the table of docs/reference/exceptions.md against
// the scenarios.
func TestTheExceptionsPageIsFresh(t *testing.T) {
	path := filepath.Join("..", "..", "..", "docs", "reference", "exceptions.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- scenarios -->\n", "<!-- end -->\n"
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no table of scenarios", path)
	}
	fresh := head + begin + "\n" + table() + "\n" + end + tail
	if *update {
		if err := os.WriteFile(path, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != fresh {
		t.Errorf("%s is stale: run make generate and commit it", path)
	}
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
