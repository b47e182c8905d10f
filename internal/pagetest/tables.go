package pagetest

import (
	"os"
	"strings"
	"testing"
)

// Tables holds a page's tables against those of the code, by name, or writes them.
func Tables(t testing.TB, path string, tables map[string]string, update bool) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := string(page)
	for name, table := range tables {
		begin, end := "<!-- "+name+" -->\n", "<!-- end -->\n"
		head, rest, ok := strings.Cut(fresh, begin)
		_, tail, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no table of %s", path, name)
		}
		fresh = head + begin + "\n" + table + "\n" + end + tail
	}
	if update {
		if err := os.WriteFile(path, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != fresh {
		t.Errorf("%s is stale: run make generate and commit it", path)
	}
}
