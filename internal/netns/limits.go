package netns

import "time"

// The limits of this package, in one place.
const (
	// LanesMax is how many lanes a net may have.
	LanesMax = 16
	// netsMax is how many nets may exist on one machine at once.
	netsMax = 250
	// commandWait is how long one command of the system may take.
	commandWait = 20 * time.Second
)
