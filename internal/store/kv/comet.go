package kv

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	dbm "github.com/cometbft/cometbft-db"
)

var errValueNil = errors.New("value cannot be nil")

// CometDB returns the view behind p as the consensus engine wants it. Its Close
// only ends this adapter: the store is closed by its owner.
//
// When the engine stops, a gossip goroutine can still be between two reads.
// After Close, reads therefore find nothing and writes are refused, which those
// goroutines take as "not here" instead of failing.
func (db *DB) CometDB(p Prefix) dbm.DB { return &cometDB{db: db, prefix: p} }

type cometDB struct {
	db     *DB
	prefix Prefix
	closed atomic.Bool
}

var _ dbm.DB = (*cometDB)(nil)

func (c *cometDB) enter() bool { return !c.closed.Load() && c.db.enter() }

// Get returns nil for a key that isn't there and an empty slice for an empty value.
func (c *cometDB) Get(key []byte) ([]byte, error) {
	if len(key) == 0 {
		return nil, errKeyEmpty
	}
	if !c.enter() {
		return nil, nil
	}
	defer c.db.leave()
	value, _, err := get(c.db.pebble, c.prefix, key)
	return value, err
}

func (c *cometDB) Has(key []byte) (bool, error) {
	value, err := c.Get(key)
	return value != nil, err
}

func (c *cometDB) Set(key, value []byte) error     { return c.set(key, value, pebble.NoSync) }
func (c *cometDB) SetSync(key, value []byte) error { return c.set(key, value, pebble.Sync) }

func (c *cometDB) set(key, value []byte, mode *pebble.WriteOptions) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	if value == nil {
		return errValueNil
	}
	if !c.enter() {
		return ErrClosed
	}
	defer c.db.leave()
	return c.db.pebble.Set(c.prefix.key(key), value, mode)
}

func (c *cometDB) Delete(key []byte) error     { return c.delete(key, pebble.NoSync) }
func (c *cometDB) DeleteSync(key []byte) error { return c.delete(key, pebble.Sync) }

func (c *cometDB) delete(key []byte, mode *pebble.WriteOptions) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	if !c.enter() {
		return ErrClosed
	}
	defer c.db.leave()
	return c.db.pebble.Delete(c.prefix.key(key), mode)
}

func (c *cometDB) Close() error {
	c.closed.Store(true)
	return nil
}

// Print writes the keys and the lengths of the values of this view to standard output.
func (c *cometDB) Print() error {
	it, err := c.Iterator(nil, nil)
	if err != nil {
		return err
	}
	for ; it.Valid(); it.Next() {
		fmt.Printf("[%X]:\t%d bytes\n", it.Key(), len(it.Value()))
	}
	return errors.Join(it.Error(), it.Close())
}

// Stats describes the whole store: one view has no figures of its own.
func (c *cometDB) Stats() map[string]string {
	return map[string]string{
		"database.type":    "pebble",
		"database.prefix":  fmt.Sprintf("%#02x", byte(c.prefix)),
		"database.metrics": c.db.Metrics(),
	}
}

// Compact rewrites the tables that hold start to end; nil means the view's ends.
func (c *cometDB) Compact(start, end []byte) error {
	if !c.enter() {
		return ErrClosed
	}
	defer c.db.leave()
	lo, hi := c.prefix.bounds(start, end)
	return c.db.pebble.Compact(context.Background(), lo, hi, false)
}

func (c *cometDB) NewBatch() dbm.Batch {
	return &cometBatch{owner: c, batch: c.db.pebble.NewBatch()}
}

type cometBatch struct {
	owner *cometDB
	batch *pebble.Batch // nil once written or closed
}

func (b *cometBatch) Set(key, value []byte) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	if value == nil {
		return errValueNil
	}
	if b.batch == nil {
		return errBatchClosed
	}
	op := b.batch.SetDeferred(1+len(key), len(value))
	op.Key[0] = byte(b.owner.prefix)
	copy(op.Key[1:], key)
	copy(op.Value, value)
	return op.Finish()
}

func (b *cometBatch) Delete(key []byte) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	if b.batch == nil {
		return errBatchClosed
	}
	return b.batch.Delete(b.owner.prefix.key(key), nil)
}

func (b *cometBatch) Write() error     { return b.write(pebble.NoSync) }
func (b *cometBatch) WriteSync() error { return b.write(pebble.Sync) }

func (b *cometBatch) write(mode *pebble.WriteOptions) error {
	if b.batch == nil {
		return errBatchClosed
	}
	if !b.owner.enter() {
		return ErrClosed
	}
	defer b.owner.db.leave()
	if err := b.batch.Commit(mode); err != nil {
		return err
	}
	return b.Close()
}

func (b *cometBatch) Close() error {
	batch := b.batch
	b.batch = nil
	if batch == nil {
		return nil
	}
	return batch.Close()
}
