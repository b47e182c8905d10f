//go:build linux

package points

import "time"

// What is waited for at most, and how large the load is.
const (
	reachWait     = 180 * time.Second // for a node to come to the point that is armed
	progressWait  = 180 * time.Second // for entries to be answered after a restart
	progress      = 5
	arriveWait    = 180 * time.Second // a delivery, from one node to the other
	quietWait     = 180 * time.Second // until nothing waits any more
	undecidedMost = 5 * time.Minute   // for two answers that nothing is decided, where long work may take half an hour
	pollPause     = 50 * time.Millisecond

	packs         = 6       // of each pallet
	firstSerial   = 1 << 20 // of the first trader, above those of the load's own pallets
	traderSerials = 1 << 20
	nthMost       = 3 // the latest arrival at which a long run ends a node

	snapshotBlocks = 10 // between two snapshots
	largeDocument  = 6 << 20
	largeLog       = 80 << 20 // more than gathers in a store's log
)
