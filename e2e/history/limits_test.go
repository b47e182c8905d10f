//go:build linux

package history

import "time"

const (
	parties = 4 // the companies, in the network's order
	quorum  = 3 // votes of four that decide

	clients        = 64
	operationsEach = 40 // of a box, about
	proposals      = 12
	endEvery       = 60 // one act in so many ends the box
	wildEvery      = 4  // one in so many is asked for whatever the box's state

	answerWait  = 60 * time.Second // many unknown answers make the check long
	runWait     = 30 * time.Minute
	cutLasts    = 4 * time.Second
	checkWait   = 2 * time.Minute
	readPause   = 10 * time.Millisecond
	validSpread = 36_000         // seconds over which the ends of validity are spread
	deadline    = 24 * time.Hour // of an offer
)
