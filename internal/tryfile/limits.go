package tryfile

import "time"

// Limits of work on documents that somebody tries.
const (
	// FindingsListed is how many findings of each severity are listed where nobody says
	// another number; FindingsListedMax is the most that may be asked for.
	FindingsListed, FindingsListedMax = 100, 10_000
	// FindingsOfArchiveMax is how many are listed of all documents in an archive.
	FindingsOfArchiveMax = 20_000
	// HashesListed and HashesListedMax are the same for the hashes of events.
	HashesListed, HashesListedMax = 1000, 10_000
	// DifferencesListed and DifferencesListedMax are the same for events that differ.
	DifferencesListed, DifferencesListedMax = 100, 1000

	nameBytesMax = 200 // of a document's name

	placesMax       = 4 // documents that are worked on at once
	placesOfOrg     = 2 // of them, of one organisation
	placeAgain      = 5 * time.Second
	heldBytesMax    = 256 << 20 // of documents that have to be read more than once, together
	writtenBytesMax = 1 << 30   // of a document in its new form
)
