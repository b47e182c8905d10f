package keys

import (
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
)

// ProtectUnder puts every plain secret of a hosted organisation's home under the
// keys of its host: what opens the home is encrypted to the host's identity, in the
// place where a passphrase would be. A host serves hundreds of such homes, and a
// passphrase takes half a second and 128 MiB for each. When the host is plain, the
// home stays plain.
//
// ChangePassphrase gives the home a passphrase of its own again, for its way out.
func (s *Store) ProtectUnder(host *Store) error {
	if err := s.protectUnder(host); err != nil {
		return fmt.Errorf("couldn't protect the keys under the host's: %w", err)
	}
	return nil
}

func (s *Store) protectUnder(host *Store) error {
	if !host.Protected() {
		return nil
	}
	if host.identity == nil {
		return ErrLocked
	}
	if err := s.beginUnder(host); err != nil {
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
	fresh := *s
	if err := fresh.unlockUnder(host); err != nil {
		return err
	}
	if err := fresh.readBack(plain); err != nil {
		return err
	}
	return s.removePlain(plain)
}

// beginUnder makes the home's identity, or opens the one it has.
func (s *Store) beginUnder(host *Store) error {
	if s.Protected() {
		if err := s.unlockUnder(host); err != nil {
			return err
		}
		return s.removeTemporary()
	}
	return s.makeIdentity(func(id *age.X25519Identity) ([]byte, error) {
		return seal([]byte(id.String()+"\n"), host.identity.Recipient())
	})
}

// UnlockUnder opens a hosted organisation's home with the keys of its host, which
// are unlocked. A plain home needs none.
func (s *Store) UnlockUnder(host *Store) error {
	if !s.Protected() {
		return nil
	}
	if err := s.unlockUnder(host); err != nil {
		return fmt.Errorf("couldn't unlock the keys in %s with its host's: %w", s.dir, err)
	}
	return nil
}

func (s *Store) unlockUnder(host *Store) error {
	if host.identity == nil {
		return ErrLocked
	}
	path := s.unlockPath()
	sealed, err := readPrivate(path, sealedBytesMax)
	if err != nil {
		return fmt.Errorf("%w; nothing else opens the other files in this folder, so put it back from a copy", err)
	}
	text, err := unseal(sealed, host.identity)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return fmt.Errorf("%s: %w, or it belongs to another host; put it back from a copy", path, ErrDamaged)
	}
	if err != nil {
		return fmt.Errorf("%s: %w (%w); put it back from a copy", path, ErrDamaged, err)
	}
	id, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil { // age's own error may quote the text
		return fmt.Errorf("%s: %w: it holds no identity of age", path, ErrDamaged)
	}
	s.identity = id
	return nil
}
