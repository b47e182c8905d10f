package proof_test

import (
	"testing"

	"pedigree/proof"
)

func TestASerialThatWasCommissionedTwiceIsProved(t *testing.T) {
	c := fourValidators()
	first, second := newGoods(c, "a", 4, 6, 5), newGoods(c, "b", 4, 6, 5)
	second.state.At = 140
	d, err := proof.VerifyDuplicate(first.bundle(t), second.bundle(t), c.trust())
	if err != nil {
		t.Fatal(err)
	}
	if d.Org != maker || d.ID != unitID(2, 3) || d.OriginA == d.OriginB || d.HeightA != 100 || d.HeightB != 140 {
		t.Fatalf("got %+v", d)
	}
}

func TestWhatIsNoDuplicateIsNotProvedOne(t *testing.T) {
	c := fourValidators()
	first, second := newGoods(c, "a", 4, 6, 5), newGoods(c, "b", 4, 6, 5)
	other := second.bundle(t)
	other.Unit, other.Levels = second.pallet.unit(1, 3), second.pallet.levels(1, 3)
	second.prove(t, &other)
	noMaker := second.bundle(t)
	noMaker.Maker = nil
	broken := second.bundle(t)
	broken.Header.Signed.Commit.Round++
	tests := []struct {
		name string
		b    proof.Bundle
		part string
	}{
		{"the same bundle twice", first.bundle(t), proof.PartOrigin},
		{"two serials", other, proof.PartUnit},
		{"one without a maker", noMaker, proof.PartMaker},
		{"one that does not hold", broken, proof.PartHeader},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := proof.VerifyDuplicate(first.bundle(t), tt.b, c.trust()); proof.FailedPart(err) != tt.part {
				t.Fatalf("got %v, want a refusal of %s", err, tt.part)
			}
			if _, err := proof.VerifyDuplicate(tt.b, first.bundle(t), c.trust()); proof.FailedPart(err) != tt.part {
				t.Fatalf("the other way round: got %v, want a refusal of %s", err, tt.part)
			}
		})
	}
}
