package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// A sealed value is: version byte, salt, and what AES-256-GCM made of it under
// a key of its own, derived from the salt, with a random nonce before and the
// tag behind. With a key for each value, no number of values wears a key out;
// with random salts and nonces, a vault that was copied or set back in time
// never uses one twice.
const (
	sealVersion   = 1
	sealSaltBytes = 16
	nonceBytes    = 12
	tagBytes      = 16
	sealBytesMin  = 1 + sealSaltBytes + nonceBytes + tagBytes
)

// sealer seals small values under one secret.
type sealer struct{ secret [32]byte }

// seal encrypts plain. The context isn't stored; open needs the same one.
func (s sealer) seal(context, plain []byte) ([]byte, error) {
	out := make([]byte, 1+sealSaltBytes, sealBytesMin+len(plain))
	out[0] = sealVersion
	_, _ = rand.Read(out[1:]) // never fails: it ends the process instead
	box, err := s.box(out[1:])
	if err != nil {
		return nil, err
	}
	return box.Seal(out, nil, plain, context), nil
}

// open decrypts what seal made with the same secret and context.
func (s sealer) open(context, sealed []byte) ([]byte, error) {
	if len(sealed) < sealBytesMin || sealed[0] != sealVersion {
		return nil, fmt.Errorf("%w: a sealed value is cut off or of another version", ErrDamaged)
	}
	salt, rest := sealed[1:1+sealSaltBytes], sealed[1+sealSaltBytes:]
	box, err := s.box(salt)
	if err != nil {
		return nil, err
	}
	plain, err := box.Open(nil, nil, rest, context)
	if err != nil {
		return nil, fmt.Errorf("%w: a sealed value was changed or moved", ErrDamaged)
	}
	return plain, nil
}

func (s sealer) box(salt []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.secret[:], salt, "pedigree sealed value v1", len(s.secret))
	if err != nil {
		return nil, err
	}
	return newBox(key)
}

// newBox is AES-256-GCM with a random nonce before each result, as
// NIST SP 800-38D 8.2.2 has it.
func newBox(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// fingerprint is a keyed hash of some parts, by which equal values are found
// without storing anything that confirms a guess.
func fingerprint(secret [32]byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, secret[:])
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	return h.Sum(nil)
}
