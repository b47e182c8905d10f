package vault

import "time"

// The limits of this package, in one place.
const (
	// readersDefault and readersMax are the connections that Views share.
	readersDefault, readersMax = 4, 64
	// Page caches, in bytes: one for the writer and one for each reader.
	writerCacheDefault, readerCacheDefault = 64 << 20, 8 << 20
	cacheBytesMin, cacheBytesMax           = 1 << 20, 16 << 30
	// waitDefault is how long a caller waits for its turn.
	waitDefault = 30 * time.Second
	// closeWaitMax is how long Close waits for those at work.
	closeWaitMax = 30 * time.Second
	// statementTimeout is how long one statement may take unless Config says
	// otherwise, and statementTimeoutLong one that copies, checks or changes tables.
	statementTimeout     = 5 * time.Minute
	statementTimeoutLong = 12 * time.Hour
	// statementShown is how much of a statement an error quotes, in characters.
	statementShown = 120
	// busyTimeout is how long SQLite waits for another connection's lock.
	busyTimeout = 5 * time.Second

	// pageBytes is the unit of the database file. Measured with random keys:
	// 4096 stores three rows in the time of four, 16384 fewer than two.
	pageBytes = 8192
	// checkpointPages is how many pages gather in the write-ahead log before
	// they are copied to the database file: 64 MiB. Pages that change often
	// are then copied once.
	checkpointPages = 8192
	// checkpointPagesAgain is how much more must gather before another attempt
	// when a reader of an old snapshot held up the last.
	checkpointPagesAgain = checkpointPages / 8
	// logBytesKept is what the log shrinks to after a burst.
	logBytesKept = 64 << 20

	// scrubFaultsMax bounds what is reported of one damaged database.
	scrubFaultsMax = 100

	// copyBytes is how much of a copy is written with one statement.
	copyBytes = 4 << 20

	keyFileBytesMax = 4 << 10

	// Connections to a PostgreSQL server.
	connectionsDefault, connectionsMin, connectionsMax = 24, 4, 500
	nameMax                                            = 40
	passwordBytesMax                                   = 4 << 10
	// statementsCached is how many prepared statements a connection keeps.
	statementsCached = 256
	connectTimeout   = 5 * time.Second
	// beginPatience is how long a transaction may take to begin.
	beginPatience = connectTimeout + lockTimeout + cancelPatience
	// lockTimeout is how long a statement waits for another process's lock.
	lockTimeout = 10 * time.Second
	// idleTimeout is how long a transaction may do nothing.
	idleTimeout = 15 * time.Minute
	// idleConnection is how long a connection that nobody uses stays open, and
	// idleTrust how long it is believed without asking.
	idleConnection = 10 * time.Minute
	idleTrust      = time.Second
	// cancelPatience is how long a cancelled statement may take to stop before its
	// connection is given up, hangUpPatience how long a goodbye may take.
	cancelPatience = 5 * time.Second
	hangUpPatience = 2 * time.Second
	// commitPatience is how long a commit may take before it counts as unsure.
	commitPatience = 30 * time.Second
	// askAgain is between two questions what became of a commit.
	askAgain = 100 * time.Millisecond
	// examineTimeout is how long an examination of a server may take, and
	// examineQuestions how often it asks for the time.
	examineTimeout   = 20 * time.Second
	examineQuestions = 3
	// locksAwake is how often the connection that holds the locks is used.
	locksAwake = 5 * time.Second
	// rowsKept is how many rows of a result that is still being read are kept in
	// memory when another statement begins.
	rowsKept = 1_000_000

	schemasMax         = 64
	schemaStepsMax     = 1000
	schemaStepBytesMax = 1 << 20
	schemaNameMax      = 64
	// reasonBytesMin is what a written reason has at least.
	reasonBytesMin = 20

	// DocumentBytesDefault is the largest document unless Config says otherwise.
	DocumentBytesDefault = 1 << 30
	documentBytesAllowed = 1 << 40
	// chunkBytes is the part of a document that is sealed and stored as one.
	chunkBytes = 1 << 20
	// chunkBytesRead is the largest stored part that is read back.
	chunkBytesRead = 4 * chunkBytes
	// chunksWaiting are the sealed parts in memory before they are written in
	// one transaction. It bounds the memory of PutDocument.
	chunksWaiting        = 4
	documentNameMax      = 512
	documentMediaTypeMax = 255
	documentPartnerMax   = 255

	// sealedValueBytesMax is the largest value that is sealed for another package: an
	// address book entry or a kept check, never a document.
	sealedValueBytesMax = 4 << 20

	// rekeyPage is how many rows are in memory at once while they come under another
	// key, rekeysMax how many keys a vault may have after its first, and requestsMax how
	// many lapsed answers are deleted before.
	rekeyPage   = 50
	rekeysMax   = 200
	requestsMax = 1_000_000_000

	// ListMax is the most documents or jobs that one listing returns.
	ListMax = 1000

	// scourBytesMax is the largest database that is written anew while it is in use.
	scourBytesMax = 256 << 20
	// scourTries is how often the end of the readers is waited for, scourPause long.
	scourTries = 300
	scourPause = 100 * time.Millisecond

	jobKindMax     = 64
	jobProgressMax = 64 << 10
	jobCursorMax   = 1 << 20

	requestKeyMax     = 255
	requestRouteMax   = 255
	requestAnswerMax  = 1 << 20
	requestsAtWorkMax = 10_000
	requestAgeDefault = 24 * time.Hour
	// requestsExpiredAtOnce bounds the transaction of ExpireRequests.
	requestsExpiredAtOnce = 10_000

	// bulkValuesMax is how many values one statement of a BulkInsert carries;
	// measured, more gains nothing.
	bulkValuesMax  = 1200
	bulkColumnsMax = 100
)
