package store

import (
	"fmt"
	"sync"
	"sync/atomic"

	"pedigree/internal/store/eventtree"
	"pedigree/internal/store/expiryset"
	"pedigree/internal/store/kv"
	"pedigree/internal/store/statetree"
	"pedigree/ledger"
	"pedigree/proof"
)

// Options says how much memory the store takes. The zero value is the default.
type Options struct {
	// TreeCacheBytes bounds the state tree's pages in memory (default 32 MiB).
	// Less is slower above some million keys, never wrong.
	TreeCacheBytes int
}

// Store is the ledger's state on disk.
type Store struct {
	db   *kv.DB
	rows spaces
	head atomic.Pointer[head]

	cacheBytes int

	writer sync.Mutex // guards what follows: Stage and Commit only
	tree   *statetree.Tree
	log    *eventtree.Tree
	sets   *expiryset.Sets
	staged *staged
}

var _ ledger.Backend = (*Store)(nil)

// staged is a block that Commit will make current.
type staged struct {
	batch *kv.Batch
	head  head
}

// Open opens the state in db, which may hold other things under other prefixes
// and is closed by its owner. An empty db is an empty state.
func Open(db *kv.DB, o Options) (*Store, error) {
	s := &Store{db: db, rows: spacesOf(db.View), cacheBytes: o.TreeCacheBytes}
	if err := wipeUnfinished(db); err != nil {
		return nil, fmt.Errorf("couldn't clear the ledger's state of an unfinished restoration: %w", err)
	}
	h, err := readHead(s.rows)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the ledger's state: %w", err)
	}
	if err := s.openTrees(h); err != nil {
		return nil, err
	}
	found, err := s.parts()
	if err != nil {
		return nil, err
	}
	if !h.began {
		h.parts = emptyParts()
	}
	if found != h.parts {
		return nil, fmt.Errorf("couldn't open the ledger's state: %w: its head says %+v, its trees have %+v; restore a snapshot or the last backup", ErrCorrupt, h.parts, found)
	}
	h.keys = s.tree.Count()
	s.head.Store(&h)
	return s, nil
}

// openTrees reads the trees of a head from their rows.
func (s *Store) openTrees(h head) (err error) {
	if s.tree, err = statetree.Open(s.rows.tree, s.cacheBytes); err != nil {
		return err
	}
	if s.log, err = eventtree.Open(s.rows.tiles, h.parts.EventCount); err != nil {
		return err
	}
	s.sets, err = expiryset.Open(s.rows.chains)
	return err
}

// emptyParts is what the application hash of nothing commits to.
func emptyParts() proof.AppHashParts {
	return proof.AppHashParts{EventRoot: proof.EmptyTree(), SetRoot: proof.SetRoot(nil)}
}

func readHead(r spaces) (head, error) {
	b, found, err := r.meta.Get(headKey())
	if err != nil || !found {
		return head{}, err
	}
	return decodeHead(b)
}

// parts collects what the opened trees have.
func (s *Store) parts() (proof.AppHashParts, error) {
	root, err := s.log.Root()
	return proof.AppHashParts{
		EventCount: s.log.Count(),
		EventRoot:  root,
		StateRoot:  s.tree.Root(),
		SetRoot:    s.sets.Root(),
	}, err
}

// Height is the last committed height, 0 when nothing was committed.
func (s *Store) Height() int64 { return s.head.Load().height }

// IsEmpty reports that nothing was ever committed, not even a first state at
// height 0.
func (s *Store) IsEmpty() bool { return !s.head.Load().began }

// Parts is what the application hash of the last committed height commits to.
func (s *Store) Parts() proof.AppHashParts { return s.head.Load().parts }

// Keys is the number of keys in the last committed state.
func (s *Store) Keys() uint64 { return s.head.Load().keys }

// Get returns the value under a raw state key.
func (s *Store) Get(key []byte) (value []byte, found bool, err error) {
	return s.rows.get(key)
}

// Each calls fn with every key that begins with prefix, in ascending order, until
// fn returns false. The slices are valid only during the call.
func (s *Store) Each(prefix []byte, fn func(key, value []byte) (bool, error)) error {
	return s.rows.each(prefix, fn)
}

// SetHas reports whether an expiring set's bucket holds item.
func (s *Store) SetHas(set byte, bucket uint64, item proof.Hash) (bool, error) {
	return expiryset.Has(s.rows.items, set, bucket, item)
}

// Entry says where an entry stands and how it ended.
func (s *Store) Entry(id proof.Hash) (mark ledger.EntryMark, found bool, err error) {
	return s.rows.entry(id)
}

// Events returns up to n events, at most EventsReadMax, from number on.
func (s *Store) Events(from uint64, n int) ([][]byte, error) {
	return eventtree.Read(s.rows.events, from, min(n, EventsReadMax))
}
