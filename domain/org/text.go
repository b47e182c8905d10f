package org

import (
	"fmt"
	"strings"

	"pedigree/proof"
)

// Roles is a set of the roles of package proof. As text it is their names in
// this order, with commas.
type Roles uint64

var roleNames = [...]string{"manufacturer", "repackager", "wholesaler", "logistics", "dispenser", "provider", "payer", "regulator", "board", "auditor"}

// Has reports whether the set has one of the other set's roles.
func (r Roles) Has(other Roles) bool { return r&other != 0 }

// IsOne reports whether the set is a single role.
func (r Roles) IsOne() bool { return r != 0 && r&(r-1) == 0 }

// String returns the names, with commas.
func (r Roles) String() string {
	var names []string
	for i, name := range roleNames {
		if r&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// MarshalText returns the names, with commas.
func (r Roles) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads names with commas between them, in any order.
func (r *Roles) UnmarshalText(text []byte) error {
	var read Roles
	for name := range strings.SplitSeq(string(text), ",") {
		bit := roleBit(strings.Trim(name, " "))
		if bit == 0 && len(text) > 0 {
			return fmt.Errorf("couldn't read the role %q; the roles are %s", name, Roles(proof.RolesMax))
		}
		read |= bit
	}
	*r = read
	return nil
}

func roleBit(name string) Roles {
	for i, known := range roleNames {
		if name == known {
			return 1 << i
		}
	}
	return 0
}

// IdentKind is a kind of identifier. As text it is gln, npi or dea.
type IdentKind uint64

var identNames = [...]string{"", "gln", "npi", "dea"}

// String returns the kind's name.
func (k IdentKind) String() string {
	if k == 0 || int(k) >= len(identNames) {
		return fmt.Sprintf("kind %d", uint64(k))
	}
	return identNames[k]
}

// MarshalText returns the kind's name.
func (k IdentKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's name.
func (k *IdentKind) UnmarshalText(text []byte) error {
	for i, name := range identNames {
		if i > 0 && name == string(text) {
			*k = IdentKind(i)
			return nil
		}
	}
	return fmt.Errorf("couldn't read the kind of identifier %q; it is gln, npi or dea", text)
}

// Day is a day since 1970-01-01 UTC. As text it is an ISO 8601 date.
type Day uint64

// String returns the date.
func (d Day) String() string {
	y, m, day := d.civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// MarshalText returns the date.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date from 1970-01-01 to 2199-12-31.
func (d *Day) UnmarshalText(text []byte) error {
	var y, m, day uint64
	if n, err := fmt.Sscanf(string(text), "%04d-%02d-%02d", &y, &m, &day); n == 3 && err == nil && y >= 1970 && y < 2200 {
		if read := daysFromCivil(y, m, day); read.String() == string(text) {
			*d = read
			return nil
		}
	}
	return fmt.Errorf("couldn't read the date %q; write it as 2026-11-01, from 1970-01-01 to %s", text, Day(DayMax))
}

// The calendar in eras of 400 years that begin on a 1st of March.
const (
	daysEra     = 146_097
	daysToEpoch = 719_468 // from 0000-03-01 to 1970-01-01
)

// civil turns a day into year, month and day of the Gregorian calendar. The year
// is made to begin in March, so that a leap day is its last.
func (d Day) civil() (y, m, day uint64) {
	z := uint64(d) + daysToEpoch
	era, dayOfEra := z/daysEra, z%daysEra
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month := (5*dayOfYear + 2) / 153
	y, day = yearOfEra+era*400, dayOfYear-(153*month+2)/5+1
	if month < 10 {
		return y, month + 3, day
	}
	return y + 1, month - 9, day
}

// daysFromCivil is the inverse of civil for dates that exist.
func daysFromCivil(y, m, day uint64) Day {
	if m < 3 {
		y, m = y-1, m+12
	}
	era, yearOfEra := y/400, y%400
	dayOfYear := (153*(m-3)+2)/5 + day - 1
	return Day(era*daysEra + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - daysToEpoch)
}
