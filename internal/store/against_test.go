package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pedigree/proof"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/pokt-network/smt"
	"github.com/pokt-network/smt/kvstore/simplemap"
	"pgregory.net/rapid"
)

// The tree of pokt-network/smt, set to SHA-256 for paths and values, has the
// hash rules of ours; it is written by others, node by node, with none of our
// pages and buckets.
func TestStateRootIsThatOfAnIndependentTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHarness(t)
		defer h.close(t)
		other := smt.NewSparseMerkleTrie(simplemap.NewSimpleMap(), sha256.New())
		for range rapid.IntRange(1, 5).Draw(t, "blocks") {
			ch := h.drawChanges(t)
			for _, w := range ch.Writes {
				_, had := h.model.State[string(w.Key)]
				var err error
				switch {
				case !w.Delete:
					err = other.Update(w.Key, w.Value)
				case had:
					err = other.Delete(w.Key)
				}
				if err != nil {
					t.Fatalf("the other tree: %v", err)
				}
			}
			h.block(t, ch)
			if got, want := h.store.Parts().StateRoot, other.Root(); !bytes.Equal(got[:], want) {
				t.Fatalf("%d keys: root %s, the other tree's %x", len(h.model.State), got, want)
			}
		}
	})
}

// existence puts a proof of presence into the form of ICS-23.
func existence(p StateProof) *ics23.ExistenceProof {
	path := sha256.Sum256(p.Key)
	e := &ics23.ExistenceProof{Key: p.Key, Value: p.Value, Leaf: ics23.SmtSpec.LeafSpec}
	for i, s := range p.Path.Siblings {
		op := &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}}
		at := len(p.Path.Siblings) - 1 - i
		if path[at/8]&(0x80>>(at%8)) != 0 {
			op.Prefix = append(op.Prefix, s[:]...)
		} else {
			op.Suffix = s[:]
		}
		e.Path = append(e.Path, op)
	}
	return e
}

// neighbours returns the keys whose paths stand next to a key's, nil past the ends.
func neighbours(state map[string][]byte, key []byte) (left, right []byte) {
	path := func(k string) []byte { h := sha256.Sum256([]byte(k)); return h[:] }
	keys := make([]string, 0, len(state))
	for k := range state {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return bytes.Compare(path(a), path(b)) })
	i, _ := slices.BinarySearchFunc(keys, path(string(key)), func(k string, p []byte) int { return bytes.Compare(path(k), p) })
	if i > 0 {
		left = []byte(keys[i-1])
	}
	if i < len(keys) {
		right = []byte(keys[i])
	}
	return left, right
}

func TestProofsHoldForOurVerifierAndForICS23(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHarness(t)
		defer h.close(t)
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			h.block(t, h.drawChanges(t))
		}
		root := h.store.Parts().StateRoot
		for range 20 {
			key := []byte(drawKey(t))
			p, err := h.store.ProveState(key)
			if err != nil {
				t.Fatalf("prove: %v", err)
			}
			value, found := h.model.State[string(key)]
			if p.Found != found || !bytes.Equal(p.Value, value) || p.Height != h.store.Height() {
				t.Fatalf("key %q: the proof says %v %q at %d, the model %v %q", key, p.Found, p.Value, p.Height, found, value)
			}
			if found {
				mustHold(t, root, p)
			} else {
				mustBeAbsent(t, h, root, p)
			}
		}
	})
}

func mustHold(t *rapid.T, root proof.Hash, p StateProof) {
	t.Helper()
	if err := p.Path.VerifyPresent(root, p.Key, p.Value); err != nil {
		t.Fatalf("presence: %v", err)
	}
	if err := existence(p).Verify(ics23.SmtSpec, root[:], p.Key, p.Value); err != nil {
		t.Fatalf("ICS-23 existence: %v", err)
	}
	for what, err := range map[string]error{
		"another value":   p.Path.VerifyPresent(root, p.Key, []byte("other")),
		"another root":    p.Path.VerifyPresent(proof.Hash{1}, p.Key, p.Value),
		"its own absence": p.Path.VerifyAbsent(root, p.Key),
	} {
		if !errors.Is(err, proof.ErrProof) {
			t.Fatalf("a proof of presence also proves %s: %v", what, err)
		}
	}
}

// mustBeAbsent checks our proof, and the form of ICS-23: that no key stands
// between two neighbours. An empty tree has no such form.
func mustBeAbsent(t *rapid.T, h *harness, root proof.Hash, p StateProof) {
	t.Helper()
	if err := p.Path.VerifyAbsent(root, p.Key); err != nil {
		t.Fatalf("absence: %v", err)
	}
	if err := p.Path.VerifyPresent(root, p.Key, []byte("value 1")); !errors.Is(err, proof.ErrProof) {
		t.Fatalf("a proof of absence also proves presence: %v", err)
	}
	if len(h.model.State) == 0 {
		return
	}
	n := &ics23.NonExistenceProof{Key: p.Key}
	left, right := neighbours(h.model.State, p.Key)
	for key, into := range map[string]**ics23.ExistenceProof{string(left): &n.Left, string(right): &n.Right} {
		if key == "" {
			continue
		}
		beside, err := h.store.ProveState([]byte(key))
		if err != nil {
			t.Fatalf("prove the neighbour %q: %v", key, err)
		}
		*into = existence(beside)
	}
	if err := n.Verify(ics23.SmtSpec, root[:], p.Key); err != nil {
		t.Fatalf("ICS-23 absence between %q and %q: %v", left, right, err)
	}
}

func TestProofSurvivesItsEncoding(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, many(1000, "v"))
	for i := range 1100 {
		p, err := h.store.ProveState(fmt.Appendf(nil, "\x10key %d", i))
		failOnError(t, err)
		r := proof.NewReader(p.Path.Append(nil))
		back := r.StatePath()
		failOnError(t, r.Done())
		p.Path = back
		failOnError(t, p.Verify())
	}
}
