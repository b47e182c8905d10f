package org

import (
	"flag"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/org.json anew")

// TestVectorsAreFresh holds that every message, event and row of the module stands
// in the published vectors as this program writes it.
func TestVectorsAreFresh(t *testing.T) {
	maps := []string{companies.Name, proposals.Name, votes.Name, validators.Name, councils.Name, keyOwners.Name, identifiers.Name, recoveries.Name, offers.Name, lapses.Name}
	ledgertest.FreshVectors(t, *update, "org.json", ledgertest.ModuleVectors(t, Module(), vectorMessages(t), vectorEvents(), vectorRows(t), maps))
}

var (
	vectorTerms   = LicenceTerms{Role: proof.RoleManufacturer, Place: "US-CA", Number: "ML-1", From: 20_000, To: 22_000}
	vectorLicence = LicenceName{Member: "alpha", Role: proof.RoleManufacturer, Place: "US-CA", Number: "ML-1"}
	vectorNumbers = []Identifier{{Kind: proof.IdentGLN, Value: "0614141000012"}, {Kind: proof.IdentNPI, Value: "1234567893"}}
	vectorRecover = Recover{Member: "alpha", Key: ledgertest.Key("new"), Since: 65_536, Reason: "stolen with a laptop"}
	vectorAdmit   = Admit{
		ID: "alpha", Name: "Test member α", Roles: proof.RoleManufacturer | proof.RoleAuditor, Key: ledgertest.Key("alpha"),
		Identifiers: vectorNumbers, Prefixes: []string{"0614141", "95040001"}, Licences: []LicenceTerms{vectorTerms},
	}
)

func vectorMessages(t testing.TB) map[string][]any {
	proposal := ledgertest.HashOf("proposal")
	act, err := ledger.EncodeMessage(&Suspend{Member: "beta"})
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]any{
		"propose":             {&Propose{Module: "org", Kind: "suspend", Message: act}},
		"approve":             {&Approve{Proposal: proposal}},
		"reject":              {&Reject{Proposal: proposal}},
		"withdraw":            {&Withdraw{Proposal: proposal}},
		"admit":               {&vectorAdmit, &Admit{ID: "b", Name: "B", Roles: proof.RoleAuditor, Key: ledgertest.Key("b")}},
		"suspend":             {&Suspend{Member: "beta"}},
		"reinstate":           {&Reinstate{Member: "beta"}},
		"remove":              {&Remove{Member: "beta"}},
		"set-roles":           {&SetRoles{Member: "alpha", Roles: proof.RolesMax}},
		"grant-prefix":        {&GrantPrefix{Member: "alpha", Prefix: "0614141", From: 300}},
		"withdraw-prefix":     {&WithdrawPrefix{Prefix: "0614141"}},
		"set-validator":       {&SetValidator{Member: "alpha", Key: ledgertest.Key("node"), Power: ValidatorPowerMax}},
		"set-params":          {&SetParams{EntriesPerDay: 70_000, WritesPerDay: 5_000_000_000}},
		"set-quorum":          {&SetQuorum{Quorum: Fraction{Numerator: 2, Denominator: 3}}},
		"add-key":             {&AddKey{Member: "alpha", Key: ledgertest.Key("second")}},
		"retire-key":          {&RetireKey{Member: "alpha", KeyID: 24}},
		"declare-compromised": {&DeclareCompromised{Member: "alpha", KeyID: 1, Since: 65_536}},
		"set-identifiers":     {&SetIdentifiers{Member: "alpha", Identifiers: vectorNumbers}, &SetIdentifiers{Member: "alpha"}},
		"delegate-prefix":     {&DelegatePrefix{Member: "alpha", Delegate: "beta", Number: "06141411", From: 7, To: 8_000}},
		"end-delegation":      {&EndDelegation{Member: "alpha", Delegate: "beta", Number: "06141411"}},
		"record-licence":      {&RecordLicence{Member: "alpha", Licence: vectorTerms}},
		"revoke-licence":      {&RevokeLicence{Licence: vectorLicence, From: 21_000}},
		"renew-licence":       {&RenewLicence{Licence: vectorLicence, To: DayMax}},
		"accept-delegation":   {&AcceptDelegation{Member: "alpha", Delegate: "beta", Number: "06141411"}},
		"recover":             {&vectorRecover, &Recover{Member: "beta", Key: ledgertest.Key("new"), Reason: "lost"}},
		"veto-recovery":       {&VetoRecovery{Member: "alpha"}},
		"finish-recovery":     {&FinishRecovery{Member: "alpha"}},
	}
}

func vectorEvents() map[string][]any {
	id := ledgertest.HashOf("proposal")
	by := []string{"alpha", "beta"}
	key := keyChange{Member: "alpha", KeyID: 2, Key: ledgertest.Key("second"), Height: 9}
	prefix := prefixChange{Member: "alpha", Prefix: "0614141", Height: 9}
	delegated := delegationChange{Member: "alpha", Delegate: "beta", Number: "06141411", From: 9, To: 8_000}
	licensed := licenceChange{Member: "alpha", Role: proof.RoleManufacturer, Place: "US-CA", Number: "ML-1", From: 20_000, To: 22_000, By: "board"}
	revoked := licensed
	revoked.Revoked, revoked.By = 21_000, ""
	return map[string][]any{
		"proposed": {proposed{Proposal: id, By: by, Module: "org", Kind: "suspend", Message: []byte{0x81, 0x61, 'b'}, Until: 1_800_000_000}},
		"approved": {ballot{Proposal: id, By: by}}, "rejected": {ballot{Proposal: id, By: by[:1]}},
		"withdrawn": {ofProposal{Proposal: id}}, "decided": {ofProposal{Proposal: id}}, "failed": {ofProposal{Proposal: id}}, "lapsed": {ofProposal{Proposal: id}},
		"admitted": {vectorAdmit}, "suspended": {Suspend{Member: "beta"}}, "reinstated": {Reinstate{Member: "beta"}}, "removed": {Remove{Member: "beta"}},
		"roles-set":        {SetRoles{Member: "alpha", Roles: 3}},
		"prefix-granted":   {prefix},
		"validator-set":    {SetValidator{Member: "alpha", Key: ledgertest.Key("node")}},
		"params-set":       {SetParams{EntriesPerDay: 70_000, WritesPerDay: 5_000_000_000}},
		"quorum-set":       {SetQuorum{Quorum: Fraction{Numerator: 2, Denominator: 3}}},
		"key-added":        {key},
		"key-retired":      {key},
		"key-compromised":  {key},
		"identifiers-set":  {SetIdentifiers{Member: "alpha", Identifiers: vectorNumbers}},
		"prefix-withdrawn": {prefix}, "prefix-offered": {delegated}, "prefix-delegated": {delegated}, "delegation-ended": {delegated},
		"licence-recorded": {licensed}, "licence-revoked": {revoked}, "licence-renewed": {licensed},
		"recovery-opened": {recoveryOpened{Member: "alpha", Key: ledgertest.Key("new"), Since: 65_536, Reason: "stolen", Due: 1_800_000_000}},
		"recovery-vetoed": {VetoRecovery{Member: "alpha"}},
		"recovered":       {recovered{Member: "alpha", KeyID: 3, Key: ledgertest.Key("new"), Height: 70_000, Since: 65_536}},
	}
}

func vectorRows(t testing.TB) []ledgertest.Object {
	type of = ledgertest.Object
	id, key := ledgertest.HashOf("proposal"), ledgertest.Key("node")
	number := proof.Identifier{Kind: proof.IdentGLN, Value: "0614141000012"}
	open := proposal{Module: "org", Kind: "suspend", Message: []byte{0x81, 0x61, 'b'}, By: "alpha", Height: 8, Until: 1_800_000_000, Yes: 2, No: 1}
	delegated := company{Owner: "alpha", Delegated: []delegation{{Number: "06141411", Delegate: "beta"}}}
	return []ledgertest.Object{
		ledgertest.Row(t, companies, "company-row", of{"prefix": "0614141"}, "0614141", delegated),
		ledgertest.Row(t, companies, "company-row", of{"prefix": "95040001"}, "95040001", company{Owner: "alpha"}),
		ledgertest.Row(t, proposals, "proposal-row", of{"proposal": ledgertest.Hex(id[:])}, id, open),
		ledgertest.Row(t, validators, "validator-row", of{"key": ledgertest.Hex(key[:])}, key, validator{Member: "alpha", Power: 10, Height: 4}),
		ledgertest.Row(t, councils, "council-row", of{"name": councilKey}, councilKey, council{Members: 4, Active: 3, Open: 1, Quorum: Fraction{Numerator: 2, Denominator: 3}}),
		ledgertest.Row(t, keyOwners, "key-owner-row", of{"key": ledgertest.Hex(key[:])}, key, "alpha"),
		ledgertest.Row(t, identifiers, "identifier-row", of{"kind": number.Kind, "value": number.Value}, number, "alpha"),
		ledgertest.Row(t, recoveries, "org-recovery-row", of{"org": "alpha"}, "alpha", recovery{Key: key, Since: 65_536, Reason: "stolen", Opened: 70_000, Due: 1_800_000_000}),
		ledgertest.Row(t, recoveries, "org-recovery-row", of{"org": "beta"}, "beta", recovery{Key: key, Reason: "lost", Opened: 8, Due: 1_800_000_000, Vetoed: 1_799_999_999}),
		ledgertest.Row(t, lapses, "lapse-row", of{"until": 1_800_000_000, "proposal": ledgertest.Hex(id[:])}, lapse{1_800_000_000, id}, "alpha"),
		ledgertest.Row(t, offers, "offer-row", of{"org": "beta", "number": "06141411"}, offered{"beta", "06141411"}, offer{Owner: "alpha", From: 9, To: 8_000}),
		ledgertest.Row(t, votes, "vote-row", of{"proposal": ledgertest.Hex(id[:]), "org": "beta"}, vote{id, "beta"}, voteNo),
	}
}
