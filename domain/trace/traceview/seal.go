package traceview

import (
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"fmt"

	"pedigree/proof"
)

// Sealing is HPKE (RFC 9180, base mode) with a KEM that stays safe as long as
// either ML-KEM-768 or X25519 does, so that what is recorded today can't be read
// by a quantum computer later. The sender proves itself with a signature over
// the whole file instead of a KEM key.
const sealInfo = proof.TagShipment

func sealKEM() hpke.KEM   { return hpke.MLKEM768X25519() }
func sealKDF() hpke.KDF   { return hpke.HKDFSHA256() }
func sealAEAD() hpke.AEAD { return hpke.AES256GCM() }

// errSealed is a sealed text that the key does not open: it was changed, or is
// for somebody else.
var errSealed = errors.New("the sealed content does not open")

// sealHead is what a reader needs beside its own key to open sealed bytes.
type sealHead struct {
	Recipient proof.Hash // SHA-256 of the public key it is sealed to
	Enc       []byte     // encapsulated key
}

// seal starts a sealed text to a public key. The head goes into the additional
// data, hence before the sealing itself.
func seal(public []byte) (sealHead, *hpke.Sender, error) {
	key, err := sealKEM().NewPublicKey(public)
	if err != nil {
		return sealHead{}, nil, fmt.Errorf("couldn't read the partner's sealing key: %w; ask for a new prekey file", err)
	}
	enc, sender, err := hpke.NewSender(key, sealKDF(), sealAEAD(), []byte(sealInfo))
	if err != nil {
		return sealHead{}, nil, fmt.Errorf("couldn't seal to the partner's key: %w", err)
	}
	return sealHead{Recipient: sha256.Sum256(public), Enc: enc}, sender, nil
}

// unseal opens what seal's sender sealed.
func unseal(private hpke.PrivateKey, head sealHead, aad, sealed []byte) ([]byte, error) {
	r, err := hpke.NewRecipient(head.Enc, private, sealKDF(), sealAEAD(), []byte(sealInfo))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSealed, err)
	}
	plain, err := r.Open(aad, sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSealed, err)
	}
	return plain, nil
}

// SealKey is the organisation's private sealing key, derived from the custody
// seed like all others.
func (k *Keyring) SealKey() (hpke.PrivateKey, error) {
	key, err := sealKEM().DeriveKeyPair(k.derive("pedigree sealing key", 0))
	if err != nil {
		return nil, fmt.Errorf("couldn't derive the sealing key: %w", err)
	}
	return key, nil
}
