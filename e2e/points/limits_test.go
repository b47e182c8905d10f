//go:build linux

package points

import "time"

// What is waited for at most, and how large the load is.
const (
	reachWait    = 60 * time.Second // for a node to come to the point that is armed
	progressWait = 60 * time.Second // for entries to be answered after a restart
	progress     = 5
	arriveWait   = 60 * time.Second // a delivery, from one node to the other
	quietWait    = 60 * time.Second // until nothing waits any more
	pollPause    = 50 * time.Millisecond

	packs         = 6       // of each pallet
	firstSerial   = 1 << 20 // of the first trader, above those of the load's own pallets
	traderSerials = 1 << 20
	nthMost       = 3 // the latest arrival at which a long run ends a node

	snapshotBlocks = 10 // between two snapshots
	largeDocument  = 6 << 20
	largeLog       = 80 << 20 // more than gathers in a store's log
)
