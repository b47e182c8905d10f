package traceview

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/ledger"
)

func addAnswers(s *api.Server, of Source) {
	type traceIn struct {
		ID string `query:"id" required:"true" minLength:"1" maxLength:"8192" doc:"Scanned element string, Digital Link, EPC URN or typed text"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/trace", "trace", "The chain of a package, each step with how it is known"), func(ctx context.Context, in *traceIn) (*answer[Trace], error) {
		d := of(ctx)
		t, err := d.Trace(ctx, in.ID)
		return answered(d, t, err)
	})
	type provenanceIn struct {
		ID    string `query:"id" required:"true" minLength:"1" maxLength:"8192" doc:"Scanned element string, Digital Link, EPC URN or typed text"`
		Place bool   `query:"place" doc:"Also show where it stands now"`
		Nonce string `query:"nonce" maxLength:"128" doc:"The verifier's nonce in hexadecimal, which the holder's key signs"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/provenance", "get-provenance", "A package's provenance as one file, verifiable offline"), func(ctx context.Context, in *provenanceIn) (*api.File, error) {
		d := of(ctx)
		nonce, err := hex.DecodeString(in.Nonce)
		if err != nil {
			return nil, refused(ledger.CodeMalformed.Errorf("the nonce must be hexadecimal"))
		}
		b, err := d.Provenance(ctx, in.ID, ProvenanceOptions{CurrentPlace: in.Place, Nonce: nonce})
		if err != nil {
			return nil, refused(err)
		}
		return api.NewFile("provenance.pedigree", b.Encode(), b.Header.Signed.Header.Height), nil
	})
}
