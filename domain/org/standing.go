package org

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Suspend takes a member's right to send and to vote, until it is reinstated. Its
// validator goes on, for consensus must not halt over it. The council sends it.
type Suspend struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
}

// Validate implements ledger.Message.
func (e *Suspend) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *Suspend) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, RequireCouncil(b, s), func(m *proof.Member) error {
		if m.Standing != proof.MemberActive {
			return CodeStanding.Errorf("member %s is suspended already; reinstate or remove it", e.Member)
		}
		if err := deactivate(s, e.Member); err != nil {
			return err
		}
		m.Standing = proof.MemberSuspended
		return b.Emit("suspended", e)
	})
}

// deactivate takes an active member out of the count and its votes back.
func deactivate(s ledger.State, id string) error {
	c := readCouncil(s)
	if c.Active == 1 {
		return CodeLastMember.Errorf("%s is the last active member, without which nobody could act; admit or reinstate another first", id)
	}
	c.Active--
	c.write(s)
	takeVotesBack(s, id)
	return nil
}

// Reinstate gives a suspended member its rights back. The council sends it.
type Reinstate struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
}

// Validate implements ledger.Message.
func (e *Reinstate) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *Reinstate) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, RequireCouncil(b, s), func(m *proof.Member) error {
		if m.Standing != proof.MemberSuspended {
			return CodeStanding.Errorf("member %s is active; there is nothing to reinstate", e.Member)
		}
		c := readCouncil(s)
		c.Active++
		c.write(s)
		m.Standing = proof.MemberActive
		return b.Emit("reinstated", e)
	})
}

// Remove ends a membership for good: keys are retired, prefixes and delegations
// end, numbers and validator are released. The entry stays, for old signatures
// are judged by it. The council sends it, or the member itself, to leave.
type Remove struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
}

// Validate implements ledger.Message.
func (e *Remove) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *Remove) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, ActsFor(b, s, e.Member), func(m *proof.Member) error {
		if m.Standing == proof.MemberActive {
			if err := deactivate(s, e.Member); err != nil {
				return err
			}
		}
		if err := dropValidator(b, s, e.Member); err != nil {
			return err
		}
		m.Standing = proof.MemberRemoved
		endKeys(b, m)
		endPrefixes(b, s, m)
		releaseIdentifiers(s, *m)
		m.IDs = nil
		recoveries.Delete(s, e.Member)
		return b.Emit("removed", e)
	})
}

func endKeys(b *ledger.Block, m *proof.Member) {
	for i := range m.Keys {
		if k := &m.Keys[i]; k.To == 0 {
			k.To = b.Height + 1
		}
	}
}

func endPrefixes(b *ledger.Block, s ledger.State, m *proof.Member) {
	for i := range m.Prefixes {
		p := &m.Prefixes[i]
		if !inForce(b, p.To) {
			continue
		}
		p.To = b.Height + 1
		if p.Owner == "" {
			endDelegations(b, s, p.Prefix)
			companies.Delete(s, p.Prefix)
		}
	}
}
