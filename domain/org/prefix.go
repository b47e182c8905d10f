package org

import (
	"cmp"
	"slices"

	"pedigree/ledger"
	"pedigree/proof"
)

// GrantPrefix records that a GS1 company prefix is a member's. The council sends
// it.
type GrantPrefix struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	Prefix string   `json:"prefix"`
	From   uint64   `json:"from"` // height; 0: the next
}

// Validate implements ledger.Message.
func (e *GrantPrefix) Validate() error {
	return cmp.Or(CheckID(e.Member), checkDigits("GS1 company prefix", e.Prefix))
}

// Apply implements ledger.Message.
func (e *GrantPrefix) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, RequireCouncil(b, s), func(m *proof.Member) error {
		from, err := fromHeight(b, e.From)
		if err != nil {
			return err
		}
		if err := grantPrefix(s, e.Member, m, e.Prefix, from); err != nil {
			return err
		}
		return b.Emit("prefix-granted", prefixChange{Member: e.Member, Prefix: e.Prefix, Height: from})
	})
}

func grantPrefix(s ledger.State, id string, m *proof.Member, digits string, from uint64) error {
	if len(m.Prefixes) >= PrefixesMax {
		return CodeTooMany.Errorf("member %s has its %d prefixes and delegated numbers; no more can be recorded", id, PrefixesMax)
	}
	if other, row, ok := overlappingPrefix(s, digits); ok {
		return CodePrefixOverlap.Errorf("GS1 company prefix %s overlaps %s of %s; check the digits, or withdraw that one first", digits, other, row.Owner)
	}
	companies.Set(s, digits, company{Owner: id})
	m.Prefixes = append(m.Prefixes, proof.MemberPrefix{Prefix: digits, From: from})
	return nil
}

// coveringPrefix finds the company prefix that digits begin with; there is one at
// most, for they never overlap.
func coveringPrefix(s ledger.State, digits string) (string, company, bool) {
	for n := PrefixDigitsMin; n <= min(len(digits), PrefixDigitsMax); n++ {
		if row, ok := companies.Get(s, digits[:n]); ok {
			return digits[:n], row, true
		}
	}
	return "", company{}, false
}

// overlappingPrefix finds a company prefix that digits begin with, or that begins
// with digits.
func overlappingPrefix(s ledger.State, digits string) (other string, row company, found bool) {
	if other, row, found = coveringPrefix(s, digits); found {
		return other, row, true
	}
	companies.Each(s, []byte(digits), func(longer string, r company) bool {
		other, row, found = longer, r, true
		return false
	})
	return other, row, found
}

// WithdrawPrefix ends a company prefix from the next height on, with all that was
// delegated under it. The council sends it, or the owner.
type WithdrawPrefix struct {
	_      struct{} `cbor:",toarray"`
	Prefix string   `json:"prefix"`
}

// Validate implements ledger.Message.
func (e *WithdrawPrefix) Validate() error { return checkDigits("GS1 company prefix", e.Prefix) }

// Apply implements ledger.Message.
func (e *WithdrawPrefix) Apply(b *ledger.Block, s ledger.State) error {
	row, ok := companies.Get(s, e.Prefix)
	if !ok {
		return CodeUnknownPrefix.Errorf("GS1 company prefix %s is nobody's; check the digits", e.Prefix)
	}
	return amend(s, row.Owner, ActsFor(b, s, row.Owner), func(m *proof.Member) error {
		endDelegations(b, s, e.Prefix)
		companies.Delete(s, e.Prefix)
		i := slices.IndexFunc(m.Prefixes, func(p proof.MemberPrefix) bool { return p.Owner == "" && p.Prefix == e.Prefix && p.To == 0 })
		m.Prefixes[i].To = b.Height + 1
		return b.Emit("prefix-withdrawn", prefixChange{Member: row.Owner, Prefix: e.Prefix, Height: b.Height + 1})
	})
}
