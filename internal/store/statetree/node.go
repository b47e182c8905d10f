package statetree

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/proof"
)

// ErrCorrupt marks every row that can't be right.
var ErrCorrupt = errors.New("the state tree is damaged")

// node is what is known of a subtree from above: its hash and how many leaves it
// has. With one leaf the hash is the leaf's.
type node struct {
	hash  proof.Hash
	count uint64
}

// isBucket reports that nothing but leaf rows is stored below the node.
func (n node) isBucket() bool { return n.count <= bucketLeavesMax }

// join gives the node over two halves.
func join(left, right node) node {
	switch {
	case left.count+right.count > 1:
		return node{hash: proof.StateInnerHash(left.hash, right.hash), count: left.count + right.count}
	case left.count == 1:
		return left
	}
	return right
}

// The first byte of a key says what the row is.
const (
	rowNode = 0x00
	rowLeaf = 0x01
)

const (
	leafKeySize    = 1 + proof.HashSize
	nodeKeySizeMax = 2 + proof.HashSize
	nodeSizeMax    = proof.HashSize + binary.MaxVarintLen64
)

// appendNodeKey appends the key of the node row at p: kind, number of nibbles,
// nibbles. The number comes first so that siblings are neighbours. A place
// between two nibbles has the key of the first whole one below it.
func appendNodeKey(b []byte, p place) []byte {
	nibbles := (p.bits + pageBits - 1) / pageBits
	b = append(b, rowNode, byte(nibbles))
	return append(b, p.path[:(nibbles+1)/2]...)
}

func decodeNodeKey(b []byte) (place, error) {
	if len(b) < 2 || b[0] != rowNode || int(b[1])*pageBits > bitsMax || len(b) != 2+(int(b[1])+1)/2 {
		return place{}, fmt.Errorf("%w: %x isn't the key of a node row", ErrCorrupt, b)
	}
	p := place{bits: int(b[1]) * pageBits}
	copy(p.path[:], b[2:])
	if b[1]%2 == 1 && b[len(b)-1]&0x0f != 0 {
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
