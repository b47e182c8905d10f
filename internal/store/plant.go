package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"pedigree/internal/store/kv"
	"pedigree/internal/store/statetree"
)

// plant makes the state tree from the restored rows. The tree is ordered by the
// keys' hashes and the rows by the keys, so it is made in ranges of hashes that
// fit into memory, each from one walk along all rows.
func (r *Restoring) plant() error {
	ranges := int(r.rows/plantRows) + 1
	for i := range ranges {
		from, to := i<<16/ranges, (i+1)<<16/ranges
		if err := r.plantRange(uint32(from), uint32(to)); err != nil {
			return fmt.Errorf("couldn't make the state tree: %w", err)
		}
	}
	return nil
}

func (r *Restoring) plantRange(from, to uint32) error {
	s := r.store
	var changes []statetree.Change
	err := s.rows.each(nil, func(key, value []byte) (bool, error) {
		path := sha256.Sum256(key)
		if top := uint32(binary.BigEndian.Uint16(path[:])); top >= from && top < to {
			changes = append(changes, statetree.Change{Path: path, Value: sha256.Sum256(value)})
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	b := s.db.View(kv.LedgerStateTree).NewBatch()
	if _, _, err := s.tree.Stage(s.rows.tree, b, changes); err != nil {
		return err
	}
	if err := b.Commit(false); err != nil {
		return err
	}
	s.tree.Commit()
	return nil
}
