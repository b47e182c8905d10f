package store

import (
	"fmt"

	"pedigree/internal/store/eventtree"
	"pedigree/internal/store/expiryset"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

// View is the state as it was at one height: everything read through it, and
// every proof, belongs together while blocks go on. It belongs to one goroutine.
// Close it soon, because the disk keeps what it can still see.
type View struct {
	snap *kv.Snapshot
	rows spaces
	head head
}

var _ ledger.Backend = (*View)(nil)

// View freezes the last committed height.
func (s *Store) View() (*View, error) {
	snap, err := s.db.View(kv.LedgerMeta).Snapshot()
	if err != nil {
		return nil, fmt.Errorf("couldn't freeze the ledger's state: %w", err)
	}
	v := &View{snap: snap, rows: spacesOf(snap.For)}
	if v.head, err = readHead(v.rows); err != nil {
		snap.Close()
		return nil, fmt.Errorf("couldn't freeze the ledger's state: %w", err)
	}
	if !v.head.began {
		v.head.parts = emptyParts()
	}
	return v, nil
}

// Close lets the moment go. It may be called more than once.
func (v *View) Close() error { return v.snap.Close() }

// Height is the height that the view shows.
func (v *View) Height() int64 { return v.head.height }

// Parts is what the application hash of that height commits to.
func (v *View) Parts() proof.AppHashParts { return v.head.parts }

// PartsAt is what the application hash of an earlier height commits to, unless
// it was pruned.
func (v *View) PartsAt(height int64) (proof.AppHashParts, error) {
	return v.rows.partsAt(height, v.head)
}

// Get returns the value under a raw state key.
func (v *View) Get(key []byte) (value []byte, found bool, err error) { return v.rows.get(key) }

// Each calls fn with every key that begins with prefix, in ascending order, until
// fn returns false. The slices are valid only during the call.
func (v *View) Each(prefix []byte, fn func(key, value []byte) (bool, error)) error {
	return v.rows.each(prefix, fn)
}

// SetHas reports whether an expiring set's bucket holds item.
func (v *View) SetHas(set byte, bucket uint64, item proof.Hash) (bool, error) {
	return expiryset.Has(v.rows.items, set, bucket, item)
}

// Entry says where an entry stands and how it ended.
func (v *View) Entry(id proof.Hash) (mark ledger.EntryMark, found bool, err error) {
	return v.rows.entry(id)
}

// Events returns up to n events, at most EventsReadMax, from number on.
func (v *View) Events(from uint64, n int) ([][]byte, error) {
	return eventtree.Read(v.rows.events, from, min(n, EventsReadMax))
}
