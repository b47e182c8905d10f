package proof_test

import (
	"errors"
	"fmt"
	"testing"

	cometmerkle "github.com/cometbft/cometbft/crypto/merkle"
	"github.com/transparency-dev/merkle"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/merkle/testonly"
	"pgregory.net/rapid"

	"pedigree/proof"
)

func items(n int) (raw [][]byte, leaves []proof.Hash) {
	for i := range n {
		raw = append(raw, fmt.Appendf(nil, "item %d", i))
		leaves = append(leaves, proof.TreeLeaf(raw[i]))
	}
	return raw, leaves
}

func reference(raw [][]byte) *testonly.Tree {
	var _ merkle.LogHasher = rfc6962.DefaultHasher
	tr := testonly.New(rfc6962.DefaultHasher)
	tr.AppendData(raw...)
	return tr
}

func asHashes(list [][]byte) []proof.Hash {
	var out []proof.Hash
	for _, b := range list {
		out = append(out, proof.Hash(b))
	}
	return out
}

func TestTreesAgreeWithTwoOtherImplementations(t *testing.T) {
	for n := range 40 {
		raw, leaves := items(n)
		ref := reference(raw)
		root := proof.TreeRoot(leaves)
		if string(root[:]) != string(ref.Hash()) || string(root[:]) != string(cometmerkle.HashFromByteSlices(raw)) {
			t.Fatalf("root of %d items is %s", n, root)
		}
		for i := range leaves {
			path, err := ref.InclusionProof(uint64(i), uint64(n))
			if err != nil {
				t.Fatal(err)
			}
			ours := proof.TreePath(leaves, i)
			if fmt.Sprint(ours) != fmt.Sprint(asHashes(path)) {
				t.Fatalf("path of %d of %d differs", i, n)
			}
			checkInclusion(t, root, leaves, i, ours)
		}
	}
}

func checkInclusion(t *testing.T, root proof.Hash, leaves []proof.Hash, i int, path []proof.Hash) {
	t.Helper()
	n := uint64(len(leaves))
	if err := proof.VerifyInclusion(root, leaves[i], uint64(i), n, path); err != nil {
		t.Fatal(err)
	}
	branch, err := proof.NewBranchPath(uint64(i), n, path)
	if err != nil || branch.Root(leaves[i]) != root {
		t.Fatalf("branch path of %d of %d: %v", i, n, err)
	}
	for j := range n {
		if j != uint64(i) && proof.VerifyInclusion(root, leaves[i], j, n, path) == nil {
			t.Fatalf("the path of %d proves %d of %d", i, j, n)
		}
	}
	if proof.VerifyInclusion(root, leaves[i], uint64(i), n, append(path, root)) == nil || proof.VerifyInclusion(root, leaves[i], n, n, path) == nil {
		t.Fatalf("a longer path or a leaf past the end of %d was taken", n)
	}
}

func TestConsistencyAgreesWithAnotherImplementation(t *testing.T) {
	raw, leaves := items(34)
	ref := reference(raw)
	for n2 := uint64(0); n2 <= 34; n2++ {
		for n1 := uint64(0); n1 <= n2; n1++ {
			var path []proof.Hash
			if n1 > 0 {
				p, err := ref.ConsistencyProof(n1, n2)
				if err != nil {
					t.Fatal(err)
				}
				path = asHashes(p)
			}
			root1, root2 := proof.TreeRoot(leaves[:n1]), proof.TreeRoot(leaves[:n2])
			if err := proof.VerifyConsistency(n1, n2, root1, root2, path); err != nil {
				t.Fatalf("%d to %d: %v", n1, n2, err)
			}
			refuseConsistency(t, n1, n2, root1, root2, path)
		}
	}
}

func refuseConsistency(t *testing.T, n1, n2 uint64, root1, root2 proof.Hash, path []proof.Hash) {
	t.Helper()
	bad := root1
	bad[0] ^= 1
	errs := []error{
		proof.VerifyConsistency(n1, n2, bad, root2, path),
		proof.VerifyConsistency(n1, n2, root1, root2, append([]proof.Hash{root1}, path...)),
		proof.VerifyConsistency(n2+1, n2, root1, root2, path),
	}
	if n1 > 0 {
		bad = root2
		bad[0] ^= 1
		errs = append(errs, proof.VerifyConsistency(n1, n2, root1, bad, path))
	}
	for i := range path {
		changed := append([]proof.Hash{}, path...)
		changed[i][3] ^= 1
		errs = append(errs, proof.VerifyConsistency(n1, n2, root1, root2, changed), proof.VerifyConsistency(n1, n2, root1, root2, path[:i]))
	}
	for i, err := range errs {
		if !errors.Is(err, proof.ErrProof) {
			t.Fatalf("change %d from %d to %d: got %v, want a refusal", i, n1, n2, err)
		}
	}
}

func TestABranchPathHasOneEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		_, leaves := items(n)
		p, err := proof.NewBranchPath(uint64(i), uint64(n), proof.TreePath(leaves, i))
		if err != nil {
			t.Fatal(err)
		}
		b := p.Append(nil)
		r := proof.NewReader(b)
		q := r.BranchPath()
		if r.Done() != nil || string(q.Append(nil)) != string(b) || q.Root(leaves[i]) != proof.TreeRoot(leaves) {
			t.Fatalf("path of %d of %d changes on the way: %v", i, n, r.Err())
		}
	})
	h := seedHash("x")
	r := proof.NewReader(proof.BranchPath{Left: 2, Siblings: []proof.Hash{h}}.Append(nil))
	if r.BranchPath(); !errors.Is(r.Done(), proof.ErrCBOR) {
		t.Fatal("a direction without a hash was taken")
	}
	if _, err := proof.NewBranchPath(3, 3, nil); !errors.Is(err, proof.ErrProof) {
		t.Fatalf("a leaf past the end: %v", err)
	}
}
