package traceview

import (
	"crypto/ed25519"
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// keyTaker hands out fresh one-time keys within one transaction and remembers the
// private halves it has derived, for signing.
type keyTaker struct {
	ring  *Keyring
	tx    *sql.Tx
	next  int64
	known map[int64]ed25519.PrivateKey
}

func (k *Keyring) taker(tx *sql.Tx) *keyTaker {
	return &keyTaker{ring: k, tx: tx, known: map[int64]ed25519.PrivateKey{}}
}

// number returns n fresh numbers in a row, to be written with save.
func (t *keyTaker) number(n int) (int64, error) {
	if t.next == 0 {
		if err := t.tx.QueryRow(`SELECT COALESCE(MAX(idx), 0) + 1 FROM trace_key`).Scan(&t.next); err != nil {
			return 0, fmt.Errorf("couldn't reserve custody keys: %w", err)
		}
	}
	first := t.next
	t.next += int64(n)
	return first, nil
}

// save writes the row of a key that number gave out.
func (t *keyTaker) save(idx int64, pub proof.Key, purpose int) error {
	_, err := t.tx.Exec(`INSERT INTO trace_key (idx, pub, purpose) VALUES (?, ?, ?)`, idx, pub[:], purpose)
	if err != nil {
		return fmt.Errorf("couldn't reserve custody key %d: %w", idx, err)
	}
	return nil
}

// take returns one fresh key.
func (t *keyTaker) take(purpose int) (int64, proof.Key, error) {
	idx, err := t.number(1)
	if err != nil {
		return 0, proof.Key{}, err
	}
	pub := public(t.private(idx))
	return idx, pub, t.save(idx, pub, purpose)
}

// private is the private half of a key.
func (t *keyTaker) private(idx int64) ed25519.PrivateKey {
	p, ok := t.known[idx]
	if !ok {
		p = t.ring.Private(idx)
		t.known[idx] = p
	}
	return p
}

func public(p ed25519.PrivateKey) proof.Key { return proof.NewKey(p.Public().(ed25519.PublicKey)) }
