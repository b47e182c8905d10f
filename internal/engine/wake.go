package engine

import (
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
)

// wake brings the time of a chain that stood still for long up to the present.
//
// A block has the time at which the one before it was voted for. After a night in which
// every node was off, the next block is still of yesterday, and what is judged by block
// time has to wait for the one after it; with nothing to order that is Timeouts.EmptyBlock
// for each of them. So a node whose last block is old when it starts makes the next
// blocks after a moment, until one has the present time, and wakesMost of them at most:
// its own clock may be the one that is wrong.
//
// Only waiting is changed. Its methods are called where those of turns are.
type wake struct {
	waits *cmtcfg.ConsensusConfig
	full  time.Duration
	left  int // blocks that may still be made soon
}

// begin notes the time of the last block at a start.
func (w *wake) begin(last time.Time) {
	w.left = wakesMost
	w.executed(last)
}

// executed notes the time of a block and sets how long the next one waits for something
// to order.
func (w *wake) executed(at time.Time) {
	if w.left == 0 || time.Since(at) < wakeAfter {
		w.left, w.waits.CreateEmptyBlocksInterval = 0, w.full
		return
	}
	w.left--
	w.waits.CreateEmptyBlocksInterval = min(w.full, wakePause)
}
