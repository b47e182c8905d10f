package witness

// Limits of this package.
const (
	// proofBytesMax is the longest proof that is read.
	proofBytesMax = 8 << 20
	// checkpointBytesMax is the longest checkpoint, and signaturesMax how many lines
	// of signatures it may have.
	checkpointBytesMax = 16 << 10
	signaturesMax      = 64
	// nameBytesMax is the longest name of a witness.
	nameBytesMax = 64
)
