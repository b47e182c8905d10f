package statetree

import (
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// leaf is one key's place and the hash of its value.
type leaf struct {
	path  proof.Hash
	value proof.Hash
}

func (l *leaf) hash() proof.Hash { return proof.StateLeafHash(l.path, l.value) }

// leafReader reads the leaves of buckets, best in ascending order.
type leafReader struct {
	iter *kv.Iter
	key  [leafKeySize]byte
}

func newLeafReader(rows Rows) (*leafReader, error) {
	it, err := rows.NewIter([]byte{rowLeaf}, []byte{rowLeaf + 1})
	if err != nil {
		return nil, fmt.Errorf("couldn't read the state tree's leaves: %w", err)
	}
	return &leafReader{iter: it}, nil
}

func (r *leafReader) close() error { return r.iter.Close() }

// read appends the count leaves below p to into.
func (r *leafReader) read(p place, count uint64, into []leaf) ([]leaf, error) {
	if count == 0 {
		return into, nil
	}
	r.iter.SeekGE(appendLeafKey(r.key[:0], &p.path))
	return r.take(p, count, into)
}

// take is read from where the iterator stands; it leaves it on the last leaf.
func (r *leafReader) take(p place, count uint64, into []leaf) ([]leaf, error) {
	for n := uint64(0); n < count; n++ {
		if n > 0 {
			r.iter.Next()
		}
		if !r.iter.Valid() {
			return nil, r.missing(p, count, n)
		}
		l, err := decodeLeaf(r.iter.Key(), r.iter.Value())
		if err != nil {
			return nil, err
		}
		if !p.holds(&l.path) {
			return nil, r.missing(p, count, n)
		}
		into = append(into, l)
	}
	return into, r.iter.Error()
}

func (r *leafReader) missing(p place, want, got uint64) error {
	if err := r.iter.Error(); err != nil {
		return fmt.Errorf("couldn't read the state tree's leaves below %s: %w", p, err)
	}
	return fmt.Errorf("%w: %d leaves stand below %q where its node row counts %d", ErrCorrupt, got, p, want)
}

func decodeLeaf(key, value []byte) (leaf, error) {
	if len(key) != leafKeySize || key[0] != rowLeaf {
		return leaf{}, fmt.Errorf("%w: %x isn't the key of a leaf row", ErrCorrupt, key)
	}
	if len(value) != proof.HashSize {
		return leaf{}, fmt.Errorf("%w: the leaf row %x has %d bytes where %d are expected", ErrCorrupt, key[1:], len(value), proof.HashSize)
	}
	return leaf{path: proof.Hash(key[1:]), value: proof.Hash(value)}, nil
}

// bucketNode gives the node over leaves, sorted by path, that share their first
// depth bits.
func bucketNode(leaves []leaf, depth int) node {
	switch len(leaves) {
	case 0:
		return node{}
	case 1:
		return node{hash: leaves[0].hash(), count: 1}
	}
	half := split(leaves, depth)
	return join(bucketNode(leaves[:half], depth+1), bucketNode(leaves[half:], depth+1))
}

// split returns how many of the leaves have bit depth clear.
func split(leaves []leaf, depth int) int {
	half := 0
	for half < len(leaves) && !bit(&leaves[half].path, depth) {
		half++
	}
	return half
}
