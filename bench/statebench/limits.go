package statebench

// The limits and sizes of a measurement, in one place.
const (
	// BlockKeys is the number of key changes in a block.
	BlockKeys = 10_000
	// MixedBlocks is how many mixed blocks are measured at each size.
	MixedBlocks = 40
	// ProofCount is how many proofs are measured at each size.
	ProofCount = 2_000
	// KeysMax bounds a size: the store would be some 300 GB.
	KeysMax = 1_000_000_000
)
