package store

import "errors"

// The limits of this package, in one place. The ledger's own limits are lower;
// these keep a mistake from reaching the disk.
const (
	// KeyBytesMax is the longest raw state key.
	KeyBytesMax = 512
	// ValueBytesMax is the largest state value.
	ValueBytesMax = 1 << 20
	// EventBytesMax is the largest event.
	EventBytesMax = 1 << 20
	// ItemsMax is the greatest number of writes, events, set items, drops or
	// entries, each counted for itself, in one block.
	ItemsMax = 1 << 20
	// EventsReadMax is the greatest number of events that one Events call returns.
	EventsReadMax = 10_000
	// ProofsMax is the greatest number of keys and events of one ProveAt call.
	ProofsMax = 1_000

	// restoreBatchBytes and restoreBatchItems are how much of a snapshot is
	// gathered before it is written.
	restoreBatchBytes = 4 << 20
	restoreBatchItems = 10_000
	// plantRows is about how many rows of a snapshot are put into the state tree
	// at once: some hundred bytes of memory each.
	plantRows = 1 << 18
)

// Mistakes of the caller that the limits catch.
var (
	errMany  = errors.New("the block changes more than the store takes at once")
	errSize  = errors.New("its size is outside the limits")
	errOrder = errors.New("keys must ascend and none may come twice")
)
