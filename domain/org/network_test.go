package org_test

import (
	"strings"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// network is a chain with the members of a founding file.
type network struct {
	*ledgertest.Chain
}

func newNetwork(t testing.TB, f org.Founding) network {
	t.Helper()
	return network{ledgertest.NewChain(t, org.Governor{}, encoded(f), org.Module())}
}

// send lets the four founders, a quorum of up to six, send entries in one
// envelope, and returns why they were refused.
func (n network) send(entries ...proof.Entry) error {
	n.T.Helper()
	return n.sendAs(ledgertest.Act{As: "alpha", Also: []string{"beta", "gamma", "state"}, Entries: entries})
}

func (n network) sendAs(a ledgertest.Act) error {
	n.T.Helper()
	res := n.Do(a)
	for _, c := range append(ledger.Codes(), org.Codes()...) {
		if c.Number == res.Code {
			return c.Errorf("%s", strings.TrimPrefix(res.Log, c.Name+": "))
		}
	}
	if res.Code != 0 {
		n.T.Fatalf("unknown code %d: %s", res.Code, res.Log)
	}
	return nil
}

// addKey lets a member add a key with its first one.
func (n network) addKey(id, key string) error {
	n.T.Helper()
	return n.sendAs(ledgertest.Act{As: id, Signers: []string{key}, Entries: []proof.Entry{n.entry("add-key", &org.AddKey{Member: id, Key: ledgertest.Key(key)})}})
}

// recover opens a recovery of a member and finishes it when its time has come.
func (n network) recover(id, key string) error {
	n.T.Helper()
	if err := n.send(n.entry("recover", &org.Recover{Member: id, Key: ledgertest.Key(key), Reason: "lost"})); err != nil {
		return err
	}
	n.Time += org.RecoverySeconds
	return n.send(n.entry("finish-recovery", &org.FinishRecovery{Member: id}))
}

func (n network) entry(kind string, message any) proof.Entry {
	n.T.Helper()
	return ledgertest.Entry(n.T, "org", kind, message)
}

// want fails the test unless an error has the code; a zero code means none.
func want(t testing.TB, err error, code ledger.Code) {
	t.Helper()
	switch {
	case err == nil && code.Number != 0:
		t.Fatalf("accepted, want %s", code.Name)
	case err != nil && ledger.CodeOf(err) != code:
		t.Fatalf("refused with %v, want %q", err, code.Name)
	}
}

var accepted ledger.Code
