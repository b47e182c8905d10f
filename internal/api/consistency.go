package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/proof"
)

// Logged is a ledger whose log of events only grows, and that can prove it.
type Logged interface {
	// Consistency leads from a signed header to the newest; from 0, from itself. It
	// says false when the header isn't there.
	Consistency(from uint64) (proof.ConsistencyProof, bool, error)
}

// AddConsistency registers the route that witnesses ask.
func AddConsistency(s *Server, l Logged) {
	type in struct {
		From uint64 `query:"from" doc:"Height of the header to begin with; 0 for the newest"`
	}
	huma.Get(s.API, "/api/v1/consistency", func(_ context.Context, in *in) (*File, error) {
		p, found, err := l.Consistency(in.From)
		switch {
		case err != nil:
			return nil, Refuse(err)
		case !found:
			return nil, newProblem(http.StatusNotFound, fmt.Sprintf("this node has no header %d to prove from: it isn't signed yet, or is pruned here; ask another node", in.From))
		}
		return NewFile("consistency.pedigree", p.Encode(), p.NewHeader.Signed.Header.Height), nil
	}, described("prove-consistency", "Proof that nothing was rewritten between a signed header and the newest"), Needs(auth.ReadProofs))
}
