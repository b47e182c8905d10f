package deadline

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/reference/clocks.md anew")

// TestTheClocksPageIsFresh holds the table of docs/reference/clocks.md against the rules.
func TestTheClocksPageIsFresh(t *testing.T) {
	path := filepath.Join("..", "..", "..", "..", "docs", "reference", "clocks.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- rules -->\n", "<!-- end -->\n"
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no table of rules", path)
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
