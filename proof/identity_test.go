package proof_test

import (
	"strings"
	"testing"
	"unicode"

	"pedigree/proof"
)

func TestASerialNumberHasOneSpelling(t *testing.T) {
	for serial, right := range map[string]bool{
		"A":                             true,
		"az09-._":                       true,
		"A%2FB":                         true,
		strings.Repeat("A", 20):         true,
		strings.Repeat("%2F", 20):       true,
		"":                              false,
		strings.Repeat("A", 21):         false,
		strings.Repeat("A", 20) + "%2F": false,
		"%41":                           false, // A
		"A%2fB":                         false,
		"A/B":                           false,
		"A+B":                           false,
		"%7E":                           false, // outside the GS1 set 82, as are the others
		"~":                             false,
		"%20":                           false,
		"%1B":                           false,
		"\x1b[2J":                       false,
		"Ä":                             false,
		"%":                             false,
		"%2":                            false,
		"%2F%":                          false,
	} {
		id, err := proof.ParseIdentity("/01/" + gtin + "/21/" + serial)
		if right != (err == nil) {
			t.Errorf("serial %q: %v", serial, err)
		}
		if right && id.Serial != serial {
			t.Errorf("serial %q is read as %q", serial, id.Serial)
		}
	}
}

func TestAReportShowsNothingThatPaintsOverIt(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	b := g.bundle(t)
	b.Unit.Attrs = proof.Attrs{Lot: "\x1b[2Jproved\u202e", Expiry: expiry, Kind: proof.KindUnit}.Encode()
	r, err := b.Verify(g.chain.trust(), proof.Options{})
	if err == nil {
		t.Fatal("another lot was proved")
	}
	step, ok := r.Step(proof.PartUnit)
	if !ok || !strings.Contains(step.Text, "proved") {
		t.Fatalf("the lot is not shown at all: %+v", r.Steps)
	}
	for _, s := range r.Steps {
		if strings.ContainsFunc(s.Text, func(c rune) bool { return !unicode.IsGraphic(c) }) {
			t.Errorf("step %s shows %q", s.Name, s.Text)
		}
	}
}
