package node

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"pedigree/internal/engine"
	"pedigree/internal/obs"
	"pedigree/internal/store"
	"pedigree/ledger"
	"pedigree/proof"
)

// State is the ledger's persisted state as the node drives it.
type State interface {
	ledger.Backend
	// Height is the last committed height; 0 before the first block.
	Height() int64
	// Parts is what the application hash of Height commits to.
	Parts() proof.AppHashParts
	// Stage computes what a block leads to, without making it visible.
	Stage(height int64, c ledger.Changes) (proof.AppHashParts, error)
	// Commit makes what was staged visible; with sync it waits for the disk.
	Commit(sync bool) error
}

// application runs the ledger's rules on the engine.
type application struct {
	runtime *ledger.Runtime
	state   State
	latest  *latestState             // the same, for CheckTx
	begun   func() bool              // whether the founding state is laid down
	changed func(height int64) error // notes a change of validators
	freeze  func() (*store.View, error)
	signed  *signedState
	// proven keeps what a block proves of validators.
	proven func(height int64, list []engine.Misbehavior) error
	taken  func(height int64) error // is told when a height's state is current
	rules  rules
	first  Founding
	time   atomic.Uint64
	lanes  *lanes
	done   [][]byte // of the block between FinalizeBlock and Commit
	// prunable is the height below which blocks may go; nil until the engine runs.
	prunable atomic.Pointer[func(last int64) int64]
}

var (
	_ engine.App      = (*application)(nil)
	_ engine.Proposer = (*application)(nil)
)

// Info implements engine.App.
func (a *application) Info() (int64, []byte) {
	if a.state.Height() == 0 {
		return 0, nil
	}
	return a.state.Height(), hashBytes(a.state.Parts())
}

func hashBytes(p proof.AppHashParts) []byte {
	h := p.Hash()
	return h[:]
}

// InitChain lays the founding state down. Called again after a crash before the
// first block, it finds the state there and returns the same: the founding is
// computed from nothing each time, for the engine forgets validators that it had
// no time to store.
func (a *application) InitChain(g engine.Genesis) ([]byte, []engine.ValidatorUpdate, error) {
	f, err := ParseFounding(g.AppState)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't read the founding file in the genesis: %w", err)
	}
	a.time.Store(uint64(f.Time.Unix()))
	out, err := a.begin(f)
	if err != nil {
		return nil, nil, err
	}
	if a.begun() {
		return hashBytes(a.state.Parts()), validatorUpdates(out.Validators), nil
	}
	parts, err := a.state.Stage(0, out.Changes)
	if err != nil {
		return nil, nil, err
	}
	if err := a.state.Commit(true); err != nil {
		return nil, nil, err
	}
	return hashBytes(parts), validatorUpdates(out.Validators), nil
}

// begin computes the founding state.
func (a *application) begin(f Founding) (ledger.Outcome, error) {
	info := ledger.BlockInfo{Time: uint64(f.Time.Unix())}
	out, err := a.runtime.Begin(info, func(module string) []byte { return f.Modules[module] }, f.Limits, nothing{})
	if err != nil {
		return ledger.Outcome{}, fmt.Errorf("couldn't found the network: %w", err)
	}
	return out, nil
}

// founders are the first validators: those that the rules name, or else those of
// the founding file.
func (a *application) founders() ([]proof.Validator, error) {
	out, err := a.begin(a.first)
	if err != nil {
		return nil, err
	}
	var list []proof.Validator
	for _, u := range out.Validators {
		list = append(list, proof.Validator{Key: u.Key, Power: u.Power})
	}
	if len(list) > 0 {
		return list, nil
	}
	for _, v := range a.first.Validators {
		list = append(list, proof.Validator{Key: v.Key, Power: 1})
	}
	return list, nil
}

// nothing is the state before the founding.
type nothing struct{}

func (nothing) Get([]byte) ([]byte, bool, error) { return nil, false, nil }

func (nothing) Each([]byte, func(key, value []byte) (bool, error)) error { return nil }

func (nothing) SetHas(byte, uint64, proof.Hash) (bool, error) { return false, nil }

func validatorUpdates(list []ledger.ValidatorUpdate) []engine.ValidatorUpdate {
	var out []engine.ValidatorUpdate
	for _, u := range list {
		out = append(out, engine.ValidatorUpdate{PubKey: [32]byte(u.Key.Raw()), Power: int64(u.Power)})
	}
	return out
}

// CheckTx implements engine.App.
func (a *application) CheckTx(tx []byte, _ bool) (uint32, string) {
	now := max(a.time.Load(), uint64(time.Now().Unix()))
	var id proof.Hash
	var org string
	door := func(env proof.Envelope) (uint64, error) {
		id, org = env.ID(), env.Body.Admission[0].Org
		return a.lanes.look(org, id, len(tx))
	}
	err := a.runtime.Check(ledger.BlockInfo{Height: uint64(a.state.Height()) + 1, Time: now}, tx, a.latest, door)
	if err == nil {
		err = a.lanes.join(org, id, tx)
	}
	switch {
	case errors.As(err, new(errCrowded)):
		return codeCrowded, err.Error()
	case err != nil:
		return ledger.CodeOf(err).Number, err.Error()
	}
	return 0, ""
}

// Propose implements engine.Proposer.
func (a *application) Propose(bytesMax int64) [][]byte { return a.lanes.propose(bytesMax) }

// FinalizeBlock implements engine.App.
func (a *application) FinalizeBlock(b engine.Block) (engine.BlockResult, error) {
	_, end := obs.Span(context.Background(), "block", obs.Height(uint64(b.Height)), obs.Count("envelopes", len(b.Txs)))
	res, err := a.finalize(b)
	end(err)
	return res, err
}

func (a *application) finalize(b engine.Block) (engine.BlockResult, error) {
	if b.Height <= a.state.Height() {
		return engine.BlockResult{}, errors.New("the engine gave a block that is committed already")
	}
	info := ledger.BlockInfo{Height: uint64(b.Height), Time: uint64(b.Time.Unix()), FirstEvent: a.state.Parts().EventCount}
	info.Version = a.rules.at(ledger.View(a.state), info.Height).Version
	out := a.runtime.ExecuteBlock(info, b.Txs, a.state)
	parts, err := a.state.Stage(b.Height, out.Changes)
	if err != nil {
		return engine.BlockResult{}, fmt.Errorf("couldn't compute the state of height %d: %w", b.Height, err)
	}
	a.time.Store(info.Time)
	a.done = b.Txs
	res := engine.BlockResult{AppHash: hashBytes(parts), Results: make([]engine.TxResult, len(out.Results)), ValidatorUpdates: validatorUpdates(out.Validators)}
	after := ledger.View(stagedState{a.state, out.Changes.Writes})
	res.AppVersion, res.Halt = a.rules.turn(after, info.Height+1)
	for i, r := range out.Results {
		res.Results[i] = engine.TxResult{Code: r.Code, Data: r.Data, Log: r.Log}
	}
	if len(out.Validators) > 0 { // in force from two heights on: the next header names them
		if err := a.changed(b.Height + 1); err != nil {
			return engine.BlockResult{}, fmt.Errorf("couldn't note a change of validators: %w", err)
		}
	}
	if len(b.Misbehavior) > 0 {
		if err := a.proven(b.Height, b.Misbehavior); err != nil {
			return engine.BlockResult{}, fmt.Errorf("couldn't keep what a validator was proven to have done: %w", err)
		}
	}
	return res, nil
}

// Commit implements engine.App. It does not wait for the disk: the block is
// there, and is replayed. Blocks are kept for receipts, as long as Keeping says.
func (a *application) Commit() (int64, error) {
	before, err := a.freeze()
	if err != nil {
		return 0, err
	}
	if err := a.state.Commit(false); err != nil {
		return 0, errors.Join(err, before.Close())
	}
	if err := errors.Join(a.signed.replace(before), a.taken(a.state.Height())); err != nil {
		return 0, fmt.Errorf("couldn't freeze the state of height %d: %w", a.state.Height(), err)
	}
	a.lanes.leave(a.done)
	a.done = nil
	if prunable := a.prunable.Load(); prunable != nil {
		return (*prunable)(a.state.Height()), nil
	}
	return 0, nil
}
