package proof_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func fourValidators() chain { return newChain("pilot-1", 1, 1, 1, 1) }

var nonce = []byte("a nonce of the verifier's choice")

// answered adds the holder's answer to a nonce.
func answered(b proof.Bundle, by keyPair) proof.Bundle {
	m := proof.PresenceMessage("pilot-1", b.Origin, b.Unit.Leaf(), nonce)
	b.Presence = &proof.Presence{Nonce: nonce, Signature: by.sign(m)}
	return b
}

func verdicts(r proof.Report) string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, s.Name+" "+string(s.Verdict))
	}
	return strings.Join(out, ", ")
}

const allShown = "header ok, origin ok, unit ok, record ok, path ok, statement ok, maker ok, licence ok, prefix ok, place ok, presence ok"

func TestABundleProvesAUnitToItsMaker(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	b := answered(g.bundle(t), holder())
	r, err := b.Verify(g.chain.trust(), proof.Options{Nonce: nonce, Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), MaxAge: 365 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if got := verdicts(r.Report); got != allShown || r.Outcome() != proof.Proved || len(r.Alerts) != 0 {
		t.Fatalf("steps are %s; outcome %s, alerts %q", got, r.Outcome(), r.Alerts)
	}
	if r.Unit.GTIN != gtin || r.Unit.Serial != "0020003" || r.Attrs.Lot != lot || r.Member.Name != "Maker One" || r.Height != 900 || r.Statement.Org != maker {
		t.Fatalf("report is %+v", r)
	}
	var limits []string
	for _, s := range r.Steps {
		limits = append(limits, s.Limit)
	}
	if all := strings.Join(limits, " "); !strings.Contains(all, proof.LimitGoods) || !strings.Contains(all, proof.LimitFresh) {
		t.Fatalf("the report does not say what it can't prove: %s", all)
	}
}

func TestABundleIsReadBack(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	whole := answered(g.bundle(t), holder())
	bare := g.bundle(t)
	bare.Maker, bare.Absent = nil, nil
	for name, b := range map[string]proof.Bundle{"whole": whole, "bare": bare} {
		t.Run(name, func(t *testing.T) {
			got, err := proof.Open(b.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(b, got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

// packed lets the pallet's record lie in two boxes, one in the other.
func packed(t testing.TB, g *goods) proof.Bundle {
	t.Helper()
	inner, outer := proof.Parent{Origin: seedHash("box 1"), Leaf: seedHash("box leaf 1")}, proof.Parent{Origin: seedHash("box 2"), Leaf: seedHash("box leaf 2")}
	g.record.State, g.record.Owner, g.record.Holder, g.record.Parent = proof.StatePacked, proof.Key{}, proof.Key{}, inner
	b := g.bundle(t)
	box := proof.Record{State: proof.StatePacked, Kids: 1, Nest: 2, At: 300, Parent: outer}
	top := proof.Record{State: proof.StateLive, Owner: owner().public, Holder: holder().public, Kids: 1, Nest: 3, At: 310}
	b.Parents = []proof.StateValue{{Value: box.Encode()}, {Value: top.Encode()}}
	g.further[string(proof.RecordKey(inner.Origin, inner.Leaf))] = box.Encode()
	g.further[string(proof.RecordKey(outer.Origin, outer.Leaf))] = top.Encode()
	g.prove(t, &b)
	return b
}

func TestAPackedUnitsPlaceIsThatOfItsOuterContainer(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	b := answered(packed(t, g), holder())
	r, err := b.Verify(g.chain.trust(), proof.Options{Nonce: nonce})
	if err != nil {
		t.Fatal(err)
	}
	if got := verdicts(r.Report); got != allShown || r.Outermost.Holder != holder().public {
		t.Fatalf("steps are %s", got)
	}
	b.Parents, b.Presence = nil, nil
	r, err = b.Verify(g.chain.trust(), proof.Options{})
	if s, _ := r.Step(proof.PartPlace); err != nil || s.Verdict != proof.NotShown || r.Outcome() != proof.Proved {
		t.Fatalf("without its parents: %+v, %v", r.Report, err)
	}
}

func TestAContainerHasABundleToo(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	p := g.pallet
	pallet := g.bundle(t)
	pallet.Levels = nil
	pallet.Unit = p.unitOfAll()
	pallet.Unit.Depth, pallet.Unit.Root = p.tree.Depth(), p.tree.Root()
	inside := g.bundle(t)
	inside.Levels = inside.Levels[1:]
	inside.Unit = proof.UnitOpening{ID: caseID(2), Attrs: caseAttrs, Salt: proof.ChildSalt(p.seed, caseID(2)), Depth: p.caseTrees[2].Depth(), Root: p.caseTrees[2].Root()}
	for name, b := range map[string]proof.Bundle{"a pallet with a record": pallet, "a case sealed on it": inside} {
		t.Run(name, func(t *testing.T) {
			g.prove(t, &b)
			again, err := proof.DecodeBundle(b.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if r, err := again.Verify(g.chain.trust(), proof.Options{}); err != nil || r.Outcome() != proof.Proved {
				t.Fatalf("got %+v, %v", r.Report, err)
			}
		})
	}
}

func TestABundleWithAChangedByteIsRefused(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 8)
	sealed := answered(g.bundle(t), holder())
	boxed := answered(packed(t, newGoods(fourValidators(), "a", 4, 6, 8)), holder())
	for name, b := range map[string]proof.Bundle{"sealed": sealed, "packed": boxed} {
		t.Run(name, func(t *testing.T) {
			named := flipEveryByte(t, b.Encode(), verifyBundle(g.chain.trust(), proof.Options{Nonce: nonce}))
			for _, part := range []string{
				proof.PartFormat, proof.PartHeader, proof.PartOrigin, proof.PartUnit, proof.PartRecord, proof.PartPath,
				proof.PartStatement, proof.PartMaker, proof.PartPlace, proof.PartPresence,
			} {
				if named[part] == 0 {
					t.Errorf("no change was put down to %s: %v", part, named)
				}
			}
			t.Logf("bundle of %d bytes, parts named: %v", len(b.Encode()), named)
		})
	}
}

func verifyBundle(trust proof.Trust, o proof.Options) func([]byte) error {
	return func(raw []byte) error {
		object, err := proof.Open(raw)
		if err != nil {
			return err
		}
		_, err = object.(proof.Bundle).Verify(trust, o)
		return err
	}
}

func BenchmarkBundleVerify(b *testing.B) {
	for _, validators := range []int{1, 4, 16} {
		powers := make([]uint64, validators)
		for i := range powers {
			powers[i] = 1
		}
		g := newGoods(newChain("pilot-1", powers...), "a", 48, 40, 20)
		whole := g.bundle(b)
		bare := whole
		bare.Absent = nil
		raw := answered(bare, holder()).Encode()
		placed := answered(whole, holder()).Encode()
		b.Run(benchName(validators), func(b *testing.B) {
			for b.Loop() {
				if err := verifyBundle(g.chain.trust(), proof.Options{Nonce: nonce})(placed); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(raw)), "provenance-bytes")
			b.ReportMetric(float64(len(placed)), "place-bytes")
		})
	}
}
