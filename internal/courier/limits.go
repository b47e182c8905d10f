package courier

import "time"

// Limits of what one organisation has configured, and of one look.
const (
	// InletsMax is the most inlets, OutletsMax the most folders that parcels go to.
	InletsMax, OutletsMax = 64, 64
	// FileBytesMax is the largest file, and the largest entry of an archive.
	FileBytesMax = 256 << 20
	// ArchiveBytesMax is the most that the entries of one archive hold.
	ArchiveBytesMax = 1 << 30
	// EntriesMax is the most entries of one archive.
	EntriesMax = 1_000
	// RatioMax is how much larger than packed an entry may be, over ratioFree bytes.
	RatioMax = 200
	// NameBytesMax is the longest name of a file.
	NameBytesMax = 255
	// ListMax is the most rows of one listing.
	ListMax = 1000
	// ListDefault is what it has when nobody says otherwise.
	ListDefault = 100

	listingMax        = 10_000  // entries of a folder that one look sees
	runMax            = 1_000   // new files of one look
	ratioFree         = 1 << 20 // inflated bytes that need no ratio
	directoryBytesMax = 2 << 20 // read to find what an archive holds
	tailBytes         = 66 << 10
	reasonBytesMax    = 500
	sealedReceiptsMax = 48 << 10 // of what is kept of one file
	problemsMax       = 20       // files that a look names as passed over
	runsAtOnce        = 16       // inlets of one organisation at work at the same time
	failuresMax       = 5        // after which a look ends: the next file would fail too
	secretBytesMax    = 64 << 10 // of a file with a key, a password or a token
	greetingBytesMax  = 1 << 20  // that a server sends before it is asked for anything
	remoteListMax     = 8 << 20  // bytes of the listing of a server's folder
	requestsAtOnce    = 16       // parts of one file that are asked for together
	spoolBytesMax     = 2 << 30  // of files that are being fetched
	bytesSecondLeast  = 16 << 10 // of a transfer, on average
	replyBytesMax     = 64 << 10 // of a partner's answer
	triesLeast        = 8        // before a parcel is given up, however old it is
	partnersAtOnce    = 64       // that are sent to at the same time
	jobErrorsTold     = 3        // of those that a capture job has
	namesTried        = 100      // for a file that is moved to where one of its name is
)

// Times.
const (
	retryFirst = 5 * time.Second
	retryMost  = 15 * time.Minute
	// retryAfterMost is the longest pause that a partner's server may ask for.
	retryAfterMost = 6 * time.Hour
	settlePart     = 200 * time.Millisecond // between two looks when a person asks for one now
	seenKept       = 400 * 24 * time.Hour   // for how long it is known that a file was taken
	sweepEvery     = time.Hour

	trialWait     = time.Minute // for a look along a way
	handshakeWait = 20 * time.Second
	transferGrace = time.Minute
	answerWait    = 2 * time.Minute
	turnEvery     = 2 * time.Second  // between looks for parcels that are due
	askEvery      = 30 * time.Second // between questions what came of a parcel
	// captureAskFirst is the first such pause of a capture job.
	captureAskFirst = 2 * time.Second
	giveUpAfter     = 14 * 24 * time.Hour
	// certificateWarning is how long before its end a certificate is spoken of.
	certificateWarning = 30 * 24 * time.Hour
	spoolKept          = 14 * 24 * time.Hour // a file that was fetched in part
)
