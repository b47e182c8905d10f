package auth

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryRoleNamesPermissionsOfTheTableOnce(t *testing.T) {
	seen := map[Role]bool{}
	for _, r := range Roles() {
		if seen[r.Role] || r.Who == "" {
			t.Errorf("the role %q stands twice or tells nobody whom it is for", r.Role)
		}
		seen[r.Role] = true
		for i, p := range r.Permissions {
			if _, ok := RuleOf(p); !ok || slices.Index(r.Permissions, p) != i {
				t.Errorf("the role %s has %q, which is no permission or stands twice", r.Role, p)
			}
		}
	}
}

func TestEveryPermissionIsSomeRolesAndSaysWhatItAllows(t *testing.T) {
	seen := map[Permission]bool{}
	for _, rule := range Permissions() {
		if seen[rule.Permission] || !strings.HasSuffix(rule.Allows, ".") {
			t.Errorf("%s stands twice or says nothing", rule.Permission)
		}
		seen[rule.Permission] = true
		has := func(r RoleRule) bool { return slices.Contains(r.Permissions, rule.Permission) }
		if rule.Permission != OwnSession && !slices.ContainsFunc(Roles(), has) {
			t.Errorf("no role has %s: only the owner's token could", rule.Permission)
		}
		if rule.Reads && (rule.TwoPersons || rule.Meaning != "") {
			t.Errorf("%s changes nothing and asks for a second person or a signature", rule.Permission)
		}
	}
}

// TestWhatNeedsTwoPersonsIsInRolesWithPowerOnly keeps governing acts away from
// roles that a machine may have and one administrator may give.
func TestWhatNeedsTwoPersonsIsInRolesWithPowerOnly(t *testing.T) {
	for _, r := range Roles() {
		for _, p := range r.Permissions {
			if rule, _ := RuleOf(p); rule.TwoPersons && !r.Power {
				t.Errorf("%s needs two persons, and %s, a role without power, has it", p, r.Role)
			}
		}
	}
}

func TestANodeOperatorSeesNoBusinessData(t *testing.T) {
	p := New("1", "Operator", Person, "maker", Operator)
	for _, no := range []Permission{ReadGoods, ReadAudit, Ship, Receive, Dispense, Capture, Govern, ManagePeople} {
		if p.May(no) {
			t.Errorf("an operator may %s", no)
		}
	}
}

func TestARegulatorAndAnAuditorChangeNothing(t *testing.T) {
	for _, p := range New("1", "Reader", Person, "maker", Regulator, Auditor).Permissions() {
		if rule, _ := RuleOf(p); !rule.Reads && p != OwnSession {
			t.Errorf("a reader may %s", p)
		}
	}
}

func TestAMachineGetsNothingFromARoleWithPower(t *testing.T) {
	got := New("k", "line 4", Machine, "maker", Admin, Governance, Signer, Serialization).Permissions()
	want := New("k", "line 4", Machine, "maker", Serialization).Permissions()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPrincipalWithoutRolesOrUnknownMayNothing(t *testing.T) {
	for _, rule := range Permissions() {
		if (Principal{}).May(rule.Permission) {
			t.Errorf("nobody may %s", rule.Permission)
		}
		if rule.Permission != OwnSession && New("1", "x", Person, "maker", "emperor").May(rule.Permission) {
			t.Errorf("a role that is not in the table may %s", rule.Permission)
		}
		if !OwnerOf("maker").May(rule.Permission) {
			t.Errorf("the owner may not %s", rule.Permission)
		}
	}
	if OwnerOf("maker").May("") || OwnerOf("maker").May("everything") {
		t.Error("the owner may what no row of the table says")
	}
}

func TestWhoAsksIsInTheContext(t *testing.T) {
	if _, known := From(context.Background()); known {
		t.Error("somebody is known who did not ask")
	}
	p, known := From(With(context.Background(), OwnerOf("maker")))
	if !known || p.ID != "owner" || p.Org != "maker" {
		t.Errorf("got %+v, %v", p, known)
	}
}

func TestAHostedOrganisationHasNothingOfTheNode(t *testing.T) {
	for _, p := range []Principal{OwnerOf("pharmacy"), New("1", "x", Person, "pharmacy", Operator, Admin, Pharmacist)} {
		hosted := p.Hosted()
		for _, rule := range Permissions() {
			if want := p.May(rule.Permission) && !rule.OfNode; hosted.May(rule.Permission) != want {
				t.Errorf("%s of a hosted organisation may %s: %t", p.ID, rule.Permission, !want)
			}
		}
	}
	if OwnerOf("pharmacy").Hosted().May(Backup) || !OwnerOf("host").May(Backup) {
		t.Error("a backup of the node is its owner's alone")
	}
}
