package org

import (
	"cmp"
	"slices"

	"pedigree/ledger"
	"pedigree/proof"
)

// DelegatePrefix lets another member make goods under a number of one's own: a
// company prefix, or a longer number that begins with it, up to a GTIN without
// indicator and check digit. The owner sends it, or the council. It counts when the
// delegate has accepted it, see AcceptDelegation; at once where the delegate
// admits the envelope too, or the council sends it.
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
		if err := row.list(b, s, prefix, delegation{Number: e.Number, Delegate: e.Delegate}); err != nil {
			return err
		}
		change := delegationChange{Member: e.Member, Delegate: e.Delegate, Number: e.Number, From: from, To: e.To}
		if isAdmitted(b, e.Delegate) || IsCouncil(b, s) {
			offers.Delete(s, offered{e.Delegate, e.Number})
			return giveNumber(b, m, change)
		}
		offers.Set(s, offered{e.Delegate, e.Number}, offer{Owner: e.Member, From: from, To: e.To})
		return b.Emit("prefix-offered", change)
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
		m, err := Load(s, d.Delegate)
		k := offered{d.Delegate, d.Number}
		if err == nil && (offers.Has(s, k) || openDelegation(b, m, c.Owner, d.Number) >= 0) {
			return false
		}
		offers.Delete(s, k) // to a member that was removed
		return true
	})
}

// openDelegation finds a delegation that has not ended, or returns -1.
func openDelegation(b *ledger.Block, delegate proof.Member, owner, number string) int {
	return slices.IndexFunc(delegate.Prefixes, func(p proof.MemberPrefix) bool {
		return p.Owner == owner && p.Prefix == number && inForce(b, p.To)
	})
}

// EndDelegation ends a delegation from the next height on, or takes an offer off
// the table. The owner sends it, the delegate, or the council.
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
	refused := ActsFor(b, s, e.Member)
	if isAdmitted(b, e.Delegate) {
		refused = nil
	}
	return amend(s, e.Delegate, refused, func(m *proof.Member) error {
		k, next := offered{e.Delegate, e.Number}, b.Height+1
		if o, found := offers.Get(s, k); found && o.Owner == e.Member {
			offers.Delete(s, k)
			return b.Emit("delegation-ended", delegationChange{Member: e.Member, Delegate: e.Delegate, Number: e.Number, From: next, To: next})
		}
		i := openDelegation(b, *m, e.Member, e.Number)
		if i < 0 {
			return CodeUnknownDelegation.Errorf("number %s is not delegated by %s to %s, or no longer; there is nothing to end", e.Number, e.Member, e.Delegate)
		}
		p := &m.Prefixes[i]
		p.To = next
		return b.Emit("delegation-ended", delegationChange{Member: e.Member, Delegate: e.Delegate, Number: e.Number, From: p.From, To: p.To})
	})
}

// endDelegations ends all that stands under a company prefix. It says so by the
// event of the act that ends the prefix.
func endDelegations(b *ledger.Block, s ledger.State, prefix string) {
	row, _ := companies.Get(s, prefix)
	for _, d := range row.Delegated {
		offers.Delete(s, offered{d.Delegate, d.Number})
		m, _ := members.Get(s, d.Delegate)
		if i := openDelegation(b, m, row.Owner, d.Number); i >= 0 {
			m.Prefixes[i].To = b.Height + 1
			members.Set(s, d.Delegate, m)
		}
	}
}
