package deadline

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/pagetest"
)

var update = flag.Bool("update", false, "write docs/reference/clocks.md anew")

// TestTheClocksPageIsFresh holds the table of docs/reference/clocks.md against the rules.
func TestTheClocksPageIsFresh(t *testing.T) {
	pagetest.Tables(t, filepath.Join("..", "..", "..", "..", "docs", "reference", "clocks.md"), map[string]string{"rules": table()}, *update)
}

func table() string {
	var b strings.Builder
	b.WriteString("| rule | waits for | limit | what has to be done | ground |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range append(append([]Rule{}, rules...), Agreed(0), Offer) {
		limit := fmt.Sprintf("%d h", r.Hours)
		switch {
		case r.Days > 0:
			limit = fmt.Sprintf("%d business days", r.Days)
		case r.Hours == 0:
			limit = "as agreed"
		}
		ground := r.Source
		if r.Custom && !strings.HasPrefix(ground, "custom") {
			ground += " (custom)"
		}
		if r.Unconfirmed {
			ground += " (unconfirmed)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", r.Name, r.For, limit, r.Text, ground)
	}
	return b.String()
}
