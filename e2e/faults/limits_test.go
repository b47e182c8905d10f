//go:build linux

package faults

import "time"

// What is waited for at most, and how long faults last.
const (
	progressWait = 180 * time.Second // for entries to be answered while a network should go on
	progress     = 15                // entries whose answers show that it does
	healWait     = 180 * time.Second // after a fault, until all take part
	endWait      = 180 * time.Second // for a process to end by itself
	cutLasts     = 3 * time.Second
	flapLasts    = time.Second
	pauseLasts   = 3 * time.Second
	haltLasts    = 4 * time.Second // in which nothing is decided
	proofWait    = 90 * time.Second
	evidenceWait = 180 * time.Second
	replayWait   = 240 * time.Second

	clients     = 6
	clientPause = 50 * time.Millisecond // after each answer: what is left of a machine is for the faults

	diskBytes  = 400 << 20      // of the member whose disk fills up
	networkAge = 20 * time.Hour // so that no clock is before the founding; after a day a node waits for a new block first
	behindMax  = time.Minute    // that the engine gives a clock
	fillTries  = 50
	lossShare  = 0.3
	slowLink   = 1_000_000             // bits each second
	skewSmall  = 5 * time.Minute       // of two clocks at once
	slowSync   = 20 * time.Millisecond // each sync of a slow disk
	syncMax    = 200                   // the last sync that may fail
	blockAhead = 30 * time.Second      // a block's time may be before the machine's
)
