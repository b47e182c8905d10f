package engine

import (
	"errors"

	"github.com/cometbft/cometbft/p2p"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
)

// voter is the consensus key as a node uses it: in this process (signer), in this
// process with another key waiting to follow it (succession), or on another host
// (remote).
type voter interface {
	types.PrivValidator
	// follow gives it the chain that it votes on, before it votes.
	follow(c chain)
	// isHeld says whether the key waits; see Hold.
	isHeld() bool
	// checkMark compares what the key signed last with a commit that is stored here.
	checkMark(commit *types.Commit) error
	close() error
}

// chain is what a voter knows of the chain.
type chain struct {
	name   string
	blocks commits
	state  sm.Store
	add    func(*types.Vote) // gives consensus a vote of this node
}

var (
	_ voter = (*signer)(nil)
	_ voter = (*succession)(nil)
	_ voter = (*remote)(nil)
)

// voter opens whatever the configuration says signs for this node.
func (c Config) voter(onFail func(error)) (voter, error) {
	switch {
	case c.Remote != nil:
		return newRemote(c.Remote, c.Logger), nil
	case c.Keys.Next != nil:
		return newSuccession(c.Keys, c.Home, onFail)
	}
	return c.Keys.signer(c.Home, onFail)
}

// lateVotes is where consensus takes votes that this node didn't sign in time.
type lateVotes interface {
	AddVote(vote *types.Vote, peerID p2p.ID) (added bool, err error)
}

// takeLateVotes finds the way to give consensus such votes. The engine shows its
// consensus only to its own RPC interface, which is off here.
func (n *Node) takeLateVotes() error {
	if n.config.Remote == nil {
		return nil
	}
	env, err := n.engine.ConfigureRPC()
	if err != nil {
		return err
	}
	to, ok := env.ConsensusState.(lateVotes)
	if !ok {
		return errors.New("the engine's consensus takes no votes from outside: this program and its engine don't fit")
	}
	n.late.Store(&to)
	return nil
}

// addVote gives consensus a vote of this node that was signed late.
func (n *Node) addVote(v *types.Vote) {
	if to := n.late.Load(); to != nil && !n.ended() {
		_, _ = (*to).AddVote(v, "") // it never fails: it waits for a place in a queue
	}
}
