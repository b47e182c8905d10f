//go:build linux

package cluster

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main is a package's TestMain: it builds what the tests run, once, into a folder that
// goes with them, runs the tests and ends the process.
func Main(m *testing.M, build func(dir string) error) {
	flag.Parse()
	os.Exit(withPrograms(m, build))
}

func withPrograms(m *testing.M, build func(dir string) error) int {
	dir, err := os.MkdirTemp("", "pedigree-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Build builds the program into dir, with further flags for go build. Call it from a
// test two folders below the repository.
func Build(dir, name string, flags ...string) (string, error) {
	// go test takes a kept result when nothing that a test read has changed. What the
	// build reads it can't see, so main is read here; the rest is imported.
	sources, err := filepath.Glob(filepath.Join("..", "..", "cmd", "pedigree", "*.go"))
	for _, file := range sources {
		_, readErr := os.ReadFile(file)
		err = errors.Join(err, readErr)
	}
	if err != nil || len(sources) == 0 {
		return "", fmt.Errorf("couldn't read the program's sources: %w", err)
	}
	program := filepath.Join(dir, name)
	build := exec.Command("go", append(append([]string{"build"}, flags...), "-o", program, "pedigree/cmd/pedigree")...)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("couldn't build the program: %w\n%s", err, out)
	}
	return program, nil
}
