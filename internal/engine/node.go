package engine

import (
	"sync"
	"sync/atomic"

	"github.com/cometbft/cometbft/mempool"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"
)

// Node is a running node. All methods are safe for concurrent use.
type Node struct {
	config Config
	engine *node.Node
	pool   mempool.Mempool
	blocks *store.BlockStore
	state  sm.Store
	signer voter
	late   atomic.Pointer[lateVotes]
	nodeID string
	feed   *feed
	gate   gate
	fault  *fault
	halt   *halt
	exile  *exile
	gauges gauges

	subscribers atomic.Int64
	stopping    atomic.Bool
	readers     sync.WaitGroup
	stopOnce    sync.Once
	stopErr     error
}

// fault remembers the first reason for which the engine can't go on.
type fault struct {
	once   sync.Once
	failed chan struct{}
	err    error // set before failed is closed
}

func (f *fault) set(err error) {
	f.once.Do(func() {
		f.err = err
		close(f.failed)
	})
}

// Failed is closed when the engine can't go on: the application failed, the
// disk did, or consensus found a contradiction. Stop the node and the process;
// it is safe to start again, and if the reason is still there it stops again.
func (n *Node) Failed() <-chan struct{} { return n.fault.failed }

// Err says why the engine can't go on, or nil.
func (n *Node) Err() error {
	select {
	case <-n.fault.failed:
		return n.fault.err
	default:
		return nil
	}
}

// ended says whether the node is being stopped or has failed.
func (n *Node) ended() bool {
	if n.stopping.Load() {
		return true
	}
	select {
	case <-n.fault.failed:
		return true
	default:
		return false
	}
}

// Height returns the height of the last block the application committed.
func (n *Node) Height() int64 { return n.feed.height() }

// BaseHeight returns the lowest height whose block is still here, 0 if none is.
func (n *Node) BaseHeight() int64 { return n.blocks.Base() }

// CatchingUp says whether the node takes old blocks from its peers instead of
// taking part in consensus.
func (n *Node) CatchingUp() bool { return n.engine.ConsensusReactor().WaitSync() }

// Held says whether the consensus key came back from a copy and signs nothing
// yet; see Hold.
func (n *Node) Held() bool { return n.signer.isHeld() }

// NodeID returns the id by which peers know this node.
func (n *Node) NodeID() string { return n.nodeID }

// ConsensusPubKey returns the key with which this node signs if it is a validator.
func (n *Node) ConsensusPubKey() [32]byte {
	key, err := n.signer.GetPubKey()
	if err != nil {
		return [32]byte{}
	}
	raw, _ := rawKey(key) // it was read as such a key
	return raw
}

// ChainID returns the name of the chain.
func (n *Node) ChainID() string { return n.config.Genesis.ChainID }

// Peers returns the nodes this one is connected to.
func (n *Node) Peers() []ConnectedPeer {
	peers := n.engine.Switch().Peers().List()
	out := make([]ConnectedPeer, len(peers))
	for i, p := range peers {
		out[i] = ConnectedPeer{ID: string(p.ID()), Outbound: p.IsOutbound()}
		if addr := p.SocketAddr(); addr != nil {
			out[i].Addr = addr.DialString()
		}
		if info, ok := p.NodeInfo().(p2p.DefaultNodeInfo); ok {
			out[i].Moniker = info.Moniker
		}
		if state, ok := p.Get(types.PeerStateKey).(interface{ GetHeight() int64 }); ok {
			out[i].Height = state.GetHeight()
		}
	}
	return out
}

// allowPeer says whether a peer may connect. While the node stops none may: the
// engine would take the connection, and neither use it nor close it, and the peer
// would wait on it.
func (n *Node) allowPeer(id string) bool {
	return !n.stopping.Load() && n.config.AllowPeer(id) && n.exile.lets(id)
}

// Disconnect drops a peer, for instance one that AllowPeer doesn't allow any
// more. It says whether the peer was connected.
func (n *Node) Disconnect(id string) bool {
	peer := n.engine.Switch().Peers().Get(p2p.ID(id))
	if peer == nil {
		return false
	}
	n.engine.Switch().StopPeerGracefully(peer)
	return true
}

// Status returns what an operator watches.
func (n *Node) Status() Status {
	s := Status{
		Height:       n.feed.height(),
		CatchingUp:   n.CatchingUp(),
		Round:        int32(n.gauges.round.value()),
		Missing:      int(n.gauges.missing.value()),
		Peers:        n.engine.Switch().Peers().Size(),
		MempoolTxs:   n.pool.Size(),
		MempoolBytes: n.pool.SizeBytes(),
	}
	if meta := n.blocks.LoadBlockMeta(s.Height); meta != nil {
		s.Time = atUTC(meta.Header.Time)
	} else if state, err := n.state.Load(); err == nil && state.LastBlockHeight > 0 { // joined by a snapshot
		s.Time = atUTC(state.LastBlockTime)
	}
	if set, err := n.state.LoadValidators(s.Height + 1); err == nil {
		if pub, err := n.signer.GetPubKey(); err == nil {
			s.Validator = set.HasAddress(pub.Address())
		}
	}
	return s
}
