package ledger

import "pedigree/proof"

// OptKey is a public key that a message may leave out: CBOR null then, where a
// plain proof.Key would be 33 zero bytes.
type OptKey proof.Key

// Key returns the key; the zero Key when it was left out.
func (k OptKey) Key() proof.Key { return proof.Key(k) }

// IsZero reports whether the key was left out.
func (k OptKey) IsZero() bool { return k.Key().IsZero() }

// MarshalCBOR returns the key as bytes, or null.
func (k OptKey) MarshalCBOR() ([]byte, error) { return proof.AppendKey(nil, k.Key()), nil }

// UnmarshalCBOR reads what MarshalCBOR wrote.
func (k *OptKey) UnmarshalCBOR(b []byte) error {
	r := proof.NewReader(b)
	read := r.KeyOrNull()
	if err := r.Done(); err != nil {
		return err
	}
	*k = OptKey(read)
	return nil
}

// MarshalText returns the key in hexadecimal, or nothing.
func (k OptKey) MarshalText() ([]byte, error) { return k.Key().MarshalText() }

// UnmarshalText reads what MarshalText wrote.
func (k *OptKey) UnmarshalText(text []byte) error { return (*proof.Key)(k).UnmarshalText(text) }

// OptHash is a hash that a message may leave out: CBOR null then.
type OptHash proof.Hash

// Hash returns the hash; the zero Hash when it was left out.
func (h OptHash) Hash() proof.Hash { return proof.Hash(h) }

// IsZero reports whether the hash was left out.
func (h OptHash) IsZero() bool { return h.Hash().IsZero() }

// MarshalCBOR returns the hash as bytes, or null.
func (h OptHash) MarshalCBOR() ([]byte, error) { return proof.AppendHash(nil, h.Hash()), nil }

// UnmarshalCBOR reads what MarshalCBOR wrote.
func (h *OptHash) UnmarshalCBOR(b []byte) error {
	r := proof.NewReader(b)
	read := r.HashOrNull()
	if err := r.Done(); err != nil {
		return err
	}
	*h = OptHash(read)
	return nil
}

// MarshalText returns the hash in hexadecimal, or nothing.
func (h OptHash) MarshalText() ([]byte, error) { return h.Hash().MarshalText() }

// UnmarshalText reads what MarshalText wrote.
func (h *OptHash) UnmarshalText(text []byte) error { return (*proof.Hash)(h).UnmarshalText(text) }
