package ndcdir

// Limits of a directory. The published one has some hundred thousand packages and,
// unpacked, less than a hundred megabytes.
const (
	ZipBytesMax  = 64 << 20  // of the archive
	FileBytesMax = 400 << 20 // of one file, unpacked
	ProductsMax  = 1_000_000
	PackagesMax  = 2_000_000

	entriesMax    = 64 // files in the archive
	lineBytesMax  = 256 << 10
	columnsMax    = 100
	fieldBytesMax = 8 << 10 // of a name; lists of substances and classes are not kept
)
