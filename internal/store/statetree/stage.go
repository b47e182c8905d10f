package statetree

import (
	"errors"
	"fmt"
	"slices"

	"pedigree/proof"
)

// errStaged and errOrder are mistakes of the caller, not of the data.
var (
	errStaged = errors.New("a change is staged already; commit or discard it first")
	errOrder  = errors.New("two changes name the same key")
)

// Stage works out the tree after changes, writes the rows to b and returns the
// new root. It sorts changes by path and marks those that made a difference.
// Rows must be what was last committed. Nothing is visible before Commit.
func (t *Tree) Stage(rows Rows, b Batch, changes []Change) (root proof.Hash, count uint64, err error) {
	if t.staged != nil {
		return proof.Hash{}, 0, errStaged
	}
	if len(changes) == 0 {
		t.staged = &staged{root: t.root}
		return t.root.hash, t.root.count, nil
	}
	slices.SortFunc(changes, func(x, y Change) int { return comparePaths(&x.Path, &y.Path) })
	for i := 1; i < len(changes); i++ {
		if changes[i].Path == changes[i-1].Path {
			return proof.Hash{}, 0, fmt.Errorf("couldn't change path %s: %w", changes[i].Path, errOrder)
		}
	}
	leaves, err := newLeafReader(rows)
	if err != nil {
		return proof.Hash{}, 0, err
	}
	s := stager{tree: t, batch: b, leaves: leaves, pages: pageReader{rows: rows}}
	s.out.root, err = s.subtree(place{}, t.root, changes)
	if err == nil {
		err = s.writeNode(place{}, t.root, s.out.root)
	}
	t.staged = &s.out
	if err = errors.Join(err, leaves.close(), s.pages.close()); err != nil {
		t.Discard()
		return proof.Hash{}, 0, fmt.Errorf("couldn't update the state tree: %w", err)
	}
	return s.out.root.hash, s.out.root.count, nil
}

// stager is one run of Stage.
type stager struct {
	tree   *Tree
	batch  Batch
	leaves *leafReader
	pages  pageReader
	out    staged

	old, merged []leaf // reused from bucket to bucket
	key, value  [nodeKeySizeMax + 32]byte
}

// subtree applies the changes below a place to the subtree that stands there.
func (s *stager) subtree(at place, was node, changes []Change) (node, error) {
	if was.isBucket() {
		return s.bucket(at, was, changes)
	}
	return s.page(at, was, changes)
}

func (s *stager) bucket(at place, was node, changes []Change) (node, error) {
	var err error
	if s.old, err = s.leaves.read(at, was.count, s.old[:0]); err != nil {
		return node{}, err
	}
	if err := s.merge(changes); err != nil {
		return node{}, err
	}
	if len(s.merged) <= bucketLeavesMax {
		return bucketNode(s.merged, at.depth()), nil
	}
	return s.build(at, s.merged)
}

// merge makes merged out of old and changes, and writes the leaf rows.
func (s *stager) merge(changes []Change) error {
	old := s.old
	s.merged = s.merged[:0]
	for i := range changes {
		c := &changes[i]
		for len(old) > 0 && comparePaths(&old[0].path, &c.Path) < 0 {
			s.merged = append(s.merged, old[0])
			old = old[1:]
		}
		before := (*leaf)(nil)
		if len(old) > 0 && old[0].path == c.Path {
			before, old = &old[0], old[1:]
		}
		if err := s.apply(c, before); err != nil {
			return err
		}
	}
	s.merged = append(s.merged, old...)
	return nil
}

// apply settles one change against the leaf that stands under its key, if any.
func (s *stager) apply(c *Change, before *leaf) error {
	if c.Delete {
		if before == nil {
			return nil
		}
		c.Effective = true
		return s.batch.Delete(appendLeafKey(s.key[:0], &c.Path))
	}
	s.merged = append(s.merged, leaf{path: c.Path, value: c.Value})
	if before != nil && before.value == c.Value {
		return nil
	}
	c.Effective = true
	return s.batch.Set(appendLeafKey(s.key[:0], &c.Path), c.Value[:])
}

// build makes pages for a bucket that has grown too large.
func (s *stager) build(at place, leaves []leaf) (node, error) {
	if len(leaves) <= bucketLeavesMax {
		return bucketNode(leaves, at.depth()), nil
	}
	p := s.tree.cache.fresh(at)
	for i := range uint8(fanout) {
		n := 0
		for n < len(leaves) && nibble(&leaves[n].path, at.nibbles) == i {
			n++
		}
		child, err := s.build(at.child(i), leaves[:n])
		if err != nil {
			return node{}, err
		}
		if err := s.writeNode(at.child(i), node{}, child); err != nil {
			return node{}, err
		}
		p.children[i], leaves = child, leaves[n:]
	}
	s.out.pages = append(s.out.pages, p)
	return p.children.node(), nil
}

func (s *stager) page(at place, was node, changes []Change) (node, error) {
	p, err := s.load(at, was)
	if err != nil {
		return node{}, err
	}
	before := p.children
	for len(changes) > 0 {
		i, n := nibble(&changes[0].Path, at.nibbles), 1
		for n < len(changes) && nibble(&changes[n].Path, at.nibbles) == i {
			n++
		}
		if p.children[i], err = s.subtree(at.child(i), p.children[i], changes[:n]); err != nil {
			s.tree.cache.reuse(p)
			return node{}, err
		}
		changes = changes[n:]
	}
	is := p.children.node()
	if is.isBucket() {
		s.out.gone = append(s.out.gone, at)
		s.tree.cache.reuse(p)
		return is, s.writeChildren(at, &before, &children{})
	}
	s.out.pages = append(s.out.pages, p)
	return is, s.writeChildren(at, &before, &p.children)
}

// load returns a page of our own to change, from the cache or from its rows.
func (s *stager) load(at place, was node) (*page, error) {
	p := s.tree.cache.fresh(at)
	if kept, ok := s.tree.cache.get(at); ok {
		p.children = kept.children
		return p, nil
	}
	if err := s.pages.read(at, was.count, &p.children); err != nil {
		s.tree.cache.reuse(p)
		return nil, err
	}
	return p, nil
}

func (s *stager) writeChildren(at place, was, is *children) error {
	for i := range uint8(fanout) {
		if err := s.writeNode(at.child(i), was[i], is[i]); err != nil {
			return err
		}
	}
	return nil
}

// writeNode writes the row of a node that has changed.
func (s *stager) writeNode(at place, was, is node) error {
	switch {
	case was == is:
		return nil
	case is.count == 0:
		return s.batch.Delete(appendNodeKey(s.key[:0], at))
	}
	return s.batch.Set(appendNodeKey(s.key[:0], at), appendNode(s.value[:0], is))
}
