package org

import (
	"cmp"
	"slices"

	"pedigree/ledger"
	"pedigree/proof"
)

// DelegatePrefix lets another member make goods under a number of one's own: a
// company prefix, or a longer number that begins with it, up to a GTIN without
// indicator and check digit. The owner sends it, or the council.
type DelegatePrefix struct {
	_        struct{} `cbor:",toarray"`
	Member   string   `json:"member"` // the owner
	Delegate string   `json:"delegate"`
	Number   string   `json:"number"`
	From     uint64   `json:"from"` // first height at which it counts; 0: the next
	To       uint64   `json:"to"`   // first height at which it no longer does; 0: open
}

// Validate implements ledger.Message.
func (e *DelegatePrefix) Validate() error { return checkDelegation(e.Member, e.Delegate, e.Number) }

func checkDelegation(owner, delegate, number string) error {
	if delegate == owner {
		return CodeBadField.Errorf("%q can't delegate to itself; name another member", owner)
	}
	return cmp.Or(CheckID(owner), CheckID(delegate), checkDigits("delegated number", number))
}

// Apply implements ledger.Message.
func (e *DelegatePrefix) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Delegate, ActsFor(b, s, e.Member), func(m *proof.Member) error {
		prefix, row, ok := coveringPrefix(s, e.Number)
		if !ok || row.Owner != e.Member {
			return CodeUnknownPrefix.Errorf("number %s stands under no company prefix of %s; check the digits", e.Number, e.Member)
		}
		from, err := fromHeight(b, e.From)
		if err != nil {
			return err
		}
		if own := ownFrom(s, e.Member, prefix); from < own {
			return CodeBadHeight.Errorf("company prefix %s is %s's from height %d on and can't be delegated from %d; give that height or a later one", prefix, e.Member, own, from)
		}
		if e.To != 0 && (e.To <= from || e.To > from+HeightsAheadMax) {
			return CodeBadHeight.Errorf("the delegation can't end at height %d: give 0 for no end, or %d to %d", e.To, from+1, from+HeightsAheadMax)
		}
		if openDelegation(b, *m, e.Member, e.Number) >= 0 {
			return CodeDelegated.Errorf("number %s is delegated to %s already; end that delegation first", e.Number, e.Delegate)
		}
		row.forgetEnded(b, s)
		if len(row.Delegated) >= DelegationsMax || len(m.Prefixes) >= PrefixesMax {
			return CodeTooMany.Errorf("prefix %s has %d delegations and %s has %d prefixes, where %d and %d are the most; end a delegation first", prefix, len(row.Delegated), e.Delegate, len(m.Prefixes), DelegationsMax, PrefixesMax)
		}
		row.Delegated = append(row.Delegated, delegation{Number: e.Number, Delegate: e.Delegate})
		companies.Set(s, prefix, row)
		m.Prefixes = append(m.Prefixes, proof.MemberPrefix{Prefix: e.Number, From: from, To: e.To, Owner: e.Member})
		return b.Emit("prefix-delegated", delegationChange{Member: e.Member, Delegate: e.Delegate, Number: e.Number, From: from, To: e.To})
	})
}

// ownFrom is the height from which a company prefix is its owner's.
func ownFrom(s ledger.State, owner, prefix string) uint64 {
	m, _ := members.Get(s, owner)
	for _, p := range m.Prefixes {
		if p.Owner == "" && p.Prefix == prefix && p.To == 0 {
			return p.From
		}
	}
	return 0
}

// forgetEnded makes room in a full list.
func (c *company) forgetEnded(b *ledger.Block, s ledger.State) {
	if len(c.Delegated) < DelegationsMax {
		return
	}
	c.Delegated = slices.DeleteFunc(c.Delegated, func(d delegation) bool {
		m, _ := members.Get(s, d.Delegate)
		return openDelegation(b, m, c.Owner, d.Number) < 0
	})
}

// openDelegation finds a delegation that has not ended, or returns -1.
func openDelegation(b *ledger.Block, delegate proof.Member, owner, number string) int {
	return slices.IndexFunc(delegate.Prefixes, func(p proof.MemberPrefix) bool {
		return p.Owner == owner && p.Prefix == number && inForce(b, p.To)
	})
}

// EndDelegation ends a delegation from the next height on. The owner sends it,
// or the council.
type EndDelegation struct {
	_        struct{} `cbor:",toarray"`
	Member   string   `json:"member"` // the owner
	Delegate string   `json:"delegate"`
	Number   string   `json:"number"`
}

// Validate implements ledger.Message.
func (e *EndDelegation) Validate() error { return checkDelegation(e.Member, e.Delegate, e.Number) }

// Apply implements ledger.Message.
func (e *EndDelegation) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Delegate, ActsFor(b, s, e.Member), func(m *proof.Member) error {
		i := openDelegation(b, *m, e.Member, e.Number)
		if i < 0 {
			return CodeUnknownDelegation.Errorf("number %s is not delegated by %s to %s, or no longer; there is nothing to end", e.Number, e.Member, e.Delegate)
		}
		p := &m.Prefixes[i]
		p.To = b.Height + 1
		return b.Emit("delegation-ended", delegationChange{Member: e.Member, Delegate: e.Delegate, Number: e.Number, From: p.From, To: p.To})
	})
}

// endDelegations ends all that stands under a company prefix. It says so by the
// event of the act that ends the prefix.
func endDelegations(b *ledger.Block, s ledger.State, prefix string) {
	row, _ := companies.Get(s, prefix)
	for _, d := range row.Delegated {
		m, _ := members.Get(s, d.Delegate)
		if i := openDelegation(b, m, row.Owner, d.Number); i >= 0 {
			m.Prefixes[i].To = b.Height + 1
			members.Set(s, d.Delegate, m)
		}
	}
}
