package kv

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

var errBatchClosed = errors.New("batch has been written or closed")

// Batch collects writes that reach the store all together or not at all. It
// belongs to one goroutine. Commit or Close ends it.
type Batch struct {
	shared *sharedBatch
	prefix Prefix
}

type sharedBatch struct {
	db    *DB
	batch *pebble.Batch // nil once written or closed
}

// For returns the same batch writing to the view behind p: what is set through
// either handle is committed by one Commit.
func (b *Batch) For(p Prefix) *Batch { return &Batch{shared: b.shared, prefix: p} }

// Set stores value under key; both are copied.
func (b *Batch) Set(key, value []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if len(value) > valueBytesMax {
		return errValueBig
	}
	if b.shared.batch == nil {
		return errBatchClosed
	}
	op := b.shared.batch.SetDeferred(1+len(key), len(value))
	op.Key[0] = byte(b.prefix)
	copy(op.Key[1:], key)
	copy(op.Value, value)
	return op.Finish()
}

// Delete removes key; a key that isn't there is no error.
func (b *Batch) Delete(key []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if b.shared.batch == nil {
		return errBatchClosed
	}
	op := b.shared.batch.DeleteDeferred(1 + len(key))
	op.Key[0] = byte(b.prefix)
	copy(op.Key[1:], key)
	return op.Finish()
}

// DeleteRange removes the keys from lower (inclusive) to upper (exclusive); nil
// means the view's first or past its last key.
func (b *Batch) DeleteRange(lower, upper []byte) error {
	if b.shared.batch == nil {
		return errBatchClosed
	}
	lo, hi := b.prefix.bounds(lower, upper)
	return b.shared.batch.DeleteRange(lo, hi, nil)
}

// Len returns the number of bytes that the batch would add to the log.
func (b *Batch) Len() int {
	if b.shared.batch == nil {
		return 0
	}
	return b.shared.batch.Len()
}

// Commit writes the batch; with sync it returns once the disk has it. Without,
// the batch is durable with the next synced write of anyone.
func (b *Batch) Commit(sync bool) error {
	s := b.shared
	if s.batch == nil {
		return errBatchClosed
	}
	if !s.db.enter() {
		return ErrClosed
	}
	defer s.db.leave()
	mode := pebble.NoSync
	if sync {
		mode = pebble.Sync
	}
	if err := s.batch.Commit(mode); err != nil {
		return fmt.Errorf("couldn't write a batch of %d bytes to the store: %w", s.batch.Len(), err)
	}
	return b.Close()
}

// Close drops what wasn't committed. It may be called more than once.
func (b *Batch) Close() error {
	batch := b.shared.batch
	b.shared.batch = nil
	if batch == nil {
		return nil
	}
	return batch.Close()
}
