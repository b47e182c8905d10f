package org

import (
	"fmt"
	"slices"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// offer is the row of a delegation that the delegate has not accepted yet.
type offer struct {
	_     struct{} `cbor:",toarray"`
	Owner string
	From  uint64
	To    uint64
}

// offered is the key of an offer. A member's id has no slash, so the offers to one
// stand together. No rule goes through them, for their number has no limit but
// that of their owners' prefixes.
type offered struct{ Delegate, Number string }

var offeredKey = ledger.KeyCodec[offered]{
	Append: func(b []byte, k offered) []byte { return append(append(append(b, k.Delegate...), '/'), k.Number...) },
	Decode: func(b []byte) (offered, error) {
		delegate, number, ok := strings.Cut(string(b), "/")
		if !ok {
			return offered{}, fmt.Errorf("the key %q is no offer", b)
		}
		return offered{delegate, number}, nil
	},
}

// AcceptDelegation takes an offered number, from the next height on or the later
// one of the offer. The delegate sends it, or the council.
type AcceptDelegation struct {
	_        struct{} `cbor:",toarray"`
	Member   string   `json:"member"` // the owner
	Delegate string   `json:"delegate"`
	Number   string   `json:"number"`
}

// Validate implements ledger.Message.
func (e *AcceptDelegation) Validate() error { return checkDelegation(e.Member, e.Delegate, e.Number) }

// Apply implements ledger.Message.
func (e *AcceptDelegation) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Delegate, ActsFor(b, s, e.Delegate), func(m *proof.Member) error {
		k := offered{e.Delegate, e.Number}
		o, found := offers.Get(s, k)
		if !found || o.Owner != e.Member {
			return CodeUnknownDelegation.Errorf("number %s is not offered by %s to %s, or no longer; there is nothing to accept", e.Number, e.Member, e.Delegate)
		}
		from := max(o.From, b.Height+1)
		if o.To != 0 && o.To <= from {
			return CodeBadHeight.Errorf("the offer of number %s was until height %d, which is over; ask %s for another", e.Number, o.To, e.Member)
		}
		offers.Delete(s, k)
		return giveNumber(b, m, delegationChange{Member: e.Member, Delegate: e.Delegate, Number: e.Number, From: from, To: o.To})
	})
}

// giveNumber lets a member use another's number.
func giveNumber(b *ledger.Block, m *proof.Member, d delegationChange) error {
	if len(m.Prefixes) >= PrefixesMax {
		return CodeTooMany.Errorf("member %s has its %d prefixes and delegated numbers; no more can be recorded", d.Delegate, PrefixesMax)
	}
	m.Prefixes = append(m.Prefixes, proof.MemberPrefix{Prefix: d.Number, From: d.From, To: d.To, Owner: d.Member})
	return b.Emit("prefix-delegated", d)
}

// list names a number under its prefix, where room is.
func (c *company) list(b *ledger.Block, s ledger.State, prefix string, d delegation) error {
	if slices.Contains(c.Delegated, d) {
		return nil
	}
	c.forgetEnded(b, s)
	if len(c.Delegated) >= DelegationsMax {
		return CodeTooMany.Errorf("prefix %s has %d delegations and offers, which are the most; end one first", prefix, DelegationsMax)
	}
	c.Delegated = append(c.Delegated, d)
	companies.Set(s, prefix, *c)
	return nil
}

// Offer is a number that a member may accept.
type Offer struct {
	Number string
	Owner  string
	From   uint64 // first height at which it will count; an earlier one means at once
	To     uint64 // first height at which it no longer will; 0: open
}

// OffersTo calls fn with the numbers offered to a member, in their order, until fn
// returns false.
func OffersTo(s ledger.State, delegate string, fn func(Offer) bool) {
	offers.Each(s, []byte(delegate+"/"), func(k offered, o offer) bool {
		return fn(Offer{Number: k.Number, Owner: o.Owner, From: o.From, To: o.To})
	})
}
