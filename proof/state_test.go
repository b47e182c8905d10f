package proof_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func benchName(validators int) string { return fmt.Sprintf("validators=%d", validators) }

// verifyAny opens and verifies an object of any kind.
func verifyAny(trust proof.Trust) func([]byte) error {
	return func(b []byte) error {
		object, err := proof.Open(b)
		if err != nil {
			return err
		}
		_, err = object.(interface {
			Verify(proof.Trust) (proof.Report, error)
		}).Verify(trust)
		return err
	}
}

func stateProofs(t testing.TB, c chain) (present, absent proof.StateProof) {
	t.Helper()
	tr := newTree(6)
	key, gone := proof.RecallKey(7), proof.RecallKey(8)
	tr.set(key, []byte("a recall"))
	tr.ask(gone)
	parts := proof.AppHashParts{EventCount: 3, EventRoot: seedHash("events"), StateRoot: tr.root(), SetRoot: seedHash("sets")}
	h := c.header(12)
	h.App = parts.Hash()
	present = proof.StateProof{Key: key, Value: []byte("a recall"), Path: tr.path(key), Parts: parts, Header: c.attest(t, h)}
	absent = proof.StateProof{Key: gone, Path: tr.path(gone), Parts: parts, Header: c.attest(t, h)}
	return present, absent
}

func TestAStateProofProvesAValueOrItsAbsence(t *testing.T) {
	c := newChain("states", 1, 1, 1, 1)
	present, absent := stateProofs(t, c)
	for name, p := range map[string]proof.StateProof{"present": present, "absent": absent} {
		t.Run(name, func(t *testing.T) {
			report, err := p.Verify(c.trust())
			if err != nil || report.Outcome() != proof.Proved || report.Height != 11 {
				t.Fatalf("got %+v, %v", report, err)
			}
			got, err := proof.DecodeStateProof(p.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, got); diff != "" {
				t.Fatal(diff)
			}
			named := flipEveryByte(t, p.Encode(), verifyAny(c.trust()))
			if named[proof.PartValue] == 0 || named[proof.PartHeader] == 0 {
				t.Fatalf("parts named: %v", named)
			}
		})
	}
	swapped := present
	swapped.Key = absent.Key
	if _, err := swapped.Verify(c.trust()); proof.FailedPart(err) != proof.PartValue {
		t.Fatalf("one key's value for another's: got %v, want a refusal", err)
	}
	claimed := present
	claimed.Value = nil
	if _, err := claimed.Verify(c.trust()); proof.FailedPart(err) != proof.PartValue {
		t.Fatalf("a value shown as absent: got %v, want a refusal", err)
	}
}

func TestAnEmptyValueIsNotAbsence(t *testing.T) {
	c := newChain("states", 1)
	tr := newTree(0)
	tr.set([]byte{1}, []byte{})
	parts := proof.AppHashParts{StateRoot: tr.root()}
	h := c.header(2)
	h.App = parts.Hash()
	p := proof.StateProof{Key: []byte{1}, Value: []byte{}, Path: tr.path([]byte{1}), Parts: parts, Header: c.attest(t, h)}
	got, err := proof.DecodeStateProof(p.Encode())
	if err != nil || got.Value == nil {
		t.Fatalf("an empty value was read as none: %+v, %v", got, err)
	}
	if _, err := got.Verify(c.trust()); err != nil {
		t.Fatal(err)
	}
}
