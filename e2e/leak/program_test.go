package leak

import (
	"context"
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
			program, err = hostile.Build(context.Background(), dir)
		}
		return err
	})
}
