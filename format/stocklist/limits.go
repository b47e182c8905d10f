package stocklist

// The limits of a list.
const (
	BytesMax       = 256 << 20 // of a file
	LinesMax       = 2_000_000 // lines of a file, besides the first
	recordBytesMax = 64 << 10  // of one line, or of several that a quote joins
	columnsMax     = 200       // of a line
	cellBytesMax   = 2_048     // of a cell that is read
	textBytesMax   = 200       // of a seller's name and a reference to a document
	quotedMax      = 40        // characters of a cell that a fault repeats
	yearMin        = 2000      // the years of dates that are taken
	yearMax        = 2099
)
