package bare

// The limits of this package, in one place.
const (
	// signaturesMax is how many signatures one transaction may carry.
	signaturesMax = 16
	// verdictsMax is how many transactions are remembered as verified, at least.
	verdictsMax = 200_000
	// keyBytes and signedBytes are the sizes of a key and of a key with its signature.
	keyBytes    = 32
	signedBytes = keyBytes + 64
	// counterBytes is the smallest payload: a number that makes it unique.
	counterBytes = 8
)
