package statetree

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"pedigree/internal/store/storetest"

	"github.com/cockroachdb/datadriven"
)

// TestVectors runs testdata/roots.txt: each block of commands is one block of
// changes, and its answer the root after it. An answer is only accepted when the
// plain tree gives it too, so rewriting the file can't make it wrong.
func TestVectors(t *testing.T) {
	h := newHarness(t)
	defer h.db.Close()
	state := map[string][]byte{}
	datadriven.RunTest(t, "testdata/roots.txt", func(t *testing.T, d *datadriven.TestData) string {
		if d.Cmd != "block" {
			d.Fatalf(t, "the only command is block, not %q", d.Cmd)
		}
		var changes []Change
		for line := range strings.Lines(d.Input) {
			word := strings.Fields(line)
			path := sha256.Sum256([]byte(word[1]))
			switch {
			case word[0] == "del" && len(word) == 2:
				changes = append(changes, Change{Path: path, Delete: true})
				delete(state, word[1])
			case word[0] == "set" && len(word) == 3:
				changes = append(changes, Change{Path: path, Value: sha256.Sum256([]byte(word[2]))})
				state[word[1]] = []byte(word[2])
			default:
				d.Fatalf(t, "a line is \"set key value\" or \"del key\", not %q", line)
			}
		}
		h.step(t, changes)
		if want := storetest.StateRoot(state); h.tree.Root() != want {
			d.Fatalf(t, "the root is %s, the plain tree's is %s", h.tree.Root(), want)
		}
		return fmt.Sprintf("%d keys, root %s\n", h.tree.Count(), h.tree.Root())
	})
}
