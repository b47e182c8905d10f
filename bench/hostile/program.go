package hostile

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the program that is attacked, into a folder, and returns its path.
func Build(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "pedigree")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "pedigree/cmd/pedigree").CombinedOutput(); err != nil {
		return "", fmt.Errorf("couldn't build the program: %w: %s", err, out)
	}
	return program, nil
}

// ReadSources reads what the build reads, below the repository's folder: go test
// takes a kept result when nothing that a test read has changed, and it can't see
// what the build did.
func ReadSources(repository string) error {
	for _, dir := range []string{"client", "cmd", "domain", "format", "internal", "ledger", "proof"} {
		err := filepath.WalkDir(filepath.Join(repository, dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".go" {
				_, err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("couldn't read the program's sources: %w", err)
		}
	}
	return nil
}
