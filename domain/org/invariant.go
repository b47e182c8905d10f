package org

import (
	"fmt"
	"slices"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

func invariants() []ledger.Invariant {
	return []ledger.Invariant{
		{Name: "the quorum is more than half and can be reached", Check: checkCouncil},
		{Name: "a key belongs to one organisation and each member keeps one", Check: checkKeys},
		{Name: "prefixes do not overlap and stand with their owners", Check: checkPrefixes},
		{Name: "delegations stand under a prefix of their owner", Check: checkDelegations},
		{Name: "identifiers stand with one member", Check: checkIdentifierRows},
		{Name: "there is a validator and each is one member's", Check: checkValidators},
		{Name: "a recovery is of a member and stood open for its time", Check: checkRecoveries},
		{Name: "votes are those of active members and are counted", Check: checkVotes},
	}
}

// firstFault runs a check over the members and returns what it finds first.
func firstFault(s ledger.State, check func(id string, m proof.Member) error) error {
	var fault error
	members.Each(s, nil, func(id string, m proof.Member) bool {
		if err := check(id, m); err != nil {
			fault = fmt.Errorf("member %s: %w", id, err)
		}
		return fault == nil
	})
	return fault
}

// rows counts the rows of a map.
func rows[K, V any](s ledger.State, m ledger.Map[K, V]) int {
	count := 0
	m.Each(s, nil, func(K, V) bool {
		count++
		return true
	})
	return count
}

func checkCouncil(s ledger.State) error {
	var count council
	members.Each(s, nil, func(_ string, m proof.Member) bool {
		count.Members++
		if m.Standing == proof.MemberActive {
			count.Active++
		}
		return true
	})
	c := readCouncil(s)
	switch {
	case c.Members != count.Members || c.Active != count.Active:
		return fmt.Errorf("%d members, %d active, are counted as %d and %d", count.Members, count.Active, c.Members, c.Active)
	case c.Active == 0:
		return fmt.Errorf("there is no active member")
	case c.needed() > c.Active:
		return fmt.Errorf("%d of %d active members are needed", c.needed(), c.Active)
	}
	return c.Quorum.check()
}

func checkKeys(s ledger.State) error {
	keys := 0
	fault := firstFault(s, func(id string, m proof.Member) error {
		usable := m.Standing == proof.MemberRemoved
		for i, k := range m.Keys {
			if k.ID != uint64(i)+1 {
				return fmt.Errorf("key %d has the id %d", i+1, k.ID)
			}
			if owner, ok := keyOwners.Get(s, k.Key); !ok || owner != id {
				return fmt.Errorf("key %d is registered for %q", k.ID, owner)
			}
			usable = usable || k.To == 0 && k.Compromised == 0
		}
		keys += len(m.Keys)
		if !usable {
			return fmt.Errorf("it has no key to sign with")
		}
		return nil
	})
	if registered := rows(s, keyOwners); fault == nil && registered != keys {
		return fmt.Errorf("%d keys are registered where members have %d", registered, keys)
	}
	return fault
}

func checkPrefixes(s ledger.State) error {
	own := 0
	fault := firstFault(s, func(id string, m proof.Member) error {
		for _, p := range m.Prefixes {
			if p.Owner != "" || p.To != 0 {
				continue
			}
			own++
			if row, ok := companies.Get(s, p.Prefix); !ok || row.Owner != id {
				return fmt.Errorf("prefix %s is registered for %q", p.Prefix, row.Owner)
			}
		}
		return nil
	})
	before := "none"
	companies.Each(s, nil, func(digits string, _ company) bool {
		if strings.HasPrefix(digits, before) {
			fault = fmt.Errorf("prefix %s overlaps %s", digits, before)
		}
		before = digits
		return fault == nil
	})
	if registered := rows(s, companies); fault == nil && registered != own {
		return fmt.Errorf("%d prefixes are registered where members have %d", registered, own)
	}
	return fault
}

func checkDelegations(s ledger.State) error {
	var fault error
	offers.Each(s, nil, func(k offered, o offer) bool {
		_, row, _ := coveringPrefix(s, k.Number)
		if row.Owner != o.Owner || !slices.Contains(row.Delegated, delegation{Number: k.Number, Delegate: k.Delegate}) {
			fault = fmt.Errorf("number %s, offered by %s to %s, is not listed under a prefix of its owner", k.Number, o.Owner, k.Delegate)
		}
		return fault == nil
	})
	if fault != nil {
		return fault
	}
	return firstFault(s, func(id string, m proof.Member) error {
		for _, p := range m.Prefixes {
			if p.Owner == "" || p.To != 0 {
				continue
			}
			_, row, _ := coveringPrefix(s, p.Prefix)
			if row.Owner != p.Owner || !slices.Contains(row.Delegated, delegation{Number: p.Prefix, Delegate: id}) {
				return fmt.Errorf("number %s of %s is not listed under a prefix of its owner", p.Prefix, p.Owner)
			}
		}
		return nil
	})
}

func checkIdentifierRows(s ledger.State) error {
	held := 0
	fault := firstFault(s, func(id string, m proof.Member) error {
		for _, i := range m.IDs {
			held++
			if owner, _ := identifiers.Get(s, i); owner != id {
				return fmt.Errorf("%s %s is registered for %q", IdentKind(i.Kind), i.Value, owner)
			}
		}
		return nil
	})
	if registered := rows(s, identifiers); fault == nil && registered != held {
		return fmt.Errorf("%d identifiers are registered where members have %d", registered, held)
	}
	return fault
}

func checkValidators(s ledger.State) error {
	var fault error
	count, seen := 0, map[string]bool{}
	validators.Each(s, nil, func(k proof.Key, row validator) bool {
		count++
		m, ok := members.Get(s, row.Member)
		signing, isSigning := keyOwners.Get(s, k)
		switch {
		case !ok || m.Standing == proof.MemberRemoved:
			fault = fmt.Errorf("the validator key %s is of %q, which is no member", k, row.Member)
		case seen[row.Member]:
			fault = fmt.Errorf("member %s has two validators", row.Member)
		case row.Power == 0 || row.Power > ValidatorPowerMax:
			fault = fmt.Errorf("the validator of %s has power %d", row.Member, row.Power)
		case isSigning:
			fault = fmt.Errorf("the validator key of %s signs entries for %s", row.Member, signing)
		}
		seen[row.Member] = true
		return fault == nil
	})
	if fault == nil && (count == 0 || count > ValidatorsMax) {
		return fmt.Errorf("there are %d validators", count)
	}
	return fault
}

func checkRecoveries(s ledger.State) error {
	var fault error
	recoveries.Each(s, nil, func(member string, row recovery) bool {
		if _, err := Load(s, member); err != nil {
			fault = fmt.Errorf("a recovery is open of %q: %w", member, err)
		}
		if row.Vetoed+RecoverySeconds < row.Due && row.Vetoed != 0 || row.Reason == "" {
			fault = fmt.Errorf("the recovery of %s, due at %d, was vetoed at %d, or has no reason", member, row.Due, row.Vetoed)
		}
		return fault == nil
	})
	return fault
}

func checkVotes(s ledger.State) error {
	var fault error
	counted := uint64(0)
	proposals.Each(s, nil, func(id proof.Hash, p proposal) bool {
		counted += p.Yes + p.No
		var yes, no uint64
		votes.Each(s, id[:], func(_ vote, choice uint64) bool {
			if choice == voteYes {
				yes++
			} else {
				no++
			}
			return true
		})
		if by, _ := lapses.Get(s, lapse{p.Until, id}); by != p.By {
			fault = fmt.Errorf("proposal %s of %s lapses as one of %q", id, p.By, by)
		}
		if yes != p.Yes || no != p.No {
			fault = fmt.Errorf("proposal %s has %d and %d votes and counts %d and %d", id, yes, no, p.Yes, p.No)
		}
		return fault == nil
	})
	votes.Each(s, nil, func(v vote, _ uint64) bool {
		if m, _ := members.Get(s, v.Member); m.Standing != proof.MemberActive {
			fault = fmt.Errorf("%s, which is not active, has a vote on proposal %s", v.Member, v.Proposal)
		}
		return fault == nil
	})
	open, cast := uint64(rows(s, proposals)), uint64(rows(s, votes))
	switch {
	case fault != nil:
		return fault
	case open != readCouncil(s).Open || open > OpenProposalsMax:
		return fmt.Errorf("%d proposals are open and %d are counted", open, readCouncil(s).Open)
	case open != uint64(rows(s, lapses)):
		return fmt.Errorf("%d proposals are open and %d are to lapse", open, rows(s, lapses))
	case counted != cast:
		return fmt.Errorf("%d votes are cast and %d are counted", cast, counted)
	}
	return nil
}
