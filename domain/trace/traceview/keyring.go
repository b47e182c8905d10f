package traceview

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"

	"pedigree/proof"
)

// Keyring derives an organisation's one-time custody keys and its custody secret
// from one seed of 32 bytes, so that one printed sheet recovers them all.
type Keyring struct{ seed [32]byte }

// NewKeyring wraps a custody seed.
func NewKeyring(seed [32]byte) *Keyring { return &Keyring{seed} }

// Secret is the custody secret from which commissions' seeds are derived.
func (k *Keyring) Secret() []byte { return k.derive("pedigree custody secret", 0) }

// ExchangeSecret is the secret of the organisation's exchange: the key of its
// connections comes from it, and it wraps the keys that payloads are sealed to.
func (k *Keyring) ExchangeSecret() [32]byte { return [32]byte(k.derive("pedigree exchange secret", 0)) }

// Private is the one-time key with a number.
func (k *Keyring) Private(idx int64) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(k.derive("pedigree custody key", uint64(idx)))
}

// Public is the tagged public half of Private.
func (k *Keyring) Public(idx int64) proof.Key {
	return proof.NewKey(k.Private(idx).Public().(ed25519.PublicKey))
}

func (k *Keyring) derive(label string, n uint64) []byte {
	info := string(binary.BigEndian.AppendUint64([]byte(label), n))
	out, err := hkdf.Key(sha256.New, k.seed[:], nil, info, 32)
	if err != nil {
		panic(err) // fixed sizes: it can't fail
	}
	return out
}

// Take reserves n fresh keys for a purpose and returns the first number; the
// others follow. A number is never used for two things.
func (k *Keyring) Take(tx *sql.Tx, purpose, n int) (int64, error) {
	var first int64
	if err := tx.QueryRow(`SELECT COALESCE(MAX(idx), 0) + 1 FROM trace_key`).Scan(&first); err != nil {
		return 0, fmt.Errorf("couldn't reserve custody keys: %w", err)
	}
	insert, err := tx.Prepare(`INSERT INTO trace_key (idx, pub, purpose) VALUES (?, ?, ?)`)
	if err != nil {
		return 0, fmt.Errorf("couldn't reserve custody keys: %w", err)
	}
	defer insert.Close()
	for i := first; i < first+int64(n); i++ {
		pub := k.Public(i)
		if _, err := insert.Exec(i, pub[:], purpose); err != nil {
			return 0, fmt.Errorf("couldn't reserve custody keys: %w", err)
		}
	}
	return first, nil
}
