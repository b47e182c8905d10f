package trading

import "time"

// The limits of this package, in one place.
const (
	readyWait  = 60 * time.Second      // until a node takes work
	stopWait   = 30 * time.Second      // until one that is asked to stop has stopped
	stepWait   = 20 * time.Minute      // for one stage of a trip
	look       = 10 * time.Millisecond // between two looks at what a node says
	keysAtOnce = 1000                  // receiving keys in one file
)
