package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// Protect puts every plain secret of the home under a passphrase. In a home that
// has one already the passphrase must be that one, and what is still plain is
// protected too: an interrupted Protect is completed so.
//
// Nothing is taken away before every secret was read back from the disk.
func (s *Store) Protect(p Passphrase) error {
	if err := s.protect(p); err != nil {
		return fmt.Errorf("couldn't protect the keys: %w", err)
	}
	return nil
}

func (s *Store) protect(p Passphrase) error {
	if err := s.begin(p); err != nil {
		return err
	}
	plain := map[Name][]byte{}
	for _, n := range every() {
		content, err := s.protectOne(n)
		if err != nil {
			return err
		}
		if content != nil {
			plain[n] = content
		}
	}
	if err := s.verify(p, plain); err != nil {
		return err
	}
	return s.removePlain(plain)
}

// begin gives the home its passphrase, or unlocks it with the one it has.
func (s *Store) begin(p Passphrase) error {
	if s.Protected() {
		id, err := s.openIdentity(p)
		if err != nil {
			return err
		}
		s.identity = id
		return s.removeTemporary()
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.makeIdentity(func(id *age.X25519Identity) ([]byte, error) { return sealIdentity(id, p, s.Cost) })
}

// makeIdentity gives the home an identity, which only what sealed it opens.
func (s *Store) makeIdentity(sealed func(*age.X25519Identity) ([]byte, error)) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	content, err := sealed(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o700); err != nil {
		return err
	}
	if err := s.before("write " + unlockFile); err != nil {
		return err
	}
	if err := writeOnce(s.unlockPath(), content, noTime); err != nil {
		return err
	}
	s.identity = id
	return nil
}

// protectOne writes the protected form of a plain secret. It returns the plain
// text, nil when there is no plain file.
func (s *Store) protectOne(n Name) ([]byte, error) {
	info, err := os.Lstat(s.plainPath(n))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	content, err := readPrivate(s.plainPath(n), secretBytesMax)
	if err != nil {
		return nil, err
	}
	if exists(s.sealedPath(n)) {
		return content, nil
	}
	return content, s.writeSealed(n, content, info.ModTime())
}

// verify reads all back from the disk, beginning with the passphrase.
func (s *Store) verify(p Passphrase, plain map[Name][]byte) error {
	fresh := *s
	var err error
	if fresh.identity, err = fresh.openIdentity(p); err != nil {
		return err
	}
	return fresh.readBack(plain)
}

// readBack compares every protected secret on the disk with the plain ones.
func (s *Store) readBack(plain map[Name][]byte) error {
	for _, n := range every() {
		if !exists(s.sealedPath(n)) {
			continue
		}
		content, err := s.readSealed(n)
		if err != nil {
			return fmt.Errorf("%w; the plain files are as they were", err)
		}
		if want, found := plain[n]; found && !bytes.Equal(want, content) {
			return fmt.Errorf("%s and %s: %w; find out which one is in use and move the other away", s.plainPath(n), s.sealedPath(n), ErrDiffer)
		}
	}
	return nil
}

func (s *Store) removePlain(plain map[Name][]byte) error {
	for _, n := range every() {
		if _, found := plain[n]; !found {
			continue
		}
		if err := s.before("remove " + n.PlainFile()); err != nil {
			return err
		}
		if err := os.Remove(s.plainPath(n)); err != nil {
			return err
		}
	}
	return errors.Join(syncDir(filepath.Join(s.dir, folder)), syncDir(s.dir))
}

// removeTemporary clears what an interrupted write left: ciphertext without a name.
func (s *Store) removeTemporary() error {
	left, err := filepath.Glob(filepath.Join(s.dir, folder, "*.age"+temporaryMark+"*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// ChangePassphrase gives an unlocked home another passphrase. Copies of the old
// unlock.age still open with the old one.
func (s *Store) ChangePassphrase(p Passphrase) error {
	if err := s.changePassphrase(p); err != nil {
		return fmt.Errorf("couldn't change the passphrase: %w", err)
	}
	return nil
}

func (s *Store) changePassphrase(p Passphrase) error {
	if s.identity == nil {
		return ErrLocked
	}
	if err := p.check(); err != nil {
		return err
	}
	sealed, err := sealIdentity(s.identity, p, s.Cost)
	if err != nil {
		return err
	}
	if err := s.before("write the new " + unlockFile); err != nil {
		return err
	}
	name, err := writeTemporary(s.unlockPath(), sealed, noTime)
	if err != nil {
		return err
	}
	if err := s.checkUnlock(name, p); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	if err := s.before("rename the new " + unlockFile); err != nil {
		return err
	}
	if err := os.Rename(name, s.unlockPath()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return syncDir(filepath.Dir(name))
}

// checkUnlock reads a new unlock file back before it takes the old one's place.
func (s *Store) checkUnlock(path string, p Passphrase) error {
	sealed, err := readPrivate(path, sealedBytesMax)
	if err != nil {
		return err
	}
	id, err := unsealIdentity(sealed, p)
	if err != nil {
		return err
	}
	if id.String() != s.identity.String() {
		return fmt.Errorf("%w: what was written isn't what is read back", ErrDamaged)
	}
	return nil
}
