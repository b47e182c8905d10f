package verdict

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"pedigree/internal/pagetest"
)

//go:generate go test -count=1 -run ^TestTheVerdictsPageIsFresh$ . -update

var update = flag.Bool("update", false, "write docs/reference/verdicts.md anew")

// TestTheVerdictsPageIsFresh holds docs/reference/verdicts.md against Rows: the tables
// come from the code, the rest is written by hand.
func TestTheVerdictsPageIsFresh(t *testing.T) {
	pagetest.Tables(t, filepath.Join("..", "..", "..", "..", "docs", "reference", "verdicts.md"), tables(), *update)
}

// step is what to do, with the command that helps.
func step(r Row) string {
	if r.Command == "" {
		return r.Next
	}
	return r.Next + " (`" + r.Command + "`)"
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
		all[name] += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.Rule, r.Known, r.Text, step(r))
	}
	return all
}
