package engine

import (
	"bytes"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtcfg "github.com/cometbft/cometbft/config"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// turns sees to it that a proposer known to be away isn't waited for again and
// again.
//
// The engine waits Timeouts.Propose for each proposer and Timeouts.Precommit
// for stragglers in a round without a proposal. With one of four validators down
// that is every fourth block. A validator that missed a turn, and from which no
// commit has shown a signature since, is given only a short wait at its next
// turns. One signature or one block of its own ends that, and so does
// absentRetry, after which it is waited for in full once more.
//
// What is counted stands in the blocks, so all nodes that executed the same
// blocks wait alike; one that has just started waits longer, for one turn. Only
// waiting is changed: how long a node waits may delay a decision and cannot
// change one. A round after the first one waits at least as long as it would otherwise.
//
// All methods are called from the goroutine that executes blocks, which is the
// one that reads the waits.
type turns struct {
	waits *cmtcfg.ConsensusConfig
	full  Timeouts
	load  func(height int64) (*types.ValidatorSet, error)

	// set are the validators of height, whose proposer is that of its first round.
	set    *types.ValidatorSet
	height int64
	// missed says when, in block time, a validator that is away was last waited for in full.
	missed map[[20]byte]time.Time
	short  bool
}

func newTurns(waits *cmtcfg.ConsensusConfig, full Timeouts, load func(int64) (*types.ValidatorSet, error)) *turns {
	return &turns{waits: waits, full: full, load: load, missed: map[[20]byte]time.Time{}}
}

// executed takes note of a block and sets the waits of the next height.
func (t *turns) executed(req *abci.RequestFinalizeBlock) {
	next := t.follow(req)
	if next == nil {
		t.set, t.missed = nil, map[[20]byte]time.Time{}
		t.wait(false)
		return
	}
	proposer := address(next.GetProposer().Address)
	since, away := t.missed[proposer]
	t.set, t.height = next, req.Height+1
	t.wait(away && req.Time.Sub(since) < absentRetry)
}

// follow notes who signed and who missed its turn, and gives the validators of
// the next height; nil if the store doesn't know them.
func (t *turns) follow(req *abci.RequestFinalizeBlock) *types.ValidatorSet {
	current, err := t.at(req.Height)
	if err != nil {
		return nil
	}
	for _, v := range req.DecidedLastCommit.Votes {
		if v.BlockIdFlag != cmtproto.BlockIDFlagAbsent {
			delete(t.missed, address(v.Validator.Address))
		}
	}
	delete(t.missed, address(req.ProposerAddress))
	if due := current.GetProposer().Address; !bytes.Equal(due, req.ProposerAddress) {
		if _, away := t.missed[address(due)]; !away || !t.short {
			t.missed[address(due)] = req.Time
		}
	}
	for a := range t.missed {
		if !current.HasAddress(a[:]) {
			delete(t.missed, a)
		}
	}
	if bytes.Equal(current.Hash(), req.NextValidatorsHash) && req.Height%turnsReload != 0 {
		return current.CopyIncrementProposerPriority(1)
	}
	next, err := t.load(req.Height + 1)
	if err != nil {
		return nil
	}
	return next
}

// at gives the validators of a height, in memory if the block before was seen.
func (t *turns) at(height int64) (*types.ValidatorSet, error) {
	if t.set != nil && t.height == height {
		return t.set, nil
	}
	return t.load(height)
}

// wait sets the waits: of the first round in full or short, and of the later ones
// at least what they always are.
func (t *turns) wait(short bool) {
	t.short = short
	t.waits.TimeoutPropose, t.waits.TimeoutProposeDelta = waitsOf(t.full.Propose, short)
	t.waits.TimeoutPrecommit, t.waits.TimeoutPrecommitDelta = waitsOf(t.full.Precommit, short)
}

// waitsOf are the wait of the first round and what each further one adds.
func waitsOf(full time.Duration, short bool) (first, delta time.Duration) {
	if !short {
		return full, timeoutDelta
	}
	first = full / absentShare
	return first, full + timeoutDelta - first
}
