package verdict

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

//go:generate go test -count=1 -run ^TestTheVerdictsPageIsFresh$ . -update

var update = flag.Bool("update", false, "write docs/reference/verdicts.md anew")

// TestTheVerdictsPageIsFresh holds docs/reference/verdicts.md against Rows: the tables
// come from the code, the rest is written by hand.
func TestTheVerdictsPageIsFresh(t *testing.T) {
	path := filepath.Join("..", "..", "..", "..", "docs", "reference", "verdicts.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := string(page)
	for name, table := range tables() {
		begin, end := "<!-- "+name+" -->\n", "<!-- end -->\n"
		head, rest, ok := strings.Cut(fresh, begin)
		_, tail, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no table of %s", path, name)
		}
		fresh = head + begin + "\n" + table + "\n" + end + tail
	}
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

// tables are the tables of the page by name.
func tables() map[string]string {
	all := map[string]string{}
	for _, r := range Rows {
		name := string(r.Word)
		if r.Notice {
			name = "notices"
		}
		if all[name] == "" {
			all[name] = "| rule | known | when | what to do |\n| --- | --- | --- | --- |\n"
		}
		all[name] += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.Rule, r.Known, r.Text, r.Next)
	}
	return all
}
