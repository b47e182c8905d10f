package org_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestARecoveryShowsWhatItWillDo(t *testing.T) {
	n := newNetwork(t, founding())
	if r, open := org.RecoveryOf(n.View(), "gamma"); open {
		t.Fatalf("nobody opened %+v", r)
	}
	want(t, n.send(n.entry("recover", &org.Recover{Member: "gamma", Key: ledgertest.Key("new"), Since: 1, Reason: "stolen"})), accepted)
	got, open := org.RecoveryOf(n.View(), "gamma")
	due := uint64(ledgertest.FirstTime + 10 + org.RecoverySeconds)
	if diff := cmp.Diff(org.Recovery{Key: ledgertest.Key("new"), Since: 1, Reason: "stolen", Opened: 1, Due: due}, got); diff != "" || !open {
		t.Error(open, diff)
	}
	want(t, n.sendAs(ledgertest.Act{As: "gamma", Entries: []proof.Entry{n.entry("veto-recovery", &org.VetoRecovery{Member: "gamma"})}}), accepted)
	if _, open := org.RecoveryOf(n.View(), "gamma"); open {
		t.Error("it is still open after the veto")
	}
}

// A member that was recovered keeps its validator and what it has: only its keys
// change.
func TestARecoveryLeavesValidatorPrefixesAndIdentifiers(t *testing.T) {
	n := newNetwork(t, founding())
	before, _ := org.Get(n.View(), "alpha")
	want(t, n.recover("alpha", "new"), accepted)
	after, _ := org.Get(n.View(), "alpha")
	before.Keys, after.Keys = nil, nil
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if len(n.Last.Validators) != 0 {
		t.Errorf("the engine is told %v", n.Last.Validators)
	}
}

func TestAKeyThatEndedBeforeTheTheftStaysGood(t *testing.T) {
	n := newNetwork(t, founding())
	want(t, n.addKey("gamma", "second"), accepted)
	retire := n.entry("retire-key", &org.RetireKey{Member: "gamma", KeyID: 1})
	want(t, n.sendAs(ledgertest.Act{As: "gamma", Entries: []proof.Entry{retire}}), accepted) // from height 3
	want(t, n.send(n.entry("recover", &org.Recover{Member: "gamma", Key: ledgertest.Key("new"), Since: 3, Reason: "stolen"})), org.CodeKeyRetired)
	as := ledgertest.Act{As: "alpha", Also: []string{"beta", "state"}}
	as.Entries = []proof.Entry{n.entry("recover", &org.Recover{Member: "gamma", Key: ledgertest.Key("new"), Since: 3, Reason: "stolen"})}
	want(t, n.sendAs(as), accepted)
	n.Time += org.RecoverySeconds
	as.Entries = []proof.Entry{n.entry("finish-recovery", &org.FinishRecovery{Member: "gamma"})}
	want(t, n.sendAs(as), accepted)
	m, _ := org.Get(n.View(), "gamma")
	var got []string
	for _, k := range m.Keys {
		got = append(got, fmt.Sprintf("%d: %d to %d, compromised %d", k.ID, k.From, k.To, k.Compromised))
	}
	if diff := cmp.Diff([]string{"1: 1 to 3, compromised 0", "2: 2 to 6, compromised 3", "3: 6 to 0, compromised 0"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAReasonHasItsLimit(t *testing.T) {
	for length, code := range map[int]ledger.Code{0: org.CodeBadField, 1: accepted, org.ReasonMax: accepted, org.ReasonMax + 1: org.CodeBadField} {
		want(t, (&org.Recover{Member: "a", Key: ledgertest.Key("k"), Reason: strings.Repeat("r", length)}).Validate(), code)
	}
}

// recoveryModel says what should become of one member, gamma, whose recovery the
// others open, veto and finish while time goes by and gamma, or a thief, goes on
// changing its keys.
type recoveryModel struct {
	t         *rapid.T
	n         network
	keys      []int          // ids of the keys that are valid
	named     map[int]string // test key of each key id
	suspended bool
	key       string // test key that it will have; empty: none is open
	due       uint64
	vetoed    uint64
}

// gamma sends an entry with one of gamma's valid keys.
func (m *recoveryModel) gamma(kind string, message any, signers ...string) error {
	id := rapid.SampledFrom(m.keys).Draw(m.t, "key")
	act := ledgertest.Act{As: "gamma", KeyID: uint64(id), KeyName: m.named[id], Signers: signers}
	act.Entries = []proof.Entry{m.n.entry(kind, message)}
	return m.n.sendAs(act)
}

// others sends an entry by the quorum without gamma.
func (m *recoveryModel) others(kind string, message any) error {
	return m.n.sendAs(ledgertest.Act{As: "alpha", Also: []string{"beta", "state"}, Entries: []proof.Entry{m.n.entry(kind, message)}})
}

func (m *recoveryModel) expect(err error, rules ...rule) bool {
	code := first(rules...)
	if got := ledger.CodeOf(err); err != nil && got != code || err == nil && code.Number != 0 {
		m.t.Fatalf("got %v, the model says %q", err, code.Name)
	}
	return err == nil
}

func (m *recoveryModel) fresh() string { return fmt.Sprint("recovery", m.n.Height) }

func (m *recoveryModel) open(*rapid.T) {
	key := m.fresh()
	err := m.others("recover", &org.Recover{Member: "gamma", Key: ledgertest.Key(key), Reason: "lost"})
	now := m.n.Time
	if m.expect(err, rule{m.key != "", org.CodeRecovering}, rule{m.vetoed != 0 && now < m.vetoed+org.RecoveryPauseSeconds, org.CodeRecoveryVetoed}, rule{len(m.named) == org.KeysMax, org.CodeTooMany}) {
		m.key, m.due, m.vetoed = key, now+org.RecoverySeconds, 0
	}
}

func (m *recoveryModel) veto(*rapid.T) {
	err := m.gamma("veto-recovery", &org.VetoRecovery{Member: "gamma"})
	if m.expect(err, rule{m.suspended, org.CodeSuspended}, rule{m.key == "", org.CodeNoRecovery}) {
		m.key, m.vetoed = "", m.n.Time
	}
}

func (m *recoveryModel) takeBack(*rapid.T) {
	if m.expect(m.others("veto-recovery", &org.VetoRecovery{Member: "gamma"}), rule{m.key == "", org.CodeNoRecovery}) {
		m.key = ""
	}
}

func (m *recoveryModel) finish(*rapid.T) {
	by := rapid.SampledFrom([]string{"alpha", "beta", "state"}).Draw(m.t, "by")
	err := m.n.sendAs(ledgertest.Act{As: by, Entries: []proof.Entry{m.n.entry("finish-recovery", &org.FinishRecovery{Member: "gamma"})}})
	if m.expect(err, rule{m.key == "", org.CodeNoRecovery}, rule{m.n.Time < m.due, org.CodeRecoveryEarly}) {
		id := len(m.named) + 1
		m.keys, m.named[id], m.key = []int{id}, m.key, ""
	}
}

func (m *recoveryModel) addKey(*rapid.T) {
	key := m.fresh()
	err := m.gamma("add-key", &org.AddKey{Member: "gamma", Key: ledgertest.Key(key)}, key)
	if m.expect(err, rule{m.suspended, org.CodeSuspended}, rule{len(m.named) >= org.KeysOwnMax, org.CodeTooMany}) {
		id := len(m.named) + 1
		m.keys, m.named[id] = append(m.keys, id), key
	}
}

func (m *recoveryModel) retireKey(*rapid.T) {
	id := m.keys[0]
	err := m.gamma("retire-key", &org.RetireKey{Member: "gamma", KeyID: uint64(id)})
	if m.expect(err, rule{m.suspended, org.CodeSuspended}, rule{len(m.keys) == 1, org.CodeLastKey}) {
		m.keys = m.keys[1:]
	}
}

func (m *recoveryModel) stand(*rapid.T) {
	if m.suspended {
		m.expect(m.others("reinstate", &org.Reinstate{Member: "gamma"}))
	} else {
		m.expect(m.others("suspend", &org.Suspend{Member: "gamma"}))
	}
	m.suspended = !m.suspended
}

func (m *recoveryModel) wait(*rapid.T) {
	m.n.Time += rapid.SampledFrom([]uint64{60, org.RecoveryPauseSeconds - 10, org.RecoveryPauseSeconds, org.RecoverySeconds - 20, org.RecoverySeconds}).Draw(m.t, "seconds")
}

func (m *recoveryModel) check(t *rapid.T) {
	got, _ := org.Get(m.n.View(), "gamma")
	var valid []int
	for _, k := range got.Keys {
		if k.ValidAt(m.n.Height + 1) {
			valid = append(valid, int(k.ID))
		}
		if k.Key != ledgertest.Key(m.named[int(k.ID)]) {
			t.Fatalf("key %d is %s, the model says %s", k.ID, k.Key, m.named[int(k.ID)])
		}
	}
	if !slices.Equal(valid, m.keys) || len(got.Keys) != len(m.named) {
		t.Fatalf("keys %v of %d are valid, the model says %v of %d", valid, len(got.Keys), m.keys, len(m.named))
	}
	r, open := org.RecoveryOf(m.n.View(), "gamma")
	if open != (m.key != "") || open && (r.Due != m.due || r.Key != ledgertest.Key(m.key)) {
		t.Fatalf("recovery %t %+v, the model says %q due at %d", open, r, m.key, m.due)
	}
}

func TestRecoveryAgreesWithASmallModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &recoveryModel{t: rt, n: newNetwork(t, founding()), keys: []int{1}, named: map[int]string{1: "gamma"}}
		rt.Repeat(map[string]func(*rapid.T){
			"open": m.open, "veto": m.veto, "take back": m.takeBack, "finish": m.finish, "add key": m.addKey, "retire key": m.retireKey,
			"stand": m.stand, "wait": m.wait, "": m.check,
		})
	})
}
