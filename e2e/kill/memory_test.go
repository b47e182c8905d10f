//go:build linux

package kill

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"pedigree/e2e/cluster"
)

var own = regexp.MustCompile(`(?m)^RssAnon:\s+(\d+) kB$`)

// smallCaches are the settings of nodes whose memory is measured: with caches of 256 MiB,
// as they are by default, a long run fills them, and a leak couldn't be told from that.
func smallCaches(string) string { return "store: {cache_mb: 32, memtable_mb: 16}\n" }

// checkMemory compares the memory that each node holds of its own with the most that it
// may be. Pages of the program's file come on top; nodes of one machine share them, and the
// system takes them back when it needs room.
func checkMemory(t *testing.T, n *cluster.Network) {
	t.Helper()
	for _, m := range n.List {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.PID()))
		if err != nil {
			t.Fatal(err)
		}
		found := own.FindSubmatch(raw)
		if found == nil {
			t.Fatalf("the status of %s does not tell its memory", m.ID)
		}
		kb, err := strconv.Atoi(string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s takes %d MB", m.ID, kb>>10)
		if kb<<10 > ownBytesMax {
			t.Errorf("%s takes %d MB, more than %d MB", m.ID, kb>>10, ownBytesMax>>20)
		}
	}
}
