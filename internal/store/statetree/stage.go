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

	old, merged []leaf   // reused from bucket to bucket
	frames      []*frame // of the pages on the way down, of which depth are at work
	depth       int
	key         [nodeKeySizeMax]byte
	value       [nodeSizeMax]byte
}

// frame is a page at work.
type frame struct{ was, is slots }

// subtree applies the changes below a place to the subtree that stands there.
func (s *stager) subtree(at place, was node, changes []Change) (node, error) {
	if !was.isBucket() {
		return s.page(at, was, changes)
	}
	if err := s.bucket(at, was, changes); err != nil {
		return node{}, err
	}
	return s.build(at, s.merged)
}

// bucket reads the leaves of a bucket and applies changes, which leaves merged.
func (s *stager) bucket(at place, was node, changes []Change) (err error) {
	if s.old, err = s.leaves.read(at, was.count, s.old[:0]); err != nil {
		return err
	}
	return s.merge(changes)
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

// build gives the node over leaves, making pages where they are too many.
func (s *stager) build(at place, leaves []leaf) (node, error) {
	if len(leaves) <= bucketLeavesMax {
		return bucketNode(leaves, at.bits), nil
	}
	f := s.enter()
	defer s.leave()
	f.was, f.is = slots{}, slots{}
	if err := s.fill(f, wholePage(at), leaves); err != nil {
		return node{}, err
	}
	s.out.pages = append(s.out.pages, s.tree.cache.fresh(at, &f.is))
	return f.is.over(wholePage(at)), s.writeSlots(at, f)
}

// fill makes the nodes of a span out of leaves.
func (s *stager) fill(f *frame, to span, leaves []leaf) (err error) {
	if len(leaves) <= bucketLeavesMax || to.high-to.low == 1 {
		f.is[to.low], err = s.build(to.at, leaves)
		return err
	}
	half := split(leaves, to.at.bits)
	left, right := to.halves()
	f.is[to.low] = node{}
	if err := s.fill(f, left, leaves[:half]); err != nil {
		return err
	}
	return s.fill(f, right, leaves[half:])
}

// page applies changes to the page at a place, which may end as a bucket.
func (s *stager) page(at place, was node, changes []Change) (node, error) {
	f := s.enter()
	defer s.leave()
	if kept, ok := s.tree.cache.get(at); ok {
		kept.unpack(&f.was)
	} else if err := s.pages.read(at, was.count, &f.was); err != nil {
		return node{}, err
	}
	f.is = f.was
	if err := s.span(f, wholePage(at), changes); err != nil {
		return node{}, err
	}
	is := f.is.over(wholePage(at))
	if is.isBucket() {
		f.is = slots{}
	} else {
		s.out.pages = append(s.out.pages, s.tree.cache.fresh(at, &f.is))
	}
	return is, s.writeSlots(at, f)
}

// span applies the changes below a span of a page.
func (s *stager) span(f *frame, to span, changes []Change) (err error) {
	switch {
	case len(changes) == 0:
		return nil
	case to.high-to.low == 1:
		f.is[to.low], err = s.subtree(to.at, f.is[to.low], changes)
		return err
	case f.is.isNode(to):
		if err := s.bucket(to.at, f.is[to.low], changes); err != nil {
			return err
		}
		return s.fill(f, to, s.merged)
	}
	half := 0
	for half < len(changes) && !bit(&changes[half].Path, to.at.bits) {
		half++
	}
	left, right := to.halves()
	if err := s.span(f, left, changes[:half]); err != nil {
		return err
	}
	if err := s.span(f, right, changes[half:]); err != nil {
		return err
	}
	f.is.settle(to)
	return nil
}

// enter takes the frame of a page one further down; leave gives it back.
func (s *stager) enter() *frame {
	if s.depth == len(s.frames) {
		s.frames = append(s.frames, new(frame))
	}
	s.depth++
	return s.frames[s.depth-1]
}

func (s *stager) leave() { s.depth-- }

func (s *stager) writeSlots(at place, f *frame) error {
	for i := range fanout {
		if err := s.writeNode(at.child(i), f.was[i], f.is[i]); err != nil {
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
