package proof

import (
	"crypto/sha256"
	"fmt"
	"math/bits"
)

// The trees of RFC 6962 section 2.1 (and RFC 9162, the same trees) serve four
// purposes here: events, results of a block, header fields, validator sets.

// TreeLeaf is the hash of a leaf: SHA-256(00, item).
func TreeLeaf(item []byte) Hash {
	h := sha256.New()
	h.Write([]byte{domainTreeLeaf})
	h.Write(item)
	return Hash(h.Sum(nil))
}

// TreeInner is the hash of an inner node: SHA-256(01, left, right).
func TreeInner(left, right Hash) Hash { return StateInnerHash(left, right) }

// EmptyTree is the root of a tree without leaves: SHA-256 of nothing.
func EmptyTree() Hash { return sha256.Sum256(nil) }

// TreeRoot is the root over the items' leaf hashes.
func TreeRoot(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return EmptyTree()
	case 1:
		return leaves[0]
	default:
		k := treeSplit(n)
		return TreeInner(TreeRoot(leaves[:k]), TreeRoot(leaves[k:]))
	}
}

// TreePath is the inclusion proof of leaf i: the siblings from the leaf upward.
func TreePath(leaves []Hash, i int) []Hash {
	if len(leaves) <= 1 {
		return nil
	}
	k := treeSplit(len(leaves))
	if i < k {
		return append(TreePath(leaves[:k], i), TreeRoot(leaves[k:]))
	}
	return append(TreePath(leaves[k:], i-k), TreeRoot(leaves[:k]))
}

// treeSplit is the greatest power of two below n, for n > 1.
func treeSplit(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// InclusionRoot is the root to which the inclusion proof of leaf number index
// leads in a tree of size leaves (RFC 9162 section 2.1.3.2).
func InclusionRoot(leaf Hash, index, size uint64, path []Hash) (Hash, error) {
	if index >= size {
		return Hash{}, fmt.Errorf("%w: leaf %d does not exist in a tree of %d", ErrProof, index, size)
	}
	inner := bits.Len64(index ^ (size - 1))
	border := bits.OnesCount64(index >> inner)
	if len(path) != inner+border {
		return Hash{}, fmt.Errorf("%w: the path of leaf %d of %d needs %d hashes and has %d", ErrProof, index, size, inner+border, len(path))
	}
	h := leaf
	for i, sib := range path {
		if i < inner && index>>i&1 == 0 {
			h = TreeInner(h, sib)
		} else {
			h = TreeInner(sib, h)
		}
	}
	return h, nil
}

// VerifyInclusion checks that a tree of size leaves with this root holds leaf as
// number index.
func VerifyInclusion(root, leaf Hash, index, size uint64, path []Hash) error {
	got, err := InclusionRoot(leaf, index, size, path)
	if err != nil {
		return err
	}
	if got != root {
		return fmt.Errorf("%w: the path of leaf %d leads to root %s, not %s", ErrProof, index, got, root)
	}
	return nil
}

// VerifyConsistency checks that the tree of size2 leaves begins with the tree of
// size1 leaves: nothing was taken out or changed (RFC 9162 section 2.1.4.2).
func VerifyConsistency(size1, size2 uint64, root1, root2 Hash, path []Hash) error {
	switch {
	case size1 > size2:
		return fmt.Errorf("%w: a tree of %d leaves can't grow out of one of %d", ErrProof, size2, size1)
	case size1 == size2 || size1 == 0:
		return trivialConsistency(size1, size2, root1, root2, path)
	case len(path) == 0:
		return fmt.Errorf("%w: the consistency proof is empty", ErrProof)
	}
	if size1&(size1-1) == 0 {
		path = append([]Hash{root1}, path...)
	}
	got1, got2, err := consistencyRoots(size1, size2, path)
	if err != nil {
		return err
	}
	if got1 != root1 || got2 != root2 {
		return fmt.Errorf("%w: the tree of %d leaves does not begin with the tree of %d", ErrProof, size2, size1)
	}
	return nil
}

func trivialConsistency(size1, size2 uint64, root1, root2 Hash, path []Hash) error {
	if len(path) != 0 {
		return fmt.Errorf("%w: no hashes are needed from %d to %d leaves", ErrProof, size1, size2)
	}
	if size1 == size2 && root1 != root2 || size1 == 0 && root1 != EmptyTree() {
		return fmt.Errorf("%w: two different trees of %d leaves", ErrProof, size1)
	}
	return nil
}

func consistencyRoots(size1, size2 uint64, path []Hash) (root1, root2 Hash, err error) {
	fn, sn := size1-1, size2-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	root1, root2 = path[0], path[0]
	for _, c := range path[1:] {
		if sn == 0 {
			return root1, root2, fmt.Errorf("%w: the consistency proof is too long", ErrProof)
		}
		if fn&1 == 1 || fn == sn {
			root1, root2 = TreeInner(c, root1), TreeInner(c, root2)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			root2 = TreeInner(root2, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	if sn != 0 {
		return root1, root2, fmt.Errorf("%w: the consistency proof is too short", ErrProof)
	}
	return root1, root2, nil
}

// BranchPath is an inclusion proof in a tree whose size nobody signs, such as
// the results of a block: one direction per level instead of index and size, so
// that every bit of it is bound by the root.
type BranchPath struct {
	Left     uint64 // bit i is set when sibling i stands to the left
	Siblings []Hash // from the leaf upward
}

// NewBranchPath turns an RFC 6962 inclusion proof into a BranchPath.
func NewBranchPath(index, size uint64, path []Hash) (BranchPath, error) {
	if _, err := InclusionRoot(Hash{}, index, size, path); err != nil {
		return BranchPath{}, err
	}
	p := BranchPath{Siblings: path}
	inner := bits.Len64(index ^ (size - 1))
	for i := range path {
		if i >= inner || index>>i&1 == 1 {
			p.Left |= 1 << i
		}
	}
	return p, nil
}

// Root is the root to which the path leads from a leaf.
func (p BranchPath) Root(leaf Hash) Hash {
	for i, sib := range p.Siblings {
		if p.Left>>i&1 == 1 {
			leaf = TreeInner(sib, leaf)
		} else {
			leaf = TreeInner(leaf, sib)
		}
	}
	return leaf
}

// Append appends [directions, siblings one after another].
func (p BranchPath) Append(b []byte) []byte {
	return appendHashes(AppendUint(AppendArray(b, 2), p.Left), p.Siblings)
}

// BranchPath reads what Append wrote.
func (r *Reader) BranchPath() BranchPath {
	r.ArrayOf(2)
	p := BranchPath{Left: r.Uint(), Siblings: r.hashes(TreePathMax)}
	if r.err == nil && p.Left>>len(p.Siblings) != 0 {
		r.fail("has directions for more levels than it has hashes")
	}
	return p
}

// appendHashes appends hashes as one byte string.
func appendHashes(b []byte, hashes []Hash) []byte {
	b = appendHead(b, majorBytes, uint64(len(hashes)*HashSize))
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// hashes reads what appendHashes wrote, at most limit of them.
func (r *Reader) hashes(limit int) []Hash {
	raw := r.Bytes(limit * HashSize)
	if r.err == nil && len(raw)%HashSize != 0 {
		r.fail("has %d bytes where whole hashes of %d are expected", len(raw), HashSize)
	}
	if r.err != nil || len(raw) == 0 {
		return nil
	}
	out := make([]Hash, len(raw)/HashSize)
	for i := range out {
		out[i] = Hash(raw[i*HashSize:])
	}
	return out
}
