package exchange

import (
	"errors"

	"pedigree/proof"
)

// Signer signs as the organisation. It is safe for concurrent use.
type Signer interface {
	// Org is the organisation's id on the ledger.
	Org() string
	// KeyID is the number of the key that Sign uses.
	KeyID() uint64
	// Sign signs a tagged hash.
	Sign(message proof.Hash) (proof.Signature, error)
}

// Directory is what the ledger says of members now.
type Directory interface {
	// Mailbox says where and with which keys a member takes deliveries; false when
	// it publishes none.
	Mailbox(org string) (Mailbox, bool, error)
	// SigningKey is a member's signing key by its number, if it is in force. The
	// error wraps ErrStanding when the member is not in good standing.
	SigningKey(org string, id uint64) (proof.Key, error)
	// Standing is nil for a member in good standing; the error wraps ErrStanding
	// otherwise, and says why.
	Standing(org string) error
	// Height is the last height that the answers are of.
	Height() uint64
}

// ErrStanding says that an organisation is suspended, removed, or no member.
var ErrStanding = errors.New("not a member in good standing")

// Mailbox is where a member takes deliveries. It stands on the ledger.
type Mailbox struct {
	Addr string    // host:port
	TLS  proof.Key // of the certificate on its connections, both ways
	Seal []SealKey
}

// SealKey is a public key that payloads are sealed to.
type SealKey struct {
	ID   uint64
	Key  []byte // HPKE public key, MLKEM768-X25519
	From uint64 // first height at which it may be used
	To   uint64 // first height at which it may not; 0 while it is open
}

// sealKey is the newest of a mailbox's keys that is open at a height.
func (m Mailbox) sealKey(height uint64) (SealKey, bool) {
	var best SealKey
	found := false
	for _, k := range m.Seal[:min(len(m.Seal), sealKeysRead)] {
		if k.From <= height && (k.To == 0 || height < k.To) && (!found || k.ID > best.ID) {
			best, found = k, true
		}
	}
	return best, found
}
