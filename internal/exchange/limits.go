package exchange

import "time"

// Sizes of a delivery and of the messages about it.
const (
	// PayloadBytesMax is the largest payload; a kind may set less.
	PayloadBytesMax = 256 << 20
	// InlineBytesMax is the largest payload that is kept in the outbox's own row.
	InlineBytesMax = 2 << 20
	// ReferenceBytesMax is the longest reference to a payload kept elsewhere.
	ReferenceBytesMax = 64
	// KindBytesMax is the longest name of a kind.
	KindBytesMax = 32
	// ReasonBytesMax is the longest reason that is kept or sent.
	ReasonBytesMax = 500

	headBytesMax  = 16 << 10 // of an offer
	replyBytesMax = 64 << 10 // of any answer
	sealKeyMax    = 2048     // bytes of a public sealing key
	sealEncMax    = 2048     // bytes of an encapsulated key
	codeBytesMax  = 32       // of a refusal's code

	// NameBytesMax is the longest name of a document, NoteBytesMax the longest
	// reference that its sender may give it.
	NameBytesMax, NoteBytesMax = 255, 140

	mediaTypeMax = 255 // bytes, of a document's media type
	// givenUpAtOnce is how many deliveries become dead letters in one transaction.
	givenUpAtOnce   = 1000
	subjectBytesMax = 1024 // of what stands ahead of a document

	// sealedChunk is the unit of sealing and of sending; plainChunk is what of it
	// is payload, for AES-256-GCM adds 16 bytes.
	sealedChunk = 1 << 20
	plainChunk  = sealedChunk - sealOverhead
)

// What one node takes on.
const (
	spoolPartnerBytesMax = 512 << 20 // half-arrived deliveries of one partner
	spoolPartnerMax      = 64        // how many of them
	inboxPartnerMax      = 10_000    // deliveries of one partner that nobody dealt with
	inboxPartnerBytesMax = 4 << 30   // their size
	outboxMax            = 100_000   // deliveries that wait to be sent
	outboxPartnerMax     = 10_000    // of them documents to one partner

	summonsRate, summonsBurst = 4, 16 // organisations woken for a stranger in a second, and after a pause

	connectionsMax   = 1024 // open at once
	strangersMax     = 256  // of them before the first request; the oldest makes room
	strangersIPMax   = 64   // of them from one address
	requestsOrgMax   = 8    // of one partner at once
	requestsOrgRate  = 200  // of one partner in a second, in the long run
	requestsOrgBurst = 400  // of one partner at once after a pause

	partnersAtOnce = 16   // partners that are sent to at the same time
	dueAtOnce      = 64   // deliveries that one turn takes up for one partner
	partnersMax    = 4096 // partners of one turn
	sealKeysMax    = 64   // of our own, open and closed
	sealKeysRead   = 16   // of a partner's that are looked through

	// ListMax is the most rows of one listing, and ListDefault what it has when
	// nobody says otherwise.
	ListMax, ListDefault = 1000, 100
)

// Times.
const (
	retryFirst = time.Second
	retryMost  = 15 * time.Minute
	// retryAsked is the longest wait that a partner may ask for.
	retryAsked = time.Hour
	// GiveUpAfter is how long a delivery is tried before it becomes a dead letter.
	GiveUpAfter = 14 * 24 * time.Hour
	// SealKeyKept is how long a closed sealing key still opens what arrives.
	SealKeyKept = 30 * 24 * time.Hour
	// partialKept is how long a delivery may stand half arrived.
	partialKept = 14 * 24 * time.Hour

	dialWait      = 10 * time.Second
	handshakeWait = 10 * time.Second
	offerWait     = 60 * time.Second
	partWait      = 2 * time.Minute
	commitWait    = 15 * time.Minute
	idleWait      = 90 * time.Second
	stopWait      = 5 * time.Second
	turnEvery     = time.Second // between looks for what is due
	sweepEvery    = time.Hour   // between looks for what is old
)
