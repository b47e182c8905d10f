package proof_test

import (
	"testing"

	"pedigree/proof"
)

func TestAContainersHolderCanNotAnswerForWhatMayHaveLeftIt(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	for name, c := range map[string]struct {
		bundle  func(b *proof.Bundle)
		outcome proof.Outcome
		verdict proof.Verdict
	}{
		"the unit is shown to be sealed in it still": {func(*proof.Bundle) {}, proof.Proved, proof.OK},
		"the unit may have left it":                  {func(b *proof.Bundle) { b.Absent = nil }, proof.Partly, proof.NotShown},
	} {
		b := answered(g.bundle(t), holder())
		c.bundle(&b)
		r, err := b.Verify(g.chain.trust(), proof.Options{Nonce: nonce})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s, _ := r.Step(proof.PartPresence); s.Verdict != c.verdict || r.Outcome() != c.outcome {
			t.Errorf("%s: presence is %q (%s), the bundle %s", name, s.Verdict, s.Text, r.Outcome())
		}
	}
}
