package store

import (
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
)

// PruneParts forgets what the application hashes of the heights below one commit
// to. Later heights keep theirs, and events can still be proved at them. It may
// run beside Stage and Commit.
func (s *Store) PruneParts(below int64) error {
	v, err := s.View()
	if err != nil {
		return err
	}
	err = s.pruneParts(v, below)
	return errors.Join(err, v.Close())
}

// pruneParts keeps the newest row that isn't above the limit: heights without a
// row of their own read it.
func (s *Store) pruneParts(v *View, below int64) (err error) {
	if below <= 0 {
		return nil
	}
	it, err := v.rows.meta.NewIter([]byte{rowParts}, []byte{rowParts + 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	if !it.SeekLT(partsKey(below + 1)) {
		return it.Error()
	}
	kept := append([]byte{}, it.Key()...)
	if !it.Prev() {
		return it.Error()
	}
	b := s.db.View(kv.LedgerMeta).NewBatch()
	if err := b.DeleteRange([]byte{rowParts}, kept); err != nil {
		return errors.Join(err, b.Close())
	}
	if err := b.Commit(false); err != nil {
		return fmt.Errorf("couldn't forget the application hash parts below height %d: %w", below, err)
	}
	return nil
}
