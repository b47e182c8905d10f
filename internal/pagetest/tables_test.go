package pagetest_test

import (
	"os"
	"path/filepath"
	"testing"

	"pedigree/internal/pagetest"
)

// noted takes what a test of a page says.
type noted struct {
	testing.TB
	failed bool
}

func (n *noted) Errorf(string, ...any) { n.failed = true }

func TestAStaleTableFailsAndIsWrittenAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	const before = "by hand\n<!-- a -->\n\nold\n\n<!-- end -->\nmore\n<!-- b -->\n\nold\n\n<!-- end -->\n"
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	tables := map[string]string{"a": "new\n", "b": "old\n"}
	stale := &noted{TB: t}
	pagetest.Tables(stale, path, tables, false)
	if !stale.failed {
		t.Error("a stale page passed")
	}
	pagetest.Tables(t, path, tables, true)
	pagetest.Tables(t, path, tables, false)
	const want = "by hand\n<!-- a -->\n\nnew\n\n<!-- end -->\nmore\n<!-- b -->\n\nold\n\n<!-- end -->\n"
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("written was %q: %v", got, err)
	}
}
