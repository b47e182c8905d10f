package proof

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
)

// Algorithm tags: the first byte of every key and signature.
const (
	AlgEd25519 = 1
)

// Sizes in bytes of a tagged key and a tagged signature.
const (
	KeySize       = 1 + ed25519.PublicKeySize
	SignatureSize = 1 + ed25519.SignatureSize
)

// Key is a public key with its algorithm tag in front. The zero Key is "none".
type Key [KeySize]byte

// Signature is a signature with its algorithm tag in front.
type Signature [SignatureSize]byte

// NewKey tags a 32-byte Ed25519 public key.
func NewKey(pub ed25519.PublicKey) Key {
	var k Key
	k[0] = AlgEd25519
	copy(k[1:], pub)
	return k
}

// IsZero reports whether the key is "none".
func (k Key) IsZero() bool { return k == Key{} }

// String returns the key in lower-case hexadecimal, tag included.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// Raw returns the 32 bytes after the tag.
func (k Key) Raw() []byte { return k[1:] }

// ParseKey reads 66 hexadecimal digits.
func ParseKey(s string) (Key, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != KeySize || b[0] != AlgEd25519 {
		return Key{}, fmt.Errorf("couldn't read %q as a public key: it must be 66 hexadecimal digits that begin with 01 (Ed25519)", s)
	}
	return Key(b), nil
}

// Sign signs a tagged hash with an Ed25519 private key and tags the signature.
func Sign(priv ed25519.PrivateKey, message Hash) Signature {
	var s Signature
	s[0] = AlgEd25519
	copy(s[1:], ed25519.Sign(priv, message[:]))
	return s
}

// VerifySignature accepts what crypto/ed25519 accepts, a subset of the ZIP-215
// rules by which the ledger itself judges.
func VerifySignature(k Key, message Hash, s Signature) bool {
	if k[0] != AlgEd25519 || s[0] != AlgEd25519 {
		return false
	}
	return ed25519.Verify(k.Raw(), message[:], s[1:])
}

// Key reads a tagged public key.
func (r *Reader) Key() Key {
	k := Key(r.Fixed(KeySize))
	if r.err == nil && k[0] != AlgEd25519 {
		r.fail("has a key of algorithm %d; 1 (Ed25519) is the only one known", k[0])
	}
	return k
}

// Signature reads a tagged signature.
func (r *Reader) Signature() Signature {
	s := Signature(r.Fixed(SignatureSize))
	if r.err == nil && s[0] != AlgEd25519 {
		r.fail("has a signature of algorithm %d; 1 (Ed25519) is the only one known", s[0])
	}
	return s
}

// KeyOrNull reads a tagged public key or null, which gives the zero Key.
func (r *Reader) KeyOrNull() Key {
	if r.Null() {
		return Key{}
	}
	return r.Key()
}

// HashOrNull reads a hash or null, which gives the zero Hash.
func (r *Reader) HashOrNull() Hash {
	if r.Null() {
		return Hash{}
	}
	h := r.Hash()
	if r.err == nil && h.IsZero() {
		r.fail("has 32 zero bytes where none is written as null")
	}
	return h
}

// AppendKey appends a key, or null for the zero Key.
func AppendKey(b []byte, k Key) []byte {
	if k.IsZero() {
		return AppendNull(b)
	}
	return AppendBytes(b, k[:])
}

// AppendHash appends a hash, or null for the zero Hash.
func AppendHash(b []byte, h Hash) []byte {
	if h.IsZero() {
		return AppendNull(b)
	}
	return AppendBytes(b, h[:])
}
