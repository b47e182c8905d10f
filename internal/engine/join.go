package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"

	"pedigree/internal/store/kv"
)

// Joining says how a node takes the state of a network that runs already.
type Joining struct {
	// Verify checks a proof of the header of a height, as Config.Attest made it on
	// another node, and returns that header's hash. Required.
	Verify func(height int64, proof []byte) (hash [32]byte, err error)
	// Period is how old the newest header of a snapshot may be: validators that
	// signed longer ago may have left, and be trusted by nobody. Required.
	Period time.Duration
	// Anchor is a height whose header is asked for, and verified, before any other
	// (default: none).
	Anchor int64
	// Wait is how long peers are waited for (default 30 s).
	Wait time.Duration
}

// Join takes the newest snapshot that peers offer and prove, and leaves store and
// application as if the node had executed every block up to it. It is for a node
// whose store is empty; Start it after. A snapshot whose state isn't the one that
// validators signed is refused, and the nodes that gave it aren't asked again.
func Join(ctx context.Context, config Config, j Joining, app App) (height int64, err error) {
	config, err = config.validate()
	if err == nil && (config.Snapshots == nil || j.Verify == nil || j.Period <= 0) {
		err = errors.New("joining needs Config.Snapshots, Joining.Verify and Joining.Period")
	}
	if err != nil {
		return 0, fmt.Errorf("couldn't join: %w", err)
	}
	if j.Wait == 0 {
		j.Wait = joinWait
	}
	n := &newcomer{config: config, joining: j, bridge: &bridge{app: app, snapshots: config.Snapshots, genesis: config.Genesis}}
	if err := n.connect(); err != nil {
		return 0, fmt.Errorf("couldn't join: %w", err)
	}
	height, err = n.join(ctx)
	if err = errors.Join(err, n.disconnect()); err != nil {
		return 0, fmt.Errorf("couldn't join: %w", err)
	}
	return height, nil
}

// newcomer is a node that joins.
type newcomer struct {
	config  Config
	joining Joining
	bridge  *bridge
	crowd
}

// join tries one snapshot after another, the newest first.
func (n *newcomer) join(ctx context.Context) (int64, error) {
	offers, err := n.offers(ctx)
	if err != nil {
		return 0, err
	}
	if n.joining.Anchor > 0 {
		if _, err := n.light(ctx, n.joining.Anchor); err != nil {
			return 0, fmt.Errorf("the checkpoint: %w", err)
		}
	}
	var why []error
	for _, o := range offers {
		height, err := n.take(ctx, o)
		if err == nil {
			return height, nil
		}
		why = append(why, fmt.Errorf("the snapshot of height %d: %w", o.Height, err))
		n.config.Logger.Warn("a snapshot was not taken", "height", o.Height, "why", err)
		if errors.Is(err, ErrFork) || ctx.Err() != nil || !n.refusable(err) {
			break
		}
	}
	return 0, errors.Join(why...)
}

// refusable tells a snapshot's fault from this node's own.
func (*newcomer) refusable(err error) bool {
	return errors.Is(err, ErrBadSnapshot) || errors.Is(err, ErrBadChunk) || errors.Is(err, ErrNotFound)
}

// offer is a snapshot and the peers that have it.
type offer struct {
	Snapshot
	peers []string
}

// best orders offers: the newest first, then the one that more nodes have.
func best(offers []*offer) {
	slices.SortFunc(offers, func(a, b *offer) int {
		return cmp.Or(cmp.Compare(b.Height, a.Height), cmp.Compare(len(b.peers), len(a.peers)), bytes.Compare(a.Hash, b.Hash))
	})
}

// take restores one snapshot and makes the engine go on after it.
func (n *newcomer) take(ctx context.Context, o *offer) (int64, error) {
	var lights [3]*types.LightBlock // of the snapshot's height and the two after it
	for i := range lights {
		light, err := n.light(ctx, o.Height+int64(i))
		if errors.Is(err, ErrNotFound) { // whoever offers it has had those headers
			n.banAll(o.peers, err)
		}
		if err != nil {
			return 0, err
		}
		lights[i] = light
	}
	age := time.Since(lights[2].Time)
	if age < -ClockAhead {
		return 0, fmt.Errorf("%w: its newest header is signed for %s in the future; is this machine's clock right?", ErrBadSnapshot, (-age).Round(time.Second))
	}
	if age > n.joining.Period {
		return 0, fmt.Errorf("%w: its newest header is %s old, and validators are trusted for %s", ErrBadSnapshot, age.Round(time.Minute), n.joining.Period)
	}
	state, err := n.stateAfter(lights)
	if err != nil {
		return 0, err
	}
	if err := n.restore(ctx, o, lights[1].AppHash); err != nil {
		return 0, err
	}
	return o.Height, bootstrap(n.config.DB, state, lights[0].Commit)
}

// restore hands the snapshot to the application and checks what it then has.
func (n *newcomer) restore(ctx context.Context, o *offer, appHash []byte) error {
	s := &abci.Snapshot{Height: uint64(o.Height), Format: o.Format, Chunks: o.Chunks, Hash: o.Hash, Metadata: o.Manifest}
	if _, err := n.bridge.OfferSnapshot(ctx, &abci.RequestOfferSnapshot{Snapshot: s, AppHash: appHash}); err != nil {
		n.banAll(o.peers, err)
		return fmt.Errorf("%w: %w", ErrBadSnapshot, err)
	}
	if err := n.chunks(ctx, o); err != nil {
		if errors.Is(err, ErrBadSnapshot) {
			n.banAll(o.peers, err)
		}
		return err
	}
	height, hash := n.bridge.app.Info()
	if height != o.Height || !bytes.Equal(hash, appHash) {
		return fmt.Errorf("the application has height %d and hash %X after the snapshot of height %d and hash %X", height, hash, o.Height, appHash)
	}
	return nil
}

// bootstrap writes what the engine needs to go on after a snapshot, the state
// last: a store without it is one that never joined.
func bootstrap(db *kv.DB, state sm.State, commit *types.Commit) error {
	states := sm.NewStore(db.CometDB(kv.EngineState), sm.StoreOptions{})
	if err := store.NewBlockStore(db.CometDB(kv.EngineBlocks)).SaveSeenCommit(state.LastBlockHeight, commit); err != nil {
		return fmt.Errorf("couldn't keep the commit of block %d: %w", state.LastBlockHeight, err)
	}
	if err := states.Bootstrap(state); err != nil {
		return fmt.Errorf("couldn't keep the engine's state of height %d: %w", state.LastBlockHeight, err)
	}
	return nil
}

// resumeJoined lets a node that joined by a snapshot and has no block yet fetch
// the one after it.
func resumeJoined(states sm.Store, blocks *store.BlockStore) (int64, error) {
	state, err := states.Load()
	if err != nil || state.LastBlockHeight == 0 || blocks.Height() > 0 {
		return 0, err
	}
	return state.LastBlockHeight, states.SetOfflineStateSyncHeight(state.LastBlockHeight)
}

// Begun is the last height of the engine's state in db, 0 without one: a chain that
// was begun has a state, or a node that joined by a snapshot. Version is what the
// next header will name as the version of the application's rules.
func Begun(db *kv.DB) (height int64, version uint64, err error) {
	state, err := sm.NewStore(db.CometDB(kv.EngineState), sm.StoreOptions{}).Load()
	if err != nil {
		return 0, 0, fmt.Errorf("couldn't read the engine's state: %w", err)
	}
	return state.LastBlockHeight, state.Version.Consensus.App, nil
}
