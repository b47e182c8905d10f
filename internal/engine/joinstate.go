package engine

import (
	"bytes"
	"fmt"

	cmtstate "github.com/cometbft/cometbft/proto/tendermint/state"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"
)

// stateAfter is the engine's state after the first of three proved headers that
// follow one another. The second is signed by the validators in force, and has the
// application's hash; the third shows what the first one's block changed.
func (n *newcomer) stateAfter(lights [3]*types.LightBlock) (sm.State, error) {
	last, current, next := lights[0], lights[1], lights[2]
	for i, light := range lights[1:] {
		if !bytes.Equal(light.LastBlockID.Hash, lights[i].Hash()) {
			return sm.State{}, fmt.Errorf("%w: header %d does not follow header %d", ErrBadSnapshot, light.Height, lights[i].Height)
		}
	}
	for _, light := range lights {
		if err := checkProposer(light); err != nil {
			return sm.State{}, err
		}
	}
	doc, err := n.config.Genesis.doc()
	if err != nil {
		return sm.State{}, err
	}
	params := *doc.ConsensusParams
	params.Version.App = current.Version.App
	if !bytes.Equal(params.Hash(), current.ConsensusHash) {
		return sm.State{}, fmt.Errorf("header %d names other limits of blocks than the founding file", current.Height)
	}
	return sm.State{
		ChainID: doc.ChainID, InitialHeight: doc.InitialHeight,
		Version:         cmtstate.Version{Consensus: current.Version, Software: version.TMCoreSemVer},
		LastBlockHeight: last.Height, LastBlockTime: last.Time, LastBlockID: last.Commit.BlockID,
		AppHash: current.AppHash, LastResultsHash: current.LastResultsHash,
		LastValidators: last.ValidatorSet, Validators: current.ValidatorSet, NextValidators: next.ValidatorSet,
		LastHeightValidatorsChanged: next.Height,
		ConsensusParams:             params, LastHeightConsensusParamsChanged: current.Height,
	}, nil
}

// checkProposer compares whose turn it is by the validators' priorities, which no
// hash covers, with who proposed. Wrong ones would only make this node refuse the
// right proposers, for a while. After a first round that failed nothing can be said.
func checkProposer(light *types.LightBlock) error {
	if light.Commit.Round > 0 {
		return nil
	}
	if p := light.ValidatorSet.GetProposer(); p == nil || !bytes.Equal(p.Address, light.ProposerAddress) {
		return fmt.Errorf("%w: whose turn it was at height %d isn't who proposed", ErrBadSnapshot, light.Height)
	}
	return nil
}
