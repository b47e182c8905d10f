package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"

	"pedigree/internal/store/kv"
)

// Start brings the application up to the last stored block and starts the node.
// It returns once the node listens and takes transactions; ctx ends only the
// replay before that. Stop the node, then close Config.DB.
func Start(ctx context.Context, config Config, app App) (*Node, error) {
	config, err := config.validate()
	if err != nil {
		return nil, fmt.Errorf("couldn't start the engine: %w", err)
	}
	if err := waitUntil(ctx, config.Genesis.Time); err != nil {
		return nil, fmt.Errorf("couldn't start the engine before its genesis time %s: %w", config.Genesis.Time.UTC(), err)
	}
	n := &Node{config: config, feed: newFeed(), fault: &fault{failed: make(chan struct{})}, halt: &halt{stopping: make(chan struct{})}}
	n.gate.txsMax, n.gate.bytesMax = int64(config.MempoolTxs), config.MempoolBytes
	if n.signer, err = config.voter(n.fault.set); err != nil {
		return nil, fmt.Errorf("couldn't start the engine: %w", err)
	}
	if err := n.start(ctx, app); err != nil {
		n.feed.end()
		return nil, errors.Join(fmt.Errorf("couldn't start the engine: %w", err), n.signer.close())
	}
	return n, nil
}

// start builds the engine, which replays blocks to the application, and runs it.
func (n *Node) start(ctx context.Context, app App) error {
	key, err := n.config.Keys.nodeIn(n.config.Home)
	if err != nil {
		return err
	}
	n.nodeID = string(key.ID())
	if n.config.Moniker == "" {
		n.config.Moniker = n.nodeID[:8]
	}
	n.exile = newExile(cmp.Or(n.config.Logger, slog.Default()))
	settings, err := n.config.settings()
	if err != nil {
		return err
	}
	doc, err := n.config.Genesis.doc()
	if err != nil {
		return err
	}
	n.state = sm.NewStore(n.config.DB.CometDB(kv.EngineState), sm.StoreOptions{})
	blocks := store.NewBlockStore(n.config.DB.CometDB(kv.EngineBlocks))
	n.signer.follow(chain{name: n.config.Genesis.ChainID, blocks: blocks, state: n.state, add: n.addVote})
	if commit := blocks.LoadSeenCommit(blocks.Height()); commit != nil {
		if err := n.signer.checkMark(commit); err != nil {
			return err
		}
	}
	joined, err := resumeJoined(n.state, blocks)
	if err != nil {
		return fmt.Errorf("couldn't read the engine's state: %w", err)
	}
	n.halt.catchingUp = func() bool { return n.engine != nil && n.CatchingUp() }
	wakes := &wake{waits: settings.Consensus, full: n.config.Timeouts.EmptyBlock}
	app2 := &bridge{app: app, snapshots: n.config.Snapshots, checkpoint: n.config.Checkpoint, halt: n.halt, turns: newTurns(settings.Consensus, n.config.Timeouts, n.state.LoadValidators), wake: wakes, genesis: n.config.Genesis, allowPeer: n.allowPeer, feed: n.feed, onFail: n.fault.set}
	build := func() (*node.Node, error) {
		return node.NewNodeWithContext(ctx, settings, haltingSigner{n.signer, n.halt}, key, localApp{app2},
			func() (*types.GenesisDoc, error) { return doc, nil },
			n.database, n.gauges.provider, newLogger(n.config.Logger, n.fault.set),
			node.CustomReactors(map[string]p2p.Reactor{"WITNESS": newWitness(&witness{serve: n.witnessOf, dropped: func(id p2p.ID, reason any) { n.exile.left(string(id), reason) }})}))
	}
	if n.engine, err = withoutPanic(build); err != nil {
		return err
	}
	if err := sameGenesis(doc, n.engine.GenesisDoc()); err != nil {
		return err
	}
	if err := n.takeLateVotes(); err != nil {
		return err
	}
	n.blocks, n.pool = n.engine.BlockStore(), n.engine.Mempool()
	n.feed.startAt(max(joined, n.blocks.Height()))
	if last := n.blocks.LoadBlockMeta(n.blocks.Height()); last != nil {
		wakes.begin(last.Header.Time)
	}
	if err := n.engine.Start(); err != nil {
		return fmt.Errorf("the engine doesn't start (is %s in use?): %w", n.config.ListenAddr, err)
	}
	if len(n.config.Peers) > 0 {
		n.readers.Go(n.keepPeers)
	}
	return nil
}

// database gives the engine its views of the one store.
func (n *Node) database(ctx *cmtcfg.DBContext) (dbm.DB, error) {
	switch ctx.ID {
	case "blockstore":
		return n.config.DB.CometDB(kv.EngineBlocks), nil
	case "state":
		return n.config.DB.CometDB(kv.EngineState), nil
	case "evidence":
		return n.config.DB.CometDB(kv.EngineEvidence), nil
	}
	return nil, fmt.Errorf("the engine asks for a database %q that it has no use for here", ctx.ID)
}

// sameGenesis refuses to run an existing chain under another founding file.
func sameGenesis(ours, stored *types.GenesisDoc) error {
	if !equalDocs(ours, stored) {
		return fmt.Errorf("the store holds chain %q begun at %s, with another genesis than the one given (%q, %s); "+
			"give the original genesis or an empty store", stored.ChainID, stored.GenesisTime, ours.ChainID, ours.GenesisTime)
	}
	return nil
}

// withoutPanic turns the engine's panics at start, which say that the stored
// blocks and the application contradict each other, into errors.
func withoutPanic(build func() (*node.Node, error)) (n *node.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the stored blocks and the application's state don't fit: %v", r)
		}
	}()
	return build()
}

// waitUntil waits for the genesis time, which may be a little ahead.
func waitUntil(ctx context.Context, at time.Time) error {
	select {
	case <-time.After(time.Until(at)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
