package org

import (
	"cmp"
	"slices"

	"pedigree/ledger"
	"pedigree/proof"
)

// AddKey gives an organisation a further signing key, from the next height on.
// The organisation sends it and the new key signs too. Nobody sends it for
// another, the council neither: who has lost its keys is recovered in the open,
// see Recover.
type AddKey struct {
	_      struct{}  `cbor:",toarray"`
	Member string    `json:"member"`
	Key    proof.Key `json:"key"`
}

// Validate implements ledger.Message.
func (e *AddKey) Validate() error { return cmp.Or(CheckID(e.Member), ledger.CheckNewKey(e.Key)) }

// Apply implements ledger.Message.
func (e *AddKey) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, e.refused(b), func(m *proof.Member) error {
		if !b.Signed(e.Key) {
			return CodeKeyUnsigned.Errorf("key %s has not signed; name it among the signers and sign with both keys", e.Key)
		}
		if err := checkFreshKey(s, e.Member, *m, e.Key, KeysOwnMax); err != nil {
			return err
		}
		addKey(s, e.Member, m, e.Key, b.Height+1)
		return emitKey(b, "key-added", e.Member, m.Keys[len(m.Keys)-1], b.Height+1)
	})
}

// refused says why the sender may not add a key.
func (e *AddKey) refused(b *ledger.Block) error {
	if sendsItself(b, e.Member) {
		return nil
	}
	return CodeNotOwn.Errorf("only %s itself adds a key for it; the council opens a recovery for a member that has lost its keys", e.Member)
}

// checkFreshKey refuses a key that is somebody's already, and one beyond the most
// that a member may have then.
func checkFreshKey(s ledger.State, id string, m proof.Member, k proof.Key, most int) error {
	if owner, taken := keyOwners.Get(s, k); taken {
		return CodeKeyTaken.Errorf("key %s is or was a key of %s, and no key is ever used again; make a new one", k, owner)
	}
	if row, taken := validators.Get(s, k); taken {
		return CodeKeyTaken.Errorf("key %s is the consensus key of %s; make a key of its own for signing", k, row.Member)
	}
	if len(m.Keys) >= most {
		return CodeTooMany.Errorf("member %s has had %d keys, and %d are the most here; none of them makes room", id, len(m.Keys), most)
	}
	return nil
}

// addKey records a key that was found fresh.
func addKey(s ledger.State, id string, m *proof.Member, k proof.Key, from uint64) {
	m.Keys = append(m.Keys, proof.MemberKeyEntry{ID: uint64(len(m.Keys)) + 1, Key: k, From: from})
	keyOwners.Set(s, k, id)
}

// keyAt finds a key by its id.
func keyAt(m proof.Member, id string, key uint64) (int, error) {
	if i := slices.IndexFunc(m.Keys, func(k proof.MemberKeyEntry) bool { return k.ID == key }); i >= 0 {
		return i, nil
	}
	return 0, CodeUnknownKey.Errorf("member %s has no key %d; its keys count from 1 to %d", id, key, len(m.Keys))
}

// keepsKey refuses a change after which a member could not sign at the next
// height. A new key can be added in the same envelope.
func keepsKey(b *ledger.Block, m proof.Member, id string) error {
	if slices.ContainsFunc(m.Keys, func(k proof.MemberKeyEntry) bool { return k.ValidAt(b.Height + 1) }) {
		return nil
	}
	return CodeLastKey.Errorf("member %s would have no key left to sign with; add a new key first, in the same envelope if you like", id)
}

// RetireKey ends a signing key from the next height on. What it signed before
// stays good. The organisation sends it, or the council.
type RetireKey struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	KeyID  uint64   `json:"key_id"`
}

// Validate implements ledger.Message.
func (e *RetireKey) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *RetireKey) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, ActsFor(b, s, e.Member), func(m *proof.Member) error {
		i, err := keyAt(*m, e.Member, e.KeyID)
		if err != nil {
			return err
		}
		k := &m.Keys[i]
		if k.To != 0 || k.Compromised != 0 {
			return CodeKeyEnded.Errorf("key %d of %s is retired or compromised already; there is nothing to retire", e.KeyID, e.Member)
		}
		k.To = b.Height + 1
		if err := keepsKey(b, *m, e.Member); err != nil {
			return err
		}
		return emitKey(b, "key-retired", e.Member, *k, k.To)
	})
}

func emitKey(b *ledger.Block, name, member string, k proof.MemberKeyEntry, height uint64) error {
	return b.Emit(name, keyChange{Member: member, KeyID: k.ID, Key: k.Key, Height: height})
}

// DeclareCompromised says from which height on a key must be thought to be in
// other hands; what it signed since then proves nothing. Any valid key of the
// organisation may sign it, the compromised one too, for a thief can only harm
// himself by it; or the council sends it.
type DeclareCompromised struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	KeyID  uint64   `json:"key_id"`
	Since  uint64   `json:"since"` // height; 0: the next
}

// Validate implements ledger.Message.
func (e *DeclareCompromised) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *DeclareCompromised) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, ActsFor(b, s, e.Member), func(m *proof.Member) error {
		i, err := keyAt(*m, e.Member, e.KeyID)
		if err != nil {
			return err
		}
		k, next, since := &m.Keys[i], b.Height+1, e.Since
		if since == 0 {
			since = next
		}
		if since < k.From || since > next {
			return CodeBadHeight.Errorf("key %d of %s can't be compromised since height %d: it counts from %d and this is %d; give 0 for from now on", e.KeyID, e.Member, since, k.From, b.Height)
		}
		// Only the council may take a declaration back in part: a thief must not.
		if k.Compromised != 0 && since >= k.Compromised && !IsCouncil(b, s) {
			return CodeKeyEnded.Errorf("key %d of %s is declared compromised since height %d; only an earlier height can be declared now", e.KeyID, e.Member, k.Compromised)
		}
		k.Compromised = since
		if err := keepsKey(b, *m, e.Member); err != nil {
			return err
		}
		return emitKey(b, "key-compromised", e.Member, *k, since)
	})
}
