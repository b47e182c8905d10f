package eventtree

// The limits of this package, in one place.
const (
	// tileLevels is the number of tree levels from one stored level to the next.
	tileLevels = 4
	// tileHashes is the number of hashes in a full tile.
	tileHashes = 1 << tileLevels
	// groupsMax is the number of level groups of a tree of 2^64 events.
	groupsMax = 64 / tileLevels
)
