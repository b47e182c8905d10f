package proof_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	ics23 "github.com/cosmos/ics23/go"
	"pgregory.net/rapid"

	"pedigree/proof"
)

func TestAStatePathProvesWhatIsThereAndWhatIsNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := newTree(rapid.SampledFrom([]int{0, 0, 3, 9}).Draw(t, "floor"))
		present := rapid.IntRange(0, 40).Draw(t, "present")
		for i := range present {
			tr.set(fmt.Appendf(nil, "key %d", i), fmt.Appendf(nil, "value %d", i))
		}
		for i := range 5 {
			tr.ask(fmt.Appendf(nil, "absent %d", i))
		}
		root := tr.root()
		for i := range present {
			key, value := fmt.Appendf(nil, "key %d", i), fmt.Appendf(nil, "value %d", i)
			p := recoded(t, tr.path(key))
			if err := p.VerifyPresent(root, key, value); err != nil {
				t.Fatal(err)
			}
			if p.VerifyPresent(root, key, []byte("other")) == nil || p.VerifyAbsent(root, key) == nil {
				t.Fatal("the path of a key proves another value or its absence")
			}
			if p.VerifyPresent(root, []byte("key x"), value) == nil {
				t.Fatal("the path of a key proves another key")
			}
		}
		for i := range 5 {
			key := fmt.Appendf(nil, "absent %d", i)
			p := recoded(t, tr.path(key))
			if err := p.VerifyAbsent(root, key); err != nil {
				t.Fatal(err)
			}
			if p.VerifyPresent(root, key, []byte("value 1")) == nil {
				t.Fatal("a path of absence proves presence")
			}
		}
	})
}

type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// recoded writes and reads a path, so that every property holds of its encoding.
func recoded(t fataler, p proof.StatePath) proof.StatePath {
	t.Helper()
	b := p.Append(nil)
	r := proof.NewReader(b)
	got := r.StatePath()
	if err := r.Done(); err != nil {
		t.Fatal(err)
	}
	if again := got.Append(nil); !bytes.Equal(again, b) {
		t.Fatalf("path %x is written again as %x", b, again)
	}
	return got
}

func TestAPathOfAbsenceMustLieOnTheKeysPath(t *testing.T) {
	tr := newTree(0)
	for i := range 20 {
		tr.set(fmt.Appendf(nil, "key %d", i), []byte("v"))
	}
	gone, p := []byte(nil), proof.StatePath{}
	for i := 0; !p.Other; i++ {
		gone = fmt.Appendf(nil, "gone %d", i)
		tr.ask(gone)
		p = tr.path(gone)
	}
	root, own := tr.root(), p
	own.OtherPath = sha256.Sum256(gone)
	if err := own.VerifyAbsent(root, gone); !errors.Is(err, proof.ErrProof) {
		t.Fatalf("its own leaf was taken for another's: %v", err)
	}
	for i := range 20 {
		key := fmt.Appendf(nil, "key %d", i)
		if err := p.VerifyAbsent(root, key); err == nil {
			t.Fatalf("the absence of one key proves that of %q", key)
		}
	}
	deep := proof.StatePath{Siblings: make([]proof.Hash, proof.StateDepthMax+1)}
	if err := deep.VerifyAbsent(proof.Hash{}, []byte("k")); !errors.Is(err, proof.ErrProof) {
		t.Fatalf("a path one past the limit: %v", err)
	}
}

func TestTheStateTreeIsCheckedByStandardVerifiers(t *testing.T) {
	tr := newTree(0)
	for i := range 50 {
		tr.set(fmt.Appendf(nil, "key %d", i), fmt.Appendf(nil, "value %d", i))
	}
	root := tr.root()
	for i := range 50 {
		key, value := fmt.Appendf(nil, "key %d", i), fmt.Appendf(nil, "value %d", i)
		p := tr.path(key)
		path := proof.Hash(sha256.Sum256(key))
		ep := &ics23.ExistenceProof{Key: key, Value: value, Leaf: ics23.SmtSpec.LeafSpec}
		for level, sib := range p.Siblings {
			op := &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}}
			if bitOf(path, len(p.Siblings)-1-level) {
				op.Prefix = append(op.Prefix, sib[:]...)
			} else {
				op.Suffix = sib[:]
			}
			ep.Path = append(ep.Path, op)
		}
		cp := &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: ep}}
		if !ics23.VerifyMembership(ics23.SmtSpec, root[:], cp, key, value) {
			t.Fatalf("the standard verifier refuses key %d", i)
		}
	}
}

func TestAStatePathHasOneEncoding(t *testing.T) {
	sib := seedHash("sibling")
	path := func(depth uint64, bitmap, sibs []byte) []byte {
		b := proof.AppendUint(proof.AppendArray(nil, 4), depth)
		return proof.AppendNull(proof.AppendBytes(proof.AppendBytes(b, bitmap), sibs))
	}
	tests := map[string][]byte{
		"a sibling more than the bitmap names": path(1, []byte{0}, sib[:]),
		"a sibling less than the bitmap names": path(2, []byte{0xc0}, sib[:]),
		"a bit past the depth":                 path(1, []byte{0xc0}, sib[:]),
		"a named sibling that is empty":        path(1, []byte{0x80}, make([]byte, 32)),
		"a depth past the limit":               path(257, make([]byte, 33), nil),
		"half a sibling":                       path(1, []byte{0x80}, sib[:16]),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			r := proof.NewReader(b)
			r.StatePath()
			if err := r.Done(); !errors.Is(err, proof.ErrCBOR) {
				t.Fatalf("got %v, want a refusal", err)
			}
		})
	}
	r := proof.NewReader(path(256, make([]byte, 32), nil))
	if r.StatePath(); r.Done() != nil {
		t.Fatalf("a path at the limit: %v", r.Err())
	}
}
