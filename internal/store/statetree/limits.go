package statetree

import "pedigree/proof"

// The limits of this package, in one place.
const (
	// bucketLeavesMax is the greatest number of leaves of a subtree that is
	// stored as leaves only. Changing it changes which rows exist: a store
	// written with another number is refused by Check.
	bucketLeavesMax = 24
	// leavesMax is more keys than any disk holds; a greater count is damage.
	leavesMax = 1 << 48
	// bitsMax is the greatest depth of a subtree: a whole path.
	bitsMax = 8 * proof.HashSize
	// pageBits is the number of levels of a page, and fanout its width.
	pageBits = 4
	fanout   = 1 << pageBits
	// pageBytes is about what a cached page costs in memory besides its nodes,
	// the cache's own share included; nodeBytes is one node.
	pageBytes = 160
	nodeBytes = 40
	// sparePagesMax is how many dropped pages are kept to be used again.
	sparePagesMax = 1024
	// CacheBytesDefault holds all pages of up to some ten million keys.
	CacheBytesDefault = 32 << 20
	// CacheBytesMin keeps the topmost levels in memory.
	CacheBytesMin = 256 << 10
)
