package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// leavingEnd marks files of a home that are on their way to another one.
const leavingEnd = ".leaving"

// MoveMark moves the signing mark of a consensus key from one home, where nobody
// signs, to another one. The key can't sign in the first home any more before it can
// sign in the other. Cut short, it is completed by doing it again.
func MoveMark(from, to string, key [32]byte) error {
	if err := moveMark(from, to, key); err != nil {
		return fmt.Errorf("couldn't move the signing mark: %w", err)
	}
	return nil
}

func moveMark(from, to string, key [32]byte) error {
	there, err := markOwner(filepath.Join(to, markFile))
	switch {
	case err != nil:
		return err
	case there == key:
		return dropMark(from, key)
	case there != [32]byte{}:
		return fmt.Errorf("%s holds the mark of another key", to)
	}
	if err := takeAway(from, key); err != nil {
		return err
	}
	for _, name := range []string{hasSignedFile, markFile} { // the mark last: it says that all is there
		if err := copyMark(filepath.Join(from, name+leavingEnd), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	if err := syncDir(to); err != nil {
		return err
	}
	return dropMark(from, key)
}

// takeAway gives the mark's files in a home names under which nobody signs. The mark
// goes first: without it the key is refused.
func takeAway(home string, key [32]byte) error {
	owner, err := markOwner(filepath.Join(home, markFile))
	if err != nil {
		return err
	}
	if owner != [32]byte{} {
		m, err := openMark(home, key) // which nobody else has open then
		if err != nil {
			return err
		}
		if err := errors.Join(os.Rename(filepath.Join(home, markFile), filepath.Join(home, markFile+leavingEnd)), syncDir(home), m.close()); err != nil {
			return err
		}
	}
	if err := renameIfThere(filepath.Join(home, hasSignedFile), filepath.Join(home, hasSignedFile+leavingEnd)); err != nil {
		return err
	}
	owner, err = markOwner(filepath.Join(home, markFile+leavingEnd))
	if err == nil && owner != key {
		err = fmt.Errorf("%w in %s", ErrMarkMissing, home)
	}
	return errors.Join(err, syncDir(home))
}

func copyMark(from, to string) error {
	text, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil // nothing was signed yet
	}
	if err != nil {
		return err
	}
	partial := to + ".new"
	if err := errors.Join(os.RemoveAll(partial), writeNew(partial, text, 0o600)); err != nil {
		return err
	}
	return os.Rename(partial, to)
}

// dropMark removes what a move left behind, which is a copy by then.
func dropMark(home string, key [32]byte) error {
	owner, err := markOwner(filepath.Join(home, markFile))
	if err != nil {
		return err
	}
	if owner == key {
		return fmt.Errorf("%s holds a mark of this key as well: find out which home signed last, and take the other's away", home)
	}
	for _, name := range []string{markFile, hasSignedFile} {
		if err := os.Remove(filepath.Join(home, name+leavingEnd)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return syncDir(home)
}
