package engine

import (
	"fmt"
	"runtime"
	"sync/atomic"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// halt is the height above which this node neither signs nor executes; 0 for none.
// It is set before the block at that height is committed.
type halt struct {
	after      atomic.Int64
	why        error // set before after
	stopping   chan struct{}
	catchingUp func() bool
}

func (h *halt) set(height int64, why error) {
	h.why = why
	h.after.Store(height)
}

// passed is why a height may not be signed or executed, or nil.
func (h *halt) passed(height int64) error {
	if after := h.after.Load(); after != 0 && height > after {
		return fmt.Errorf("%w: height %d: %w", ErrHalted, height, h.why)
	}
	return nil
}

// execute says whether a height may be executed. A node that takes old blocks from
// its peers would end in a panic of the engine at an error, so there its goroutine
// waits until the node is stopped, which has begun, and ends then.
func (h *halt) execute(height int64) error {
	err := h.passed(height)
	if err != nil && h.catchingUp() {
		<-h.stopping
		runtime.Goexit()
	}
	return err
}

// haltingSigner signs nothing above the height at which the node halts.
type haltingSigner struct {
	types.PrivValidator
	halt *halt
}

// SignVote implements types.PrivValidator.
func (s haltingSigner) SignVote(chainID string, vote *cmtproto.Vote) error {
	if err := s.halt.passed(vote.Height); err != nil {
		return err
	}
	return s.PrivValidator.SignVote(chainID, vote)
}

// SignProposal implements types.PrivValidator.
func (s haltingSigner) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	if err := s.halt.passed(proposal.Height); err != nil {
		return err
	}
	return s.PrivValidator.SignProposal(chainID, proposal)
}
