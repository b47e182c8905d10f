package org

import (
	"cmp"
	"slices"

	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

// Identifier is one registered number of an organisation.
type Identifier struct {
	_     struct{}  `cbor:",toarray"`
	Kind  IdentKind `json:"kind"`
	Value string    `json:"value"`
}

// check refuses a number whose check digit is wrong.
func (i Identifier) check() error {
	ok, want := false, ""
	switch i.Kind {
	case proof.IdentGLN:
		_, err := gs1.ParseGLN(i.Value)
		ok, want = err == nil, "13 digits, the last being the GS1 check digit"
	case proof.IdentNPI:
		ok, want = isNPI(i.Value), "10 digits that begin with 1 or 2, the last being the Luhn check digit over 80840 and the others"
	case proof.IdentDEA:
		ok, want = isDEA(i.Value), "two letters (the second may be 9) and 7 digits, the last being the check digit"
	default:
		return CodeBadIdentifier.Errorf("identifier %q is of %s; use gln, npi or dea", i.Value, i.Kind)
	}
	if !ok {
		return CodeBadIdentifier.Errorf("%s %q is wrong: it must have %s", i.Kind, i.Value, want)
	}
	return nil
}

func isNPI(s string) bool {
	if len(s) != 10 || !allDigits(s) || s[0] != '1' && s[0] != '2' {
		return false
	}
	sum := luhnOf80840
	for i := range len(s) {
		d := int(s[i] - '0')
		if i%2 == 0 { // every second digit from the right, the check digit not among them
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

// luhnOf80840 is what the prefix of the card standard adds to every NPI's sum.
const luhnOf80840 = 24

func isDEA(s string) bool {
	if len(s) != 9 || !isLetter(s[0]) || !isLetter(s[1]) && s[1] != '9' || !allDigits(s[2:]) {
		return false
	}
	d := func(i int) int { return int(s[i+1] - '0') } // counted from 1
	return (d(1)+d(3)+d(5)+2*(d(2)+d(4)+d(6)))%10 == d(7)
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

// SetIdentifiers replaces the registered numbers of an organisation. The
// organisation itself or the council sends it.
type SetIdentifiers struct {
	_           struct{}     `cbor:",toarray"`
	Member      string       `json:"member"`
	Identifiers []Identifier `json:"identifiers"`
}

// Validate implements ledger.Message.
func (e *SetIdentifiers) Validate() error {
	return cmp.Or(CheckID(e.Member), checkIdentifiers(e.Identifiers))
}

func checkIdentifiers(list []Identifier) error {
	if len(list) > IdentifiersMax {
		return CodeTooMany.Errorf("%d identifiers where a member has at most %d; leave some out", len(list), IdentifiersMax)
	}
	for i, id := range list {
		if err := id.check(); err != nil {
			return err
		}
		if slices.Contains(list[:i], id) {
			return CodeBadIdentifier.Errorf("%s %s is given twice; once is enough", id.Kind, id.Value)
		}
	}
	return nil
}

// Apply implements ledger.Message.
func (e *SetIdentifiers) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, ActsFor(b, s, e.Member), func(m *proof.Member) error {
		releaseIdentifiers(s, *m)
		if err := claimIdentifiers(s, e.Member, m, e.Identifiers); err != nil {
			return err
		}
		return b.Emit("identifiers-set", e)
	})
}

// claimIdentifiers gives numbers to a member, in ascending order.
func claimIdentifiers(s ledger.State, id string, m *proof.Member, list []Identifier) error {
	m.IDs = nil
	for _, number := range list {
		i := proof.Identifier{Kind: uint64(number.Kind), Value: number.Value}
		if owner, taken := identifiers.Get(s, i); taken {
			return CodeIdentifierTaken.Errorf("%s %s is registered for %s; if that is wrong, ask the council to set that member's identifiers", number.Kind, number.Value, owner)
		}
		identifiers.Set(s, i, id)
		m.IDs = append(m.IDs, i)
	}
	slices.SortFunc(m.IDs, func(a, b proof.Identifier) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	return nil
}

func releaseIdentifiers(s ledger.State, m proof.Member) {
	for _, i := range m.IDs {
		identifiers.Delete(s, i)
	}
}
