package goods

import (
	"time"

	"pedigree/proof"
)

// The limits of this package, in one place.
const (
	// MakersMax is how many makers have numbers of their own.
	MakersMax = 90
	// UnitsPerEnvelope is how many loose units one envelope commissions.
	UnitsPerEnvelope = proof.EntriesMax
	// validFor is how long an envelope can be accepted.
	validFor = 24 * time.Hour
	// deadlineAfter is how long a shipment can be received.
	deadlineAfter = 10 * 24 * time.Hour
	// untilHalfYear is a half-year since 2000 after the expiry of the goods.
	untilHalfYear = 62
)
