package node

import (
	"errors"
	"fmt"
	"time"

	"pedigree/internal/engine"
	"pedigree/ledger"
)

// Limits of pruning. A block is committed in time only if little is done beside it.
const (
	pruneEvery      = 100    // blocks between two times
	pruneBlocksMost = 10_000 // blocks that go at one time
)

// Keeping says how long blocks are kept. Receipts are made from them.
type Keeping struct {
	For     time.Duration // by block time, since the last block; 0 keeps all
	Archive string        // member whose node keeps all, for those who ask here in vain
}

// lowestKept is the lowest height whose block is kept: the first one not older than
// keep, but none above a bound. Block time never goes back, so halving finds it.
func lowestKept(base, last int64, keep time.Duration, timeOf func(height int64) (time.Time, error), bounds ...int64) (int64, error) {
	if keep == 0 || base >= last {
		return base, nil
	}
	now, err := timeOf(last)
	if err != nil {
		return base, err
	}
	low, high := base, last // the one looked for is among them
	for low < high {
		mid := low + (high-low)/2
		at, err := timeOf(mid)
		if err != nil {
			return base, err
		}
		if now.Sub(at) > keep {
			low = mid + 1
		} else {
			high = mid
		}
	}
	for _, b := range bounds {
		low = min(low, b)
	}
	return max(base, min(low, base+pruneBlocksMost)), nil
}

// prunable is the height below which the engine may forget blocks after one was
// committed; 0 for none. What can't be found out prunes nothing.
func (n *Node) prunable(k Keeping, last int64) int64 {
	if k.For == 0 || last%pruneEvery != 0 {
		return 0
	}
	base := n.engine.BaseHeight()
	lowest, err := lowestKept(base, last, k.For, n.timeOf, last)
	if err == nil && lowest > base {
		lowest = n.retain(lowest)
	}
	if err != nil {
		n.log.Warn("couldn't find out which blocks are old enough to go", "height", last, "error", err)
		return 0
	}
	if lowest <= base {
		return 0
	}
	n.log.Info("blocks below are forgotten", "height", lowest)
	return lowest
}

func (n *Node) timeOf(height int64) (time.Time, error) {
	h, err := n.engine.Header(height)
	return h.Time, err
}

// PrunedError says that a block was kept as long as this node keeps blocks, and no
// longer, or that the node joined by a snapshot and never had it.
type PrunedError struct {
	Height  int64
	Joined  int64  // height of that snapshot; 0 when the node had the block
	Archive string // member that has it, if this node knows one
}

// Error implements error.
func (e *PrunedError) Error() string {
	if e.Joined > 0 {
		return fmt.Sprintf("this node joined by a snapshot of height %d and never had block %d, so it can make no receipt from it", e.Joined, e.Height)
	}
	return fmt.Sprintf("block %d is older than this node keeps blocks, so it can make no receipt from it", e.Height)
}

// Kind is the sort of refusal.
func (e *PrunedError) Kind() ledger.Kind { return ledger.Expired }

// Code is its stable name.
func (e *PrunedError) Code() string { return "node/pruned" }

// Hint says who has the block.
func (e *PrunedError) Hint() string {
	if e.Archive == "" {
		return "ask a member whose node keeps all blocks (pruning.keep_days: 0), or use a receipt that was made before"
	}
	return "ask " + e.Archive + ", whose node keeps all blocks, or use a receipt that was made before"
}

// orPruned tells a block that this node forgot from one that never was.
func (n *Node) orPruned(err error, height int64) error {
	if errors.Is(err, engine.ErrNotFound) && height < n.engine.BaseHeight() {
		joined, err := n.state.Base()
		if err != nil {
			return err
		}
		if height > joined {
			joined = 0
		}
		return &PrunedError{Height: height, Joined: joined, Archive: n.keep.Archive}
	}
	return err
}
