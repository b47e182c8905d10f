// Package sharedtest finds the reference documents that stand beside the
// repository (../shared/testdata), for tests only. They belong to standards
// bodies and other projects and are never copied into this repository; a test
// that needs them skips with a clear line where they are missing.
package sharedtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a file or folder under ../shared/testdata, or skips
// the test when it isn't there.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("couldn't find the working directory: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatalf("couldn't find go.mod above the test")
		}
		dir = up
	}
	p := filepath.Join(append([]string{dir, "..", "shared", "testdata"}, elem...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("reference documents not found at %s: this test needs them beside the repository", p)
	}
	return p
}
