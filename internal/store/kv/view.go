package kv

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

var (
	errKeyEmpty = errors.New("key cannot be empty")
	errKeyLong  = fmt.Errorf("key is longer than %d bytes", keyBytesMax)
	errValueBig = fmt.Errorf("value is larger than %d bytes", valueBytesMax)
)

// View is the part of the store behind one prefix. Keys passed in and handed
// out carry no prefix. It is safe for concurrent use.
type View struct {
	db     *DB
	prefix Prefix
}

// View returns the view behind p.
func (db *DB) View(p Prefix) *View { return &View{db: db, prefix: p} }

// Get returns a copy of the value of key and whether it is there.
func (v *View) Get(key []byte) ([]byte, bool, error) {
	if !v.db.enter() {
		return nil, false, ErrClosed
	}
	defer v.db.leave()
	return get(v.db.pebble, v.prefix, key)
}

// NewIter walks the keys from lower (inclusive) to upper (exclusive) as they
// are now; nil means the view's first or past its last key. Close it.
func (v *View) NewIter(lower, upper []byte) (*Iter, error) {
	return newIter(v.db, v.db.pebble, v.prefix, lower, upper)
}

// NewBatch starts a batch that writes to this view; see Batch.For for others.
func (v *View) NewBatch() *Batch {
	return &Batch{shared: &sharedBatch{db: v.db, batch: v.db.pebble.NewBatch()}, prefix: v.prefix}
}

// Snapshot freezes the whole store as it is now, read through this view. Close it.
func (v *View) Snapshot() (*Snapshot, error) {
	if !v.db.enter() {
		return nil, ErrClosed
	}
	return &Snapshot{shared: &sharedSnapshot{db: v.db, snap: v.db.pebble.NewSnapshot()}, prefix: v.prefix}, nil
}

// get reads one key from the store or from a snapshot of it.
func get(r pebble.Reader, p Prefix, key []byte) ([]byte, bool, error) {
	if err := checkKey(key); err != nil {
		return nil, false, err
	}
	value, closer, err := r.Get(p.key(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("couldn't read key %x of prefix %#x: %w", key, byte(p), err)
	}
	out := make([]byte, len(value))
	copy(out, value)
	return out, true, closer.Close()
}

func checkKey(key []byte) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	if len(key) > keyBytesMax {
		return errKeyLong
	}
	return nil
}
