package tiview

import "time"

// The limits of documents.
const (
	DocumentBytesMax  = 256 << 20 // of a document that comes in, as of a shipment between two nodes
	FindingsMax       = 1_000     // kept of a document, the gravest first; all are counted
	DifferencesMax    = 200       // shown of a corrected document
	CompareBytesMax   = 16 << 20  // of a document whose differences are shown
	ListMax           = 1_000     // entries of a page
	ListDefault       = 100
	PrintPackagesMax  = 200_000              // packages of a printed document; what is larger is taken out as it is
	SSCCReuse         = 400 * 24 * time.Hour // for so long an SSCC may not name another unit (GS1 General Specifications, 4.3.1: a year at least)
	correctionsMax    = 100                  // of one document, one after another
	givenMax          = 16                   // times that one document was given, for its place in the order
	NameBytesMax      = 255
	batchLines        = 50_000 // rows of one transaction
	hereMax           = 500    // paths asked for at once
	unitsCompared     = 10_000 // logistic units of a document that are held against earlier ones
	summaryBytesMax   = 64 << 20
	mentionsMax       = 100   // documents that are told of one thing
	resumedMax        = 1_000 // interrupted entries taken up at a start
	queryBytesMax     = 255   // of one search word
	indicatorsOfDrugs = 9     // digits 0 to 8 before an NDC in a GTIN

	AnswerDocumentsMax = 500              // documents of one answer to an inspector
	AnswerPackagesMax  = PrintPackagesMax // packages of them all
	answerLotsShown    = 5                // of a document in the table; the file of lines has all
	answerNumbersShown = 20               // of documents that an answer couldn't cover
	CatchUpMax         = 500              // documents looked at before a search, of those that left or came by other ways
	carriedPage        = 200              // rows asked for at once
	carriedAgain       = 60               // places before the last one that are looked at again: rows may become visible out of order
	numbersMax         = 1_000            // of one document that it is found by
)
