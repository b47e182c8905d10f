package traceview

import "time"

// Limits of what is exchanged with partners.
const (
	ShipmentSizeMax     = 256 << 20 // bytes of a shipment file
	sealedSlack         = 256       // bytes of a shipment file beside its head and what is sealed
	ShipmentItemsMax    = 4096      // top-level records of one shipment
	ShipmentDocsMax     = 16        // documents in one shipment
	ShipmentsListMax    = 1000      // shipments of one listing
	lotsShownMax        = 8         // lots named of one shipment in a listing
	lotsLookMax         = 2000      // things looked at to find them
	announcedKept       = 500       // shipments that wait, whose content is kept in memory
	announcedThingsKept = 8_000_000 // things in all of them, eight bytes each
	ShipmentEventsMax   = 4_000_000 // events of a shipment's document
	earlyObjectsMax     = 200_000   // objects of events that are kept until the goods are known to which they belong
	GoodsItemsMax       = 1_000_000 // things in one shipment, at all levels
	GoodsClassesMax     = 65_536    // pairs of path prefix and attributes
	GoodsOriginsMax     = 100_000   // origins of one shipment's goods
	SealedLevelsMax     = 6         // containers sealed in each other
	PackedMax           = 100_000   // records packed in one record
	DocumentNameMax     = 255       // bytes of a document's name
	MediaTypeMax        = 100       // bytes of a media type
	PrekeysMax          = 10_000    // prekey pairs of one file
	PrekeyFileSizeMax   = 1 << 20   // bytes of a prekey file
	PrekeysDailyMax     = 20_000    // prekey pairs that a partner's node gets in 24 hours without a person
	SealKeySizeMax      = 2048      // bytes of a public sealing key
	SealEncSizeMax      = 2048      // bytes of an encapsulated key
	RefuseReasonMax     = 200       // bytes of the reason for refusing an item
	JudgeItemsMax       = 1000      // things judged by one call
	NoticesMax          = 100_000   // recall notices of one list
	NoticeFileSizeMax   = 16 << 20  // bytes of a list of recall notices
	noticeLineMax       = 64 << 10  // bytes of one line of it
	noticeLinesMax      = 1_000_000 // lines of it; equal ones are one notice
	noticeColumnsMax    = 100
	noticeStep          = 10_000 // lines of a list after which its job tells how far it is
	NoticeTextMax       = 200    // bytes of a recall notice's reference, or its source's name
	VerifyItemsMax      = 100    // packs of one question to a maker
	VerifyDailyMax      = 10_000 // packs about which a partner's node is answered in 24 hours
	VerifyListMax       = 1000   // questions of one listing
	VerifyNoteMax       = 200    // bytes of who answered, where a person notes it
	NoticesListMax      = 1000   // recall notices of one listing
	DispenseReasonMax   = 200    // bytes of the reason for dispensing
	DispenseItemsMax    = 1000   // packs dispensed by one call
	DispenseBatchMax    = 5000   // packs settled by one call
	MarkItemsMax        = 1000   // things marked by one call
	LeaveItemsMax       = 1000   // things that leave the network by one call
	ReenterItemsMax     = 1000   // things that come back by one call
	ReturnItemsMax      = 1000   // things that go back by one call
	ReturnTextMax       = 200    // bytes of why goods go back, in words
	ReturnNumberMax     = 64     // bytes of the number of a return authorisation
	ReturnsListMax      = 1000   // returns of one listing
	PackItemsMax        = 1000   // things packed or unpacked by one call
	HandOverItemsMax    = 256    // things of one order to hand goods over
	HandOverTextMax     = 200    // bytes of such an order's words, and of why it is refused
	HandOversListMax    = 1000   // such orders of one listing
	SplitGroupsMax      = 64     // groups into which a box is split by one call
	PickLinesMax        = 100    // lines of one pick
	PickItemsMax        = 1000   // things that one pick names
	PickPacksMax        = 10_000 // packs of one pick
	PicksMax            = 1000   // picks that are open at once
	PickShelfDaysMax    = 3650   // days of shelf life that a pick asks for
	PickHours           = 48     // hours for which goods stay reserved
	SurfacePacksMax     = 256    // packs of a container that each get a record when it leaves the network
	OutsideCaseMax      = 1000   // things in one container from outside the network that moves as one
	DeadlineDefaultDays = 14     // days a receiver has when nobody says otherwise
	TraceTextMax        = 8192   // bytes of a scan or typed text (gs1.MaxInputBytes)
	TraceStepsMax       = 2000   // steps of one item's history that are shown
	TraceDocumentsMax   = 16     // documents whose master data names places in a trace
	TraceContainersMax  = 64     // containers whose history is part of a trace
	ProblemsMax         = 1000   // hints kept of one shipment
	ProblemsShownMax    = 50     // problems shown of one record
	ReleaseReasonMax    = 500    // bytes of why marks are taken off
	ReleasesListMax     = 100    // of one thing that are shown, the last ones
)

// ledgerAgeDefault is how old, where Config says nothing, the newest block here may be before an answer says that a
// recall could be missing.
const ledgerAgeDefault = 24 * time.Hour

// noticeAgeDefault is how old, where Config says nothing, the newest list of recall notices may be before an answer
// about goods from outside the network says that a recall could be missing.
const noticeAgeDefault = 7 * 24 * time.Hour

// ShiftRowsMax is how many packs one page of a shift's list has.
const ShiftRowsMax = 500

// A list for a device without connection.
const (
	shiftMost = 12 * time.Hour   // it holds for so long, where nothing in it ends before
	shiftStep = 15 * time.Minute // to which the end of a single answer is told
)

// dispenseBackMax is how long ago a pack may have been dispensed by a device without
// connection that brings the news only now.
const dispenseBackMax = 30 * 24 * time.Hour

// Returned goods whose verdicts are looked at, where that releases them.
const (
	returnedPage      = 200    // things looked at between two writes
	returnedThingsMax = 10_000 // things in one that came back; more wait for a person
)

// answerDue is how long a maker has to answer (21 U.S.C. 360eee-1(b)(4)(C): not later
// than 24 hours after the request).
const answerDue = 24 * time.Hour

// Pages of what a container holds, and events that are given out.
const (
	EventsShownMax  = 500      // events of one thing that are given out as a document
	EventsBytesMax  = 16 << 20 // bytes of that document
	holdingLimit    = 50
	holdingLimitMax = 200
	heldAtOnce      = 500 // stock rows asked for by one query
)

// noticesShownMax is how many recall notices about one thing an answer tells.
const noticesShownMax = 16

// stockCheckPage is how many stock rows CheckStock reads at once.
const stockCheckPage = 2000

// Receiving keys that nodes hand each other.
const (
	prekeysLow        = 20      // fewer of a partner's that are left: more are asked for
	prekeysAsked      = 100     // pairs asked for at a time, unless a shipment needs more
	handOverBytesMax  = 1 << 17 // bytes of an order to hand goods over, and of its answer
	verifyBytesMax    = 1 << 16 // bytes of a question to a maker, and of its answer
	repliesShownMax   = 20      // replies about one pack that are looked at
	prekeysRequestMax = 256     // bytes of a request for them
	lotTextMax        = 20      // characters of a lot (GS1 General Specifications, AI 10)
	expiryTextMax     = 6       // of an expiry date (AI 17)
	pickLotsMax       = 10_000  // lots of a product that a pick looks through
	pickLeftOutMax    = 100     // reasons of a line for what was left out
	orderTextMax      = 64      // bytes of an order's number in it
)
