//go:build linux && long

package faults

// How often each fault is injected in a long run.
const (
	flaps       = 10
	crashPoints = 60
	clockTurns  = 3
	fullDisks   = 10
	failedSyncs = 30
	resent      = 5_000
	flips       = 600
	edits       = 400
	partitions  = 5
)
