//go:build linux

package upgrade

import (
	"flag"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

// present and next are the two programs.
var present, next string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		if present, err = cluster.Build(dir, "pedigree"); err == nil {
			next, err = cluster.Build(dir, "pedigree-next", "-tags", "upgradetest")
		}
		return err
	})
}
