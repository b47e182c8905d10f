package proof_test

import (
	"errors"
	"strings"
	"testing"

	"pedigree/proof"
)

// validatorRow is the value under a validator's key.
func validatorRow(org string) []byte {
	return proof.AppendUint(proof.AppendUint(proof.AppendText(proof.AppendArray(nil, 3), org), 1), 0)
}

// forkOf is two headers of height 9, signed by these, and the rows of all validators.
func forkOf(t testing.TB, c chain, first, second []int) proof.Fork {
	t.Helper()
	a, b := c.header(9), c.header(9)
	parts := proof.AppHashParts{EventCount: 4, EventRoot: seedHash("four events"), StateRoot: seedHash("state"), SetRoot: seedHash("sets")}
	b.App = parts.Hash()
	f := proof.Fork{
		First:  proof.ForkSide{Header: proof.Attestation{Signed: c.sign(a, first...)}},
		Second: proof.ForkSide{Parts: &parts, Header: proof.Attestation{Signed: c.sign(b, second...)}},
	}
	tr := newTree(8)
	for i, v := range c.set {
		tr.set(proof.ValidatorKey(v.Key), validatorRow([]string{"maker", "wholesaler", "pharmacy", "regulator"}[i]))
	}
	state := proof.AppHashParts{EventCount: 3, EventRoot: seedHash("three events"), StateRoot: tr.root(), SetRoot: seedHash("sets")}
	h := c.header(4)
	h.App = state.Hash()
	for i, v := range c.set {
		key := proof.ValidatorKey(v.Key)
		p := proof.StateProof{Key: key, Value: validatorRow([]string{"maker", "wholesaler", "pharmacy", "regulator"}[i]), Path: tr.path(key), Parts: state, Header: c.attest(t, h)}
		f.Members = append(f.Members, p.Encode())
	}
	return f
}

func TestAForkNamesWhoSignedBothSides(t *testing.T) {
	c := fourValidators()
	raw := forkOf(t, c, []int{0, 1, 2, 3}, []int{1, 2, 3}).Encode()
	f, err := proof.DecodeFork(raw)
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Verify(c.trust())
	if err != nil || r.Outcome() != proof.Alert {
		t.Fatalf("%s, %v", r.Outcome(), err)
	}
	both := map[string]bool{}
	for _, s := range r.Signers {
		if s.Contradicts {
			both[s.Member] = true
		}
		if len(s.Address) != 2*proof.AddressSize || s.Member == "" {
			t.Errorf("%+v", s)
		}
	}
	if len(r.Signers) != 4 || len(both) != 3 || both["maker"] || !both["regulator"] {
		t.Errorf("%+v signed both", both)
	}
	checked, err := proof.Check(raw, c.trust(), proof.Options{})
	if err != nil || checked.Outcome() != proof.Alert || len(checked.Facts) != 4 {
		t.Errorf("%v: %+v", err, checked)
	}
	f.Members = nil
	if r, err := f.Verify(c.trust()); err != nil || !strings.Contains(r.Facts[0].Value, "member not shown") {
		t.Errorf("%v: %+v", err, r.Facts)
	}
}

func TestWhatIsNoForkIsRefused(t *testing.T) {
	c := fourValidators()
	good := func() proof.Fork { return forkOf(t, c, []int{0, 1, 2}, []int{1, 2, 3}) }
	for name, change := range map[string]func(*proof.Fork){
		"the same header twice":  func(f *proof.Fork) { f.Second = f.First },
		"headers of two heights": func(f *proof.Fork) { f.Second = proof.ForkSide{Header: c.attest(t, c.header(10))} },
		"a header of another chain": func(f *proof.Fork) {
			x := newChain("x", 1)
			f.Second = proof.ForkSide{Header: x.attest(t, x.header(9))}
		},
		"too few signatures": func(f *proof.Fork) {
			f.First.Header.Signed.Commit.Signatures = f.First.Header.Signed.Commit.Signatures[1:]
		},
		"the roots of another header": func(f *proof.Fork) { f.First.Parts = f.Second.Parts },
		"a member of another chain": func(f *proof.Fork) {
			f.Members[1] = forkOf(t, newChain("other", 1, 1, 1, 1), []int{0, 1, 2}, []int{1, 2, 3}).Members[1]
		},
		"a member that is none": func(f *proof.Fork) { present, _ := stateProofs(t, c); f.Members[0] = present.Encode() },
		"bytes for a member":    func(f *proof.Fork) { f.Members[0] = []byte("none") },
	} {
		f := good()
		change(&f)
		if r, err := proof.Check(f.Encode(), c.trust(), proof.Options{}); err == nil || r.Outcome() != proof.Refused || proof.FailedPart(err) == "" {
			t.Errorf("%s: %s, %v", name, r.Outcome(), err)
		}
	}
	same := good()
	same.Second = same.First
	if _, err := same.Verify(c.trust()); !errors.Is(err, proof.ErrNoFork) {
		t.Errorf("the same header twice: %v", err)
	}
}

func TestEveryByteOfAForkIsBound(t *testing.T) {
	c := fourValidators()
	flipEveryByte(t, forkOf(t, c, []int{0, 1, 2}, []int{1, 2, 3}).Encode(), func(b []byte) error {
		_, err := proof.Check(b, c.trust(), proof.Options{})
		return err
	})
}
