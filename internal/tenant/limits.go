package tenant

import "time"

// The limits of this package, in one place.
const (
	// openDefault is how many organisations are open at once. Each takes about a
	// megabyte and a few files.
	openDefault = 64
	openLimit   = 4096
	// idleDefault is after how long an organisation that nobody used is closed.
	idleDefault = 10 * time.Minute
	// nameCharsMax bounds an organisation's id, as the ledger does.
	nameCharsMax = 32
	// quotaBytesLimit is the most that a quota may allow.
	quotaBytesLimit = 1 << 44
)
