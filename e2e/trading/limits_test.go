//go:build linux

package trading

import "time"

// What is waited for at most.
const (
	verbWait   = 5 * time.Minute // for one verb
	untilWait  = 3 * time.Minute // for what two nodes do between themselves
	untilPause = 100 * time.Millisecond
	killAfter  = 60 * time.Millisecond // a receipt has begun, or is about to
)

// The supplier who is not on the ledger.
const (
	supplierGLN    = "0388881000013"
	supplierPrefix = "0388881"
)
