package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/proof"
)

// Vouching is a ledger whose checkpoints witnesses cosign.
type Vouching interface {
	Height() uint64
	// Cosigned is the newest checkpoint that witnesses cosigned, as a signed note; it
	// says false when there is none.
	Cosigned() ([]byte, bool)
	// Vouch gives the best checkpoint that covers neighbouring events, or the log at
	// size first where count is 0, and the path to it. It says false when none does yet.
	Vouch(first, count uint64) (Vouched, bool, error)
}

// Vouched is a checkpoint that witnesses cosigned, and the path that leads to it.
type Vouched struct {
	Note string       `json:"note" doc:"Checkpoint with cosignatures, a C2SP signed note"`
	Path []proof.Hash `json:"path" doc:"Hashes that lead from the events, or the log at that size, to the checkpoint"`
}

// AddWitnessed registers the routes of checkpoints that witnesses cosigned.
func AddWitnessed(s *Server, l Vouching) {
	huma.Get(s.API, "/api/v1/checkpoint/cosigned", func(context.Context, *struct{}) (*File, error) {
		note, found := l.Cosigned()
		if !found {
			return nil, newProblem(http.StatusNotFound, "no witness has cosigned a checkpoint of this node; the configuration names the witnesses that are asked")
		}
		f := NewFile("checkpoint", note, l.Height())
		f.ContentType = "text/plain; charset=utf-8"
		return f, nil
	}, described("get-cosigned-checkpoint", "The newest checkpoint of the log of events that witnesses cosigned, as a C2SP signed note"), Needs(auth.ReadProofs))
	type in struct {
		First uint64 `query:"first" doc:"Number of the first event, or the size of the log where count is 0"`
		Count uint64 `query:"count" doc:"How many events; 0 for the whole log at that size"`
	}
	type out struct{ Body Vouched }
	huma.Get(s.API, "/api/v1/checkpoint/vouching", func(_ context.Context, in *in) (*out, error) {
		v, found, err := l.Vouch(in.First, in.Count)
		switch {
		case err != nil:
			return nil, Refuse(err)
		case !found:
			return nil, newProblem(http.StatusNotFound, "no checkpoint that covers this is cosigned yet; ask again in a minute, and see which witnesses the configuration names")
		}
		return &out{v}, nil
	}, described("prove-witnessed", "The best cosigned checkpoint that covers events or a size of the log, and the path to it"), Needs(auth.ReadProofs))
}
