package turns

import "time"

// Limits of turns.
const (
	// SmallBytes is the size up to which a document is read at once: a turn would
	// cost more than it saves.
	SmallBytes = 32 << 10

	piece     = time.Millisecond      // of work before others go first
	restFor   = time.Millisecond      // after each piece, while others are served
	yieldMost = 5 * time.Millisecond  // that a piece waits for small requests
	smallMost = 25 * time.Millisecond // that a small request is waited for: one that takes longer waits itself
	calmAfter = 2 * time.Second       // without a small request: then all processors may be used
)
