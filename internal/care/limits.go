package care

import "time"

// The limits of this package, in one place.
const (
	// faultsMax is how many faults a scrub remembers.
	faultsMax = 1000
	// restLeast is the work after which a scrub rests: timers are worth no less.
	restLeast = 2 * time.Millisecond
	// filesMax is how many files a backup has; a store of a terabyte has fewer.
	filesMax = 1 << 20
	// manifestBytesMax bounds the manifest: some 200 bytes for each file.
	manifestBytesMax = 256 << 20
	// pathBytesMax is the longest path in a backup.
	pathBytesMax = 200
	// paddingBytesMax bounds what follows the end of a tar.
	paddingBytesMax = 1 << 20
	// copyBytes is the memory for reading the head of a copied ledger.
	copyBytes = 1 << 20
)
