package eventtree

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/proof"

	"github.com/transparency-dev/merkle/compact"
)

// ErrCorrupt marks every row that can't be right.
var ErrCorrupt = errors.New("the event tree is damaged")

// Rows is committed rows under one prefix: a view or a snapshot.
type Rows interface {
	Get(key []byte) (value []byte, found bool, err error)
	NewIter(lower, upper []byte) (*kv.Iter, error)
}

// Batch takes the rows that new events write, under one prefix.
type Batch interface {
	Set(key, value []byte) error
}

// joined is the hash over two subtrees, as the merkle module wants it.
func joined(left, right []byte) []byte {
	h := proof.TreeInner(proof.Hash(left), proof.Hash(right))
	return h[:]
}

// tileID names a tile by its level group and its place in it.
type tileID struct {
	group uint8
	index uint64
}

const tileKeySize = 9

func (t tileID) key() []byte {
	return binary.BigEndian.AppendUint64([]byte{t.group}, t.index)
}

func (t tileID) String() string { return fmt.Sprintf("tile %d of group %d", t.index, t.group) }

func decodeTileKey(b []byte) (tileID, error) {
	if len(b) != tileKeySize || b[0] >= groupsMax {
		return tileID{}, fmt.Errorf("%w: %x isn't the key of a tile", ErrCorrupt, b)
	}
	return tileID{group: b[0], index: binary.BigEndian.Uint64(b[1:])}, nil
}

// decodeTile splits a tile row into its hashes, of which there are at least need.
func decodeTile(id tileID, b []byte, need int) ([][]byte, error) {
	n := len(b) / proof.HashSize
	if len(b)%proof.HashSize != 0 || n == 0 || n > tileHashes || n < need {
		return nil, fmt.Errorf("%w: %s has %d bytes where %d to %d hashes are expected", ErrCorrupt, id, len(b), max(need, 1), tileHashes)
	}
	hashes := make([][]byte, n)
	for i := range hashes {
		hashes[i] = b[i*proof.HashSize : (i+1)*proof.HashSize : (i+1)*proof.HashSize]
	}
	return hashes, nil
}

func encodeTile(hashes [][]byte) []byte {
	b := make([]byte, 0, len(hashes)*proof.HashSize)
	for _, h := range hashes {
		b = append(b, h...)
	}
	return b
}

// readTile reads a tile of which the tree must have at least need hashes.
func readTile(rows Rows, id tileID, need int) ([][]byte, error) {
	b, found, err := rows.Get(id.key())
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("%w: %s is missing", ErrCorrupt, id)
	}
	return decodeTile(id, b, need)
}

// readNode gives the hash of a complete subtree: one hash of a tile, or made
// from a few neighbours of it.
func readNode(rows Rows, id compact.NodeID) ([]byte, error) {
	group, above := id.Level/tileLevels, id.Level%tileLevels
	first := id.Index << above
	from := int(first % tileHashes)
	to := from + 1<<above
	hashes, err := readTile(rows, tileID{group: uint8(group), index: first / tileHashes}, to)
	if err != nil {
		return nil, err
	}
	return perfect(hashes[from:to]), nil
}

// perfect gives the hash over a power of two of subtrees.
func perfect(hashes [][]byte) []byte {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return joined(perfect(hashes[:half]), perfect(hashes[half:]))
}
