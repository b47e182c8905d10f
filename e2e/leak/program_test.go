package leak

import (
	"path/filepath"
	"testing"

	"pedigree/bench/hostile"
	"pedigree/e2e/cluster"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		if err = hostile.ReadSources(filepath.Join("..", "..")); err == nil {
			program, err = cluster.Build(dir, "pedigree")
		}
		return err
	})
}
