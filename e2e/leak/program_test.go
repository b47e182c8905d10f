package leak

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
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
	program = filepath.Join(dir, "pedigree")
	if err := readSources(); err != nil {
		fmt.Fprintln(os.Stderr, "couldn't read the program's sources:", err)
		return 1
	}
	build := exec.Command("go", "build", "-o", program, "pedigree/cmd/pedigree")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "couldn't build the program:", err)
		return 1
	}
	return m.Run()
}

// readSources reads what the build reads: go test takes a kept result when nothing
// that a test read has changed, and it can't see what the build did.
func readSources() error {
	for _, dir := range []string{"client", "cmd", "domain", "format", "internal", "ledger", "proof"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".go" {
				_, err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
