package dscsa

// The limits of reading and writing.
const (
	DocumentBytesMax = 256 << 20 // bytes of a document: what a shipment between two nodes may have
	ThingsMax        = 2_000_000 // packages, cases and logistic units of a document: what 256 MiB of a usual one name
	PlacesMax        = 4_000_000 // the same, counted once for each shipment of the document they are in
	ShipmentsMax     = 10_000    // shipping events of a document
	LevelsMax        = 32        // things inside one another, as in format/epcis
	LotsMax          = 1_000_000 // pairs of lot and expiry date of a document
	PathBytesMax     = 4_096     // of one identifier as a path
	DeclaredMax      = 100       // things told of events that are declared errors and stand in another document
	PartnerBytes     = 10 << 20  // above it some partners refuse a document; nothing here does
	lossesListed     = 100       // losses of one rule that are listed; all are counted
	findingsPerRule  = 1_000     // findings of one rule before the rest is only counted
	textBlockBytes   = 1 << 20   // identifiers are kept in blocks of this size
	thingBlock       = 1 << 14   // and what is known of them in blocks of so many
	// AmendmentEventsMax are held in memory of the documents that amend one.
	AmendmentEventsMax = 100_000
)
