package org_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// modelMember is what a small model knows of a member.
type modelMember struct {
	standing int            // as in package proof
	keys     []int          // ids of the keys that are valid
	named    map[int]string // test key of each key id
	node     string         // test key of its validator, or none
}

// model says what governance should do, without maps, heights or codecs.
type model struct {
	t         *rapid.T
	n         network
	ids       []string
	members   map[string]*modelMember
	prefixes  map[string]string // to owner
	num, den  int
	proposals map[proof.Hash]*modelProposal
	engine    map[proof.Key]uint64 // what the engine's validators are
	made      int                  // keys made so far
}

type modelProposal struct {
	by, target string
	yes, no    map[string]bool
}

func newModel(t *rapid.T, tb testing.TB) *model {
	m := &model{
		t: t, n: newNetwork(tb, founding()), ids: []string{"alpha", "beta", "gamma", "state", "delta", "omega"}, members: map[string]*modelMember{},
		prefixes: map[string]string{"0614141": "alpha"}, num: 2, den: 3, proposals: map[proof.Hash]*modelProposal{}, engine: map[proof.Key]uint64{},
	}
	for _, id := range m.ids[:4] {
		m.members[id] = &modelMember{standing: proof.MemberActive, keys: []int{1}, named: map[int]string{1: id}}
	}
	m.members["alpha"].node, m.members["beta"].node = "alpha-node", "beta-node"
	m.tellEngine()
	return m
}

func (m *model) inStanding(standing int) []string {
	var out []string
	for _, id := range m.ids {
		if x := m.members[id]; x != nil && x.standing == standing {
			out = append(out, id)
		}
	}
	return out
}

func (m *model) active() []string { return m.inStanding(proof.MemberActive) }

func (m *model) needed() int { return (len(m.active())*m.num + m.den - 1) / m.den }

// validators counts members that have one.
func (m *model) validators() int {
	count := 0
	for _, x := range m.members {
		if x.node != "" {
			count++
		}
	}
	return count
}

// tellEngine applies the block's updates as the engine does, which stops at the
// removal of a key it does not know and at an empty set.
func (m *model) tellEngine() {
	for _, u := range m.n.Last.Validators {
		_, known := m.engine[u.Key]
		switch {
		case u.Power > 0:
			m.engine[u.Key] = u.Power
		case !known:
			m.t.Fatalf("the engine is told to remove %s, which it does not know", u.Key)
		default:
			delete(m.engine, u.Key)
		}
	}
	if len(m.engine) == 0 {
		m.t.Fatalf("the engine is left without validators")
	}
}

// send sends one entry in the name of some active members, each by one of its
// valid keys, and returns the envelope's id.
func (m *model) send(kind string, message any, senders []string, signers ...string) (proof.Hash, error) {
	body := proof.Body{ChainID: ledgertest.ChainID, ValidUntil: m.n.Time + 3600, Entries: []proof.Entry{m.n.entry(kind, message)}}
	var names []string
	for _, id := range senders {
		x := m.members[id]
		key := rapid.SampledFrom(x.keys).Draw(m.t, "key of "+id)
		body.Admission = append(body.Admission, proof.Admission{Org: id, KeyID: uint64(key)})
		names = append(names, x.named[key])
	}
	for _, s := range signers {
		body.Signers = append(body.Signers, ledgertest.Key(s))
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	for _, name := range append(names, signers...) {
		env.Signatures = append(env.Signatures, proof.Sign(ledgertest.PrivateKey(name), env.ID()))
	}
	res := m.n.Block(env.Encode())[0]
	m.tellEngine()
	for _, c := range append(ledger.Codes(), org.Codes()...) {
		if c.Number == res.Code {
			return env.ID(), c.Errorf("%s", res.Log)
		}
	}
	return env.ID(), nil
}

func (m *model) senders() []string {
	all := slices.Clone(m.active())
	picked := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, len(all), rapid.ID[string]).Draw(m.t, "senders")
	return picked
}

func (m *model) anyID() string { return rapid.SampledFrom(m.ids).Draw(m.t, "member") }

// expect compares a result with what the model says, the zero code being "taken".
func (m *model) expect(err error, code ledger.Code) bool {
	if got := ledger.CodeOf(err); err != nil && got != code || err == nil && code.Number != 0 {
		m.t.Fatalf("got %v, the model says %q", err, code.Name)
	}
	return err == nil
}

// first returns the first code whose condition holds.
func first(rules ...rule) ledger.Code {
	for _, r := range rules {
		if r.holds {
			return r.code
		}
	}
	return ledger.Code{}
}

type rule struct {
	holds bool
	code  ledger.Code
}

func (m *model) isCouncil(senders []string) bool { return len(senders) >= m.needed() }

func (m *model) known(id string) []rule {
	x := m.members[id]
	return []rule{{x == nil, org.CodeUnknownMember}, {x != nil && x.standing == proof.MemberRemoved, org.CodeRemoved}}
}

func (m *model) admit(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	m.made++
	key := fmt.Sprint("made", m.made)
	_, err := m.send("admit", &org.Admit{ID: id, Name: id, Roles: proof.RolePayer, Key: ledgertest.Key(key)}, senders)
	if m.expect(err, first(rule{!m.isCouncil(senders), org.CodeNotCouncil}, rule{m.members[id] != nil, org.CodeMemberExists})) {
		m.members[id] = &modelMember{standing: proof.MemberActive, keys: []int{1}, named: map[int]string{1: key}}
	}
}

// leaves takes a member out of the active ones.
func (m *model) leaves(id string, standing int) {
	m.members[id].standing = standing
	for _, p := range m.proposals {
		delete(p.yes, id)
		delete(p.no, id)
	}
}

func (m *model) suspend(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	_, err := m.send("suspend", &org.Suspend{Member: id}, senders)
	rules := append([]rule{{!m.isCouncil(senders), org.CodeNotCouncil}}, m.known(id)...)
	rules = append(rules, m.suspension(id)...)
	if m.expect(err, first(rules...)) {
		m.leaves(id, proof.MemberSuspended)
	}
}

func (m *model) suspension(id string) []rule {
	x := m.members[id]
	return []rule{{x != nil && x.standing != proof.MemberActive, org.CodeStanding}, {len(m.active()) == 1, org.CodeLastMember}}
}

func (m *model) reinstate(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	_, err := m.send("reinstate", &org.Reinstate{Member: id}, senders)
	x := m.members[id]
	rules := append([]rule{{!m.isCouncil(senders), org.CodeNotCouncil}}, m.known(id)...)
	if m.expect(err, first(append(rules, rule{x != nil && x.standing != proof.MemberSuspended, org.CodeStanding})...)) {
		x.standing = proof.MemberActive
	}
}

func (m *model) remove(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	_, err := m.send("remove", &org.Remove{Member: id}, senders)
	x := m.members[id]
	rules := append([]rule{{!m.isCouncil(senders) && !slices.Contains(senders, id), org.CodeNotOwn}}, m.known(id)...)
	rules = append(rules,
		rule{x != nil && x.standing == proof.MemberActive && len(m.active()) == 1, org.CodeLastMember},
		rule{x != nil && x.node != "" && m.validators() == 1, org.CodeLastValidator})
	if m.expect(err, first(rules...)) {
		m.leaves(id, proof.MemberRemoved)
		x.node, x.keys = "", nil
		for p, owner := range m.prefixes {
			if owner == id {
				delete(m.prefixes, p)
			}
		}
	}
}

func (m *model) grantPrefix(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	digits := rapid.StringMatching(`0614[01]{0,4}`).Draw(m.t, "prefix")
	_, err := m.send("grant-prefix", &org.GrantPrefix{Member: id, Prefix: digits}, senders)
	overlaps := false
	for p := range m.prefixes {
		overlaps = overlaps || strings.HasPrefix(p, digits) || strings.HasPrefix(digits, p)
	}
	rules := append([]rule{{!m.isCouncil(senders), org.CodeNotCouncil}}, m.known(id)...)
	if m.expect(err, first(append(rules, rule{overlaps, org.CodePrefixOverlap})...)) {
		m.prefixes[digits] = id
	}
}

func (m *model) withdrawPrefix(*rapid.T) {
	digits := "0614"
	if all := sortedKeys(m.prefixes); len(all) > 0 {
		digits = rapid.SampledFrom(all).Draw(m.t, "prefix")
	}
	senders, owner := m.senders(), m.prefixes[digits]
	_, err := m.send("withdraw-prefix", &org.WithdrawPrefix{Prefix: digits}, senders)
	code := first(rule{owner == "", org.CodeUnknownPrefix}, rule{!m.isCouncil(senders) && !slices.Contains(senders, owner), org.CodeNotOwn})
	if m.expect(err, code) {
		delete(m.prefixes, digits)
	}
}

func sortedKeys[V any](x map[string]V) []string {
	var out []string
	for k := range x {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (m *model) setValidator(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	node := rapid.SampledFrom([]string{id + "-node", id + "-node2", "alpha-node"}).Draw(m.t, "consensus key")
	power := rapid.Uint64Range(0, 2).Draw(m.t, "power")
	_, err := m.send("set-validator", &org.SetValidator{Member: id, Key: ledgertest.Key(node), Power: power}, senders)
	x, taken := m.members[id], false
	for other, y := range m.members {
		taken = taken || other != id && y.node == node
	}
	rules := append([]rule{{!m.isCouncil(senders), org.CodeNotCouncil}}, m.known(id)...)
	rules = append(rules,
		rule{power == 0 && x != nil && x.node != node, org.CodeUnknownValidator},
		rule{power == 0 && m.validators() == 1, org.CodeLastValidator},
		rule{power > 0 && taken, org.CodeKeyTaken})
	if m.expect(err, first(rules...)) {
		x.node = node
		if power == 0 {
			x.node = ""
		}
	}
}

func (m *model) addKey(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	m.made++
	key := fmt.Sprint("made", m.made)
	var signers []string
	signs := rapid.Bool().Draw(m.t, "signs")
	if signs {
		signers = []string{key}
	}
	_, err := m.send("add-key", &org.AddKey{Member: id, Key: ledgertest.Key(key)}, senders, signers...)
	x, own := m.members[id], slices.Contains(senders, id)
	rules := append([]rule{{!own, org.CodeNotOwn}}, m.known(id)...)
	rules = append(rules, rule{!signs, org.CodeKeyUnsigned}, rule{x != nil && len(x.named) == org.KeysOwnMax, org.CodeTooMany})
	if m.expect(err, first(rules...)) {
		next := len(x.named) + 1
		x.named[next] = key
		x.keys = append(x.keys, next)
	}
}

// endKey retires a key or declares it compromised.
func (m *model) endKey(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	key := rapid.IntRange(1, 4).Draw(m.t, "key id")
	compromised := rapid.Bool().Draw(m.t, "compromised")
	var err error
	if compromised {
		_, err = m.send("declare-compromised", &org.DeclareCompromised{Member: id, KeyID: uint64(key)}, senders)
	} else {
		_, err = m.send("retire-key", &org.RetireKey{Member: id, KeyID: uint64(key)}, senders)
	}
	x, own := m.members[id], slices.Contains(senders, id)
	rules := append([]rule{{!m.isCouncil(senders) && !own, org.CodeNotOwn}}, m.known(id)...)
	code := first(rules...)
	if code.Number == 0 {
		valid := slices.Contains(x.keys, key)
		if compromised && !valid {
			return // what it does to a key that has ended is for the transcripts
		}
		code = first(rule{x.named[key] == "", org.CodeUnknownKey}, rule{!valid, org.CodeKeyEnded}, rule{len(x.keys) == 1, org.CodeLastKey})
	}
	if m.expect(err, code) {
		x.keys = slices.DeleteFunc(x.keys, func(k int) bool { return k == key })
	}
}

func (m *model) setQuorum(*rapid.T) {
	senders := m.senders()
	num, den := rapid.Uint64Range(0, 4).Draw(m.t, "numerator"), rapid.Uint64Range(0, 4).Draw(m.t, "denominator")
	_, err := m.send("set-quorum", &org.SetQuorum{Quorum: org.Fraction{Numerator: num, Denominator: den}}, senders)
	if m.expect(err, first(rule{num > den || 2*num <= den, org.CodeBadQuorum}, rule{!m.isCouncil(senders), org.CodeNotCouncil})) {
		m.num, m.den = int(num), int(den)
	}
}

// propose proposes a suspension.
func (m *model) propose(*rapid.T) {
	senders, id := m.senders(), m.anyID()
	message := m.n.entry("suspend", &org.Suspend{Member: id}).Message
	own := 0
	for _, p := range m.proposals {
		if p.by == senders[0] {
			own++
		}
	}
	entry, err := m.send("propose", &org.Propose{Module: "org", Kind: "suspend", Message: message}, senders)
	rules := []rule{{own == org.OpenPerMemberMax, org.CodeTooMany}}
	if m.isCouncil(senders) {
		rules = append(append(rules, m.known(id)...), m.suspension(id)...)
	}
	if m.expect(err, first(rules...)) {
		p := &modelProposal{by: senders[0], target: id, yes: map[string]bool{}, no: map[string]bool{}}
		m.proposals[entry] = p
		for _, s := range senders {
			p.yes[s] = true
		}
		m.decide(entry)
	}
}

func (m *model) decide(id proof.Hash) {
	if p := m.proposals[id]; len(p.yes) >= m.needed() {
		delete(m.proposals, id)
		m.leaves(p.target, proof.MemberSuspended)
	}
}

// voteOn approves, rejects or withdraws an open proposal.
func (m *model) voteOn(*rapid.T) {
	var open []proof.Hash
	for id := range m.proposals {
		open = append(open, id)
	}
	if len(open) == 0 {
		return
	}
	slices.SortFunc(open, func(a, b proof.Hash) int { return strings.Compare(a.String(), b.String()) })
	id, senders := rapid.SampledFrom(open).Draw(m.t, "proposal"), m.senders()
	p, reached := m.proposals[id], len(m.proposals[id].yes) >= m.needed()
	voted := slices.ContainsFunc(senders, func(s string) bool { return p.yes[s] || p.no[s] })
	switch rapid.SampledFrom([]string{"approve", "reject", "withdraw"}).Draw(m.t, "how") {
	case "approve":
		_, err := m.send("approve", &org.Approve{Proposal: id}, senders)
		rules := []rule{{!reached && voted, org.CodeVoted}}
		if reached || len(p.yes)+len(senders) >= m.needed() {
			rules = append(append(rules, m.known(p.target)...), m.suspension(p.target)...)
		}
		if m.expect(err, first(rules...)) {
			for _, s := range senders {
				p.yes[s] = true
			}
			m.decide(id)
		}
	case "reject":
		_, err := m.send("reject", &org.Reject{Proposal: id}, senders)
		if m.expect(err, first(rule{voted, org.CodeVoted})) {
			for _, s := range senders {
				p.no[s] = true
			}
			if len(m.active())-len(p.no) < m.needed() {
				delete(m.proposals, id)
			}
		}
	default:
		_, err := m.send("withdraw", &org.Withdraw{Proposal: id}, senders)
		if m.expect(err, first(rule{!slices.Contains(senders, p.by), org.CodeNotProposer})) {
			delete(m.proposals, id)
		}
	}
}

// check compares the state with the model; the invariants have run by then.
func (m *model) check(t *rapid.T) {
	s := m.n.View()
	for _, id := range m.ids {
		got, ok := org.Get(s, id)
		x := m.members[id]
		if ok != (x != nil) {
			t.Fatalf("%s is a member: %t", id, ok)
		}
		if !ok {
			continue
		}
		var valid []int
		for _, k := range got.Keys {
			if k.ValidAt(m.n.Height + 1) {
				valid = append(valid, int(k.ID))
			}
			if owner, _ := org.OrgOfKey(s, k.Key); owner != id || k.Key != ledgertest.Key(x.named[int(k.ID)]) {
				t.Fatalf("key %d of %s is %s of %s", k.ID, id, k.Key, owner)
			}
		}
		if int(got.Standing) != x.standing || !slices.Equal(valid, x.keys) {
			t.Fatalf("%s stands at %d with keys %v, the model says %d and %v", id, got.Standing, valid, x.standing, x.keys)
		}
		if _, runs := m.engine[ledgertest.Key(x.node)]; x.node != "" && !runs {
			t.Fatalf("the engine does not know the validator of %s", id)
		}
		for p, owner := range m.prefixes {
			if got.OwnsPrefix(p, m.n.Height+1) != (owner == id) {
				t.Fatalf("%s owns %s: %t", id, p, owner != id)
			}
		}
	}
	if len(m.engine) != m.validators() {
		t.Fatalf("the engine has %d validators, the model %d", len(m.engine), m.validators())
	}
}

func TestGovernanceAgreesWithASmallModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(rt, t)
		rt.Repeat(map[string]func(*rapid.T){
			"admit": m.admit, "suspend": m.suspend, "reinstate": m.reinstate, "remove": m.remove, "grant": m.grantPrefix,
			"withdraw prefix": m.withdrawPrefix, "set validator": m.setValidator, "add key": m.addKey, "end key": m.endKey,
			"set quorum": m.setQuorum, "propose": m.propose, "vote": m.voteOn, "": m.check,
		})
	})
}
