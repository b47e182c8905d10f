package main

import (
	"crypto/ed25519"
	"sync/atomic"

	"pedigree/domain/org"
	"pedigree/internal/keys"
	"pedigree/ledger"
	"pedigree/proof"
)

// orgSigner signs as the organisation, with the key that the home had at its start. A
// key that follows it is used from the next start on, so that the number of a key
// and its signature are always of the same one.
type orgSigner struct {
	org  string
	key  ed25519.PrivateKey
	read func(fn func(ledger.State) error) error // the ledger; nil for a founder's key
	id   *atomic.Uint64                          // once it is known
}

// firstKey is the number of the key with which an organisation becomes a member.
const firstKey = 1

// Org is the organisation's id.
func (s orgSigner) Org() string { return s.org }

// KeyID is the number under which the ledger knows the key. A key that it doesn't
// know yet, as before the first block, is taken for the organisation's first.
func (s orgSigner) KeyID() uint64 {
	if id := s.id.Load(); id != 0 {
		return id
	}
	if s.read == nil {
		return firstKey
	}
	found := uint64(0)
	_ = s.read(func(state ledger.State) error { // what can't be read is asked for again
		m, _ := org.Get(state, s.org)
		for _, k := range m.Keys {
			if k.Key == s.public() {
				found = k.ID
			}
		}
		return nil
	})
	if found == 0 {
		return firstKey
	}
	s.id.Store(found)
	return found
}

func (s orgSigner) public() proof.Key { return proof.NewKey(s.key.Public().(ed25519.PublicKey)) }

// Sign signs a tagged hash.
func (s orgSigner) Sign(message proof.Hash) (proof.Signature, error) {
	return proof.Sign(s.key, message), nil
}

// signer is the organisation's key in a process that follows no ledger.
func (s secrets) signer(orgID string) (orgSigner, error) {
	seed, err := s.bytes(keys.Organisation)
	if err != nil {
		return orgSigner{}, err
	}
	return orgSigner{org: orgID, key: ed25519.NewKeyFromSeed(seed[:]), id: new(atomic.Uint64)}, nil
}

// signer is an organisation's key in a running node, from its own secrets.
func (r *running) signer(secret secrets, orgID string) (orgSigner, error) {
	s, err := secret.signer(orgID)
	s.read = r.node.Read
	return s, err
}
