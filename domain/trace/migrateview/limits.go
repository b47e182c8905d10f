package migrateview

import (
	"time"

	"pedigree/format/stocklist"
)

// The limits of bringing stock over.
const (
	ListBytesMax    = stocklist.BytesMax
	ArchiveBytesMax = 256 << 20 // of an archive; what is in it has its own limits
	ArchivesKept    = 1_000     // archives of which is kept what came of them
	RefusedMax      = 1_000     // documents of an archive that can't be used, each by its name
	FindingsMax     = 10_000    // kept of a run; all are counted
	LinesMax        = 1_000     // lines of work of a page
	RunsListMax     = 1_000     // runs of a page
	NameBytesMax    = 255       // of a file's name
	RunsKept        = 20        // runs of which each line is kept; of earlier ones the counts stay
	waitingMax      = 16        // archives and lists under way or in line
	unfinishedMax   = 1_000     // archives that were paused or failed
	chunkLines      = 500       // lines of one transaction
	sellersKept     = 10_000    // sellers' standings remembered during a run
	lotsKept        = 50_000    // lots remembered during a run
	zerosTried      = 100       // serial numbers of a transaction that are looked for with zeros in front
	serialMax       = 20        // characters of a serial number (GS1 General Specifications, AI 21)
	unknownShown    = 50        // columns named that aren't read
	errorBytesMax   = 2_000     // of why a run failed
	textBytesMax    = 1_000     // of a finding
)

// longWork is how long a list may take to come in.
const longWork = 30 * time.Minute
