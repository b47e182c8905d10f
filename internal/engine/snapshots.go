package engine

import (
	"context"
	"errors"

	abci "github.com/cometbft/cometbft/abci/types"
)

// Snapshots is what an application does with snapshots of its state. Methods that
// give are called by many goroutines at once; those that take by one.
type Snapshots interface {
	// List returns the snapshots that other nodes may ask for.
	List() ([]Snapshot, error)
	// Chunk returns a part of one of them, nil when it isn't there any more.
	Chunk(height int64, format, index uint32) ([]byte, error)
	// Offer begins to take a snapshot whose state validators signed as appHash. An
	// error refuses it; nothing of an earlier one is left.
	Offer(s Snapshot, appHash []byte) error
	// Apply takes the next chunk. ErrBadChunk asks for it once more, from another
	// node; ErrBadSnapshot refuses the snapshot as a whole; any other error is
	// trouble of this node's own. After the last chunk App.Info tells the
	// snapshot's height and hash.
	Apply(index uint32, chunk []byte) error
}

// Snapshot is how nodes name a snapshot to each other.
type Snapshot struct {
	Height   int64
	Format   uint32
	Chunks   uint32
	Hash     []byte
	Manifest []byte
}

var (
	// ErrBadChunk says that a chunk isn't the one that was asked for.
	ErrBadChunk = errors.New("the chunk is not part of the snapshot")
	// ErrBadSnapshot says that a snapshot isn't what it was offered as.
	ErrBadSnapshot = errors.New("the snapshot is not what it was offered as")
)

// ListSnapshots serves the nodes that join.
func (b *bridge) ListSnapshots(context.Context, *abci.RequestListSnapshots) (*abci.ResponseListSnapshots, error) {
	res := &abci.ResponseListSnapshots{}
	if b.snapshots == nil {
		return res, nil
	}
	list, err := b.snapshots.List()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		res.Snapshots = append(res.Snapshots, &abci.Snapshot{Height: uint64(s.Height), Format: s.Format, Chunks: s.Chunks, Hash: s.Hash, Metadata: s.Manifest})
	}
	return res, nil
}

// LoadSnapshotChunk serves the nodes that join.
func (b *bridge) LoadSnapshotChunk(_ context.Context, req *abci.RequestLoadSnapshotChunk) (*abci.ResponseLoadSnapshotChunk, error) {
	if b.snapshots == nil {
		return &abci.ResponseLoadSnapshotChunk{}, nil
	}
	chunk, err := b.snapshots.Chunk(int64(req.Height), req.Format, req.Chunk)
	return &abci.ResponseLoadSnapshotChunk{Chunk: chunk}, err
}

// OfferSnapshot begins to take a snapshot; see Join.
func (b *bridge) OfferSnapshot(_ context.Context, req *abci.RequestOfferSnapshot) (*abci.ResponseOfferSnapshot, error) {
	s := req.Snapshot
	err := b.snapshots.Offer(Snapshot{Height: int64(s.Height), Format: s.Format, Chunks: s.Chunks, Hash: s.Hash, Manifest: s.Metadata}, req.AppHash)
	if err != nil {
		return &abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_REJECT}, err
	}
	return &abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_ACCEPT}, nil
}

// ApplySnapshotChunk takes a part of the snapshot that was offered last.
func (b *bridge) ApplySnapshotChunk(_ context.Context, req *abci.RequestApplySnapshotChunk) (*abci.ResponseApplySnapshotChunk, error) {
	err := b.snapshots.Apply(req.Index, req.Chunk)
	switch {
	case err == nil:
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ACCEPT}, nil
	case errors.Is(err, ErrBadChunk):
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_RETRY, RejectSenders: []string{req.Sender}}, nil
	case errors.Is(err, ErrBadSnapshot):
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_REJECT_SNAPSHOT}, err
	}
	return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ABORT}, err
}
