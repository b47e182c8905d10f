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
	}}
}

func inOtherHands(m *proof.Member) { m.Keys[0].Compromised = 5 }

func vectorGoods() *goods { return newGoods(fourValidators(), "vector", 4, 6, 6) }

func objectVector(t testing.TB, name string, b []byte, trust proof.Trust, asked []byte) object {
	t.Helper()
	raw, err := proof.EncodeTrust(trust)
	if err != nil {
		t.Fatal(err)
	}
	report, err := reportOf(b, trust, asked)
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
		if _, err := reportOf(changed, trust, asked); err != nil {
			refused = append(refused, object{"at": at, "part": proof.FailedPart(err)})
		}
	}
	return object{
		"name": name, "bytes": hexed(b), "trust": json.RawMessage(raw), "nonce": hexed(asked), "outcome": report.Outcome(), "height": report.Height,
		"steps": steps, "alerts": len(report.Alerts), "refusedWhenFlippedBy16": refused,
	}
}

// reportOf opens and verifies any object.
func reportOf(b []byte, trust proof.Trust, asked []byte) (proof.Report, error) {
	opened, err := proof.Open(b)
	if err != nil {
		return proof.Report{}, err
	}
	switch o := opened.(type) {
	case proof.Bundle:
		r, err := o.Verify(trust, proof.Options{Nonce: asked})
		return r.Report, err
	case proof.Receipt:
		r, err := o.Verify(trust)
		return r.Report, err
	default:
		return opened.(interface {
			Verify(proof.Trust) (proof.Report, error)
		}).Verify(trust)
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
