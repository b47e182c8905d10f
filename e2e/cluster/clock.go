//go:build linux

package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// ErrNoSkew says that no program with a wrong clock can be built for this machine.
var ErrNoSkew = errors.New("a clock is only shifted on amd64")

// BuildSkewed builds the program with two files more, by which it takes the time of
// day from a clock that is wrong by what Skew says. A static program can't be deceived
// from without, and with another package time all of it would have to be compiled
// anew. Call it from a test two folders below the repository.
func BuildSkewed(dir string) (string, error) {
	if runtime.GOARCH != "amd64" {
		return "", ErrNoSkew
	}
	files := map[string]string{}
	for _, name := range []string{"skew.go", "skew_amd64.s"} {
		source, err := filepath.Abs(filepath.Join("..", "cluster", "testdata", "skew", name))
		if err != nil {
			return "", err
		}
		if _, err := os.ReadFile(source); err != nil { // go test keeps no result when it changes
			return "", fmt.Errorf("couldn't read what shifts the clock: %w", err)
		}
		files[filepath.Join(filepath.Dir(source), "..", "..", "..", "..", "cmd", "pedigree", name)] = source
	}
	text, err := json.Marshal(map[string]any{"Replace": files})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "skew.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return "", err
	}
	return Build(dir, "skewed", "-overlay", overlay)
}

// Skew is the environment of a program of BuildSkewed whose clock is wrong by so much,
// in whole seconds, from that age of the process on.
func Skew(by, after time.Duration) []string {
	return []string{
		fmt.Sprintf("PEDIGREE_TEST_SKEW_SECONDS=%d", int(by.Seconds())),
		fmt.Sprintf("PEDIGREE_TEST_SKEW_AFTER_SECONDS=%d", int(after.Seconds())),
	}
}
