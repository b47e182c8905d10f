package keys

// Bounds of what is read, and of the work that opening a home takes.
const (
	// secretBytesMax is the size of a plain secret's file.
	secretBytesMax = 4 << 10
	// sealedBytesMax is the size of a file of age: a secret, its header and its tags.
	sealedBytesMax = secretBytesMax + 2<<10
	// passphraseBytesMin and Max bound a passphrase.
	passphraseBytesMin = 12
	passphraseBytesMax = 1024
	// WorkFactor is the logarithm of scrypt's cost: 128 MiB and about half a second
	// for each guess. A file that asks for more than workFactorMax is refused, for
	// it would take the machine's memory.
	WorkFactor    = 17
	workFactorMax = 19
	// asideMax is how many former files of one secret may stand beside it.
	asideMax = 20
	// sheetBytesMax is the size of what is typed back from a sheet.
	sheetBytesMax = 4 << 10
)
