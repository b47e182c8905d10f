package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/proof"
)

// Checkpoint names a block, for people of two members to compare by voice.
type Checkpoint struct {
	Height int64      `json:"height" doc:"Height of the block"`
	Hash   proof.Hash `json:"hash" doc:"Hash of its header"`
}

// addCheckpoint registers the route by which a member tells another, that joins,
// which chain is the right one.
func addCheckpoint(s *Server, l Ledger) {
	type checkpointOut struct{ Body Checkpoint }
	huma.Get(s.API, "/api/v1/checkpoint", func(context.Context, *struct{}) (*checkpointOut, error) {
		height, hash, err := l.LastBlock()
		if err != nil {
			return nil, Refuse(err)
		}
		return &checkpointOut{Checkpoint{Height: height, Hash: hash}}, nil
	}, described("get-checkpoint", "A recent block's height and hash: what a node that joins must compare by voice"), Needs(auth.ReadLedger))
}
