//go:build linux

package upgrade

import "time"

// What is waited for at most, and how much.
const (
	heightWait = 240 * time.Second // for a height that lies ahead
	endWait    = 180 * time.Second // for a process to end by itself
	stillLasts = 3 * time.Second   // in which a network without a majority makes no block
	progress   = 15                // entries whose answers show that the network goes on
	aheadCalm  = 100               // heights that leave time for two votes
	aheadVerbs = 40                // times the heights that one verb took
	aheadRolls = 8                 // times the heights that one change of program took
	pollPause  = 50 * time.Millisecond
)
