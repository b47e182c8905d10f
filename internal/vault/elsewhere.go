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

// refuseForgotten refuses a server on which a vault would begin empty, or go on old,
// while the folder says that there is another: a file that was never moved, or a
// place that isn't empty.
func refuseForgotten(dir string, isNew bool) error {
	file, err := exists(filepath.Join(dir, databaseFile))
	if err != nil {
		return err
	}
	noted, err := exists(filepath.Join(dir, ElsewhereFile))
	switch {
	case err != nil:
		return err
	case file && !noted:
		return fmt.Errorf("%s holds a vault that was never moved to the server: take vault.url out of the configuration, then run pedigree vault move", filepath.Join(dir, databaseFile))
	case isNew && noted:
		return fmt.Errorf("the server holds no vault where %s says that there is one: name the right server, or restore a backup; to begin with an empty one, remove that file", filepath.Join(dir, ElsewhereFile))
	}
	return nil
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// makeFolder makes the folder where there is none, though not the folder above.
func makeFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
