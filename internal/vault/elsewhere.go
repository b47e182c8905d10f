package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ElsewhereFile stands in a vault's folder while the vault is on a server, so
// that a configuration that lost its URL doesn't begin an empty one, or go on
// with an old one.
const ElsewhereFile = "vault.elsewhere"

// refuseElsewhere refuses a folder whose vault is on a server.
func refuseElsewhere(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, ElsewhereFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the vault is %s: set vault.url in the configuration again, or bring it back with pedigree vault move; if that server is gone for good, restore a backup", text)
}

// noteElsewhere says in the folder where the vault is.
func noteElsewhere(dir, where string) error {
	path := filepath.Join(dir, ElsewhereFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return writeNew(path, []byte(where))
}

// refuseForgotten refuses to begin an empty vault on a server beside a file with
// one.
func refuseForgotten(dir string) error {
	path := filepath.Join(dir, databaseFile)
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s holds a vault, and the server holds none yet: copy it there with pedigree vault move before the configuration names the server", path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// makeFolder makes the folder where there is none, though not the folder above.
func makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
