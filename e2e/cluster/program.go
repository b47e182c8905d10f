//go:build linux

package cluster

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
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

// Build puts the program into dir, built with further flags for go build, which its name
// stands for. It is linked once for all packages of a run, for that takes as long as
// some of their tests. Call it from a test two folders below the repository.
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
	shared := filepath.Join(os.TempDir(), fmt.Sprintf("pedigree-programs-%d", os.Getuid()))
	if err := os.MkdirAll(shared, 0o700); err != nil {
		return "", fmt.Errorf("couldn't make a folder for built programs: %w", err)
	}
	alone, err := os.OpenFile(filepath.Join(shared, name+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", fmt.Errorf("couldn't build the program: %w", err)
	}
	defer alone.Close() // which unlocks it
	if err := syscall.Flock(int(alone.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("couldn't wait for another build: %w", err)
	}
	built, program := filepath.Join(shared, name), filepath.Join(dir, name)
	build := exec.Command("go", append(append([]string{"build"}, flags...), "-o", built, "pedigree/cmd/pedigree")...)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("couldn't build the program: %w\n%s", err, out)
	}
	// A name of its own: the next build puts another file in the place of this one.
	if err := os.Link(built, program); err != nil {
		return "", fmt.Errorf("couldn't name the program: %w", err)
	}
	return program, nil
}
