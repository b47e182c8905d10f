package org_test

import (
	"fmt"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestIDsNamesAndPlacesAreCheckedByCharacter(t *testing.T) {
	admit := func(change func(a *org.Admit)) error {
		a := org.Admit{ID: "a", Name: "a", Roles: proof.RolePayer, Key: ledgertest.Key("a"), Licences: []org.LicenceTerms{{Role: proof.RolePayer, Place: "US", Number: "1"}}}
		change(&a)
		return a.Validate()
	}
	for _, c := range []struct {
		what      string
		good, bad []string
		change    func(a *org.Admit, s string)
	}{
		{
			"id",
			[]string{"a", "0", "a-b", "alpha-2"},
			[]string{"", "-a", "a-", "A", "a_b", "a b", "a.b", "ä", "a\x00", "a/b"},
			func(a *org.Admit, s string) { a.ID = s },
		},
		{
			"name",
			[]string{"A", "Ärzte & Söhne", "製薬", "O'Neil, Inc. (2)", "a\u00a0b"},
			[]string{"", " a", "a ", "a\nb", "a\tb", "a\x7fb", "a\u0085b", "a\u200bb", "a\u202eb", "a\u2066b", "\ufeffa", "a\u2028b", "\u00a0a", "a\u3000", "a\xffb"},
			func(a *org.Admit, s string) { a.Name = s },
		},
		{
			"place",
			[]string{"US", "US-CA", "GB-ENG", "FR-2A1", "AT-9"},
			[]string{"", "U", "USA", "us", "US-", "US-ca", "US-CALI", "U1", "US_CA", "US-C A", "-CA"},
			func(a *org.Admit, s string) { a.Licences[0].Place = s },
		},
		{
			"licence number",
			[]string{"1", "W-1/2 B", "~"},
			[]string{"", " 1", "1 ", "a\tb", "ä", "\x7f"},
			func(a *org.Admit, s string) { a.Licences[0].Number = s },
		},
	} {
		for _, s := range c.good {
			if err := admit(func(a *org.Admit) { c.change(a, s) }); err != nil {
				t.Errorf("%s %q: %v", c.what, s, err)
			}
		}
		for _, s := range c.bad {
			err := admit(func(a *org.Admit) { c.change(a, s) })
			t.Run(fmt.Sprintf("%s %q is refused", c.what, s), func(t *testing.T) { want(t, err, org.CodeBadField) })
		}
	}
}

func TestRegisteredNumbersAreChecked(t *testing.T) {
	valid := map[org.IdentKind][]string{
		proof.IdentGLN: {"0614141000012", "9501101530003"},
		proof.IdentNPI: {"1234567893", "1992999650", "2000000002"},
		proof.IdentDEA: {"AB1234563", "F91234563", "MZ0000000"},
	}
	check := func(k org.IdentKind, value string) error {
		e := org.SetIdentifiers{Member: "a", Identifiers: []org.Identifier{{Kind: k, Value: value}}}
		return e.Validate()
	}
	for k, list := range valid {
		for _, value := range list {
			if err := check(k, value); err != nil {
				t.Errorf("%s %s: %v", k, value, err)
			}
			// Any other last digit is refused, as are a digit more or less.
			for d := byte('0'); d <= '9'; d++ {
				if last := len(value) - 1; d != value[last] {
					if err := check(k, value[:last]+string(d)); err == nil {
						t.Errorf("%s %s with the check digit %c is accepted", k, value, d)
					}
				}
			}
			for _, wrong := range []string{value[1:], value + "0", "x" + value[1:], value[:4] + " " + value[5:]} {
				if err := check(k, wrong); err == nil {
					t.Errorf("%s %q is accepted", k, wrong)
				}
			}
		}
	}
	want(t, check(proof.IdentNPI, "3234567891"), org.CodeBadIdentifier)
	want(t, check(proof.IdentDEA, "9B1234563"), org.CodeBadIdentifier)
	want(t, check(0, "1"), org.CodeBadIdentifier)
	want(t, check(4, "1"), org.CodeBadIdentifier)
}
