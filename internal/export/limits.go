package export

// The limits of this package, in one place.
const (
	// nameBytesMax is what the name field of a tar header holds.
	nameBytesMax = 100
	// titleBytesMax is how much of a document's own name its name here has.
	titleBytesMax = 60
	// smallBytesMax bounds what is read whole: manifest, signature, a receipt, a proof.
	smallBytesMax = 2 << 20
	// foundingBytesMax bounds a founding file.
	foundingBytesMax = 8 << 20
	// lineBytesMax bounds one line of a list; a proof in base64 is its longest part.
	lineBytesMax = 4 << 20
	// filesMax is how many files an archive has.
	filesMax = 1 << 28
	// tablesMax is how many tables an archive has.
	tablesMax = 1000
	// namesMax is how many names of one list or table are kept, and gaps between numbers,
	// to check what refers to them: 16 bytes each, and as much again.
	namesMax = 1 << 20
	// goneMax is how many things an archive names that were erased.
	goneMax = 1 << 20
	// notesMax is how many notes a check makes.
	notesMax = 100
	// faultsMax is how many faults are told of; checking goes on to count no more.
	faultsMax = 100
	// octalSizeMax is the largest size that a header has in octal digits.
	octalSizeMax = 1<<33 - 1
)
