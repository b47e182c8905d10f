package org

import (
	"strings"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// corrupted is a sound state in which a test damages rows directly.
type corrupted struct {
	*ledgertest.Memory
}

func (c corrupted) put(key, value []byte) { c.Rows[string(key)] = value }

func (c corrupted) drop(key []byte) { delete(c.Rows, string(key)) }

func (c corrupted) change(id string, fn func(m *proof.Member)) {
	m, _ := members.Get(ledger.View(c), id)
	fn(&m)
	c.put(members.RawKey(id), m.Encode())
}

func soundState(t *testing.T) (corrupted, *ledger.Runtime) {
	t.Helper()
	var f Founding
	for _, id := range []string{"alpha", "beta", "gamma"} {
		f.Members = append(f.Members, FoundingMember{Admit: Admit{ID: id, Name: id, Roles: proof.RolePayer, Key: ledgertest.Key(id)}})
	}
	f.Members[0].Validator, f.Members[1].Validator = ledgertest.Key("alpha-node"), ledgertest.Key("beta-node")
	f.Members[0].Prefixes, f.Members[1].Prefixes = []string{"0614141"}, []string{"0614142"}
	f.Members[0].Identifiers = []Identifier{{Kind: proof.IdentNPI, Value: "1234567893"}}
	text := mustJSON(t, f)
	c := ledgertest.NewChain(t, Governor{}, map[string][]byte{"org": text}, Module())
	delegate := ledgertest.Entry(t, "org", "delegate-prefix", &DelegatePrefix{Member: "alpha", Delegate: "gamma", Number: "061414112"})
	if res := c.Do(ledgertest.Act{As: "alpha", Also: []string{"gamma"}, Entries: []proof.Entry{delegate}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	entries := []proof.Entry{
		ledgertest.Entry(t, "org", "delegate-prefix", &DelegatePrefix{Member: "alpha", Delegate: "beta", Number: "061414113"}),
		ledgertest.Entry(t, "org", "propose", &Propose{Module: "org", Kind: "suspend", Message: ledgertest.Entry(t, "org", "suspend", &Suspend{Member: "beta"}).Message}),
	}
	if res := c.Do(ledgertest.Act{As: "alpha", Entries: entries}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	return corrupted{c.State}, c.Runtime
}

func TestEachInvariantFindsItsDamage(t *testing.T) {
	key, node := ledgertest.Key, func(id string) proof.Key { return ledgertest.Key(id + "-node") }
	council := func(members, active, open, n, d uint64) []byte {
		return councils.Value.Encode(council{Members: members, Active: active, Open: open, Quorum: Fraction{Numerator: n, Denominator: d}})
	}
	ballotBy := func(c corrupted, member string) vote {
		var id proof.Hash
		proposals.Each(ledger.View(c), nil, func(k proof.Hash, _ proposal) bool { id = k; return false })
		return vote{id, member}
	}
	for name, c := range map[string]struct {
		damage func(c corrupted)
		text   string
	}{
		"members miscounted":              {func(c corrupted) { c.put(councils.RawKey(councilKey), council(4, 3, 1, 2, 3)) }, "are counted as 4 and 3"},
		"active members miscounted":       {func(c corrupted) { c.put(councils.RawKey(councilKey), council(3, 2, 1, 2, 3)) }, "are counted as 3 and 2"},
		"a quorum of half":                {func(c corrupted) { c.put(councils.RawKey(councilKey), council(3, 3, 1, 1, 2)) }, "bad-quorum"},
		"a quorum out of reach":           {func(c corrupted) { c.put(councils.RawKey(councilKey), council(3, 3, 1, 4, 3)) }, "4 of 3"},
		"nobody active":                   {deactivateAll, "no active member"},
		"a key without an owner":          {func(c corrupted) { c.drop(keyOwners.RawKey(key("beta"))) }, "key 1 is registered for"},
		"a key of another":                {func(c corrupted) { c.put(keyOwners.RawKey(key("beta")), keyOwners.Value.Encode("alpha")) }, `registered for "alpha"`},
		"an owner without a key":          {func(c corrupted) { c.put(keyOwners.RawKey(key("x")), keyOwners.Value.Encode("alpha")) }, "4 keys are registered"},
		"keys out of number":              {func(c corrupted) { c.change("beta", func(m *proof.Member) { m.Keys[0].ID = 2 }) }, "has the id 2"},
		"a member without a key":          {func(c corrupted) { c.change("beta", func(m *proof.Member) { m.Keys[0].To = 9 }) }, "no key to sign with"},
		"a member with a stolen key only": {func(c corrupted) { c.change("beta", func(m *proof.Member) { m.Keys[0].Compromised = 9 }) }, "no key to sign with"},
		"a prefix without a row":          {func(c corrupted) { c.drop(companies.RawKey("0614142")) }, "prefix 0614142 is registered for"},
		"a row without a prefix":          {func(c corrupted) { c.change("beta", func(m *proof.Member) { m.Prefixes = nil }) }, "2 prefixes are registered"},
		"a prefix inside another": {func(c corrupted) {
			c.put(companies.RawKey("06141420"), companies.Value.Encode(company{Owner: "alpha"}))
		}, "overlaps 0614142"},
		"a delegation that is not listed": {func(c corrupted) {
			c.put(companies.RawKey("0614141"), companies.Value.Encode(company{Owner: "alpha", Delegated: []delegation{{Number: "061414113", Delegate: "beta"}}}))
		}, "not listed"},
		"a delegation under nothing":        {func(c corrupted) { c.change("gamma", func(m *proof.Member) { m.Prefixes[0].Owner = "beta" }) }, "not listed"},
		"an offer that is not listed":       {func(c corrupted) { putOffer(c, "gamma", "061414113", "alpha") }, "offered by alpha to gamma"},
		"an offer of another's number":      {func(c corrupted) { putOffer(c, "beta", "061414113", "beta") }, "offered by beta to beta"},
		"an identifier without a row":       {func(c corrupted) { c.drop(identifiers.RawKey(proof.Identifier{Kind: 2, Value: "1234567893"})) }, "npi 1234567893"},
		"a row without an identifier":       {func(c corrupted) { c.change("alpha", func(m *proof.Member) { m.IDs = nil }) }, "1 identifiers are registered"},
		"no validator":                      {func(c corrupted) { c.drop(validators.RawKey(node("alpha"))); c.drop(validators.RawKey(node("beta"))) }, "0 validators"},
		"a validator of nobody":             {func(c corrupted) { putValidator(c, node("alpha"), "nobody", 1) }, "is no member"},
		"a second validator of one member":  {func(c corrupted) { putValidator(c, node("alpha2"), "alpha", 1) }, "two validators"},
		"a validator without power":         {func(c corrupted) { putValidator(c, node("alpha"), "alpha", 0) }, "power 0"},
		"a validator that signs entries":    {func(c corrupted) { putValidator(c, key("gamma"), "gamma", 1) }, "signs entries for gamma"},
		"a vote that is not counted":        {func(c corrupted) { c.put(votes.RawKey(ballotBy(c, "beta")), votes.Value.Encode(voteNo)) }, "1 and 1 votes and counts 1 and 0"},
		"a vote lost":                       {func(c corrupted) { c.drop(votes.RawKey(ballotBy(c, "alpha"))) }, "0 and 0 votes and counts 1 and 0"},
		"a vote on nothing":                 {func(c corrupted) { c.put(votes.RawKey(vote{proof.Hash{1}, "beta"}), votes.Value.Encode(voteYes)) }, "2 votes are cast"},
		"a vote of nobody":                  {func(c corrupted) { c.put(votes.RawKey(vote{proof.Hash{1}, "nobody"}), votes.Value.Encode(voteYes)) }, "which is not active"},
		"a proposal that never lapses":      {func(c corrupted) { c.drop(lapses.RawKey(lapseOf(c))) }, `lapses as one of ""`},
		"a lapse of nothing":                {func(c corrupted) { c.put(lapses.RawKey(lapse{1, proof.Hash{1}}), lapses.Value.Encode("alpha")) }, "2 are to lapse"},
		"a recovery of nobody":              {func(c corrupted) { putRecovery(c, "nobody", recovery{Reason: "r"}) }, `there is no member "nobody"`},
		"a recovery vetoed before it began": {func(c corrupted) { putRecovery(c, "beta", recovery{Reason: "r", Due: RecoverySeconds + 9, Vetoed: 8}) }, "vetoed at 8"},
		"a recovery without a reason":       {func(c corrupted) { putRecovery(c, "beta", recovery{Due: RecoverySeconds}) }, "has no reason"},
		"proposals miscounted":              {func(c corrupted) { c.put(councils.RawKey(councilKey), council(3, 3, 2, 2, 3)) }, "1 proposals are open and 2"},
	} {
		t.Run(name, func(t *testing.T) {
			state, rt := soundState(t)
			if err := rt.Invariants(state); err != nil {
				t.Fatalf("the sound state is found damaged: %v", err)
			}
			c.damage(state)
			if err := rt.Invariants(state); err == nil || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got %v, want something with %q", err, c.text)
			}
		})
	}
}

func deactivateAll(c corrupted) {
	for _, id := range []string{"alpha", "beta", "gamma"} {
		c.change(id, func(m *proof.Member) { m.Standing = proof.MemberSuspended })
	}
	c.put(councils.RawKey(councilKey), councils.Value.Encode(council{Members: 3, Open: 1, Quorum: Fraction{Numerator: 2, Denominator: 3}}))
}

// lapseOf finds when the one proposal lapses.
func lapseOf(c corrupted) (found lapse) {
	lapses.Each(ledger.View(c), nil, func(l lapse, _ string) bool { found = l; return false })
	return found
}

func putOffer(c corrupted, delegate, number, owner string) {
	c.put(offers.RawKey(offered{delegate, number}), offers.Value.Encode(offer{Owner: owner}))
}

func putRecovery(c corrupted, member string, row recovery) {
	c.put(recoveries.RawKey(member), recoveries.Value.Encode(row))
}

func putValidator(c corrupted, k proof.Key, member string, power uint64) {
	c.put(validators.RawKey(k), validators.Value.Encode(validator{Member: member, Power: power}))
}
