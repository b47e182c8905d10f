package proof_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func TestWhateverFileIsGivenIsChecked(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 5)
	present, _ := stateProofs(t, g.chain)
	tests := []struct {
		name    string
		file    []byte
		kind    string
		outcome proof.Outcome
		facts   []proof.Fact
	}{
		{"a bundle", g.bundle(t).Encode(), proof.TagBundle, proof.Proved, []proof.Fact{
			{Name: "GTIN", Value: gtin},
			{Name: "Serial number", Value: "0020003"},
			{Name: "Lot", Value: lot},
			{Name: "Expiry (YYMMDD)", Value: expiry},
			{Name: "Stated by", Value: "Maker One"},
			{Name: "Origin", Value: g.pallet.origin.String()},
		}},
		{"a receipt", receiptOf(t, g.chain, signedEntry(g.chain.id), 0, true).Encode(), proof.TagReceipt, proof.Proved, []proof.Fact{
			{Name: "Entry", Value: signedEntry(g.chain.id).ID().String()}, {Name: "Act 1", Value: "trace/post"},
		}},
		{"a state proof", present.Encode(), proof.TagStateProof, proof.Proved, nil},
		{"an event proof", eventProof(t, g.chain).Encode(), proof.TagEventProof, proof.Proved, []proof.Fact{{Name: "Event", Value: "trace/shipped"}}},
		{"a consistency proof", consistencyProof(t, g.chain).Encode(), proof.TagConsistency, proof.Proved, nil},
		{"half a bundle", g.bundle(t).Encode()[:900], proof.TagBundle, proof.Refused, nil},
		{"a letter", []byte("Dear Sir or Madam"), "", proof.Refused, nil},
		{"nothing", nil, "", proof.Refused, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := proof.Check(tt.file, g.chain.trust(), proof.Options{})
			if r.Kind != tt.kind || r.Outcome() != tt.outcome || (err != nil) != (tt.outcome == proof.Refused) {
				t.Fatalf("got %+v, outcome %s, %v", r, r.Outcome(), err)
			}
			if diff := cmp.Diff(tt.facts, r.Facts); diff != "" {
				t.Fatal(diff)
			}
			if err != nil && proof.FailedPart(err) != r.Steps[len(r.Steps)-1].Name {
				t.Fatalf("the error names %s, the report %s", proof.FailedPart(err), r.Steps[len(r.Steps)-1].Name)
			}
		})
	}
}

func TestAnObjectOfTheGreatestSizeIsReadAndOneByteMoreIsNot(t *testing.T) {
	r := receiptOf(t, fourValidators(), signedEntry("pilot-1"), 0, false)
	r.Data = make([]byte, proof.ResultSizeMax)
	if _, err := proof.Open(r.Encode()); err != nil {
		t.Fatalf("a result at the limit: %v", err)
	}
	r.Data = make([]byte, proof.ResultSizeMax+1)
	if _, err := proof.Open(r.Encode()); proof.FailedPart(err) != proof.PartResult {
		t.Fatalf("a result one past the limit: got %v, want a refusal", err)
	}
	whole := make([]byte, proof.ObjectSizeMax+1)
	copy(whole, r.Encode())
	if _, err := proof.Open(whole); proof.FailedPart(err) != proof.PartFormat {
		t.Fatalf("an object one past the limit: got %v, want a refusal", err)
	}
}
