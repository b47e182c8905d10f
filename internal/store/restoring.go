package store

import (
	"bytes"
	"errors"
	"fmt"

	"pedigree/internal/store/expiryset"
	"pedigree/internal/store/kv"
	"pedigree/internal/store/snapshot"
	"pedigree/ledger"
	"pedigree/proof"
)

// ErrPoisoned says that the rows of a snapshot don't lead to the application hash
// that they were given for.
var ErrPoisoned = errors.New("the snapshot is not the state that it says it is")

// Restoring fills an empty store with the state of one height. Nothing of it is
// seen before Finish, which works out every root from the rows and compares it;
// a process that ends before leaves a store that opens as an empty one.
type Restoring struct {
	store  *Store
	want   head
	mark   func(event []byte) (ledger.EntryMark, bool)
	batch  *kv.Batch
	last   snapshot.Kind
	key    []byte // of the last state row
	rows   uint64
	events [][]byte
	items  []ledger.SetItem
	held   int // bytes of events
}

// Restore begins to fill the store, which must be empty. Parts is what a signed
// application hash commits to; mark, which may be nil, reads from an event where
// its entry stands.
func (s *Store) Restore(height int64, parts proof.AppHashParts, mark func(event []byte) (ledger.EntryMark, bool)) (*Restoring, error) {
	s.writer.Lock()
	defer s.writer.Unlock()
	s.discard()
	if height <= 0 || s.head.Load().began {
		return nil, fmt.Errorf("couldn't restore height %d: the store must be empty and the height positive", height)
	}
	b := s.db.View(kv.LedgerMeta).NewBatch()
	if err := errors.Join(b.Set(restoringKey(), []byte{format}), b.Commit(true)); err != nil {
		return nil, fmt.Errorf("couldn't begin to restore height %d: %w", height, err)
	}
	r := &Restoring{store: s, want: head{height: height, parts: parts, began: true}, mark: mark}
	r.batch = s.db.View(kv.LedgerMeta).NewBatch()
	return r, nil
}

// Add takes the next record. An error other than ErrPoisoned is this node's own.
func (r *Restoring) Add(rec snapshot.Record) error {
	if rec.Kind < r.last {
		return fmt.Errorf("%w: a record of kind %d follows one of kind %d", ErrPoisoned, rec.Kind, r.last)
	}
	if rec.Kind != r.last {
		if err := r.flush(); err != nil {
			return err
		}
		r.last = rec.Kind
	}
	var err error
	switch rec.Kind {
	case snapshot.StateRow:
		err = r.addRow(rec.Key, rec.Value)
	case snapshot.Event:
		r.events = append(r.events, bytes.Clone(rec.Value))
		r.held += len(rec.Value)
	case snapshot.SetItem:
		err = r.addItem(rec.Key, rec.Value)
	default:
		err = fmt.Errorf("%w: records of kind %d have no meaning here", ErrPoisoned, rec.Kind)
	}
	if err == nil && (r.batch.Len()+r.held > restoreBatchBytes || len(r.events)+len(r.items) >= restoreBatchItems) {
		err = r.flush()
	}
	return err
}

func (r *Restoring) addRow(key, value []byte) error {
	if len(key) == 0 || len(key) > KeyBytesMax || len(value) > ValueBytesMax || bytes.Compare(r.key, key) >= 0 {
		return fmt.Errorf("%w: state key %x is out of order or too large", ErrPoisoned, key)
	}
	r.key = append(r.key[:0], key...)
	r.rows++
	return r.batch.For(kv.LedgerRows).Set(key, value)
}

func (r *Restoring) addItem(key, value []byte) error {
	set, bucket, err := expiryset.ParseBucket(key)
	if err != nil || len(value) != proof.HashSize {
		return fmt.Errorf("%w: an item of %d bytes in the bucket %x", ErrPoisoned, len(value), key)
	}
	r.items = append(r.items, ledger.SetItem{Set: set, Bucket: bucket, Item: proof.Hash(value)})
	return nil
}

// flush writes what was gathered.
func (r *Restoring) flush() error {
	s, b := r.store, r.batch
	s.writer.Lock()
	defer s.writer.Unlock()
	if len(r.events) > 0 {
		if _, _, err := s.log.Stage(b.For(kv.LedgerEvents), b.For(kv.LedgerEventTree), r.events); err != nil {
			return fmt.Errorf("couldn't restore events: %w", err)
		}
		if err := r.markEntries(); err != nil {
			return err
		}
	}
	if len(r.items) > 0 {
		if _, err := s.sets.Stage(b.For(kv.LedgerSets), b.For(kv.LedgerSetChains), r.items, nil); err != nil {
			return fmt.Errorf("%w: %w", ErrPoisoned, err)
		}
	}
	if err := b.Commit(false); err != nil {
		return fmt.Errorf("couldn't restore rows: %w", err)
	}
	s.log.Commit()
	s.sets.Commit()
	r.events, r.items, r.held = nil, nil, 0
	r.batch = s.db.View(kv.LedgerMeta).NewBatch()
	return nil
}

// markEntries notes where the entries stand that made events. Those that a rule
// refused made none: how they ended is known to nodes that have their blocks.
func (r *Restoring) markEntries() error {
	if r.mark == nil {
		return nil
	}
	for _, e := range r.events {
		if m, ok := r.mark(e); ok {
			if err := r.batch.Set(entryKey(m.ID), encodeEntry(m)); err != nil {
				return fmt.Errorf("couldn't restore the place of entry %s: %w", m.ID, err)
			}
		}
	}
	return nil
}

// Finish works out every root from the rows and makes the state current if they
// are the expected ones; else the error is ErrPoisoned and the store is empty again.
func (r *Restoring) Finish() error {
	err := r.finish()
	if err != nil {
		err = errors.Join(fmt.Errorf("couldn't restore height %d: %w", r.want.height, err), r.Abort())
	}
	return err
}

func (r *Restoring) finish() error {
	if err := r.flush(); err != nil {
		return err
	}
	s := r.store
	s.writer.Lock()
	defer s.writer.Unlock()
	if err := r.plant(); err != nil {
		return err
	}
	found, err := s.parts()
	if err != nil {
		return err
	}
	if found != r.want.parts {
		return fmt.Errorf("%w: validators signed %+v, its rows give %+v", ErrPoisoned, r.want.parts, found)
	}
	b := r.batch
	err = errors.Join(b.Set(headKey(), r.want.encode()), b.Set(partsKey(r.want.height), found.Encode()),
		b.Set(baseKey(), encodeBase(r.want.height)), b.Delete(restoringKey()))
	if err = errors.Join(err, b.Commit(true)); err != nil {
		return err
	}
	r.want.keys = s.tree.Count()
	s.head.Store(&r.want)
	return nil
}

// Abort empties the store again.
func (r *Restoring) Abort() error {
	s := r.store
	s.writer.Lock()
	defer s.writer.Unlock()
	if r.store.head.Load().began {
		return nil
	}
	err := r.batch.Close()
	s.tree.Discard()
	s.log.Discard()
	s.sets.Discard()
	if err = errors.Join(err, wipe(s.db)); err != nil {
		return err
	}
	return s.openTrees(head{parts: emptyParts()})
}
