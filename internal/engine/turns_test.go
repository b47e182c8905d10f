package engine

import (
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// fourTurns is a chain of four equal validators as turns sees it, a second a block.
type fourTurns struct {
	t      *testing.T
	turns  *turns
	waits  *cmtcfg.ConsensusConfig
	first  *types.ValidatorSet
	height int64
	loads  int
}

func newFourTurns(t *testing.T) *fourTurns {
	f := &fourTurns{t: t, waits: cmtcfg.DefaultConsensusConfig()}
	var list []*types.Validator
	for i := range 4 {
		list = append(list, types.NewValidator(ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "validator %d", i)).PubKey(), 10))
	}
	f.first = types.NewValidatorSet(list)
	f.turns = newTurns(f.waits, profileTimeouts[LAN], func(height int64) (*types.ValidatorSet, error) {
		f.loads++
		return f.at(height), nil
	})
	return f
}

// at are the validators of a height, the first one being 1.
func (f *fourTurns) at(height int64) *types.ValidatorSet {
	set := f.first.Copy()
	if height > 1 {
		set.IncrementProposerPriority(int32(height - 1))
	}
	return set
}

// block executes the next block: of its proposer's or, if that one is among the
// silent, of the next one's. The silent did not sign the block before either.
func (f *fourTurns) block(silent ...int) {
	f.t.Helper()
	f.height++
	away := map[string]bool{}
	for _, i := range silent {
		away[string(f.first.Validators[i].Address)] = true
	}
	set := f.at(f.height)
	for away[string(set.GetProposer().Address)] {
		set.IncrementProposerPriority(1)
	}
	req := &abci.RequestFinalizeBlock{
		Height: f.height, Time: time.Unix(1_800_000_000+f.height, 0), ProposerAddress: set.GetProposer().Address,
		NextValidatorsHash: set.Hash(),
	}
	for _, v := range f.first.Validators {
		flag := cmtproto.BlockIDFlagCommit
		if away[string(v.Address)] {
			flag = cmtproto.BlockIDFlagAbsent
		}
		req.DecidedLastCommit.Votes = append(req.DecidedLastCommit.Votes, abci.VoteInfo{
			Validator: abci.Validator{Address: v.Address, Power: v.VotingPower}, BlockIdFlag: flag,
		})
	}
	f.turns.executed(req)
}

// turn says whose turn the next height is, and whether it is waited for in short.
func (f *fourTurns) turn() (validator int, short bool) {
	i, _ := f.first.GetByAddress(f.at(f.height + 1).GetProposer().Address)
	return int(i), f.turns.short
}

func TestOnlyTheTurnsOfAProposerThatIsAwayAreShort(t *testing.T) {
	f := newFourTurns(t)
	for range 8 {
		f.block()
		if who, short := f.turn(); short {
			t.Fatalf("block %d: the turn of %d is short, and all are there", f.height, who)
		}
	}
	const away = 2
	missed := 0
	for range 24 {
		who, short := f.turn()
		if want := who == away && missed > 0; short != want {
			t.Fatalf("block %d: the turn of %d is short: %v, want %v", f.height+1, who, short, want)
		}
		f.block(away)
		if who == away {
			missed++
		}
	}
	if missed != 6 {
		t.Fatalf("the validator missed %d turns, want 6", missed)
	}
	f.block() // it signed
	for range 4 {
		if who, short := f.turn(); short {
			t.Fatalf("the turn of %d is short after its signature was seen", who)
		}
		f.block()
	}
	if f.loads > 1 {
		t.Errorf("the validators were read %d times from the store within %d blocks, want once", f.loads, f.height)
	}
}

func TestAProposerThatIsAwayIsWaitedForInFullNowAndThen(t *testing.T) {
	f := newFourTurns(t)
	var waited []int64
	for range 100 {
		if who, short := f.turn(); who == 1 && !short {
			waited = append(waited, f.height+1)
		}
		f.block(1)
	}
	if len(waited) < 3 || len(waited) > 4 {
		t.Fatalf("waited in full at %v within 100 s, want every %s", waited, absentRetry)
	}
	for i := 1; i < len(waited); i++ {
		if gap := waited[i] - waited[i-1]; time.Duration(gap)*time.Second < absentRetry {
			t.Errorf("waited in full at blocks %v, one second each: want %s between them", waited, absentRetry)
		}
	}
}

func TestLaterRoundsWaitAtLeastAsLongAsEver(t *testing.T) {
	usual, short := cmtcfg.DefaultConsensusConfig(), cmtcfg.DefaultConsensusConfig()
	newTurns(usual, profileTimeouts[LAN], nil).wait(false)
	newTurns(short, profileTimeouts[LAN], nil).wait(true)
	if short.Propose(0) >= usual.Propose(0)/10 || short.Precommit(0) >= usual.Precommit(0)/10 {
		t.Errorf("the first round waits %s and %s, want less than a tenth of %s and %s",
			short.Propose(0), short.Precommit(0), usual.Propose(0), usual.Precommit(0))
	}
	for round := int32(1); round < 20; round++ {
		if short.Propose(round) < usual.Propose(round) || short.Precommit(round) < usual.Precommit(round) {
			t.Errorf("round %d waits %s and %s, want at least %s and %s", round,
				short.Propose(round), short.Precommit(round), usual.Propose(round), usual.Precommit(round))
		}
	}
	if short.Prevote(0) != usual.Prevote(0) {
		t.Errorf("the wait for prevotes is %s, want %s", short.Prevote(0), usual.Prevote(0))
	}
}

func TestUnknownValidatorsAreWaitedForInFull(t *testing.T) {
	f := newFourTurns(t)
	for range 8 {
		f.block(3)
	}
	f.turns.set = nil
	f.turns.load = func(int64) (*types.ValidatorSet, error) { return nil, fmt.Errorf("not stored") }
	for range 4 {
		f.block(3)
		if _, short := f.turn(); short || f.waits.TimeoutPropose != profileTimeouts[LAN].Propose {
			t.Fatal("a wait is short without the validators being known")
		}
	}
}

// Real nodes, with waits so long that a second full one would be noticed on any machine.
func TestFourValidatorsWaitOnceForOneThatIsGone(t *testing.T) {
	t.Parallel()
	const propose = 4 * time.Second
	sites, _ := network(t, "turns", 4, func(_ *site, c *Config) { c.Timeouts.Propose = propose })
	agree(t, sites, load(t, sites, "all", 8))
	must(t, sites[3].stop())
	waits, blocks := 0, int64(0)
	first := sites[0].node.Height()
	for i := 0; blocks < 16; i++ {
		begun := time.Now()
		height := sites[0].mustSubmit(t, fmt.Sprintf("three %d", i))
		if time.Since(begun) >= propose {
			waits++
		}
		blocks = height - first
	}
	if waits > 1 {
		t.Errorf("%d of the entries in %d blocks waited for the proposer that is gone, want one at most", waits, blocks)
	}
}
