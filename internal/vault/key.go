package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// keyHeader is the first line of a key file. The second is the key in hex.
const keyHeader = "pedigree vault key v1"

// Key is the secret from which all others of a vault are derived. It prints
// without its bytes.
type Key [32]byte

// CreateKey makes a key and writes it to a new file that only its owner may
// read. It refuses to overwrite a file: a key that is gone takes its vault along.
func CreateKey(path string) (Key, error) {
	k, text := NewKey()
	if err := writeNew(path, text); err != nil {
		return Key{}, fmt.Errorf("couldn't create the vault key: %w", err)
	}
	return k, nil
}

// NewKey makes a key and the text of its file, for a caller that keeps it.
func NewKey() (Key, []byte) {
	var k Key
	// rand.Read never fails: it ends the process instead.
	_, _ = rand.Read(k[:])
	return k, []byte(keyHeader + "\n" + hex.EncodeToString(k[:]) + "\n")
}

// ParseKey reads the text of a key file. Its errors never quote the text.
func ParseKey(text []byte) (Key, error) {
	k, err := parseKey(text)
	if err != nil {
		return Key{}, fmt.Errorf("couldn't read the vault key: %w", err)
	}
	return k, nil
}

// LoadKey reads a key file and refuses one that others may read.
func LoadKey(path string) (Key, error) {
	k, err := loadKey(path)
	if err != nil {
		return Key{}, fmt.Errorf("couldn't load the vault key: %w", err)
	}
	return k, nil
}

func loadKey(path string) (Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return Key{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Key{}, err
	}
	if err := checkPrivate(path, info); err != nil {
		return Key{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, keyFileBytesMax+1))
	if err != nil {
		return Key{}, err
	}
	k, err := parseKey(text)
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// parseKey reads the text of a key file. Its errors never quote the text.
func parseKey(text []byte) (k Key, err error) {
	if len(text) > keyFileBytesMax {
		return k, fmt.Errorf("the file is longer than %d bytes, so it isn't a key", keyFileBytesMax)
	}
	header, rest, _ := strings.Cut(string(text), "\n")
	if header != keyHeader {
		return k, fmt.Errorf("line 1 isn't %q, so this is no vault key or one of another version", keyHeader)
	}
	digits := strings.TrimSuffix(rest, "\n")
	if len(digits) != hex.EncodedLen(len(k)) {
		return k, fmt.Errorf("line 2 has %d characters, a key has %d hexadecimal digits", len(digits), hex.EncodedLen(len(k)))
	}
	if _, err := hex.Decode(k[:], []byte(digits)); err != nil {
		return Key{}, errors.New("line 2 has characters that are no hexadecimal digits")
	}
	if k == (Key{}) {
		return k, errors.New("the key is all zeros, which is no secret")
	}
	return k, nil
}

// Derive makes a secret for one purpose by HKDF-SHA-256 (RFC 5869). The label
// names the purpose; secrets of different labels tell nothing about each other
// or about the key.
func (k Key) Derive(label string) [32]byte { return k.derive("pedigree vault caller " + label) }

// own derives the secrets of this package, which no caller's label can reach.
func (k Key) own(label string) [32]byte { return k.derive("pedigree vault own " + label) }

func (k Key) derive(info string) [32]byte {
	out, err := hkdf.Key(sha256.New, k[:], nil, info, sha256.Size)
	if err != nil {
		panic("hkdf refused to derive 32 bytes: " + err.Error()) // it refuses only 8,161 and more
	}
	return [32]byte(out)
}

// Format keeps the bytes of a key out of logs and messages.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "(vault key)") }

// checkPrivate refuses a file that others than its owner may open.
func checkPrivate(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%s has mode %04o, so others may open it: run chmod 600 on it, and if others could read it, make a new one", path, mode)
	}
	return nil
}
