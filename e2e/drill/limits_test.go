//go:build linux

package drill

import "time"

// What is waited for at most, and how much.
const (
	goesOnWait = 180 * time.Second // for answers, and for a node or signer to do its part
	logWait    = 180 * time.Second // for a line of the log
	outLasts   = 3 * time.Second   // in which a node that nobody lets in learns nothing
	progress   = 15                // entries whose answers show that the network goes on
	peersOther = 3                 // of a node in a network of four
	pollPause  = 100 * time.Millisecond
)
