package proof_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func eventTree(n int) (raw [][]byte, leaves []proof.Hash) {
	for i := range n {
		e := proof.Event{Height: uint64(i/3 + 1), Place: uint64(i % 3), Entry: seedHash("entry %d", i/2), Module: "trace", Name: "shipped", Data: proof.AppendUint(nil, uint64(i))}
		raw = append(raw, e.Encode())
		leaves = append(leaves, proof.TreeLeaf(raw[i]))
	}
	return raw, leaves
}

func (c chain) eventsAt(t testing.TB, height uint64, leaves []proof.Hash) (proof.AppHashParts, proof.Attestation) {
	parts := proof.AppHashParts{EventCount: uint64(len(leaves)), EventRoot: proof.TreeRoot(leaves), StateRoot: seedHash("state %d", height)}
	h := c.header(height)
	h.App = parts.Hash()
	return parts, c.attest(t, h)
}

// eventProof proves event 13 of 21.
func eventProof(t testing.TB, c chain) proof.EventProof {
	raw, leaves := eventTree(21)
	parts, header := c.eventsAt(t, 9, leaves)
	return proof.EventProof{Event: raw[13], Number: 13, Path: proof.TreePath(leaves, 13), Parts: parts, Header: header}
}

// consistencyProof leads from 9 events to 21.
func consistencyProof(t testing.TB, c chain) proof.ConsistencyProof {
	t.Helper()
	raw, leaves := eventTree(21)
	p := proof.ConsistencyProof{}
	p.OldParts, p.OldHeader = c.eventsAt(t, 5, leaves[:9])
	p.NewParts, p.NewHeader = c.eventsAt(t, 9, leaves)
	path, err := reference(raw).ConsistencyProof(9, 21)
	if err != nil {
		t.Fatal(err)
	}
	p.Path = asHashes(path)
	return p
}

func TestAnEventProofProvesAnEventAndItsNumber(t *testing.T) {
	c := newChain("events", 1, 1, 1, 1)
	p := eventProof(t, c)
	report, err := p.Verify(c.trust())
	if err != nil || report.Outcome() != proof.Proved {
		t.Fatalf("got %+v, %v", report, err)
	}
	got, err := proof.DecodeEventProof(p.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Fatal(diff)
	}
	named := flipEveryByte(t, p.Encode(), verifyAny(c.trust()))
	if named[proof.PartEvent] == 0 || named[proof.PartHeader] == 0 {
		t.Fatalf("parts named: %v", named)
	}
	p.Number = 12
	if _, err := p.Verify(c.trust()); proof.FailedPart(err) != proof.PartEvent {
		t.Fatalf("another number: got %v, want a refusal", err)
	}
}

func TestAConsistencyProofProvesThatNothingWasRewritten(t *testing.T) {
	c := newChain("events", 1, 1, 1, 1)
	p := consistencyProof(t, c)
	_, leaves := eventTree(21)
	if report, err := p.Verify(c.trust()); err != nil || report.Outcome() != proof.Proved {
		t.Fatalf("got %+v, %v", report, err)
	}
	got, err := proof.DecodeConsistencyProof(p.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Fatal(diff)
	}
	named := flipEveryByte(t, p.Encode(), verifyAny(c.trust()))
	if named[proof.PartRewrite] == 0 || named[proof.PartHeader] == 0 {
		t.Fatalf("parts named: %v", named)
	}
	rewritten := p
	changed := append([]proof.Hash{}, leaves...)
	changed[4] = proof.TreeLeaf([]byte("another past"))
	rewritten.NewParts, rewritten.NewHeader = c.eventsAt(t, 9, changed)
	if _, err := rewritten.Verify(c.trust()); proof.FailedPart(err) != proof.PartRewrite {
		t.Fatalf("a rewritten past: got %v, want a refusal", err)
	}
	p.OldHeader, p.NewHeader, p.OldParts, p.NewParts = p.NewHeader, p.OldHeader, p.NewParts, p.OldParts
	if _, err := p.Verify(c.trust()); proof.FailedPart(err) != proof.PartRewrite {
		t.Fatalf("the later header first: got %v, want a refusal", err)
	}
}

func TestAnEventHasOneEncoding(t *testing.T) {
	e := proof.Event{Height: 3, Place: proof.PlaceNone, Module: "org", Name: "lapsed", Data: proof.AppendArray(nil, 0)}
	got, err := proof.DecodeEvent(e.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, got); diff != "" {
		t.Fatal(diff)
	}
	for name, b := range map[string][]byte{
		"bytes after its end": append(e.Encode(), 0),
		"a map as data":       append(e.Encode()[:len(e.Encode())-1], 0xa0),
		"nothing":             nil,
		"no data":             e.Encode()[:len(e.Encode())-1],
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := proof.DecodeEvent(b); err == nil {
				t.Fatalf("accepted: %x", b)
			}
		})
	}
}
