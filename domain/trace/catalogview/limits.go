package catalogview

import "time"

// Limits of a catalogue.
const (
	valueBytesMax  = 500       // of one field
	sourcesMax     = 10_000    // that ever said something
	csvBytesMax    = 100 << 20 // of a file of products
	csvRowsMax     = 1_000_000
	csvColumnsMax  = 100
	recordBytesMax = 64 << 10
	chunkRows      = 20_000 // rows of a load in one transaction
	compareRows    = 500    // products compared in one transaction
	waitingMax     = 16     // files of products under way or in line
	errorBytesMax  = 2_000  // of why a load failed
	badShown       = 20     // lines that a load names
	ListMax        = 1_000  // rows of a page
	ListDefault    = 100
	rightsMax      = 1_000   // typed rights of one number
	numbersMax     = 100_000 // typed rights in all
	learnedMax     = 100_000 // products of one document
	exemptMax      = 1_000   // things of one claim that they came in an exempt transaction
	exemptTextMax  = 8192    // bytes of the text that names one
	scannedMax     = 20_000  // products that one search by a word looks at

	sourcesOfGTIN = 200 // sources of one product that are looked at
)

// loadWait is how long a file of products may take to come and to be read.
const loadWait = 10 * time.Minute
