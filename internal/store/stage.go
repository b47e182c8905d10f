package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"

	"pedigree/internal/crash"
	"pedigree/internal/store/kv"
	"pedigree/internal/store/statetree"
	"pedigree/ledger"
	"pedigree/proof"
)

var errNothing = errors.New("no block is staged; call Stage first")

// Stage works out what the changes of a block do and returns what the
// application hash of its height commits to. Nobody sees the block before
// Commit; staging another one forgets it. The first height of an empty store may
// be any from 0 (a first state before the first block); then they follow one
// another.
func (s *Store) Stage(height int64, ch ledger.Changes) (proof.AppHashParts, error) {
	s.writer.Lock()
	defer s.writer.Unlock()
	s.discard()
	was := s.head.Load()
	if height < 0 || was.began && height != was.height+1 {
		return proof.AppHashParts{}, fmt.Errorf("couldn't stage height %d on height %d: heights must follow one another", height, was.height)
	}
	if err := checkChanges(ch); err != nil {
		return proof.AppHashParts{}, fmt.Errorf("couldn't stage height %d: %w", height, err)
	}
	st := &staged{batch: s.db.View(kv.LedgerMeta).NewBatch(), head: head{height: height, began: true}}
	s.staged = st
	if err := s.fill(st, was, ch); err != nil {
		s.discard()
		return proof.AppHashParts{}, fmt.Errorf("couldn't stage height %d: %w", height, err)
	}
	return st.head.parts, nil
}

// fill works out the parts and puts every row of the block in its batch.
func (s *Store) fill(st *staged, was *head, ch ledger.Changes) (err error) {
	parts, b := &st.head.parts, st.batch
	if parts.StateRoot, st.head.keys, err = s.stageState(b, ch.Writes); err != nil {
		return err
	}
	parts.EventRoot, parts.EventCount, err = s.log.Stage(b.For(kv.LedgerEvents), b.For(kv.LedgerEventTree), ch.Events)
	if err != nil {
		return err
	}
	parts.SetRoot, err = s.sets.Stage(b.For(kv.LedgerSets), b.For(kv.LedgerSetChains), ch.SetAdds, ch.SetDrops)
	if err != nil {
		return err
	}
	for _, e := range ch.Entries {
		if err := b.Set(entryKey(e.ID), encodeEntry(e)); err != nil {
			return fmt.Errorf("couldn't write the place of entry %s: %w", e.ID, err)
		}
	}
	if !was.began || *parts != was.parts {
		if err := b.Set(partsKey(st.head.height), parts.Encode()); err != nil {
			return fmt.Errorf("couldn't write the application hash parts: %w", err)
		}
	}
	return b.Set(headKey(), st.head.encode())
}

// stageState puts the rows of the typed maps and of the tree over them in the
// batch. A write that changes nothing writes nothing.
func (s *Store) stageState(b *kv.Batch, writes []ledger.Write) (root proof.Hash, count uint64, err error) {
	changes := make([]statetree.Change, len(writes))
	for i, w := range writes {
		changes[i] = statetree.Change{Path: sha256.Sum256(w.Key), Delete: w.Delete, Index: i}
		if !w.Delete {
			changes[i].Value = sha256.Sum256(w.Value)
		}
	}
	root, count, err = s.tree.Stage(s.rows.tree, b.For(kv.LedgerStateTree), changes)
	if err != nil {
		return proof.Hash{}, 0, err
	}
	effective := make([]bool, len(writes))
	for _, c := range changes {
		effective[c.Index] = c.Effective
	}
	to := b.For(kv.LedgerRows)
	for i, w := range writes {
		if !effective[i] {
			continue
		}
		if w.Delete {
			err = to.Delete(w.Key)
		} else {
			err = to.Set(w.Key, w.Value)
		}
		if err != nil {
			return proof.Hash{}, 0, fmt.Errorf("couldn't write state key %x: %w", w.Key, err)
		}
	}
	return root, count, nil
}

// Commit makes the staged block current: whole, or not at all. With sync it
// returns once the disk has it; without, the next synced write of anyone, such as
// the engine, makes it durable.
func (s *Store) Commit(sync bool) error {
	s.writer.Lock()
	defer s.writer.Unlock()
	if s.staged == nil {
		return fmt.Errorf("couldn't commit: %w", errNothing)
	}
	crash.At(crash.StoreCommitBefore)
	if err := s.staged.batch.Commit(sync); err != nil {
		s.discard()
		return fmt.Errorf("couldn't commit height %d: %w", s.staged.head.height, err)
	}
	crash.At(crash.StoreCommitted)
	s.tree.Commit()
	s.log.Commit()
	s.sets.Commit()
	s.head.Store(&s.staged.head)
	s.staged = nil
	return nil
}

// discard forgets the staged block, if there is one.
func (s *Store) discard() {
	if s.staged == nil {
		return
	}
	s.tree.Discard()
	s.log.Discard()
	s.sets.Discard()
	s.staged.batch.Close() // it only gives memory back
	s.staged = nil
}

// checkChanges refuses what the runtime must never hand over.
func checkChanges(ch ledger.Changes) error {
	for _, n := range []int{len(ch.Writes), len(ch.SetAdds), len(ch.SetDrops), len(ch.Events), len(ch.Entries)} {
		if n > ItemsMax {
			return fmt.Errorf("%w: %d items of one kind, at most %d", errMany, n, ItemsMax)
		}
	}
	for i, w := range ch.Writes {
		if len(w.Key) == 0 || len(w.Key) > KeyBytesMax || len(w.Value) > ValueBytesMax {
			return fmt.Errorf("write %d, a key of %d and a value of %d bytes: %w", i, len(w.Key), len(w.Value), errSize)
		}
		if i > 0 && bytes.Compare(ch.Writes[i-1].Key, w.Key) >= 0 {
			return fmt.Errorf("write %d, key %x: %w", i, w.Key, errOrder)
		}
	}
	for i, e := range ch.Events {
		if len(e) > EventBytesMax {
			return fmt.Errorf("event %d of %d bytes: %w", i, len(e), errSize)
		}
	}
	for i, e := range ch.Entries {
		if e.Height < 0 || e.Index < 0 || e.Index > math.MaxUint32 {
			return fmt.Errorf("entry %d, height %d and position %d: %w", i, e.Height, e.Index, errSize)
		}
	}
	return nil
}
