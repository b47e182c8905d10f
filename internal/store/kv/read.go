package kv

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// Snapshot is the store as it was at one moment, read through one view.
type Snapshot struct {
	shared *sharedSnapshot
	prefix Prefix
}

type sharedSnapshot struct {
	db     *DB
	snap   *pebble.Snapshot
	closed bool
}

// For reads the same moment through the view behind p. Close either handle once.
func (s *Snapshot) For(p Prefix) *Snapshot { return &Snapshot{shared: s.shared, prefix: p} }

// Get returns a copy of the value of key and whether it was there.
func (s *Snapshot) Get(key []byte) ([]byte, bool, error) {
	if s.shared.closed {
		return nil, false, ErrClosed
	}
	return get(s.shared.snap, s.prefix, key)
}

// NewIter walks the keys from lower (inclusive) to upper (exclusive); see View.NewIter.
func (s *Snapshot) NewIter(lower, upper []byte) (*Iter, error) {
	if s.shared.closed {
		return nil, ErrClosed
	}
	return newIter(s.shared.db, s.shared.snap, s.prefix, lower, upper)
}

// Close lets the store forget the moment. It may be called more than once.
func (s *Snapshot) Close() error {
	if s.shared.closed {
		return nil
	}
	s.shared.closed = true
	defer s.shared.db.leave()
	return s.shared.snap.Close()
}

// Iter walks keys in order. It stands before the first key until First, Last or
// SeekGE is called, belongs to one goroutine and must be closed.
type Iter struct {
	db     *DB
	iter   *pebble.Iterator
	prefix Prefix
}

func newIter(db *DB, r pebble.Reader, p Prefix, lower, upper []byte) (*Iter, error) {
	if !db.enter() {
		return nil, ErrClosed
	}
	lo, hi := p.bounds(lower, upper)
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: hi})
	if err != nil {
		db.leave()
		return nil, fmt.Errorf("couldn't read the range %x to %x of prefix %#x: %w", lower, upper, byte(p), err)
	}
	return &Iter{db: db, iter: it, prefix: p}, nil
}

// First goes to the first key and says whether there is one.
func (i *Iter) First() bool { return i.iter.First() }

// Last goes to the last key and says whether there is one.
func (i *Iter) Last() bool { return i.iter.Last() }

// SeekGE goes to the first key at or after key and says whether there is one.
func (i *Iter) SeekGE(key []byte) bool { return i.iter.SeekGE(i.prefix.key(key)) }

// SeekLT goes to the last key before key and says whether there is one.
func (i *Iter) SeekLT(key []byte) bool { return i.iter.SeekLT(i.prefix.key(key)) }

// Next goes one key forward and says whether there is one.
func (i *Iter) Next() bool { return i.iter.Next() }

// Prev goes one key back and says whether there is one.
func (i *Iter) Prev() bool { return i.iter.Prev() }

// Valid says whether the iterator stands on a key.
func (i *Iter) Valid() bool { return i.iter.Valid() }

// Key returns the key without its prefix; it is good until the next move.
func (i *Iter) Key() []byte { return i.iter.Key()[1:] }

// Value returns the value; it is good until the next move.
func (i *Iter) Value() []byte { return i.iter.Value() }

// Error returns the error that ended the walk early, if one did.
func (i *Iter) Error() error { return i.iter.Error() }

// Close ends the walk. It may be called more than once.
func (i *Iter) Close() error {
	if i.iter == nil {
		return nil
	}
	it := i.iter
	i.iter = nil
	defer i.db.leave()
	return it.Close()
}
