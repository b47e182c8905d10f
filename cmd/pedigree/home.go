package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pedigree/domain/org"
	"pedigree/internal/engine"
	"pedigree/proof"
)

// home is the folder of one node: configuration, keys and data.
type home struct{ dir string }

func (h home) config() string      { return filepath.Join(h.dir, "pedigree.yaml") }
func (h home) founding() string    { return filepath.Join(h.dir, "founding.json") }
func (h home) card() string        { return filepath.Join(h.dir, "card.json") }
func (h home) orgKey() string      { return filepath.Join(h.dir, "keys", "organisation.key") }
func (h home) custodySeed() string { return filepath.Join(h.dir, "keys", "custody.seed") }
func (h home) vaultKey() string    { return filepath.Join(h.dir, "keys", "vault.key") }
func (h home) token() string       { return filepath.Join(h.dir, "api.token") }
func (h home) vault() string       { return filepath.Join(h.dir, "data", "vault") }
func (h home) address() string     { return filepath.Join(h.dir, "data", "api.address") }

// card is what an organisation tells the others before a network is founded:
// nothing in it is secret.
type card struct {
	Member org.FoundingMember `json:"member"`
	Node   engine.Peer        `json:"node"`
}

// secretFile holds 32 random bytes as one line of hexadecimal under a header that
// says what they are.
type secretFile struct {
	path, header string
}

// obtain reads the secret, or makes it when there is none.
func (f secretFile) obtain() ([32]byte, error) {
	secret, err := f.create()
	if errors.Is(err, fs.ErrExist) {
		return f.read()
	}
	return secret, err
}

// create makes a new secret; an existing one is never replaced.
func (f secretFile) create() ([32]byte, error) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return secret, fmt.Errorf("couldn't make %s: %w", f.header, err)
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return secret, fmt.Errorf("couldn't make %s: %w", f.header, err)
	}
	out, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return secret, fmt.Errorf("couldn't make %s: %w", f.header, err)
	}
	_, err = fmt.Fprintf(out, "# %s: secret, keep a copy in a safe place\n%s\n", f.header, hex.EncodeToString(secret[:]))
	return secret, errors.Join(err, out.Sync(), out.Close())
}

func (f secretFile) read() ([32]byte, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return [32]byte{}, fmt.Errorf("couldn't read %s: %w", f.header, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return [32]byte{}, fmt.Errorf("couldn't use %s: %s can be read by others; run chmod 600 on it", f.header, f.path)
	}
	raw, err := os.ReadFile(f.path)
	if err != nil {
		return [32]byte{}, fmt.Errorf("couldn't read %s: %w", f.header, err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	b, err := hex.DecodeString(strings.TrimSpace(lines[len(lines)-1]))
	if err != nil || len(b) != 32 {
		return [32]byte{}, fmt.Errorf("couldn't read %s: the last line of %s must be 64 hexadecimal digits", f.header, f.path)
	}
	return [32]byte(b), nil
}

func (h home) orgSecret() secretFile {
	return secretFile{h.orgKey(), "organisation signing key (Ed25519 seed)"}
}

func (h home) seedSecret() secretFile { return secretFile{h.custodySeed(), "custody seed"} }

func (h home) tokenSecret() secretFile { return secretFile{h.token(), "access token"} }

// accessToken is the token's text, as it is sent.
func (h home) accessToken() (string, error) {
	b, err := h.tokenSecret().read()
	return hex.EncodeToString(b[:]), err
}

// signer signs as the organisation.
type signer struct {
	org   string
	keyID uint64
	key   ed25519.PrivateKey
}

// Org is the organisation's id.
func (s signer) Org() string { return s.org }

// KeyID is the number of its key.
func (s signer) KeyID() uint64 { return s.keyID }

// Sign signs a tagged hash.
func (s signer) Sign(message proof.Hash) (proof.Signature, error) {
	return proof.Sign(s.key, message), nil
}

func (h home) signer(orgID string) (signer, error) {
	seed, err := h.orgSecret().read()
	if err != nil {
		return signer{}, err
	}
	return signer{org: orgID, keyID: 1, key: ed25519.NewKeyFromSeed(seed[:])}, nil
}

func readCard(path string) (card, error) {
	var c card
	raw, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("couldn't read the card: %w", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("couldn't read the card %s: %w", path, err)
	}
	return c, nil
}

// writeJSONFile writes a file that must not exist yet.
func writeJSONFile(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	return writeNew(path, append(raw, '\n'))
}

// canWriteNew refuses a file's name that writeNew would refuse after the work is done.
func canWriteNew(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return failWith(exitUsage, "choose another name, or move the file away", fmt.Errorf("couldn't write %s: it exists", path))
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return failWith(exitUsage, "make the folder first, or choose another name", fmt.Errorf("couldn't write %s: there is no folder %s", path, filepath.Dir(path)))
	}
	return nil
}

// writeNew writes a file that must not exist yet.
func writeNew(path string, content []byte) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return failWith(exitUsage, "choose another name, or move the file away", fmt.Errorf("couldn't write %s: it exists", path))
	}
	if err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	_, err = out.Write(content)
	return errors.Join(err, out.Sync(), out.Close())
}
