package proof_test

import (
	"encoding/json"
	"testing"

	"pedigree/proof"
)

// objectVectors are whole objects with the outcome of every step, and changed
// ones with the part that must be refused.
func objectVectors(t testing.TB) any {
	t.Helper()
	g := vectorGoods()
	trust, links := linked(t, 2)
	next := newChainKeys("links", "links/2", 1, 2, 1, 1)
	receipt := receiptOf(t, next, signedEntry("links"), 0, true)
	h := receipt.Header.Signed.Header
	h.Height = 33
	receipt.Header = proof.Attestation{Links: links.Links, Signed: next.attest(t, h).Signed, Validators: next.set}
	boxed := packed(t, vectorGoods())
	introduced := vectorGoods()
	introduced.state.Class = proof.ClassIntroduced
	recalled := vectorGoods()
	recalled.state.Recall, recalled.record.Flags = 9, proof.FlagHeld
	bare := g.bundle(t)
	bare.Absent = nil
	present, absent := stateProofs(t, g.chain)
	own := g.chain.trust()
	return object{"objects": []object{
		objectVector(t, "a unit's bundle, answered", answered(g.bundle(t), holder()).Encode(), own, nonce),
		objectVector(t, "a unit's bundle without its place", bare.Encode(), own, nil),
		objectVector(t, "a unit packed in two boxes", answered(boxed, holder()).Encode(), own, nonce),
		objectVector(t, "introduced stock", introduced.bundle(t).Encode(), own, nil),
		objectVector(t, "recalled goods on hold", recalled.bundle(t).Encode(), own, nil),
		objectVector(t, "a receipt after two changes of validators", receipt.Encode(), trust, nil),
		objectVector(t, "a receipt with members of a later height", laterMembers(t, g.chain, receiptOf(t, g.chain, signedEntry("pilot-1"), 0, false), nil).Encode(), own, nil),
		objectVector(t, "a receipt whose key was in other hands", laterMembers(t, g.chain, receiptOf(t, g.chain, signedEntry("pilot-1"), 0, false), inOtherHands).Encode(), own, nil),
		objectVector(t, "a receipt of a refusal, without members", receiptOf(t, g.chain, signedEntry("pilot-1"), 1004, false).Encode(), own, nil),
		objectVector(t, "a state value", present.Encode(), own, nil),
		objectVector(t, "the absence of a state value", absent.Encode(), own, nil),
		objectVector(t, "an event", eventProof(t, g.chain).Encode(), own, nil),
		objectVector(t, "two event trees", consistencyProof(t, g.chain).Encode(), own, nil),
		witnessedVector(t, "a receipt that two of three witnesses vouch for", twoOfThree(t, g.chain).Encode(), own, policyText()),
		witnessedVector(t, "a receipt with cosignatures, and no policy", twoOfThree(t, g.chain).Encode(), own, ""),
		witnessedVector(t, "a receipt that too few witnesses vouch for", oneOfThree(t, g.chain).Encode(), own, policyText()),
		witnessedVector(t, "a receipt without a checkpoint, and a policy", oneOfThree(t, g.chain).Object, own, policyText()),
		witnessedVector(t, "a state value that all witnesses vouch for", witnessedState(t, g.chain, threeWitnesses...).Encode(), own, policyText()),
		witnessedVector(t, "a fork", forkOf(t, g.chain, []int{0, 1, 2, 3}, []int{1, 2, 3}).Encode(), own, ""),
	}}
}

func inOtherHands(m *proof.Member) { m.Keys[0].Compromised = 5 }

func vectorGoods() *goods { return newGoods(fourValidators(), "vector", 4, 6, 6) }

func twoOfThree(t testing.TB, c chain) proof.Witnessed {
	w, _ := witnessedReceipt(t, c, threeWitnesses[:2]...)
	return w
}

func oneOfThree(t testing.TB, c chain) proof.Witnessed {
	w, _ := witnessedReceipt(t, c, threeWitnesses[0], "stranger.example")
	return w
}

func witnessedVector(t testing.TB, name string, b []byte, trust proof.Trust, policy string) object {
	t.Helper()
	o := proof.Options{}
	if policy != "" {
		p, err := proof.ParseWitnessPolicy([]byte(policy))
		if err != nil {
			t.Fatal(err)
		}
		o.Witnesses = &p
	}
	v := objectVectorWith(t, name, b, trust, o)
	v["policy"] = policy
	return v
}

func objectVector(t testing.TB, name string, b []byte, trust proof.Trust, asked []byte) object {
	t.Helper()
	return objectVectorWith(t, name, b, trust, proof.Options{Nonce: asked})
}

func objectVectorWith(t testing.TB, name string, b []byte, trust proof.Trust, o proof.Options) object {
	t.Helper()
	raw, err := proof.EncodeTrust(trust)
	if err != nil {
		t.Fatal(err)
	}
	report, err := proof.Check(b, trust, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var steps []string
	for _, s := range report.Steps {
		steps = append(steps, s.Name+": "+string(s.Verdict))
	}
	var refused []object
	for at := 7; at < len(b); at += len(b) / 40 {
		changed := append([]byte{}, b...)
		changed[at] ^= 0x10
		if _, err := proof.Check(changed, trust, o); err != nil {
			refused = append(refused, object{"at": at, "part": proof.FailedPart(err)})
		}
	}
	return object{
		"name": name, "bytes": hexed(b), "trust": json.RawMessage(raw), "nonce": hexed(o.Nonce), "outcome": report.Outcome(), "height": report.Height,
		"steps": steps, "alerts": len(report.Alerts), "refusedWhenFlippedBy16": refused,
	}
}

// exampleFiles are the files that a person would have in hand.
func exampleFiles(t testing.TB) map[string][]byte {
	t.Helper()
	g := vectorGoods()
	trust, err := proof.EncodeTrust(g.chain.trust())
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"trust.json":       trust,
		"unit.pedigree":    g.bundle(t).Encode(),
		"receipt.pedigree": receiptOf(t, g.chain, signedEntry(g.chain.id), 0, true).Encode(),
	}
}
