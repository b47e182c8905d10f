package publicview

import (
	"time"

	"pedigree/internal/auth"
)

// Limits of the public pages.
const (
	// recallsFresh is for how long the list of recalled lots is used again: it is read
	// from all goods where something is recalled.
	recallsFresh   = 5 * time.Minute
	lotsShownMax   = 500             // recalled lots on a page
	pageAge        = 5 * time.Minute // that a page may be kept by whoever asked for it
	languagesMax   = 16              // of a request that are looked at
	addressBits6   = 64              // of an address of IPv6, whose rest one client chooses as it likes
	acceptBytesMax = 1024            // of a header that says what is wanted
)

// clientRate is what one client may ask.
var clientRate = auth.Rate{Every: 500 * time.Millisecond, Burst: 60}
