package leak

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pedigree/bench/hostile"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) { os.Exit(built(m)) }

// built builds the program once, and runs the tests.
func built(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pedigree-leak-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err = hostile.ReadSources(filepath.Join("..", "..")); err == nil {
		program, err = hostile.Build(context.Background(), dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}
