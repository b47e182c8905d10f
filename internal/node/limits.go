package node

import "time"

// The limits of this package that others need not know; those of one file stand in it.
const (
	// trustPeriod is how long validators are trusted after they signed, the time for
	// which the engine takes evidence against them. Older headers could have been
	// signed since, with keys that were given up.
	trustPeriod = 7 * 24 * time.Hour
	// snapshotEveryDefault and snapshotKeepDefault are the usual blocks between two
	// snapshots, and how many are kept.
	snapshotEveryDefault = 10_000
	snapshotKeepDefault  = 2
	// snapshotBelow is how many blocks must stand on the one of a snapshot before
	// it is written: the next two headers sign its hash and its validators.
	snapshotBelow = 2
	// pendingDefault and pendingBytes are how many envelopes, and how many bytes of
	// them, wait for a block at most.
	pendingDefault = 50_000
	pendingBytes   = 32 << 20
	// laneFloor is how many bytes a lane gives to a block while other lanes wait,
	// whatever they have, and laneStep how many at a turn.
	laneFloor = 1 << 20
	laneStep  = 64 << 10
	// crowdedAgain is after how long who is refused for a full lane may ask again.
	crowdedAgain = time.Second
	// undecidedWait is how long an entry's end is waited for while no block is made.
	undecidedWait = 10 * time.Second
	// publishedDialledMax is how many published nodes a node dials, dialAtOnce how many
	// at the same time, and dialEvery how often it looks for one that is due.
	publishedDialledMax = 32
	dialAtOnce          = 4
	dialEvery           = time.Second
	// dialPauseFirst is about the first pause, each is twice the one before, and
	// dialPauseMax about the longest. A connection that lasts for dialSteady begins anew.
	dialPauseFirst = 2 * time.Second
	dialPauseMax   = 5 * time.Minute
	dialSteady     = time.Minute
	// resolveWait is how long the name of a published node may take to resolve.
	resolveWait = 5 * time.Second
	// hearWait is how long a write waits for a connection to another node, hearEvery
	// how often it looks.
	hearWait  = 3 * time.Second
	hearEvery = 50 * time.Millisecond
)
