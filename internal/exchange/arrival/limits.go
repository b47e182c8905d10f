package arrival

import "time"

const (
	// EPCISBytesMax is the largest EPCIS document.
	EPCISBytesMax = 64 << 20

	findingsMax  = 50  // that a sender is told
	itemBytesMax = 120 // of where a finding is
	textBytesMax = 200 // of what it says

	// lookMax is how long one look may take; what takes longer waits for a person.
	lookMax = 5 * time.Minute
)
