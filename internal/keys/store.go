package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Store is the secrets of one home. It isn't safe for concurrent use; two
// processes may use one home at once, for no secret is ever overwritten.
type Store struct {
	dir      string
	identity *age.X25519Identity // nil until Unlock
	// Cost is the work factor of a passphrase that is set from here on: the
	// logarithm of what one guess costs. Open gives WorkFactor.
	Cost int
	// before is called before each change on the disk; tests end the work there.
	before func(change string) error
}

// Open names the home whose secrets are meant. It reads nothing yet.
func Open(home string) *Store {
	return &Store{dir: home, Cost: WorkFactor, before: func(string) error { return nil }}
}

// Dir is the home.
func (s *Store) Dir() string { return s.dir }

func (s *Store) unlockPath() string { return filepath.Join(s.dir, folder, unlockFile) }

func (s *Store) plainPath(n Name) string { return filepath.Join(s.dir, n.PlainFile()) }

func (s *Store) sealedPath(n Name) string { return filepath.Join(s.dir, n.SealedFile()) }

// Protected tells whether the home has a passphrase. A home whose protecting was
// cut short has one too.
func (s *Store) Protected() bool {
	if exists(s.unlockPath()) {
		return true
	}
	for _, n := range every() {
		if exists(s.sealedPath(n)) {
			return true
		}
	}
	return false
}

// Unlock opens a protected home for this store. A plain home needs none.
func (s *Store) Unlock(p Passphrase) error {
	id, err := s.openIdentity(p)
	if err != nil {
		return fmt.Errorf("couldn't unlock the keys: %w", err)
	}
	s.identity = id
	return nil
}

// Unlocked tells whether protected secrets can be read.
func (s *Store) Unlocked() bool { return s.identity != nil }

func (s *Store) openIdentity(p Passphrase) (*age.X25519Identity, error) {
	path := s.unlockPath()
	sealed, err := readPrivate(path, sealedBytesMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; nothing else opens the other files in this folder, so put it back from a copy", err)
	}
	if err != nil {
		return nil, err
	}
	id, err := unsealIdentity(sealed, p)
	switch {
	case errors.Is(err, ErrPassphrase):
		return nil, fmt.Errorf("%w for %s; check capitals and the keyboard's language, and a changed passphrase where an old copy of the file was put back", err, path)
	case err != nil:
		return nil, fmt.Errorf("%s: %w; put it back from a copy", path, err)
	}
	return id, nil
}

// Read returns the text of a secret's plain file, from whichever file holds it.
func (s *Store) Read(n Name) ([]byte, error) {
	content, err := s.read(n)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the %s secret: %w", n, err)
	}
	return content, nil
}

func (s *Store) read(n Name) ([]byte, error) {
	if !exists(s.sealedPath(n)) {
		content, err := readPrivate(s.plainPath(n), secretBytesMax)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w; put it back from a copy, and if there is none see docs/operate/keys.md", err)
		}
		return content, err
	}
	content, err := s.readSealed(n)
	if err != nil || !exists(s.plainPath(n)) {
		return content, err
	}
	return content, s.sameAsPlain(n, content)
}

// sameAsPlain refuses a secret that differs from the plain file beside it.
func (s *Store) sameAsPlain(n Name, content []byte) error {
	plain, err := readPrivate(s.plainPath(n), secretBytesMax)
	if err == nil && !bytes.Equal(plain, content) {
		return fmt.Errorf("%s and %s: %w; find out which one is in use and move the other away", s.plainPath(n), s.sealedPath(n), ErrDiffer)
	}
	return err
}

func (s *Store) readSealed(n Name) ([]byte, error) {
	if s.identity == nil {
		return nil, fmt.Errorf("%s: %w; give the passphrase as keys.unlock in pedigree.yaml says", s.sealedPath(n), ErrLocked)
	}
	sealed, err := readPrivate(s.sealedPath(n), sealedBytesMax)
	if err != nil {
		return nil, err
	}
	content, err := unseal(sealed, s.identity)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, fmt.Errorf("%s: %w, or it was encrypted for another home than the one that %s opens; put it back from a copy", s.sealedPath(n), ErrDamaged, unlockFile)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w (%w); put it back from a copy", s.sealedPath(n), ErrDamaged, err)
	}
	if len(content) > secretBytesMax {
		return nil, fmt.Errorf("%s: %w: it holds more than %d bytes", s.sealedPath(n), ErrDamaged, secretBytesMax)
	}
	return content, nil
}

// Has tells whether the secret is there, in either form.
func (s *Store) Has(n Name) bool { return exists(s.plainPath(n)) || exists(s.sealedPath(n)) }

// Create writes a secret that isn't there yet: protected in a protected home,
// plain in a plain one. One that is there is never replaced (fs.ErrExist).
func (s *Store) Create(n Name, content []byte) error {
	if err := s.create(n, content); err != nil {
		return fmt.Errorf("couldn't keep the %s secret: %w", n, err)
	}
	return nil
}

func (s *Store) create(n Name, content []byte) error {
	if len(content) > secretBytesMax {
		return fmt.Errorf("it has %d bytes, and may have %d", len(content), secretBytesMax)
	}
	if s.Has(n) {
		return fs.ErrExist
	}
	if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o700); err != nil {
		return err
	}
	if !s.Protected() {
		return writeOnce(s.plainPath(n), content, noTime)
	}
	return s.writeSealed(n, content, noTime)
}

// SetAside gives a secret's file another name, so that Create can make a new one. It
// returns the name, below the home. The secret isn't read, so a damaged one can go.
func (s *Store) SetAside(n Name) (string, error) {
	aside := ""
	for _, file := range []string{n.SealedFile(), n.PlainFile()} {
		if !exists(filepath.Join(s.dir, file)) {
			continue
		}
		to, err := s.freeName(file)
		if err == nil {
			err = os.Rename(filepath.Join(s.dir, file), filepath.Join(s.dir, to))
		}
		if err != nil {
			return "", fmt.Errorf("couldn't set the %s secret aside: %w", n, err)
		}
		aside = to
	}
	return aside, syncDir(filepath.Join(s.dir, folder))
}

// Drop removes a secret that another store keeps as well: it reads it there, from the
// disk, and compares.
func (s *Store) Drop(n Name, kept *Store) error {
	if err := s.drop(n, kept); err != nil {
		return fmt.Errorf("couldn't remove the %s secret from %s: %w", n, s.dir, err)
	}
	return nil
}

func (s *Store) drop(n Name, kept *Store) error {
	if !s.Has(n) {
		return nil
	}
	own, err := s.read(n)
	if err != nil {
		return err
	}
	there, err := kept.read(n)
	if err != nil {
		return err
	}
	if !bytes.Equal(own, there) || kept.dir == s.dir {
		return fmt.Errorf("%s holds no copy of it", kept.dir)
	}
	for _, path := range []string{s.plainPath(n), s.sealedPath(n)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.syncNames()
}

// freeName finds a name for a file that was set aside.
func (s *Store) freeName(file string) (string, error) {
	for i := 1; i <= asideMax; i++ {
		name := fmt.Sprintf("%s.former-%d", file, i)
		if !exists(filepath.Join(s.dir, name)) {
			return name, nil
		}
	}
	return "", fmt.Errorf("there are %d former ones beside %s already: move them to a safe place", asideMax, file)
}

func (s *Store) writeSealed(n Name, content []byte, at time.Time) error {
	if s.identity == nil {
		return ErrLocked
	}
	sealed, err := seal(content, s.identity.Recipient())
	if err != nil {
		return err
	}
	if err := s.before("write " + n.SealedFile()); err != nil {
		return err
	}
	return writeOnce(s.sealedPath(n), sealed, at)
}
