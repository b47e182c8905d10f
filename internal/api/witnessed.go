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
	// Vouch puts the best checkpoint that covers an object beside it; it says false
	// when none does yet.
	Vouch(object []byte) (proof.Witnessed, bool, error)
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
		RawBody []byte `contentType:"application/cbor"`
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "attach-witnesses", Method: http.MethodPost, Path: "/api/v1/witnessed", MaxBodyBytes: proof.ObjectSizeMax + 1,
		Summary: "Put a cosigned checkpoint beside a receipt, bundle or proof", Description: "The body is the file, as another route gave it; the answer is one that also shows what witnesses cosigned.",
	}, auth.ReadProofs), func(_ context.Context, in *in) (*File, error) {
		object, err := proof.Open(in.RawBody)
		if err == nil {
			_, err = proof.LogOf(object)
		}
		if err != nil {
			return nil, newProblem(http.StatusUnprocessableEntity, err.Error())
		}
		w, found, err := l.Vouch(in.RawBody)
		switch {
		case err != nil:
			return nil, Refuse(err)
		case !found:
			return nil, newProblem(http.StatusNotFound, "no checkpoint that covers this file is cosigned yet; ask again in a minute, and see which witnesses the configuration names")
		}
		return NewFile("witnessed.pedigree", w.Encode(), l.Height()), nil
	})
}
