package engine

import (
	"bytes"
	"fmt"

	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/types"
	gogotypes "github.com/cosmos/gogoproto/types"
)

// Header returns the header at a height.
func (n *Node) Header(height int64) (Header, error) {
	meta := n.blocks.LoadBlockMeta(height)
	if meta == nil {
		return Header{}, fmt.Errorf("header %d: %w", height, ErrNotFound)
	}
	return headerOf(&meta.Header)
}

// SignedHeader returns the header at a height, the commit that decided it, and
// the validators that signed. The commit is the one in the next block, or until
// that exists, the one this node saw: both prove the same.
func (n *Node) SignedHeader(height int64) (SignedHeader, error) {
	meta := n.blocks.LoadBlockMeta(height)
	if meta == nil {
		return SignedHeader{}, fmt.Errorf("header %d: %w", height, ErrNotFound)
	}
	header, err := headerOf(&meta.Header)
	if err != nil {
		return SignedHeader{}, err
	}
	commit := n.blocks.LoadBlockCommit(height)
	if commit == nil {
		commit = n.blocks.LoadSeenCommit(height)
	}
	if commit == nil {
		return SignedHeader{}, fmt.Errorf("commit of block %d: %w", height, ErrNotFound)
	}
	validators, err := n.Validators(height)
	if err != nil {
		return SignedHeader{}, err
	}
	out := SignedHeader{
		Header:     header,
		Round:      commit.Round,
		BlockHash:  [32]byte(commit.BlockID.Hash),
		PartsTotal: commit.BlockID.PartSetHeader.Total,
		PartsHash:  [32]byte(commit.BlockID.PartSetHeader.Hash),
		Signatures: make([]CommitSig, len(commit.Signatures)),
		Validators: validators,
	}
	if out.BlockHash != header.Hash || len(out.Signatures) != len(validators) {
		return SignedHeader{}, fmt.Errorf("the commit of block %d doesn't belong to its header or its validators: the block store is damaged", height)
	}
	for i, s := range commit.Signatures {
		out.Signatures[i] = CommitSig{
			Flag: CommitFlag(s.BlockIDFlag), Address: address(s.ValidatorAddress),
			Timestamp: atUTC(s.Timestamp), Signature: bytes.Clone(s.Signature),
		}
	}
	return out, nil
}

// Validators returns the set that decides the block at a height, in the
// engine's order. It is known up to two heights above the last block.
func (n *Node) Validators(height int64) ([]Validator, error) {
	set, err := n.state.LoadValidators(height)
	if err != nil {
		return nil, fmt.Errorf("validators at height %d: %w (%w)", height, ErrNotFound, err)
	}
	out := make([]Validator, set.Size())
	for i, v := range set.Validators {
		key, err := rawKey(v.PubKey)
		if err != nil {
			return nil, fmt.Errorf("validator %d at height %d: %w", i, height, err)
		}
		out[i] = Validator{Address: address(v.Address), PubKey: key, Power: v.VotingPower}
	}
	return out, nil
}

// headerOf encodes the fields and checks that they give the header's hash.
func headerOf(h *types.Header) (Header, error) {
	fields, err := headerFields(h)
	if err != nil {
		return Header{}, fmt.Errorf("couldn't encode header %d: %w", h.Height, err)
	}
	root := merkle.HashFromByteSlices(fields[:])
	if !bytes.Equal(root, h.Hash()) {
		return Header{}, fmt.Errorf("the encoded fields of header %d don't give its hash: the engine's encoding has changed", h.Height)
	}
	return Header{
		ChainID: h.ChainID, Height: h.Height, Time: atUTC(h.Time),
		Fields: fields, Hash: [32]byte(root),
		AppHash: h.AppHash, LastResultsHash: h.LastResultsHash, DataHash: h.DataHash,
		ValidatorsHash: h.ValidatorsHash, NextValidatorsHash: h.NextValidatorsHash,
		ProposerAddress: address(h.ProposerAddress),
	}, nil
}

// headerFields encodes the 14 fields as types.Header.Hash does: messages as
// they are, and single values each in a protobuf wrapper, empty when zero.
func headerFields(h *types.Header) (fields [14][]byte, err error) {
	version, err := h.Version.Marshal()
	if err != nil {
		return fields, err
	}
	at, err := gogotypes.StdTimeMarshal(h.Time)
	if err != nil {
		return fields, err
	}
	lastID := h.LastBlockID.ToProto()
	last, err := lastID.Marshal()
	if err != nil {
		return fields, err
	}
	chainID, err := (&gogotypes.StringValue{Value: h.ChainID}).Marshal()
	if err != nil {
		return fields, err
	}
	height, err := (&gogotypes.Int64Value{Value: h.Height}).Marshal()
	if err != nil {
		return fields, err
	}
	fields = [14][]byte{version, chainID, height, at, last}
	hashes := [][]byte{
		h.LastCommitHash, h.DataHash, h.ValidatorsHash, h.NextValidatorsHash, h.ConsensusHash,
		h.AppHash, h.LastResultsHash, h.EvidenceHash, h.ProposerAddress,
	}
	for i, hash := range hashes {
		if fields[5+i], err = (&gogotypes.BytesValue{Value: hash}).Marshal(); err != nil {
			return fields, err
		}
	}
	return fields, nil
}
