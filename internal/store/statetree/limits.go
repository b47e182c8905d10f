package statetree

import "pedigree/proof"

// The limits of this package, in one place.
const (
	// bucketLeavesMax is the greatest number of leaves of a subtree that is
	// stored as leaves only. Changing it changes which rows exist: a store
	// written with another number is refused by Check.
	bucketLeavesMax = 24
	// nibblesMax is the greatest depth of a subtree in nibbles: a whole path.
	nibblesMax = 2 * proof.HashSize
	// leavesMax is more keys than any disk holds; a greater count is damage.
	leavesMax = 1 << 48
	// fanout is the number of children of a page, one for each nibble.
	fanout = 16
	// pageBytes is about what one cached page costs in memory, the cache's own
	// share included.
	pageBytes = 896
	// CachePagesMin keeps the pages of the topmost levels in memory.
	CachePagesMin = 512
	// CacheBytesDefault holds all pages of up to some ten million keys.
	CacheBytesDefault = 32 << 20
)
