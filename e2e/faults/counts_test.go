//go:build linux && !long

package faults

// How often each fault is injected in a plain run.
const (
	flaps       = 3
	crashPoints = 20
	clockTurns  = 1
	fullDisks   = 3
	failedSyncs = 4
	resent      = 500
	flips       = 60
	edits       = 40
	partitions  = 1
)
