package org_test

import (
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAKeyIsNoAdmissionBeforeItsHeight(t *testing.T) {
	n := newNetwork(t, founding())
	for height, code := range []ledger.Code{org.CodeKeyEarly, accepted} {
		b := &ledger.Block{Height: uint64(height), Time: n.Time}
		key, err := org.Governor{}.AdmissionKey(b, n.View(), proof.Admission{Org: "beta", KeyID: 1})
		want(t, err, code)
		if (key == ledgertest.Key("beta")) != (err == nil) {
			t.Fatalf("at height %d the key is %s", height, key)
		}
	}
}

func TestRolesAndLicencesCountForActiveMembersOnly(t *testing.T) {
	n := newNetwork(t, founding())
	at := func(day string) *ledger.Block {
		return &ledger.Block{Height: n.Height, Time: uint64(date(day)) * 24 * 3600}
	}
	check := func(member string, hasRole, licensed bool) {
		t.Helper()
		s := n.View()
		if got := org.HasRole(s, member, proof.RoleWholesaler|proof.RolePayer); got != hasRole {
			t.Errorf("%s has the role: %t", member, got)
		}
		if got := org.LicensedNow(at("2026-11-01"), s, member, proof.RoleWholesaler); got != licensed {
			t.Errorf("%s is licensed: %t", member, got)
		}
	}
	check("beta", true, true)
	check("alpha", false, false)
	check("nobody", false, false)
	for day, want := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-12-31": true, "2027-01-01": false} {
		if got := org.LicensedNow(at(day), n.View(), "beta", proof.RoleWholesaler); got != want {
			t.Errorf("on %s beta is licensed: %t", day, got)
		}
	}
	if org.LicensedNow(at("2026-11-01"), n.View(), "beta", proof.RoleDispenser) {
		t.Error("a wholesaler's licence covers dispensing")
	}
	want(t, n.send(n.entry("suspend", &org.Suspend{Member: "beta"})), accepted)
	check("beta", false, false)
}

func TestOwnersOfPrefixesAndKeysAreFound(t *testing.T) {
	n := newNetwork(t, founding())
	want(t, n.send(n.entry("delegate-prefix", &org.DelegatePrefix{Member: "alpha", Delegate: "beta", Number: "061414199"})), accepted)
	s := n.View()
	for digits, owner := range map[string]string{
		"0614141": "alpha", "061414112345": "alpha", "061414199000": "alpha", "061414": "", "0614142": "", "": "", "06141411234567890": "alpha",
	} {
		if got, ok := org.PrefixOwner(s, digits); got != owner || ok != (owner != "") {
			t.Errorf("%s belongs to %q, %t; want %q", digits, got, ok, owner)
		}
	}
	beta, ok := org.Get(s, "beta")
	if !ok || !beta.OwnsPrefix("061414199000", n.Height+1) || beta.OwnsPrefix("061414199000", n.Height) || beta.OwnsPrefix("061414112345", n.Height+1) {
		t.Errorf("beta may use what was delegated, from the next height on: %+v", beta.Prefixes)
	}
	if got, ok := org.OrgOfKey(s, ledgertest.Key("gamma")); !ok || got != "gamma" {
		t.Errorf("gamma's key belongs to %q, %t", got, ok)
	}
	if got, ok := org.OrgOfKey(s, ledgertest.Key("alpha-node")); ok {
		t.Errorf("a consensus key signs for %q", got)
	}
	if _, ok := org.Get(s, "nobody"); ok {
		t.Error("nobody is a member")
	}
}
