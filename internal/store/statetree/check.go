package statetree

import (
	"context"
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// Check recomputes the tree from its leaf rows and compares every node row. It
// returns the root and the number of keys, or an error that names the first
// difference. Rows must not change meanwhile: pass a snapshot.
func Check(ctx context.Context, rows Rows) (root proof.Hash, count uint64, err error) {
	leaves, err := newLeafReader(rows)
	if err != nil {
		return proof.Hash{}, 0, err
	}
	leaves.iter.First()
	c := checker{ctx: ctx, leaves: leaves, pages: pageReader{rows: rows}}
	is, err := readNode(rows, place{})
	if err == nil {
		err = c.subtree(place{}, is)
	}
	if err == nil && leaves.iter.Valid() {
		err = fmt.Errorf("%w: the leaf row %x lies past the last one that is counted", ErrCorrupt, leaves.iter.Key()[1:])
	}
	if err == nil {
		err = c.strays(rows)
	}
	if err = errors.Join(err, leaves.close(), c.pages.close()); err != nil {
		return proof.Hash{}, 0, fmt.Errorf("couldn't confirm the state tree: %w", err)
	}
	return is.hash, is.count, nil
}

type checker struct {
	ctx    context.Context
	leaves *leafReader
	pages  pageReader
	bucket []leaf
	nodes  uint64 // node rows met
}

// subtree checks everything below a place against the node row there.
func (c *checker) subtree(at place, row node) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if row.count > 0 {
		c.nodes++
	}
	is, err := c.recompute(at, row)
	if err != nil {
		return err
	}
	if is != row {
		return fmt.Errorf("%w: the node row at %q says hash %s, its leaves give %s", ErrCorrupt, at, row.hash, is.hash)
	}
	return nil
}

func (c *checker) recompute(at place, row node) (node, error) {
	if row.isBucket() {
		var err error
		if c.bucket, err = c.leaves.take(at, row.count, c.bucket[:0]); err != nil {
			return node{}, err
		}
		if row.count > 0 {
			c.leaves.iter.Next()
		}
		return bucketNode(c.bucket, at.bits), nil
	}
	var below slots
	if err := c.pages.read(at, row.count, &below); err != nil {
		return node{}, err
	}
	return below.over(wholePage(at)), c.span(&below, wholePage(at))
}

// span checks the subtrees below a span of a page.
func (c *checker) span(below *slots, to span) error {
	if below.isNode(to) {
		return c.subtree(to.at, below[to.low])
	}
	left, right := to.halves()
	if err := c.span(below, left); err != nil {
		return err
	}
	return c.span(below, right)
}

// strays finds node rows that no page leads to.
func (c *checker) strays(rows Rows) error {
	it, err := rows.NewIter([]byte{rowNode}, []byte{rowNode + 1})
	if err != nil {
		return err
	}
	var total uint64
	for more := it.First(); more; more = it.Next() {
		total++
	}
	if err := it.Error(); err != nil || total == c.nodes {
		return errors.Join(err, it.Close())
	}
	return errors.Join(c.nameStray(rows, it), it.Close())
}

// nameStray finds the first node row whose parent isn't a page.
func (c *checker) nameStray(rows Rows, it *kv.Iter) error {
	for more := it.First(); more; more = it.Next() {
		at, err := decodeNodeKey(it.Key())
		if err != nil {
			return err
		}
		if at.bits == 0 {
			continue
		}
		parent, err := readNode(rows, at.parent())
		if err != nil {
			return err
		}
		if parent.isBucket() {
			return fmt.Errorf("%w: the node row at %q stands below a bucket or nothing", ErrCorrupt, at)
		}
	}
	return fmt.Errorf("%w: there are more node rows than the tree has nodes", ErrCorrupt)
}
