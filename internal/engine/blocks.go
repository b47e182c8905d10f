package engine

import (
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/types"
)

// Block returns a committed block with its results.
func (n *Node) Block(height int64) (CommittedBlock, error) {
	if b, ok := n.feed.at(height); ok {
		return b, nil
	}
	if height > n.feed.height() {
		return CommittedBlock{}, fmt.Errorf("block %d isn't committed: %w", height, ErrNotFound)
	}
	block := n.blocks.LoadBlock(height)
	if block == nil {
		return CommittedBlock{}, fmt.Errorf("block %d: %w", height, ErrNotFound)
	}
	res, err := n.state.LoadFinalizeBlockResponse(height)
	if err != nil {
		return CommittedBlock{}, fmt.Errorf("results of block %d: %w (%w)", height, ErrNotFound, err)
	}
	out := CommittedBlock{
		Height: height, Time: atUTC(block.Time), AppHash: res.AppHash,
		Txs:     block.Txs.ToSliceOfBytes(),
		Results: make([]TxResult, len(res.TxResults)),
	}
	for i, r := range res.TxResults {
		out.Results[i] = TxResult{Code: r.Code, Data: r.Data, Log: r.Log}
	}
	return out, nil
}

// BlockBrief is what a list of blocks tells of one.
type BlockBrief struct {
	Height   int64
	Time     time.Time
	Hash     [32]byte
	Txs      int
	Proposer [20]byte // address of the validator that proposed it
}

// Brief returns what a list of blocks tells of one. It reads no transaction.
func (n *Node) Brief(height int64) (BlockBrief, error) {
	meta := n.blocks.LoadBlockMeta(height)
	if meta == nil {
		return BlockBrief{}, fmt.Errorf("block %d: %w", height, ErrNotFound)
	}
	return BlockBrief{Height: height, Time: atUTC(meta.Header.Time), Hash: [32]byte(meta.BlockID.Hash), Txs: meta.NumTxs, Proposer: address(meta.Header.ProposerAddress)}, nil
}

// BlockTxs returns the transactions of a block, in order.
func (n *Node) BlockTxs(height int64) ([][]byte, error) {
	if b, ok := n.feed.at(height); ok {
		return b.Txs, nil
	}
	block := n.blocks.LoadBlock(height)
	if block == nil {
		return nil, fmt.Errorf("block %d: %w", height, ErrNotFound)
	}
	return block.Txs.ToSliceOfBytes(), nil
}

// ResultProof proves the result of transaction index of the block at height.
// Its root is LastResultsHash in the header at height + 1. The leaf is the
// protobuf of the result's deterministic part: field 1 the code (a varint),
// field 2 the data, each left out when zero or empty.
func (n *Node) ResultProof(height int64, index int) (Proof, error) {
	res, err := n.state.LoadFinalizeBlockResponse(height)
	if err != nil {
		return Proof{}, fmt.Errorf("results of block %d: %w (%w)", height, ErrNotFound, err)
	}
	if index < 0 || index >= len(res.TxResults) {
		return Proof{}, fmt.Errorf("result %d of the %d of block %d: %w", index, len(res.TxResults), height, ErrNotFound)
	}
	results := types.NewResults(res.TxResults)
	leaf, err := results[index].Marshal()
	if err != nil {
		return Proof{}, fmt.Errorf("couldn't encode result %d of block %d: %w", index, height, err)
	}
	return proofOf(leaf, results.ProveResult(index), results.Hash()), nil
}

// TxProof proves that transaction index is in the block at height. Its root is
// DataHash in the header at height, and its leaf is the SHA-256 of the transaction.
func (n *Node) TxProof(height int64, index int) (Proof, error) {
	txs, err := n.BlockTxs(height)
	if err != nil {
		return Proof{}, err
	}
	if index < 0 || index >= len(txs) {
		return Proof{}, fmt.Errorf("transaction %d of the %d of block %d: %w", index, len(txs), height, ErrNotFound)
	}
	proof := types.ToTxs(txs).Proof(index)
	return proofOf(proof.Leaf(), proof.Proof, proof.RootHash), nil
}

func proofOf(leaf []byte, p merkle.Proof, root []byte) Proof {
	return Proof{Leaf: leaf, Index: p.Index, Total: p.Total, Aunts: p.Aunts, Root: root}
}
