package caseview

import "pedigree/format/pdg"

// Limits of cases.
const (
	// ItemsMax is how many items one case may have.
	ItemsMax = pdg.ItemsMax
	// ListMax is the most cases of one page, and ListDefault what it has when nobody
	// says otherwise.
	ListMax, ListDefault = 1000, 100
	// PhotosMax is how many photos one case may have; format/photo bounds each.
	PhotosMax = 50

	messageItemsMax = 2500 // of one message; fewer, where it would have too many bytes
	messagesMax     = 1000 // of one case
	evidenceMax     = 2000 // of one case
	textMax         = 2000 // bytes of a comment, a reason or what data claims
	sentenceMax     = 1000 // bytes of an item in words, in a message
	fieldMax        = 200  // bytes of any other text
	pathMax         = 512
	hereMax         = 500     // paths asked for at once
	messageHead     = 4 << 10 // bytes that tell whether a document is a message
	quantityMax     = 1_000_000_000
	daysMax         = 60 // business days that may be agreed with a partner
	closingsMax     = 64 // items that a refusal names
)
