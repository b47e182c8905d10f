package org

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Get returns the entry of an organisation, whatever its standing.
func Get(s ledger.State, id string) (proof.Member, bool) { return members.Get(s, id) }

// HasRole reports whether an active member has one of the roles.
func HasRole(s ledger.State, id string, roles uint64) bool {
	m, ok := members.Get(s, id)
	return ok && m.Standing == proof.MemberActive && m.Roles&roles != 0
}

// LicensedNow reports whether an active member holds a licence for one of the
// roles on the day of this block.
func LicensedNow(b *ledger.Block, s ledger.State, id string, roles uint64) bool {
	m, ok := members.Get(s, id)
	return ok && m.Standing == proof.MemberActive && m.LicensedOn(roles, b.Day(), b.Height)
}

// PrefixOwner returns the organisation whose GS1 company prefix digits begin
// with. It does not look at delegations: see proof.Member.OwnsPrefix.
func PrefixOwner(s ledger.State, digits string) (string, bool) {
	_, row, ok := coveringPrefix(s, digits)
	return row.Owner, ok
}

// OrgOfKey returns the organisation whose signing key this is or was.
func OrgOfKey(s ledger.State, k proof.Key) (string, bool) { return keyOwners.Get(s, k) }

// Validator is a member's consensus key and its power.
type Validator struct {
	Key    proof.Key
	Member string
	Power  uint64
	Height uint64 // at which it was set last
}

// EachValidator calls fn with each consensus key that members agreed on, in the order
// of keys, until fn returns false. The engine follows two heights later.
func EachValidator(s ledger.State, fn func(v Validator) bool) {
	validators.Each(s, nil, func(k proof.Key, r validator) bool {
		return fn(Validator{Key: k, Member: r.Member, Power: r.Power, Height: r.Height})
	})
}

// Governor answers the kernel's question for members' keys.
type Governor struct{}

// AdmissionKey implements ledger.Governor.
func (Governor) AdmissionKey(b *ledger.Block, s ledger.State, a proof.Admission) (proof.Key, error) {
	m, err := Load(s, a.Org)
	if err != nil {
		return proof.Key{}, err
	}
	if m.Standing != proof.MemberActive {
		return proof.Key{}, CodeSuspended.Errorf("member %s is suspended; it can send nothing until the council reinstates it", a.Org)
	}
	i, err := keyAt(m, a.Org, a.KeyID)
	if err != nil {
		return proof.Key{}, err
	}
	k := m.Keys[i]
	switch {
	case b.Height < k.From:
		return proof.Key{}, CodeKeyEarly.Errorf("key %d of %s counts from height %d, this is %d; wait, or sign with another key", k.ID, a.Org, k.From, b.Height)
	case k.Compromised != 0 && k.Compromised <= b.Height:
		return proof.Key{}, CodeKeyCompromised.Errorf("key %d of %s is declared compromised from height %d; sign with another key", k.ID, a.Org, k.Compromised)
	case k.To != 0 && k.To <= b.Height:
		return proof.Key{}, CodeKeyRetired.Errorf("key %d of %s is retired from height %d; sign with another key", k.ID, a.Org, k.To)
	}
	return k.Key, nil
}
