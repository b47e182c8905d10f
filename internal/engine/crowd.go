package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/cometbft/cometbft/p2p"
	ssproto "github.com/cometbft/cometbft/proto/tendermint/statesync"
	"github.com/cometbft/cometbft/statesync"
	"github.com/cometbft/cometbft/types"
)

// crowd is the peers of a node that joins, and what they have said.
type crowd struct {
	log       *slog.Logger
	transport *p2p.MultiplexTransport
	sw        *p2p.Switch

	mu     sync.Mutex
	moved  chan struct{} // closed, and replaced, when anything below changes
	peers  map[p2p.ID]p2p.Peer
	banned map[p2p.ID]error
	status map[p2p.ID]witnessed
	found  map[string]*offer
	asked  map[uint64]chan witnessed
	nextID uint64
	chunk  map[uint32]received
}

// received is a chunk and who sent it.
type received struct {
	from    p2p.ID
	bytes   []byte
	missing bool
}

func (c *crowd) init() {
	c.moved = make(chan struct{})
	c.peers, c.banned = map[p2p.ID]p2p.Peer{}, map[p2p.ID]error{}
	c.status, c.found = map[p2p.ID]witnessed{}, map[string]*offer{}
	c.asked, c.chunk = map[uint64]chan witnessed{}, map[uint32]received{}
}

// change changes something and wakes who waits for it.
func (c *crowd) change(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fn()
	close(c.moved)
	c.moved = make(chan struct{})
}

// until waits until fn, which is called under the lock, says that it is enough.
func (c *crowd) until(ctx context.Context, fn func() bool) error {
	for {
		c.mu.Lock()
		enough, moved := fn(), c.moved
		c.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// meet asks a new peer what it has, and for its snapshots.
func (c *crowd) meet(peer p2p.Peer) {
	c.change(func() { c.peers[peer.ID()] = peer })
	askWitness(peer, 0, 0)
	peer.Send(p2p.Envelope{ChannelID: statesync.SnapshotChannel, Message: &ssproto.SnapshotsRequest{}})
}

func (c *crowd) part(peer p2p.Peer) {
	c.change(func() { delete(c.peers, peer.ID()) })
}

// ban drops a peer and doesn't let it come back while this node joins.
func (c *crowd) ban(id p2p.ID, why error) {
	var peer p2p.Peer
	c.change(func() {
		peer = c.peers[id]
		c.banned[id] = why
		delete(c.peers, id)
		delete(c.status, id)
	})
	c.log.Warn("a node was sent away while this one joins", "node", string(id), "why", why)
	if peer != nil {
		c.sw.StopPeerForError(peer, fmt.Errorf("what it sent doesn't hold: %w", why))
	}
}

func (c *crowd) banAll(ids []string, why error) {
	for _, id := range ids {
		c.ban(p2p.ID(id), why)
	}
}

func (c *crowd) isBanned(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, banned := c.banned[p2p.ID(id)]
	return banned
}

// answered takes an answer on the channel of headers.
func (c *crowd) answered(id p2p.ID, a witnessed) {
	c.change(func() {
		if a.id == 0 {
			c.status[id] = a
		} else if ch, ok := c.asked[a.id]; ok {
			delete(c.asked, a.id)
			ch <- a
		}
	})
}

// offers waits until every peer that is there has said what it has, a moment
// longer for those that are on their way, and returns the snapshots.
func (n *newcomer) offers(ctx context.Context) ([]*offer, error) {
	ctx, cancel := context.WithTimeout(ctx, n.joining.Wait)
	defer cancel()
	if err := n.until(ctx, func() bool { return len(n.status) > 0 }); err != nil {
		return nil, errors.Join(ErrNoPeers, n.reasons())
	}
	settle, stop := context.WithTimeout(ctx, settlePeers)
	defer stop()
	_ = n.until(settle, func() bool { // whoever is late is not waited for
		return len(n.status)+len(n.banned) >= len(n.config.Peers) && n.allOffered()
	})
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []*offer
	for _, o := range n.found {
		list = append(list, o)
	}
	if len(list) == 0 {
		return nil, ErrNoSnapshot
	}
	best(list)
	return list[:min(len(list), offersMax)], nil
}

// allOffered says whether every peer has named as many snapshots as it has.
func (c *crowd) allOffered() bool {
	for id, s := range c.status {
		if c.offeredBy(string(id)) < min(s.snapshots, snapshotsListed) {
			return false
		}
	}
	return true
}

// offeredBy is how many snapshots a peer has named.
func (c *crowd) offeredBy(id string) (n uint64) {
	for _, o := range c.found {
		if slices.Contains(o.peers, id) {
			n++
		}
	}
	return n
}

// reasons says why peers were sent away.
func (c *crowd) reasons() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []error
	for id, why := range c.banned {
		list = append(list, fmt.Errorf("node %s was sent away: %w", id, why))
	}
	return errors.Join(list...)
}

// light is a proved header. All peers are asked; of two that answer well, both
// must prove the same one.
func (n *newcomer) light(ctx context.Context, height int64) (*types.LightBlock, error) {
	wait, cancel := context.WithTimeout(ctx, headerWait)
	defer cancel()
	for {
		light, err := n.lightOnce(wait, height)
		if err == nil || errors.Is(err, ErrFork) {
			return light, err
		}
		select { // a peer may be about to have it
		case <-time.After(askAgain):
		case <-wait.Done():
			return nil, errors.Join(ctx.Err(), fmt.Errorf("header %d, proved: %w", height, ErrNotFound), n.reasons())
		}
	}
}

func (n *newcomer) lightOnce(ctx context.Context, height int64) (*types.LightBlock, error) {
	n.mu.Lock()
	asked := make(map[p2p.ID]chan witnessed, len(n.peers))
	peers := make([]p2p.Peer, 0, len(n.peers))
	ids := make(map[p2p.ID]uint64, len(n.peers))
	for id, peer := range n.peers {
		n.nextID++
		asked[id], ids[id] = make(chan witnessed, 1), n.nextID
		n.asked[n.nextID] = asked[id]
		peers = append(peers, peer)
	}
	n.mu.Unlock()
	for _, peer := range peers {
		go askWitness(peer, ids[peer.ID()], height)
	}
	patience := time.After(witnessWait)
	var first *types.LightBlock
	var firstFrom p2p.ID
	for _, peer := range peers {
		select {
		case a := <-asked[peer.ID()]:
			light, err := n.judge(height, a)
			switch {
			case errors.Is(err, ErrNotFound):
			case err != nil:
				n.ban(peer.ID(), err)
			case first == nil:
				first, firstFrom = light, peer.ID()
			case string(first.Hash()) != string(light.Hash()):
				return nil, fmt.Errorf("%w: at height %d, node %s proves %X and node %s %X; tell the other members, and join nothing until they know why",
					ErrFork, height, firstFrom, []byte(first.Hash()), peer.ID(), []byte(light.Hash()))
			}
		case <-patience:
			patience = time.After(0)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if first == nil {
		return nil, ErrNotFound
	}
	return first, nil
}

// judge verifies an answer.
func (n *newcomer) judge(height int64, a witnessed) (*types.LightBlock, error) {
	if len(a.light) == 0 {
		return nil, ErrNotFound
	}
	light, err := parseLightBlock(n.config.Genesis.ChainID, a.light)
	if err != nil {
		return nil, fmt.Errorf("header %d: %w", height, err)
	}
	hash, err := n.joining.Verify(height, a.proof)
	if err != nil {
		return nil, fmt.Errorf("header %d: %w", height, err)
	}
	if light.Height != height || string(light.Hash()) != string(hash[:]) {
		return nil, fmt.Errorf("header %d: what is proved is another header", height)
	}
	return light, nil
}
