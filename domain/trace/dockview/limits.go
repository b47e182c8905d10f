package dockview

import "time"

// Limits of receiving at the dock.
const (
	ScansMax      = 100_000 // of one session
	ExpectedMax   = 1_000_000
	DocumentsMax  = 16   // of one session
	ListMax       = 1000 // sessions, or things, of a page
	ItemsShownMax = 200  // things named by one finding; all are counted
	FindingsMax   = 1000 // of one session
	RawBytesMax   = 8192 // of a scan, as gs1 reads it
	DeviceMax     = 64   // bytes of a device's name
	ReasonMax     = 200  // bytes of a decision's reason
	SiteMax       = 64   // bytes of a place
	liveMax       = 32   // sessions kept in memory
	resumedMax    = 1000 // sessions taken up after an interruption
	foundMax      = 10   // documents looked for by one scan
	boardsMax     = 32   // sessions whose changes are kept so
	arrivalsMax   = 500  // shipments, and documents, that are looked at for what waits
	papersKept    = 500  // documents whose content is kept in memory for that
	ArrivalsMax   = 1000 // outermost containers that are listed as waiting

	// LateAfter is how long data waits for its goods before it counts as data without a
	// product: three days.
	LateAfter = 72 * time.Hour

	// DifferencesMax are listed of a correction; all are counted, and held back.
	DifferencesMax = 1000
	heldBatch      = 10_000 // things looked up at once

	// ChangesKept are a session's last ones, for those who watch it and lost their connection.
	ChangesKept = 500

	// Who may watch at once: an organisation's clients, those of one session, and the same
	// client any session.
	WatchesMax          = 16
	WatchesOfSessionMax = 8
	WatchesOfClientMax  = 4
)
