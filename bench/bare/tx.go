package bare

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// Txs makes different transactions of one size, the same ones for the same seed.
type Txs struct {
	size int
	seed uint64
	keys []ed25519.PrivateKey
}

// NewTxs prepares transactions of size bytes in all, each with that many
// signatures by that many keys.
func NewTxs(size, signatures int, seed uint64) (*Txs, error) {
	if signatures < 0 || signatures > signaturesMax {
		return nil, fmt.Errorf("%d signatures per transaction, at most %d are possible", signatures, signaturesMax)
	}
	if least := signatures*signedBytes + counterBytes; size < least {
		return nil, fmt.Errorf("a transaction with %d signatures has at least %d bytes, not %d", signatures, least, size)
	}
	t := &Txs{size: size, seed: seed}
	for i := range signatures {
		from := sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, seed), uint64(i)))
		t.keys = append(t.keys, ed25519.NewKeyFromSeed(from[:]))
	}
	return t, nil
}

// Tx makes transaction i. Signing takes time: make them before measuring.
func (t *Txs) Tx(i int) []byte {
	tx := make([]byte, t.size)
	payload := tx[len(t.keys)*signedBytes:]
	binary.BigEndian.PutUint64(payload, uint64(i))
	// Bytes that don't repeat, so that compression doesn't flatter the disk.
	state := t.seed + uint64(i)
	for at := counterBytes; at < len(payload); at++ {
		state = state*6364136223846793005 + 1442695040888963407
		payload[at] = byte(state >> 56)
	}
	for k, key := range t.keys {
		at := tx[k*signedBytes:]
		copy(at, key.Public().(ed25519.PublicKey))
		copy(at[keyBytes:], ed25519.Sign(key, payload))
	}
	return tx
}

// split returns the payload of a transaction that carries signatures.
func split(tx []byte, signatures int) (payload []byte, ok bool) {
	if len(tx) < signatures*signedBytes+counterBytes {
		return nil, false
	}
	return tx[signatures*signedBytes:], true
}
