package engine

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cryptoenc "github.com/cometbft/cometbft/crypto/encoding"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
)

// Paths of the queries by which the engine asks whether a peer may connect.
const (
	filterAddrPath = "/p2p/filter/addr/"
	filterIDPath   = "/p2p/filter/id/"
)

// refusedQuery is any code but 0: the engine only looks at whether it is 0.
const refusedQuery uint32 = 1

// bridge turns the engine's application interface into App's.
type bridge struct {
	abci.BaseApplication
	app        App
	snapshots  Snapshots
	checkpoint *Checkpoint
	genesis    Genesis
	allowPeer  func(id string) bool
	feed       *feed
	halt       *halt
	turns      *turns
	wake       *wake
	onFail     func(error)

	// pending is the block between FinalizeBlock and Commit, which the engine
	// calls from one goroutine.
	pending CommittedBlock
}

var _ abci.Application = (*bridge)(nil)

func (b *bridge) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	height, hash := b.app.Info()
	return &abci.ResponseInfo{
		LastBlockHeight:  height,
		LastBlockAppHash: hash,
		AppVersion:       b.genesis.Params.AppVersion,
	}, nil
}

// Query answers only whether a peer may connect; the address alone says nothing.
func (b *bridge) Query(_ context.Context, req *abci.RequestQuery) (*abci.ResponseQuery, error) {
	if strings.HasPrefix(req.Path, filterAddrPath) {
		return &abci.ResponseQuery{}, nil
	}
	id, ok := strings.CutPrefix(req.Path, filterIDPath)
	if !ok || !b.allowPeer(id) {
		return &abci.ResponseQuery{Code: refusedQuery, Log: "this node is not a member of the network"}, nil
	}
	return &abci.ResponseQuery{}, nil
}

func (b *bridge) CheckTx(_ context.Context, req *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	code, log := b.app.CheckTx(req.Tx, req.Type == abci.CheckTxType_Recheck)
	return &abci.ResponseCheckTx{Code: code, Log: log}, nil
}

func (b *bridge) PrepareProposal(ctx context.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	if p, ok := b.app.(Proposer); ok {
		return &abci.ResponsePrepareProposal{Txs: p.Propose(req.MaxTxBytes)}, nil
	}
	return b.BaseApplication.PrepareProposal(ctx, req)
}

func (b *bridge) InitChain(context.Context, *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	hash, validators, err := b.app.InitChain(b.genesis)
	if err != nil {
		return nil, fmt.Errorf("the application couldn't begin the chain: %w", err)
	}
	updates, err := updatesOf(validators)
	if err != nil {
		return nil, err
	}
	return &abci.ResponseInitChain{AppHash: hash, Validators: updates}, nil
}

func (b *bridge) FinalizeBlock(_ context.Context, req *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	if err := b.halt.execute(req.Height); err != nil {
		return nil, err
	}
	res, err := b.finalize(req)
	if err != nil {
		err = fmt.Errorf("couldn't execute block %d: %w", req.Height, err)
		b.onFail(err)
		return nil, err
	}
	b.turns.executed(req)
	b.wake.executed(req.Time)
	return res, nil
}

func (b *bridge) finalize(req *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	if c := b.checkpoint; c != nil && req.Height == c.Height && !bytes.Equal(req.Hash, c.Hash[:]) {
		return nil, fmt.Errorf("%w: it has the hash %X, the checkpoint says %X", ErrFork, req.Hash, c.Hash)
	}
	block := Block{
		Height:          req.Height,
		Time:            req.Time.UTC(),
		Txs:             req.Txs,
		Misbehavior:     misbehaviorOf(req.Misbehavior),
		ProposerAddress: address(req.ProposerAddress),
	}
	result, err := b.app.FinalizeBlock(block)
	if err != nil {
		return nil, err
	}
	if len(result.Results) != len(block.Txs) {
		return nil, fmt.Errorf("the application gave %d results for %d transactions", len(result.Results), len(block.Txs))
	}
	res := &abci.ResponseFinalizeBlock{
		AppHash:   bytes.Clone(result.AppHash),
		TxResults: make([]*abci.ExecTxResult, len(result.Results)),
	}
	for i, r := range result.Results {
		res.TxResults[i] = &abci.ExecTxResult{Code: r.Code, Data: r.Data, Log: r.Log}
	}
	if res.ValidatorUpdates, err = updatesOf(result.ValidatorUpdates); err != nil {
		return nil, err
	}
	if result.Halt != nil {
		b.halt.set(req.Height, result.Halt)
	}
	if result.AppVersion != 0 {
		res.ConsensusParamUpdates = &cmtproto.ConsensusParams{Version: &cmtproto.VersionParams{App: result.AppVersion}}
	}
	b.pending = CommittedBlock{
		Height: block.Height, Time: block.Time, Txs: block.Txs, Results: result.Results, AppHash: res.AppHash,
	}
	return res, nil
}

// Commit hands the block out last: by then it is synced in the block store, and
// its results are stored.
func (b *bridge) Commit(context.Context, *abci.RequestCommit) (*abci.ResponseCommit, error) {
	retain, err := b.app.Commit()
	if err != nil {
		err = fmt.Errorf("couldn't commit block %d: %w", b.pending.Height, err)
		b.onFail(err)
		return nil, err
	}
	b.feed.publish(b.pending)
	if err := b.halt.passed(b.pending.Height + 1); err != nil {
		b.onFail(err)
	}
	b.pending = CommittedBlock{}
	return &abci.ResponseCommit{RetainHeight: retain}, nil
}

// updatesOf refuses what would make every validator reject its own block.
func updatesOf(in []ValidatorUpdate) ([]abci.ValidatorUpdate, error) {
	out := make([]abci.ValidatorUpdate, len(in))
	seen := make(map[[32]byte]bool, len(in))
	for i, u := range in {
		if seen[u.PubKey] {
			return nil, fmt.Errorf("the application updates validator %x twice in one block", u.PubKey)
		}
		if u.Power < 0 {
			return nil, fmt.Errorf("the application gives validator %x power %d", u.PubKey, u.Power)
		}
		seen[u.PubKey] = true
		key, err := cryptoenc.PubKeyToProto(ed25519.PubKey(bytes.Clone(u.PubKey[:])))
		if err != nil {
			return nil, fmt.Errorf("couldn't encode the key of validator %x: %w", u.PubKey, err)
		}
		out[i] = abci.ValidatorUpdate{PubKey: key, Power: u.Power}
	}
	return out, nil
}

func misbehaviorOf(in []abci.Misbehavior) []Misbehavior {
	out := make([]Misbehavior, len(in))
	for i, m := range in {
		kind := DuplicateVote
		if m.Type == abci.MisbehaviorType_LIGHT_CLIENT_ATTACK {
			kind = LightClientAttack
		}
		out[i] = Misbehavior{
			Kind: kind, Address: address(m.Validator.Address), Power: m.Validator.Power,
			Height: m.Height, Time: m.Time.UTC(), TotalPower: m.TotalVotingPower,
		}
	}
	return out
}

// address copies an address of the engine's; an absent one is all zeros.
func address(b []byte) (a [20]byte) {
	copy(a[:], b)
	return a
}

// atUTC drops what isn't part of a time's value.
func atUTC(t time.Time) time.Time { return t.UTC().Round(0) }
