package proof

import (
	"fmt"
	"math/bits"
)

// RangeRoot is the root to which neighbouring leaves lead in a tree of size leaves,
// the first of them being number first. The path holds the roots of the greatest
// subtrees beside them, from left to right; it has one accepted length.
func RangeRoot(leaves []Hash, first, size uint64, path []Hash) (Hash, error) {
	n := uint64(len(leaves))
	if n == 0 || n > size || first > size-n {
		return Hash{}, fmt.Errorf("%w: leaves %d to %d do not exist in a tree of %d", ErrProof, first, first+n, size)
	}
	r := rangeReader{leaves: leaves, first: first, path: path}
	root := r.subtree(0, size)
	if r.short || len(r.path) > 0 {
		return Hash{}, fmt.Errorf("%w: the path of leaves %d to %d of %d has %d hashes, which is not their number", ErrProof, first, first+n, size, len(path))
	}
	return root, nil
}

type rangeReader struct {
	leaves []Hash
	first  uint64
	path   []Hash // not used yet
	short  bool
}

// subtree is the root over the leaves from low to below high. It goes down only
// where the subtree holds one of the leaves that are known.
func (r *rangeReader) subtree(low, high uint64) Hash {
	end := r.first + uint64(len(r.leaves))
	switch {
	case r.short:
		return Hash{}
	case high <= r.first || low >= end:
		if r.short = len(r.path) == 0; r.short {
			return Hash{}
		}
		h := r.path[0]
		r.path = r.path[1:]
		return h
	case high-low == 1:
		return r.leaves[low-r.first]
	}
	middle := low + splitSize(high-low)
	left := r.subtree(low, middle)
	return TreeInner(left, r.subtree(middle, high))
}

// RangeSubtrees lists the subtrees whose roots make the path of RangeRoot, from left
// to right, each as its first leaf and the one after its last.
func RangeSubtrees(first, n, size uint64) [][2]uint64 {
	var list [][2]uint64
	var walk func(low, high uint64)
	walk = func(low, high uint64) {
		switch {
		case high <= first || low >= first+n:
			list = append(list, [2]uint64{low, high})
		case high-low > 1:
			middle := low + splitSize(high-low)
			walk(low, middle)
			walk(middle, high)
		}
	}
	if n > 0 && n <= size && first <= size-n {
		walk(0, size)
	}
	return list
}

// splitSize is the greatest power of two below n, for n > 1.
func splitSize(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }
