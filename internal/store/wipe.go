package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"pedigree/internal/store/kv"
)

// Rows that only a restored store has, under kv.LedgerMeta.
const (
	rowBase      = 0x03 // the height that was restored
	rowRestoring = 0x04 // a restoration is under way
)

func baseKey() []byte { return []byte{rowBase} }

func restoringKey() []byte { return []byte{rowRestoring} }

func encodeBase(height int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(height)) }

// Base is the height whose state came from a snapshot; 0 when the store has
// executed every block since the founding.
func (s *Store) Base() (int64, error) {
	b, found, err := s.rows.meta.Get(baseKey())
	if err != nil || !found {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("%w: the base row has %d bytes", ErrCorrupt, len(b))
	}
	return int64(binary.BigEndian.Uint64(b)), nil
}

// Wipe empties the ledger's state in db, which no Store may have open.
func Wipe(db *kv.DB) error {
	if err := wipe(db); err != nil {
		return fmt.Errorf("couldn't empty the ledger's state: %w", err)
	}
	return nil
}

func wipe(db *kv.DB) error {
	b := db.View(kv.LedgerMeta).NewBatch()
	for _, p := range []kv.Prefix{kv.LedgerMeta, kv.LedgerRows, kv.LedgerStateTree, kv.LedgerEvents, kv.LedgerEventTree, kv.LedgerSets, kv.LedgerSetChains} {
		if err := b.For(p).DeleteRange(nil, nil); err != nil {
			return errors.Join(err, b.Close())
		}
	}
	return b.Commit(true)
}

// wipeUnfinished empties a state whose restoration was cut off.
func wipeUnfinished(db *kv.DB) error {
	_, found, err := db.View(kv.LedgerMeta).Get(restoringKey())
	if err != nil || !found {
		return err
	}
	return wipe(db)
}
