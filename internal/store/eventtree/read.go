package eventtree

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"

	"github.com/transparency-dev/merkle/compact"
	logproof "github.com/transparency-dev/merkle/proof"
)

// ErrRange is returned when a number lies past the events that there are.
var ErrRange = errors.New("there aren't that many events")

// RootAt returns the root that the tree had at a size.
func RootAt(tiles Rows, size uint64) (proof.Hash, error) {
	e, err := readNodes(tiles, compact.RangeNodes(0, size, nil))
	if err != nil {
		return proof.Hash{}, fmt.Errorf("couldn't work out the event root at %d events: %w", size, err)
	}
	r, err := factory.NewRange(0, size, e)
	if err != nil {
		return proof.Hash{}, err
	}
	return rootOf(r)
}

// Inclusion returns the hashes that lead from an event to the root of the tree
// with size events, RFC 6962 section 2.1.1.
func Inclusion(tiles Rows, number, size uint64) ([]proof.Hash, error) {
	if number >= size {
		return nil, fmt.Errorf("couldn't prove event %d of %d: %w", number, size, ErrRange)
	}
	nodes, err := logproof.Inclusion(number, size)
	if err != nil {
		return nil, err
	}
	hashes, err := fetch(tiles, nodes)
	if err != nil {
		return nil, fmt.Errorf("couldn't prove event %d of %d: %w", number, size, err)
	}
	return hashes, nil
}

// Consistency returns the hashes that show the tree with older events to be the
// beginning of the tree with newer events, RFC 6962 section 2.1.2.
func Consistency(tiles Rows, older, newer uint64) ([]proof.Hash, error) {
	if older > newer {
		return nil, fmt.Errorf("couldn't prove that %d events begin with %d: %w", newer, older, ErrRange)
	}
	nodes, err := logproof.Consistency(older, newer)
	if err != nil {
		return nil, err
	}
	hashes, err := fetch(tiles, nodes)
	if err != nil {
		return nil, fmt.Errorf("couldn't prove that %d events begin with %d: %w", newer, older, err)
	}
	return hashes, nil
}

// Range returns the hashes that lead from n events to the root of the tree with size
// events, from left to right, as proof.RangeRoot takes them.
func Range(tiles Rows, first, n, size uint64) ([]proof.Hash, error) {
	if n == 0 || n > size || first > size-n {
		return nil, fmt.Errorf("couldn't prove %d events from %d of %d: %w", n, first, size, ErrRange)
	}
	var hashes []proof.Hash
	for _, s := range proof.RangeSubtrees(first, n, size) {
		read, err := readNodes(tiles, compact.RangeNodes(s[0], s[1], nil))
		if err != nil {
			return nil, fmt.Errorf("couldn't prove %d events from %d of %d: %w", n, first, size, err)
		}
		root := proof.Hash(read[len(read)-1])
		for i := len(read) - 2; i >= 0; i-- {
			root = proof.TreeInner(proof.Hash(read[i]), root)
		}
		hashes = append(hashes, root)
	}
	return hashes, nil
}

func fetch(tiles Rows, nodes logproof.Nodes) ([]proof.Hash, error) {
	read, err := readNodes(tiles, nodes.IDs)
	if err != nil {
		return nil, err
	}
	if read, err = nodes.Rehash(read, joined); err != nil {
		return nil, err
	}
	hashes := make([]proof.Hash, len(read))
	for i, h := range read {
		hashes[i] = proof.Hash(h)
	}
	return hashes, nil
}

func readNodes(tiles Rows, ids []compact.NodeID) ([][]byte, error) {
	hashes := make([][]byte, len(ids))
	for i, id := range ids {
		h, err := readNode(tiles, id)
		if err != nil {
			return nil, err
		}
		hashes[i] = h
	}
	return hashes, nil
}

// Read returns up to n events from number on, fewer when there aren't more.
func Read(events Rows, from uint64, n int) (list [][]byte, err error) {
	if n <= 0 {
		return nil, nil
	}
	it, err := events.NewIter(eventKey(from), nil)
	if err != nil {
		return nil, fmt.Errorf("couldn't read events from %d: %w", from, err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for more := it.First(); more && len(list) < n; more = it.Next() {
		number, err := decodeEventKey(it.Key())
		if err != nil {
			return nil, err
		}
		if number != from+uint64(len(list)) {
			return nil, fmt.Errorf("%w: event %d is missing", ErrCorrupt, from+uint64(len(list)))
		}
		list = append(list, slices.Clone(it.Value()))
	}
	return list, it.Error()
}

func decodeEventKey(b []byte) (uint64, error) {
	if len(b) != eventKeySize {
		return 0, fmt.Errorf("%w: %x isn't the key of an event", ErrCorrupt, b)
	}
	return binary.BigEndian.Uint64(b), nil
}
