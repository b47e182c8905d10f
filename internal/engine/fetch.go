package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/p2p/conn"
	ssproto "github.com/cometbft/cometbft/proto/tendermint/statesync"
	"github.com/cometbft/cometbft/statesync"
)

// fetcher is the joining side of the engine's protocol for snapshots, which the
// engine's own reactor serves on every node.
type fetcher struct {
	p2p.BaseReactor
	crowd *crowd
}

func newFetcher(c *crowd) *fetcher {
	f := &fetcher{crowd: c}
	f.BaseReactor = *p2p.NewBaseReactor("SnapshotFetcher", f)
	return f
}

// GetChannels implements p2p.Reactor.
func (*fetcher) GetChannels() []*conn.ChannelDescriptor {
	return []*conn.ChannelDescriptor{
		{ID: statesync.SnapshotChannel, Priority: 5, SendQueueCapacity: 10, RecvMessageCapacity: snapshotMessageMax, MessageType: &ssproto.Message{}},
		{ID: statesync.ChunkChannel, Priority: 3, SendQueueCapacity: 10, RecvMessageCapacity: chunkMessageMax, MessageType: &ssproto.Message{}},
	}
}

// Receive implements p2p.Reactor.
func (f *fetcher) Receive(e p2p.Envelope) {
	switch msg := e.Message.(type) {
	case *ssproto.SnapshotsResponse:
		if msg.Height == 0 || msg.Height > 1<<62 || msg.Chunks == 0 || msg.Chunks > snapshotChunksMax || len(msg.Hash) == 0 || len(msg.Hash) > 64 {
			f.Switch.StopPeerForError(e.Src, errors.New("it offers a snapshot that can't be"))
			return
		}
		f.crowd.offered(e.Src.ID(), Snapshot{Height: int64(msg.Height), Format: msg.Format, Chunks: msg.Chunks, Hash: msg.Hash, Manifest: msg.Metadata})
	case *ssproto.ChunkResponse:
		f.crowd.arrived(e.Src.ID(), msg)
	}
}

func (c *crowd) offered(from p2p.ID, s Snapshot) {
	key := fmt.Sprintf("%d/%d/%d/%x/%x", s.Height, s.Format, s.Chunks, s.Hash, s.Manifest)
	c.change(func() {
		o := c.found[key]
		if o == nil && len(c.found) < offersKept {
			o = &offer{Snapshot: s}
			c.found[key] = o
		}
		if o != nil && !slices.Contains(o.peers, string(from)) {
			o.peers = append(o.peers, string(from))
		}
	})
}

// arrived keeps a chunk if it is one that is asked for.
func (c *crowd) arrived(from p2p.ID, msg *ssproto.ChunkResponse) {
	c.change(func() {
		if want, ok := c.chunk[msg.Index]; ok && want.from == from && want.bytes == nil && !want.missing {
			c.chunk[msg.Index] = received{from: from, bytes: msg.Chunk, missing: msg.Missing || len(msg.Chunk) == 0}
		}
	})
}

// chunks fetches the chunks, some ahead, and hands them over in order.
func (n *newcomer) chunks(ctx context.Context, o *offer) error {
	n.change(func() { clear(n.chunk) })
	turn := 0
	for index := uint32(0); index < o.Chunks; {
		for ahead := index; ahead < o.Chunks && ahead < index+chunksAhead; ahead++ {
			if err := n.request(o, ahead, &turn); err != nil {
				return err
			}
		}
		got, err := n.arrival(ctx, index)
		if err != nil {
			return err
		}
		if got.bytes == nil { // the peer is gone, slow or has it no more: ask another one
			o.peers = slices.DeleteFunc(o.peers, func(id string) bool { return id == string(got.from) })
			n.change(func() { delete(n.chunk, index) })
			continue
		}
		res, err := n.bridge.ApplySnapshotChunk(ctx, &abci.RequestApplySnapshotChunk{Index: index, Chunk: got.bytes, Sender: string(got.from)})
		if err != nil {
			return err
		}
		n.change(func() { delete(n.chunk, index) })
		if res.Result == abci.ResponseApplySnapshotChunk_RETRY {
			n.ban(got.from, ErrBadChunk)
			o.peers = slices.DeleteFunc(o.peers, func(id string) bool { return id == string(got.from) })
			continue
		}
		index++
	}
	return nil
}

// request asks the next of the peers that have the snapshot, unless it was asked.
func (n *newcomer) request(o *offer, index uint32, turn *int) error {
	n.mu.Lock()
	_, asked := n.chunk[index]
	var peer p2p.Peer
	for range o.peers {
		*turn++
		if peer = n.peers[p2p.ID(o.peers[*turn%len(o.peers)])]; peer != nil {
			break
		}
	}
	if !asked && peer != nil {
		n.chunk[index] = received{from: peer.ID()}
	}
	n.mu.Unlock()
	switch {
	case asked:
		return nil
	case peer == nil:
		return fmt.Errorf("chunk %d: no node that has the snapshot is left: %w", index, ErrNotFound)
	}
	go peer.Send(p2p.Envelope{ChannelID: statesync.ChunkChannel, Message: &ssproto.ChunkRequest{Height: uint64(o.Height), Format: o.Format, Index: index}})
	return nil
}

// arrival waits for a chunk; without bytes it didn't come.
func (n *newcomer) arrival(ctx context.Context, index uint32) (got received, err error) {
	wait, cancel := context.WithTimeout(ctx, chunkWait)
	defer cancel()
	_ = n.until(wait, func() bool { // that it didn't come is seen by its bytes
		got = n.chunk[index]
		return got.bytes != nil || got.missing || n.peers[got.from] == nil
	})
	if err := ctx.Err(); err != nil {
		return got, err
	}
	if got.missing {
		got.bytes = nil
	}
	return got, nil
}

// joinPause is a moment for peers to notice that a connection is closed.
const joinPause = 100 * time.Millisecond
