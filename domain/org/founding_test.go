package org_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAFoundingFileReadsAsPeopleWriteIt(t *testing.T) {
	text := fmt.Sprintf(`{
	  "quorum": {"numerator": 3, "denominator": 5},
	  "members": [{
	    "id": "alpha", "name": "Test member alpha", "roles": "manufacturer, auditor", "key": %q,
	    "identifiers": [{"kind": "gln", "value": "0614141000012"}],
	    "prefixes": ["0614141"],
	    "licences": [{"role": "manufacturer", "place": "US", "number": "F 1", "from": "2026-01-01", "to": "2027-12-31"}],
	    "validator": %q
	  }]
	}`, ledgertest.Key("alpha"), ledgertest.Key("node"))
	got, err := org.ParseFounding([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := org.Founding{
		Quorum: org.Fraction{Numerator: 3, Denominator: 5},
		Members: []org.FoundingMember{{
			Admit: org.Admit{
				ID: "alpha", Name: "Test member alpha", Roles: proof.RoleManufacturer | proof.RoleAuditor, Key: ledgertest.Key("alpha"),
				Identifiers: []org.Identifier{{Kind: proof.IdentGLN, Value: "0614141000012"}},
				Prefixes:    []string{"0614141"},
				Licences:    []org.LicenceTerms{{Role: proof.RoleManufacturer, Place: "US", Number: "F 1", From: 20454, To: 21183}},
			},
			Validator: ledgertest.Key("node"),
		}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(org.Admit{}, org.Fraction{}, org.Identifier{}, org.LicenceTerms{})); diff != "" {
		t.Fatal(diff)
	}
}

func TestAFoundingFileThatIsWrongIsRefusedWithThePlace(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *org.Founding)
		text   string
	}{
		"no members":                      {func(f *org.Founding) { f.Members = nil }, "none of the 0"},
		"no validator":                    {func(f *org.Founding) { f.Members[0].Validator, f.Members[1].Validator = proof.Key{}, proof.Key{} }, "validator"},
		"a quorum of half":                {func(f *org.Founding) { f.Quorum = org.Fraction{Numerator: 1, Denominator: 2} }, "quorum"},
		"a member that is wrong":          {func(f *org.Founding) { f.Members[2].Name = "" }, "member 3 (gamma)"},
		"an id given twice":               {func(f *org.Founding) { f.Members[3].ID = "alpha" }, "member 4 (alpha)"},
		"a key given twice":               {func(f *org.Founding) { f.Members[3].Key = ledgertest.Key("beta") }, "key-taken"},
		"a validator key given twice":     {func(f *org.Founding) { f.Members[1].Validator = ledgertest.Key("alpha-node") }, "key-taken"},
		"a validator key that signs":      {func(f *org.Founding) { f.Members[1].Validator = ledgertest.Key("alpha") }, "key-taken"},
		"a validator key that is weak":    {func(f *org.Founding) { f.Members[1].Validator = proof.Key{0: proof.AlgEd25519} }, "weak-key"},
		"a validator with too much power": {func(f *org.Founding) { f.Members[1].Power = org.ValidatorPowerMax + 1 }, "power"},
		"a prefix inside another":         {func(f *org.Founding) { f.Members[1].Prefixes = []string{"06141"} }, "prefix-overlap"},
		"a number given twice":            {func(f *org.Founding) { f.Members[1].Identifiers = f.Members[0].Identifiers }, "identifier-taken"},
	} {
		t.Run(name, func(t *testing.T) {
			f := founding()
			c.change(&f)
			if err := found(t, encoded(f)["org"]); err == nil || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got %v, want something with %q", err, c.text)
			}
		})
	}
}

// found lays a founding file down on an empty chain.
func found(t *testing.T, text []byte) error {
	t.Helper()
	rt, err := ledger.New(ledger.Config{ChainID: "pedigree-test", Modules: []ledger.Module{org.Module()}, Governor: org.Governor{}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = rt.Begin(ledger.BlockInfo{Time: ledgertest.FirstTime}, func(string) []byte { return text }, ledger.DefaultParams(), ledgertest.NewMemory())
	return err
}

func TestAFoundingFileIsReadStrictlyAndWithinItsLimits(t *testing.T) {
	good := string(encoded(founding())["org"])
	many := founding()
	for i := len(many.Members); i < org.FoundingMembersMax; i++ {
		many.Members = append(many.Members, founder(fmt.Sprintf("extra%04d", i), proof.RolePayer, false))
	}
	full, tooMany := string(encoded(many)["org"]), ""
	many.Members = append(many.Members, founder("one-more", proof.RolePayer, false))
	tooMany = string(encoded(many)["org"])
	for name, c := range map[string]struct{ text, refusal string }{
		"what is right":                  {good, ""},
		"as many members as can be":      {full, ""},
		"a member more":                  {tooMany, "1001 where 1000 are the most"},
		"as large as can be":             {good + strings.Repeat(" ", org.FoundingSizeMax-len(good)), ""},
		"a byte more":                    {good + strings.Repeat(" ", org.FoundingSizeMax-len(good)+1), "8388609 bytes"},
		"a field that it does not know":  {strings.Replace(good, `"members"`, `"mebmers"`, 1), "mebmers"},
		"a role that it does not know":   {strings.Replace(good, `"manufacturer"`, `"maker"`, 1), "maker"},
		"a second value behind":          {good + "{}", "follows"},
		"no JSON":                        {"members:", "invalid character"},
		"nothing":                        {"", "EOF"},
		"a day that is not in the year":  {strings.Replace(good, "2026-12-31", "2026-02-29", 1), "2026-02-29"},
		"a kind that it does not know":   {strings.Replace(good, `"gln"`, `"duns"`, 1), "duns"},
		"a key in another algorithm":     {strings.Replace(good, founding().Members[0].Key.String(), "02"+founding().Members[0].Key.String()[2:], 1), "01 (Ed25519)"},
		"a quorum left out: two thirds":  {good, ""},
		"a quorum with half of it given": {strings.Replace(good, `"quorum":{"numerator":0`, `"quorum":{"numerator":2`, 1), "bad-quorum"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := org.ParseFounding([]byte(c.text))
			if (err == nil) != (c.refusal == "") || err != nil && !strings.Contains(err.Error(), c.refusal) {
				t.Fatalf("got %v, want something with %q", err, c.refusal)
			}
		})
	}
}

func TestFoundersGetTheirValidators(t *testing.T) {
	f := founding()
	f.Members[1].Power = 7
	n := newNetwork(t, f)
	want := []ledger.ValidatorUpdate{{Key: ledgertest.Key("alpha-node"), Power: 1}, {Key: ledgertest.Key("beta-node"), Power: 7}}
	if diff := cmp.Diff(want, n.Last.Validators); diff != "" {
		t.Fatal(diff)
	}
	if got := len(n.State.Events); got != 1+len(f.Members)+2 {
		t.Fatalf("%d events tell of the founding", got)
	}
}

func FuzzFounding(f *testing.F) {
	f.Add(encoded(founding())["org"])
	f.Add([]byte(`{"members": [{"id": "a", "roles": "payer", "licences": [{"from": "2026-01-01"}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := org.ParseFounding(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(read)
		if err != nil {
			t.Fatal(err)
		}
		back, err := org.ParseFounding(again)
		if err != nil {
			t.Fatalf("%s was read, written as %s and refused: %v", text, again, err)
		}
		if diff := cmp.Diff(read, back, cmp.AllowUnexported(org.Admit{}, org.Fraction{}, org.Identifier{}, org.LicenceTerms{})); diff != "" {
			t.Fatal(diff)
		}
		// Whatever was read either founds a network or is refused with a code.
		if err := found(t, text); err != nil && ledger.CodeOf(err) == ledger.CodeInternal {
			t.Fatal(errors.Unwrap(err))
		}
	})
}
