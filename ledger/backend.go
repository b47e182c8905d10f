package ledger

import "pedigree/proof"

// Backend is committed state as the runtime reads it. The store keeps it in
// Pebble, ledgertest in memory; both must give the same answers.
type Backend interface {
	// Get returns the value under a raw state key (prefix byte first).
	Get(key []byte) (value []byte, found bool, err error)
	// Each calls fn with every key that begins with prefix, in ascending order,
	// until fn returns false. The slices are valid only during the call.
	Each(prefix []byte, fn func(key, value []byte) (bool, error)) error
	// SetHas reports whether an expiring set's bucket holds item.
	SetHas(set byte, bucket uint64, item proof.Hash) (bool, error)
}

// Changes is everything that one block does to persisted state. Applying the
// same changes to the same state gives the same application hash everywhere.
type Changes struct {
	Writes   []Write     // each key at most once, ascending
	SetAdds  []SetItem   // in the order in which they join their bucket's chain
	SetDrops []SetDrop   // buckets that have expired
	Events   [][]byte    // leaves of the event tree, in order
	Entries  []EntryMark // place of each id spent in this block; a local index, outside the hash
}

// IsEmpty reports that nothing which the application hash covers changes.
func (c Changes) IsEmpty() bool {
	return len(c.Writes) == 0 && len(c.SetAdds) == 0 && len(c.SetDrops) == 0 && len(c.Events) == 0
}

// Write sets the value under a raw key, or deletes the key.
type Write struct {
	Key    []byte
	Value  []byte
	Delete bool
}

// SetItem is a hash that joins an expiring set.
type SetItem struct {
	Set    byte
	Bucket uint64
	Item   proof.Hash
}

// SetDrop forgets all buckets of a set below a bucket number.
type SetDrop struct {
	Set    byte
	Before uint64
}

// EntryMark says where an entry stands and how it ended.
type EntryMark struct {
	ID     proof.Hash // entry id
	Height int64      // block height
	Index  int        // position in the block
	Code   uint32     // 0, or the number of the error that refused it
}
