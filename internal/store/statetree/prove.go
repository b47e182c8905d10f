package statetree

import (
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"
)

// Proof is what the tree holds under one path.
type Proof struct {
	Present bool
	Value   proof.Hash // SHA-256 of the value, when present
	Path    proof.StatePath
}

// Prove walks from the root to a path. It reads rows only, no cache, so that it
// may run on a snapshot beside Stage and Commit.
func Prove(rows Rows, path proof.Hash) (Proof, error) {
	leaves, err := newLeafReader(rows)
	if err != nil {
		return Proof{}, err
	}
	w := walk{path: path, leaves: leaves, pages: pageReader{rows: rows}}
	if err := errors.Join(w.down(rows), leaves.close(), w.pages.close()); err != nil {
		return Proof{}, fmt.Errorf("couldn't prove state path %s: %w", path, err)
	}
	slices.Reverse(w.proof.Path.Siblings)
	return w.proof, nil
}

// walk is one way from the root down.
type walk struct {
	path   proof.Hash
	leaves *leafReader
	pages  pageReader
	proof  Proof // siblings from the root downward
}

func (w *walk) down(rows Rows) error {
	at := place{}
	is, err := readNode(rows, at)
	if err != nil {
		return err
	}
	for !is.isBucket() {
		if at, is, err = w.throughPage(at, is); err != nil {
			return err
		}
	}
	return w.throughBucket(at, is)
}

// throughPage adds the siblings of the levels of a page and returns the node
// that the way leads to.
func (w *walk) throughPage(at place, was node) (place, node, error) {
	var c slots
	if err := w.pages.read(at, was.count, &c); err != nil {
		return at, node{}, err
	}
	on := wholePage(at)
	for !c.isNode(on) {
		left, right := on.halves()
		if bit(&w.path, on.at.bits) {
			left, right = right, left
		}
		w.proof.Path.Siblings = append(w.proof.Path.Siblings, c.over(right).hash)
		on = left
	}
	return on.at, c[on.low], nil
}

// throughBucket adds the siblings inside a bucket and settles what is there.
func (w *walk) throughBucket(at place, is node) error {
	leaves, err := w.leaves.read(at, is.count, nil)
	if err != nil {
		return err
	}
	for depth := at.bits; len(leaves) > 1; depth++ {
		half := split(leaves, depth)
		mine, others := leaves[:half], leaves[half:]
		if bit(&w.path, depth) {
			mine, others = others, mine
		}
		w.proof.Path.Siblings = append(w.proof.Path.Siblings, bucketNode(others, depth+1).hash)
		leaves = mine
	}
	switch {
	case len(leaves) == 0:
	case leaves[0].path == w.path:
		w.proof.Present, w.proof.Value = true, leaves[0].value
	default:
		w.proof.Path.Other = true
		w.proof.Path.OtherPath, w.proof.Path.OtherValue = leaves[0].path, leaves[0].value
	}
	return nil
}

// ValueHash returns the hash of the value that the leaf row at a path holds.
func ValueHash(rows Rows, path proof.Hash) (value proof.Hash, found bool, err error) {
	key := appendLeafKey(nil, &path)
	row, found, err := rows.Get(key)
	if err != nil || !found {
		return proof.Hash{}, false, err
	}
	l, err := decodeLeaf(key, row)
	return l.value, true, err
}
