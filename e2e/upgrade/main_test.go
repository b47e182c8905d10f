//go:build linux

package upgrade

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

// present and next are the two programs.
var present, next string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(built(m))
}

// built builds both programs once, and runs the tests.
func built(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pedigree-upgrade-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if present, err = cluster.Build(dir, "pedigree"); err == nil {
		next, err = cluster.Build(dir, "pedigree-next", "-tags", "upgradetest")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
