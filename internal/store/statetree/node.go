package statetree

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/proof"
)

// ErrCorrupt marks every row that can't be right.
var ErrCorrupt = errors.New("the state tree is damaged")

// node is what a page knows of one child, or a tree of its root: the hash of
// the subtree and how many leaves it has. With one leaf the hash is the leaf's.
type node struct {
	hash  proof.Hash
	count uint64
}

// isBucket reports that nothing but leaf rows is stored below the node.
func (n node) isBucket() bool { return n.count <= bucketLeavesMax }

// join gives the node over two halves.
func join(left, right node) node {
	switch {
	case left.count+right.count == 0:
		return node{}
	case left.count+right.count == 1 && left.count == 1:
		return left
	case left.count+right.count == 1:
		return right
	}
	return node{hash: proof.StateInnerHash(left.hash, right.hash), count: left.count + right.count}
}

// children are the 16 subtrees below a page, by the next nibble of the path.
type children [fanout]node

// node gives the node over all children.
func (c *children) node() node {
	level := *c
	for width := fanout / 2; width > 0; width /= 2 {
		for i := range width {
			level[i] = join(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// place is the address of a subtree: the nibbles that all paths below it begin
// with. Unused nibbles of path are zero.
type place struct {
	path    proof.Hash
	nibbles uint8
}

// nibble returns nibble i of a path.
func nibble(path *proof.Hash, i uint8) uint8 {
	if i%2 == 0 {
		return path[i/2] >> 4
	}
	return path[i/2] & 0x0f
}

// child is the place one nibble further down.
func (p place) child(i uint8) place {
	if p.nibbles%2 == 0 {
		p.path[p.nibbles/2] = i << 4
	} else {
		p.path[p.nibbles/2] |= i
	}
	p.nibbles++
	return p
}

// parent is the place one nibble further up; the root has none.
func (p place) parent() place {
	p.nibbles--
	if p.nibbles%2 == 0 {
		p.path[p.nibbles/2] = 0
	} else {
		p.path[p.nibbles/2] &= 0xf0
	}
	return p
}

// depth is the number of levels of the binary tree above the place.
func (p place) depth() int { return 4 * int(p.nibbles) }

// holds reports whether a path lies below the place.
func (p place) holds(path []byte) bool {
	whole := p.nibbles / 2
	if string(path[:whole]) != string(p.path[:whole]) {
		return false
	}
	return p.nibbles%2 == 0 || path[whole]>>4 == p.path[whole]>>4
}

func (p place) String() string {
	return fmt.Sprintf("%x", p.path[:])[:p.nibbles]
}

// The first byte of a key says what the row is.
const (
	rowNode = 0x00
	rowLeaf = 0x01
)

const (
	leafKeySize    = 1 + proof.HashSize
	nodeKeySizeMax = 2 + proof.HashSize
)

// appendNodeKey appends the key of the node row at p: kind, number of nibbles,
// nibbles. The number comes first so that siblings are neighbours.
func appendNodeKey(b []byte, p place) []byte {
	b = append(b, rowNode, p.nibbles)
	return append(b, p.path[:(p.nibbles+1)/2]...)
}

func decodeNodeKey(b []byte) (place, error) {
	if len(b) < 2 || b[0] != rowNode || b[1] > nibblesMax || len(b) != 2+int(b[1]+1)/2 {
		return place{}, fmt.Errorf("%w: %x isn't the key of a node row", ErrCorrupt, b)
	}
	p := place{nibbles: b[1]}
	copy(p.path[:], b[2:])
	if p.nibbles%2 == 1 && p.path[p.nibbles/2]&0x0f != 0 {
		return place{}, fmt.Errorf("%w: the key %x of a node row has a nibble too many", ErrCorrupt, b)
	}
	return p, nil
}

func appendLeafKey(b []byte, path *proof.Hash) []byte {
	return append(append(b, rowLeaf), path[:]...)
}

// appendNode appends a node row's value: hash, then the count as a varint.
func appendNode(b []byte, n node) []byte {
	return binary.AppendUvarint(append(b, n.hash[:]...), n.count)
}

func decodeNode(b []byte) (node, error) {
	if len(b) <= proof.HashSize {
		return node{}, fmt.Errorf("%w: a node row of %d bytes is too short", ErrCorrupt, len(b))
	}
	n := node{hash: proof.Hash(b[:proof.HashSize])}
	count, size := binary.Uvarint(b[proof.HashSize:])
	var again [binary.MaxVarintLen64]byte
	if size != len(b)-proof.HashSize || count == 0 || count > leavesMax || binary.PutUvarint(again[:], count) != size {
		return node{}, fmt.Errorf("%w: a node row's count %x isn't one number from 1 to %d", ErrCorrupt, b[proof.HashSize:], uint64(leavesMax))
	}
	n.count = count
	return n, nil
}
