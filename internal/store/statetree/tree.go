package statetree

import (
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/proof"
)

// Rows is committed rows under kv.LedgerStateTree: a view or a snapshot.
type Rows interface {
	Get(key []byte) (value []byte, found bool, err error)
	NewIter(lower, upper []byte) (*kv.Iter, error)
}

// Batch takes the rows that a change writes, under the same prefix.
type Batch interface {
	Set(key, value []byte) error
	Delete(key []byte) error
}

// Change sets or deletes one key.
type Change struct {
	Path   proof.Hash // SHA-256 of the key
	Value  proof.Hash // SHA-256 of the value; unused when Delete is set
	Delete bool
	// Index is the caller's own, carried through sorting.
	Index int
	// Effective is set by Stage: the tree wasn't like this before.
	Effective bool
}

// Tree is the writer's side of the state tree.
type Tree struct {
	root   node
	cache  *cache
	staged *staged
}

// staged is what Commit will make current.
type staged struct {
	root  node
	pages []*page
}

// Open reads the root of the tree in rows. cacheBytes bounds the memory of the
// page cache; zero means CacheBytesDefault.
func Open(rows Rows, cacheBytes int) (*Tree, error) {
	if cacheBytes == 0 {
		cacheBytes = CacheBytesDefault
	}
	root, err := readNode(rows, place{})
	if err != nil {
		return nil, fmt.Errorf("couldn't open the state tree: %w", err)
	}
	return &Tree{root: root, cache: newCache(cacheBytes)}, nil
}

// Root is the committed root: zero when the tree is empty.
func (t *Tree) Root() proof.Hash { return t.root.hash }

// Count is the committed number of keys.
func (t *Tree) Count() uint64 { return t.root.count }

// Commit makes the staged change current; the caller has committed its batch.
func (t *Tree) Commit() {
	if t.staged == nil {
		return
	}
	for _, p := range t.staged.pages {
		t.cache.put(p)
	}
	t.root = t.staged.root
	t.staged = nil
}

// Discard forgets the staged change.
func (t *Tree) Discard() {
	if t.staged == nil {
		return
	}
	for _, p := range t.staged.pages {
		t.cache.reuse(p)
	}
	t.staged = nil
}

// readNode reads the node row at a place; without one the node is empty.
func readNode(rows Rows, at place) (node, error) {
	value, found, err := rows.Get(appendNodeKey(nil, at))
	if err != nil || !found {
		return node{}, err
	}
	n, err := decodeNode(value)
	if err != nil {
		return node{}, fmt.Errorf("node row %q: %w", at, err)
	}
	return n, nil
}
