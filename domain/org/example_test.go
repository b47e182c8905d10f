package org_test

import (
	"fmt"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// Three of four members suspend the fourth: one proposes, and the vote that makes
// the quorum carries it out.
func ExamplePropose() {
	chain := ledgertest.NewChain(&testing.T{}, org.Governor{}, encoded(founding()), org.Module())
	act := ledgertest.Entry(chain.T, "org", "suspend", &org.Suspend{Member: "gamma"})
	envelope := chain.Envelope(ledgertest.Act{
		As:      "alpha",
		Entries: []proof.Entry{ledgertest.Entry(chain.T, "org", "propose", &org.Propose{Module: act.Module, Kind: act.Kind, Message: act.Message})},
	})
	chain.Block(envelope)
	proposal, err := proof.DecodeEnvelope(envelope)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, voter := range []string{"beta", "state"} {
		chain.Do(ledgertest.Act{As: voter, Entries: []proof.Entry{ledgertest.Entry(chain.T, "org", "approve", &org.Approve{Proposal: proposal.ID()})}})
		fmt.Println(voter, "approves; gamma may act:", org.HasRole(chain.View(), "gamma", proof.RoleDispenser))
	}
	// Output:
	// beta approves; gamma may act: true
	// state approves; gamma may act: false
}

// The founding file is JSON; roles are names, days are dates, keys hexadecimal.
func ExampleParseFounding() {
	f, err := org.ParseFounding([]byte(`{"members": [{
		"id": "alpha", "name": "Alpha", "roles": "manufacturer", "prefixes": ["0614141"],
		"key": "` + ledgertest.Key("alpha").String() + `",
		"validator": "` + ledgertest.Key("alpha node").String() + `",
		"licences": [{"role": "manufacturer", "place": "US", "number": "F 1", "from": "2026-01-01", "to": "2027-12-31"}]
	}]}`))
	fmt.Println(f.Members[0].ID, f.Members[0].Licences[0].To, f.Quorum.Numerator, f.Quorum.Denominator, err)
	// Output: alpha 2027-12-31 2 3 <nil>
}

// Other modules ask the members' state; none of it is copied.
func ExampleLicensedNow() {
	chain := ledgertest.NewChain(&testing.T{}, org.Governor{}, encoded(founding()), org.Module())
	block := &ledger.Block{Height: 1, Time: ledgertest.FirstTime}
	fmt.Println(org.LicensedNow(block, chain.View(), "beta", proof.RoleWholesaler))
	fmt.Println(org.PrefixOwner(chain.View(), "061414112345"))
	// Output:
	// true
	// alpha true
}
