package org

import (
	"cmp"

	"pedigree/ledger"
	"pedigree/proof"
)

// Admit makes an organisation a member from the next height on, with all that is
// known of it. The council sends it.
type Admit struct {
	_           struct{}       `cbor:",toarray"`
	ID          string         `json:"id"`
	Name        string         `json:"name"` // legal name
	Roles       Roles          `json:"roles"`
	Key         proof.Key      `json:"key"` // its first signing key
	Identifiers []Identifier   `json:"identifiers"`
	Prefixes    []string       `json:"prefixes"` // GS1 company prefixes
	Licences    []LicenceTerms `json:"licences"`
}

// Validate implements ledger.Message.
func (e *Admit) Validate() error {
	if len(e.Prefixes) > PrefixesMax || len(e.Licences) > LicencesMax {
		return CodeTooMany.Errorf("%d prefixes and %d licences where a member has at most %d and %d; leave some out", len(e.Prefixes), len(e.Licences), PrefixesMax, LicencesMax)
	}
	for _, p := range e.Prefixes {
		if err := checkDigits("GS1 company prefix", p); err != nil {
			return err
		}
	}
	for _, l := range e.Licences {
		if err := l.check(); err != nil {
			return err
		}
	}
	return cmp.Or(CheckID(e.ID), CheckText("name", e.Name, NameMax), checkRoles(e.Roles), ledger.CheckNewKey(e.Key), checkIdentifiers(e.Identifiers))
}

// Apply implements ledger.Message.
func (e *Admit) Apply(b *ledger.Block, s ledger.State) error {
	if err := RequireCouncil(b, s); err != nil {
		return err
	}
	return e.admit(b, s)
}

// admit does the work for the council and the founding file.
func (e *Admit) admit(b *ledger.Block, s ledger.State) error {
	c := readCouncil(s)
	if members.Has(s, e.ID) {
		return CodeMemberExists.Errorf("there is a member %s already; an id is never used again, so choose another", e.ID)
	}
	if c.Members >= MembersMax {
		return CodeTooMany.Errorf("the network has its %d members; no more can be admitted", MembersMax)
	}
	from := b.Height + 1
	m := proof.Member{Name: e.Name, Standing: proof.MemberActive, Roles: uint64(e.Roles), Admitted: from}
	if err := checkFreshKey(s, e.ID, m, e.Key, KeysOwnMax); err != nil {
		return err
	}
	addKey(s, e.ID, &m, e.Key, from)
	if err := claimIdentifiers(s, e.ID, &m, e.Identifiers); err != nil {
		return err
	}
	for _, p := range e.Prefixes {
		if err := grantPrefix(s, e.ID, &m, p, from); err != nil {
			return err
		}
	}
	for _, l := range e.Licences {
		if err := addLicence(b, &m, l, ""); err != nil {
			return err
		}
	}
	members.Set(s, e.ID, m)
	c.Members++
	c.Active++
	c.write(s)
	return b.Emit("admitted", e)
}

// SetRoles replaces the roles of a member. The council sends it.
type SetRoles struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	Roles  Roles    `json:"roles"`
}

// Validate implements ledger.Message.
func (e *SetRoles) Validate() error { return cmp.Or(CheckID(e.Member), checkRoles(e.Roles)) }

// Apply implements ledger.Message.
func (e *SetRoles) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, RequireCouncil(b, s), func(m *proof.Member) error {
		m.Roles = uint64(e.Roles)
		return b.Emit("roles-set", e)
	})
}
