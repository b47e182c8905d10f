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

var resident = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// checkMemory compares each node's resident memory with what is promised.
func checkMemory(t *testing.T, n *cluster.Network) {
	t.Helper()
	for _, m := range n.List {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.PID()))
		if err != nil {
			t.Fatal(err)
		}
		found := resident.FindSubmatch(raw)
		if found == nil {
			t.Fatalf("the status of %s does not tell its memory", m.ID)
		}
		kb, err := strconv.Atoi(string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s takes %d MB", m.ID, kb>>10)
		if kb<<10 > residentBytesMax {
			t.Errorf("%s takes %d MB, more than the %d MB promised", m.ID, kb>>10, residentBytesMax>>20)
		}
	}
}
