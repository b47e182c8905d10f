package org_test

import (
	"fmt"
	"strings"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// fullMember is as large as a member can be.
func fullMember(id string) org.Admit {
	a := org.Admit{ID: id, Name: strings.Repeat("n", org.NameMax), Roles: proof.RolesMax, Key: ledgertest.Key(id)}
	for i := range org.IdentifiersMax {
		a.Identifiers = append(a.Identifiers, org.Identifier{Kind: proof.IdentGLN, Value: gln(i)})
	}
	for i := range org.PrefixesMax {
		a.Prefixes = append(a.Prefixes, fmt.Sprintf("%012d", i))
	}
	for i := range org.LicencesMax {
		a.Licences = append(a.Licences, licence(i))
	}
	return a
}

func licence(i int) org.LicenceTerms {
	return org.LicenceTerms{
		Role: proof.RoleAuditor, Place: "US-CAL", Number: fmt.Sprintf("%0*d", org.LicenceNumberMax, i),
		From: org.DayMax - 1, To: org.DayMax,
	}
}

// gln returns the i-th location number under a prefix of tests.
func gln(i int) string {
	body := fmt.Sprintf("9500000%05d", i)
	sum := 0
	for j, c := range body {
		sum += int(c-'0') * (1 + 2*(j%2))
	}
	return fmt.Sprintf("%s%d", body, (10-sum%10)%10)
}

func TestAFullMemberFitsItsRowTheProposalAndTheEvent(t *testing.T) {
	n := newNetwork(t, founding())
	id := strings.Repeat("m", org.IDMax)
	full := fullMember(id)
	message := n.entry("admit", &full)
	if len(message.Message) > org.ProposalMessageMax {
		t.Fatalf("its admission has %d bytes, %d can be proposed", len(message.Message), org.ProposalMessageMax)
	}
	want(t, n.send(message), accepted)
	for i := 2; i <= org.KeysOwnMax; i++ {
		want(t, n.addKey(id, fmt.Sprint("full", i)), accepted)
	}
	want(t, n.addKey(id, "one more"), org.CodeTooMany)
	// The others are kept for recoveries.
	for i := org.KeysOwnMax + 1; i <= org.KeysMax; i++ {
		want(t, n.recover(id, fmt.Sprint("full", i)), accepted)
	}
	want(t, n.recover(id, "one more"), org.CodeTooMany)
	m, _ := org.Get(n.View(), id)
	// What later entries can still make longer: heights and days, each by 8 bytes at
	// most, and the recorder's name.
	for i := range m.Keys {
		m.Keys[i].From, m.Keys[i].To, m.Keys[i].Compromised = 1<<40, 1<<40, 1<<40
	}
	for i := range m.Prefixes {
		m.Prefixes[i].From, m.Prefixes[i].To, m.Prefixes[i].Owner = 1<<40, 1<<40, id
	}
	for i := range m.Licences {
		m.Licences[i].Revoked, m.Licences[i].Recorded, m.Licences[i].By = org.DayMax, 1<<40, id
	}
	if size := len(m.Encode()); size > ledger.StateValueSizeMax {
		t.Fatalf("its row can have %d bytes, %d are the most", size, ledger.StateValueSizeMax)
	}
}

func TestListsAreRefusedWhenOneTooLong(t *testing.T) {
	for name, c := range map[string]struct {
		add  func(a *org.Admit)
		code ledger.Code
	}{
		"an identifier too many":  {func(a *org.Admit) { a.Identifiers = append(a.Identifiers, org.Identifier{Kind: 1, Value: gln(999)}) }, org.CodeTooMany},
		"a prefix too many":       {func(a *org.Admit) { a.Prefixes = append(a.Prefixes, "999999999999") }, org.CodeTooMany},
		"a licence too many":      {func(a *org.Admit) { a.Licences = append(a.Licences, licence(99)) }, org.CodeTooMany},
		"a name too long":         {func(a *org.Admit) { a.Name += "n" }, org.CodeBadField},
		"an id too long":          {func(a *org.Admit) { a.ID += "m" }, org.CodeBadField},
		"a prefix too long":       {func(a *org.Admit) { a.Prefixes[0] += "0" }, org.CodeBadField},
		"a prefix too short":      {func(a *org.Admit) { a.Prefixes[0] = "123" }, org.CodeBadField},
		"a licence number's end":  {func(a *org.Admit) { a.Licences[0].Number += "0" }, org.CodeBadField},
		"a place too long":        {func(a *org.Admit) { a.Licences[0].Place += "A" }, org.CodeBadField},
		"a day beyond the last":   {func(a *org.Admit) { a.Licences[0].To++ }, org.CodeBadDay},
		"a role that is none":     {func(a *org.Admit) { a.Roles++ }, org.CodeBadField},
		"a licence role too high": {func(a *org.Admit) { a.Licences[0].Role = proof.RolesMax + 1 }, org.CodeBadField},
	} {
		t.Run(name, func(t *testing.T) {
			full := fullMember(strings.Repeat("m", org.IDMax))
			want(t, full.Validate(), accepted)
			c.add(&full)
			want(t, full.Validate(), c.code)
		})
	}
}

func TestPrefixesAndDelegationsHaveTheirLimits(t *testing.T) {
	n := newNetwork(t, founding())
	// alpha has one prefix; as many more as a member can have.
	for i := 1; i < org.PrefixesMax; i++ {
		want(t, n.send(n.entry("grant-prefix", &org.GrantPrefix{Member: "alpha", Prefix: fmt.Sprintf("95%03d", i)})), accepted)
	}
	want(t, n.send(n.entry("grant-prefix", &org.GrantPrefix{Member: "alpha", Prefix: "96000"})), org.CodeTooMany)
	// Under one prefix as many delegations as can stand there: half to each of two.
	delegate := func(i int, to string) error {
		return n.send(n.entry("delegate-prefix", &org.DelegatePrefix{Member: "alpha", Delegate: to, Number: fmt.Sprintf("0614141%03d", i)}))
	}
	for i := range org.DelegationsMax {
		want(t, delegate(i, [2]string{"gamma", "state"}[i%2]), accepted)
	}
	want(t, delegate(900, "beta"), org.CodeTooMany)
	// One that has ended makes room under the prefix.
	want(t, n.send(n.entry("end-delegation", &org.EndDelegation{Member: "alpha", Delegate: "gamma", Number: "0614141000"})), accepted)
	want(t, delegate(900, "beta"), accepted)
	want(t, delegate(901, "beta"), org.CodeTooMany)
	// A member full of its own prefixes gets no delegation.
	want(t, n.send(n.entry("grant-prefix", &org.GrantPrefix{Member: "beta", Prefix: "97000"})), accepted)
	want(t, n.send(n.entry("delegate-prefix", &org.DelegatePrefix{Member: "beta", Delegate: "alpha", Number: "970001"})), org.CodeTooMany)
}

// An owner can fill its own list with offers, not that of whom it makes them to.
func TestOffersHaveTheirLimitAndBurdenNobody(t *testing.T) {
	n := newNetwork(t, founding())
	send := func(as, kind string, message any) error {
		return n.sendAs(ledgertest.Act{As: as, Entries: []proof.Entry{n.entry(kind, message)}})
	}
	offer := func(i int, to string) error {
		return send("alpha", "delegate-prefix", &org.DelegatePrefix{Member: "alpha", Delegate: to, Number: fmt.Sprintf("0614141%03d", i)})
	}
	for i := range org.DelegationsMax {
		want(t, offer(i, [2]string{"gamma", "state"}[i%2]), accepted)
	}
	want(t, offer(900, "gamma"), org.CodeTooMany)
	for i := range org.PrefixesMax {
		want(t, n.send(n.entry("grant-prefix", &org.GrantPrefix{Member: "gamma", Prefix: fmt.Sprintf("95%03d", i)})), accepted)
	}
	accept := &org.AcceptDelegation{Member: "alpha", Delegate: "gamma", Number: "0614141000"}
	want(t, send("gamma", "accept-delegation", accept), org.CodeTooMany)
	// One that was turned down makes room, and so do those to a member that left.
	want(t, send("gamma", "end-delegation", &org.EndDelegation{Member: "alpha", Delegate: "gamma", Number: "0614141000"}), accepted)
	want(t, offer(900, "gamma"), accepted)
	want(t, offer(901, "gamma"), org.CodeTooMany)
	want(t, send("state", "remove", &org.Remove{Member: "state"}), accepted)
	for i := range org.DelegationsMax / 2 {
		want(t, offer(901+i, "gamma"), accepted)
	}
	want(t, offer(999, "gamma"), org.CodeTooMany)
	shown := 0
	org.OffersTo(n.View(), "state", func(org.Offer) bool { shown++; return true })
	if shown != 0 {
		t.Errorf("%d offers to a member that left are kept", shown)
	}
}

func TestALicenceLongLapsedMakesRoom(t *testing.T) {
	n := newNetwork(t, founding())
	record := func(i int, from, to org.Day) error {
		l := licence(i)
		l.From, l.To = from, to
		return n.sendAs(ledgertest.Act{As: "state", Entries: []proof.Entry{n.entry("record-licence", &org.RecordLicence{Member: "gamma", Licence: l})}})
	}
	today := org.Day(ledgertest.FirstTime / (24 * 3600))
	lapsed := today - org.LicenceKeepDays
	want(t, record(0, lapsed-1, lapsed), accepted)
	for i := 1; i < org.LicencesMax; i++ {
		want(t, record(i, today, today), accepted)
	}
	want(t, record(100, today, today), org.CodeTooMany) // the first lapsed not long enough ago
	n.Time += 24 * 3600
	want(t, record(100, today, today), accepted)
	want(t, record(101, today, today), org.CodeTooMany)
	if m, _ := org.Get(n.View(), "gamma"); len(m.Licences) != org.LicencesMax || m.Licences[0].Number == licence(0).Number {
		t.Fatalf("%d licences, the first %s", len(m.Licences), m.Licences[0].Number)
	}
}

func TestHeightsLieAtMostSoFarAhead(t *testing.T) {
	n := newNetwork(t, founding())
	grant := func(prefix string, ahead uint64) error {
		return n.send(n.entry("grant-prefix", &org.GrantPrefix{Member: "beta", Prefix: prefix, From: n.Height + 2 + ahead}))
	}
	want(t, grant("5000", org.HeightsAheadMax+1), org.CodeBadHeight)
	want(t, grant("5000", org.HeightsAheadMax), accepted)
	want(t, grant("5001", 0), accepted)
	until := func(number string, to uint64) error {
		return n.send(n.entry("delegate-prefix", &org.DelegatePrefix{Member: "alpha", Delegate: "beta", Number: number, From: 100, To: to}))
	}
	want(t, until("06141411", 100+org.HeightsAheadMax+1), org.CodeBadHeight)
	want(t, until("06141411", 100+org.HeightsAheadMax), accepted)
	want(t, until("06141412", 101), accepted)
}

func TestQuorumsAndDailyQuotasHaveTheirLimits(t *testing.T) {
	fraction := func(n, d uint64) error {
		return (&org.SetQuorum{Quorum: org.Fraction{Numerator: n, Denominator: d}}).Validate()
	}
	want(t, fraction(51, org.QuorumDenominatorMax), accepted)
	want(t, fraction(52, org.QuorumDenominatorMax+1), org.CodeBadQuorum)
	want(t, fraction(50, 100), org.CodeBadQuorum)
	want(t, fraction(1<<63+1, 1<<63), org.CodeBadQuorum)
	want(t, (&org.SetParams{EntriesPerDay: org.EntriesPerDayMin, WritesPerDay: org.WritesPerDayMin}).Validate(), accepted)
	want(t, (&org.SetParams{EntriesPerDay: org.EntriesPerDayMin - 1, WritesPerDay: org.WritesPerDayMin}).Validate(), org.CodeBadField)
	want(t, (&org.SetParams{EntriesPerDay: org.EntriesPerDayMin, WritesPerDay: org.WritesPerDayMin - 1}).Validate(), org.CodeBadField)
	want(t, (&org.SetValidator{Member: "a", Key: ledgertest.Key("a"), Power: org.ValidatorPowerMax}).Validate(), accepted)
	want(t, (&org.SetValidator{Member: "a", Key: ledgertest.Key("a"), Power: org.ValidatorPowerMax + 1}).Validate(), org.CodeBadField)
}

func TestAProposalHasABoundedMessage(t *testing.T) {
	p := org.Propose{Module: "org", Kind: "admit", Message: make([]byte, org.ProposalMessageMax)}
	want(t, p.Validate(), accepted)
	p.Message = append(p.Message, 0)
	want(t, p.Validate(), org.CodeTooMany)
	p = org.Propose{Module: strings.Repeat("m", proof.NameMax), Kind: strings.Repeat("k", proof.NameMax)}
	want(t, p.Validate(), accepted)
	p.Kind += "k"
	want(t, p.Validate(), org.CodeBadField)
	p.Kind, p.Module = "k", p.Module+"m"
	want(t, p.Validate(), org.CodeBadField)
}

func TestOpenProposalsAreBoundedInAll(t *testing.T) {
	f := founding()
	for i := range org.OpenProposalsMax/org.OpenPerMemberMax + 1 {
		f.Members = append(f.Members, founder(fmt.Sprintf("extra%02d", i), proof.RolePayer, false))
	}
	n := newNetwork(t, f)
	propose := func(by string) error {
		message := n.entry("suspend", &org.Suspend{Member: "beta"}).Message
		return n.sendAs(ledgertest.Act{As: by, Entries: []proof.Entry{n.entry("propose", &org.Propose{Module: "org", Kind: "suspend", Message: message})}})
	}
	for i := range org.OpenProposalsMax {
		want(t, propose(fmt.Sprintf("extra%02d", i/org.OpenPerMemberMax)), accepted)
	}
	want(t, propose("extra16"), org.CodeTooMany)
	n.Time += org.ProposalSeconds + 1
	want(t, propose("extra16"), accepted)
}

func TestMembersAndValidatorsAreBounded(t *testing.T) {
	f := founding()
	for i := len(f.Members); i <= org.ValidatorsMax; i++ {
		f.Members = append(f.Members, founder(fmt.Sprintf("extra%03d", i), proof.RolePayer, false))
	}
	n := newNetwork(t, f)
	n.SkipInvariants = true
	// So that a quorum fits an envelope, most members are taken out of the count.
	setCouncil(t, n, uint64(len(f.Members)), 4)
	for i, m := range f.Members[2:] {
		code := accepted
		if i+2 == org.ValidatorsMax {
			code = org.CodeTooMany
		}
		want(t, n.send(n.entry("set-validator", &org.SetValidator{Member: m.ID, Key: ledgertest.Key(m.ID + "-node"), Power: 1})), code)
	}
	want(t, n.send(n.entry("set-validator", &org.SetValidator{Member: "alpha", Key: ledgertest.Key("alpha-node2"), Power: 1})), accepted)
	setCouncil(t, n, org.MembersMax-1, 4)
	admit := func(id string) error {
		return n.send(n.entry("admit", &org.Admit{ID: id, Name: id, Roles: proof.RolePayer, Key: ledgertest.Key(id)}))
	}
	want(t, admit("last"), accepted)
	setCouncil(t, n, org.MembersMax, 4)
	want(t, admit("one-more"), org.CodeTooMany)
}

// setCouncil overwrites the counts, for limits that a test can't reach by entries.
func setCouncil(t *testing.T, n network, members, active uint64) {
	t.Helper()
	b, err := ledger.EncodeMessage([]any{members, active, uint64(0), []uint64{2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	n.State.Rows[string(rune(proof.PrefixCouncil))+"council"] = b
}
