package org

import (
	"cmp"
	"slices"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// LicenceTerms say what a licence covers and when.
type LicenceTerms struct {
	_      struct{} `cbor:",toarray"`
	Role   Roles    `json:"role"`  // the one role it covers
	Place  string   `json:"place"` // ISO 3166-2, such as US-CA, or US for a federal registration
	Number string   `json:"number"`
	From   Day      `json:"from"` // first day of effect
	To     Day      `json:"to"`   // last day of effect
}

func (l LicenceTerms) check() error {
	if !l.Role.IsOne() || l.Role > proof.RolesMax {
		return CodeBadField.Errorf("licence %q: it covers one role; record one licence for each", l.Number)
	}
	if !isPlace(l.Place) {
		return CodeBadField.Errorf("licence %q: place %q is no ISO 3166-2 code, such as US-CA or US", l.Number, l.Place)
	}
	unprintable := func(r rune) bool { return r < ' ' || r > '~' }
	if l.Number == "" || len(l.Number) > LicenceNumberMax || l.Number != strings.Trim(l.Number, " ") || strings.ContainsFunc(l.Number, unprintable) {
		return CodeBadField.Errorf("licence number %q: use 1 to %d ASCII characters without outer spaces", l.Number, LicenceNumberMax)
	}
	if l.From > l.To || l.To > DayMax {
		return CodeBadDay.Errorf("licence %q runs from %s to %s; it must end on or after its first day, by %s", l.Number, l.From, l.To, Day(DayMax))
	}
	return nil
}

// isPlace accepts two capital letters, and after a hyphen one to three capital
// letters or digits.
func isPlace(s string) bool {
	country, part, divided := strings.Cut(s, "-")
	capital := func(r rune) bool { return r >= 'A' && r <= 'Z' }
	if len(country) != 2 || strings.ContainsFunc(country, func(r rune) bool { return !capital(r) }) {
		return false
	}
	outside := func(r rune) bool { return !capital(r) && (r < '0' || r > '9') }
	return !divided || len(part) > 0 && len(s) <= LicencePlaceMax && !strings.ContainsFunc(part, outside)
}

// licensors are the roles that may record licences of others.
const licensors = proof.RoleRegulator | proof.RoleBoard

// licensor says who records: an admitting regulator or board, or the council,
// which stands as the empty name.
func licensor(b *ledger.Block, s ledger.State, member string) (string, error) {
	if b.Council() { // whoever cast the last vote
		return "", nil
	}
	for _, a := range b.Admitted() {
		if a.Org != member && HasRole(s, a.Org, licensors) {
			return a.Org, nil
		}
	}
	if IsCouncil(b, s) {
		return "", nil
	}
	return "", CodeNotLicensor.Errorf("a licence of %s is recorded by another member with the role regulator or board, or by the council; ask one of them", member)
}

// RecordLicence records a licence of a member. A regulator or board sends it, or
// the council.
type RecordLicence struct {
	_       struct{}     `cbor:",toarray"`
	Member  string       `json:"member"`
	Licence LicenceTerms `json:"licence"`
}

// Validate implements ledger.Message.
func (e *RecordLicence) Validate() error { return cmp.Or(CheckID(e.Member), e.Licence.check()) }

// Apply implements ledger.Message.
func (e *RecordLicence) Apply(b *ledger.Block, s ledger.State) error {
	by, err := licensor(b, s, e.Member)
	return amend(s, e.Member, err, func(m *proof.Member) error {
		if err := addLicence(b, m, e.Licence, by); err != nil {
			return err
		}
		return emitLicence(b, "licence-recorded", e.Member, m.Licences[len(m.Licences)-1], by)
	})
}

// addLicence records a licence that does not overlap one of the same number.
func addLicence(b *ledger.Block, m *proof.Member, t LicenceTerms, by string) error {
	for _, l := range m.Licences {
		from, to := max(l.FromDay, uint64(t.From)), min(lastDay(l), uint64(t.To))
		if isSame(l, t.Role, t.Place, t.Number) && from <= to {
			return CodeLicenceExists.Errorf("licence %s %s holds from %s to %s already; renew or revoke it", t.Place, t.Number, Day(l.FromDay), Day(lastDay(l)))
		}
	}
	if len(m.Licences) >= LicencesMax { // what nobody needs to judge any more makes room
		m.Licences = slices.DeleteFunc(m.Licences, func(l proof.Licence) bool { return lastDay(l)+LicenceKeepDays < b.Day() })
	}
	if len(m.Licences) >= LicencesMax {
		return CodeTooMany.Errorf("the member has its %d licences; those that lapsed more than %d days ago make room", LicencesMax, LicenceKeepDays)
	}
	m.Licences = append(m.Licences, proof.Licence{
		Role: uint64(t.Role), Place: t.Place, Number: t.Number, FromDay: uint64(t.From), ToDay: uint64(t.To), Recorded: b.Height, By: by,
	})
	return nil
}

// lastDay is the last day on which a licence holds; for one revoked from its
// first day on, the day before.
func lastDay(l proof.Licence) uint64 {
	if l.Revoked != 0 {
		return min(l.ToDay, l.Revoked-1)
	}
	return l.ToDay
}

func isSame(l proof.Licence, role Roles, place, number string) bool {
	return l.Role == uint64(role) && l.Place == place && l.Number == number
}

func emitLicence(b *ledger.Block, name, member string, l proof.Licence, by string) error {
	return b.Emit(name, licenceChange{
		Member: member, Role: Roles(l.Role), Place: l.Place, Number: l.Number,
		From: Day(l.FromDay), To: Day(l.ToDay), Revoked: Day(l.Revoked), By: by,
	})
}

// LicenceName is what finds a licence again.
type LicenceName struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	Role   Roles    `json:"role"`
	Place  string   `json:"place"`
	Number string   `json:"number"`
}

// amend lets fn change the latest licence of that name whose term has begun on a
// day (or any, if none has), for its recorder or the council.
func (n LicenceName) amend(b *ledger.Block, s ledger.State, day Day, event string, fn func(l *proof.Licence) error) error {
	return amend(s, n.Member, nil, func(m *proof.Member) error {
		i := -1
		for j, l := range m.Licences {
			begun := l.FromDay <= uint64(day)
			if isSame(l, n.Role, n.Place, n.Number) && (i < 0 || begun && (m.Licences[i].FromDay > uint64(day) || l.FromDay > m.Licences[i].FromDay)) {
				i = j
			}
		}
		if i < 0 {
			return CodeUnknownLicence.Errorf("member %s has no licence %s %s for %s; check role, place and number", n.Member, n.Place, n.Number, n.Role)
		}
		by, recorder := "", m.Licences[i].By
		if recorder != "" && isAdmitted(b, recorder) && !b.Council() && HasRole(s, recorder, licensors) {
			by = recorder
		} else if !IsCouncil(b, s) {
			return CodeNotLicensor.Errorf("licence %s %s may be changed by who recorded it (%q; empty is the council) while a regulator or board, or by the council; ask them", n.Place, n.Number, recorder)
		}
		if err := fn(&m.Licences[i]); err != nil {
			return err
		}
		return emitLicence(b, event, n.Member, m.Licences[i], by)
	})
}

// RevokeLicence ends a licence from a day on, past or to come. Where a number was
// recorded for several terms, the day tells which is meant. Its recorder sends it,
// or the council.
type RevokeLicence struct {
	_       struct{}    `cbor:",toarray"`
	Licence LicenceName `json:"licence"`
	From    Day         `json:"from"` // first day on which it no longer holds
}

// Validate implements ledger.Message.
func (e *RevokeLicence) Validate() error { return CheckID(e.Licence.Member) }

// Apply implements ledger.Message.
func (e *RevokeLicence) Apply(b *ledger.Block, s ledger.State) error {
	return e.Licence.amend(b, s, e.From, "licence-revoked", func(l *proof.Licence) error {
		if l.Revoked != 0 && l.Revoked <= uint64(e.From) {
			return CodeLicenceEnded.Errorf("licence %s %s is revoked from %s; only an earlier day can be given now", l.Place, l.Number, Day(l.Revoked))
		}
		if uint64(e.From) < max(l.FromDay, 1) || uint64(e.From) > l.ToDay {
			return CodeBadDay.Errorf("licence %s %s runs from %s to %s and can't be revoked from %s; give a day of its term", l.Place, l.Number, Day(l.FromDay), Day(l.ToDay), e.From)
		}
		l.Revoked = uint64(e.From)
		return nil
	})
}

// RenewLicence moves the last day of a licence that is in effect. One that has
// lapsed is recorded anew, so that no renewal covers days gone by. Its recorder
// sends it, or the council.
type RenewLicence struct {
	_       struct{}    `cbor:",toarray"`
	Licence LicenceName `json:"licence"`
	To      Day         `json:"to"` // its new last day
}

// Validate implements ledger.Message.
func (e *RenewLicence) Validate() error {
	if e.To > DayMax {
		return CodeBadDay.Errorf("a licence can't run to %s; give a day up to %s", e.To, Day(DayMax))
	}
	return CheckID(e.Licence.Member)
}

// Apply implements ledger.Message.
func (e *RenewLicence) Apply(b *ledger.Block, s ledger.State) error {
	return e.Licence.amend(b, s, DayMax, "licence-renewed", func(l *proof.Licence) error {
		if l.Revoked != 0 || l.ToDay < b.Day() {
			return CodeLicenceEnded.Errorf("licence %s %s has lapsed or is revoked; record it anew from the day it holds again", l.Place, l.Number)
		}
		if uint64(e.To) <= l.ToDay {
			return CodeBadDay.Errorf("licence %s %s runs to %s, and a renewal to %s would not extend it; revoke it to end it sooner", l.Place, l.Number, Day(l.ToDay), e.To)
		}
		l.ToDay = uint64(e.To)
		return nil
	})
}
