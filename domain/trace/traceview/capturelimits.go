package traceview

import (
	"time"

	"pedigree/proof"
)

// Limits of capture and of what it sends.
const (
	validSeconds        = 24 * 3600                     // life of an envelope
	sameActsMax         = 60                            // times that one act is done within a second
	envelopeFill        = proof.EnvelopeSizeMax - 2<<10 // bytes of entries and signatures in one envelope
	inFlightMax         = 256                           // envelopes under way at a time
	waveStep            = proof.EntriesMax              // between waves, so that a refused envelope can be split in between
	openSlotsMax        = 120                           // slots opened by one entry
	packRecordsMax      = 120                           // records packed or unpacked by one entry
	packSignersMax      = 56                            // one-time keys of one operation
	endRecordsMax       = 60                            // records ended by one entry, packed ones included
	treeLevelsMax       = proof.BundleLevelsMax         // containers sealed in each other in one commission
	treeItemsMax        = 200_000                       // things in one commission
	chunkItemsMax       = 20_000                        // stock rows of one transaction, unless one commission has more
	chunkRootsMax       = 1024                          // commissions of one transaction
	lookupPathsMax      = 500                           // paths looked up by one statement
	eventBatchMax       = 2_000                         // events stored by one transaction
	findingsMax         = 10_000                        // findings kept of one document
	captureThingsMax    = 5_000_000                     // things that one document may name
	resubmitMax         = 3                             // times an envelope that lapsed is signed anew in one run
	transformInputsMax  = 20                            // records ended by one transformation
	transformOutputsMax = 20                            // and made by it
	placesMax           = 10_000                        // places remembered while a document is read
	slabThings          = 1024                          // things allocated together
	growersCount        = 2                             // trees built beside each other
	readAheadEvents     = 64                            // events read before they are checked, and checked before they are stored
	progressEvery       = 500                           // events between two reports of progress
	notesKept           = 1000                          // notes and refusals kept of one capture
	eventBits           = 23                            // of an event's row number; the rest is its document
	inventoryLimit      = 100                           // rows of a page when nobody says
	inventoryLimitMax   = 1000
	inventoryScanMax    = 50_000  // rows looked at for one page
	markScanMax         = 5000    // the same, where each one's marks are read from the ledger
	standingsKept       = 200_000 // containers remembered while stock is counted
)

// How a node that is not ready is asked again.
const (
	submitBatchMax = 1024 // envelopes read from the outbox at a time
	submitTries    = 8
	submitPause    = 50 * time.Millisecond
	submitPauseMax = 5 * time.Second
)
