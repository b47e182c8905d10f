package epcis

import "time"

// Default limits of a reader. Each can be set lower or higher in Limits.
const (
	DefaultDocumentBytes     = 1 << 30   // 1 GiB: about seven million packs
	DefaultDepth             = 64        // nested elements or JSON values
	DefaultAttributes        = 64        // XML attributes of one element, namespaces included
	DefaultTextBytes         = 64 << 10  // one text, name or string
	DefaultTagBytes          = 128 << 10 // one XML start tag
	DefaultEPCsPerEvent      = 250_000   // identifiers of all lists of one event together
	DefaultNodesPerEvent     = 50_000    // unknown (extension) elements of one event
	DefaultMembersPerObject  = 1_024     // names of one JSON object
	DefaultEvents            = 5_000_000 // events of one document
	DefaultVocabularyEntries = 100_000   // master data elements of one document
	DefaultHeaderNodes       = 200_000   // attributes and unknown elements of a header
)

// Limits bounds what a reader accepts. A zero field means the default.
type Limits struct {
	DocumentBytes     int64 // bytes of the whole document
	Depth             int   // nested elements or JSON values
	Attributes        int   // XML attributes of one element
	TextBytes         int   // bytes of one text or string
	TagBytes          int   // bytes of one XML start tag
	EPCsPerEvent      int   // identifiers in one event
	NodesPerEvent     int   // unknown elements in one event
	MembersPerObject  int   // names in one JSON object
	Events            int   // events in the document
	VocabularyEntries int   // master data elements in the document
	HeaderNodes       int   // attributes and unknown elements in the header
}

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	if l.DocumentBytes == 0 {
		l.DocumentBytes = DefaultDocumentBytes
	}
	for _, f := range []struct {
		have *int
		want int
	}{
		{&l.Depth, DefaultDepth},
		{&l.Attributes, DefaultAttributes},
		{&l.TextBytes, DefaultTextBytes},
		{&l.TagBytes, DefaultTagBytes},
		{&l.EPCsPerEvent, DefaultEPCsPerEvent},
		{&l.NodesPerEvent, DefaultNodesPerEvent},
		{&l.MembersPerObject, DefaultMembersPerObject},
		{&l.Events, DefaultEvents},
		{&l.VocabularyEntries, DefaultVocabularyEntries},
		{&l.HeaderNodes, DefaultHeaderNodes},
	} {
		if *f.have == 0 {
			*f.have = f.want
		}
	}
	return l
}

const (
	readBufferBytes  = 64 << 10 // first size of the input window
	internedStrings  = 8_192    // remembered short strings per reader
	internedBytes    = 96       // longest string worth remembering
	namespacesInUse  = 1_024    // declared namespaces at one time
	fractionalDigits = 9        // of a second; more than time.Time can hold is refused
	lateContextBytes = 16 << 20 // how far behind the events the @context is looked for
	prehashKeptBytes = 1 << 20  // larger buffers are not kept for reuse
	remarksKept      = 100      // remarks of a reader on one event, or on the header
	findingsPerRule  = 1_000    // findings of one rule before they are only counted
	writeBufferBytes = 32 << 10 // what a writer gathers before it writes
)

const (
	futureTolerance  = 5 * time.Minute // clocks of honest partners differ
	widestOffset     = 14 * time.Hour  // of a local time from UTC, where a document gives no offset
	distinctProducts = 100_000         // GTINs and places remembered for master data checks
	distinctOwners   = 100             // pairs of owners that goods go between
	distinctLots     = 1_000_000       // lots remembered for conflicts
	pendingObjects   = 10_000          // objects used before they were commissioned
	longestWord      = 64              // of a vocabulary, to look for what it was meant to be
	packingLevels    = 32              // objects inside one another
	numberBytes      = 256             // of a JSON number
	pathNames        = 12              // names of a path shown in an error, the innermost and outermost
	emptyReads       = 100             // reads without bytes before a source is given up
	doctypeBytes     = 1024            // of a DOCTYPE without declarations
	learnedPrefixes  = 10_000          // company prefixes remembered of one document
)
