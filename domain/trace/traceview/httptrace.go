package traceview

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/ledger"
	"pedigree/proof"
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
	type holdingIn struct {
		ID     string `query:"id" required:"true" minLength:"1" maxLength:"8192" doc:"Scanned element string, Digital Link, EPC URN or typed text"`
		Cursor string `query:"cursor" maxLength:"8192" doc:"From the answer before"`
		Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/trace/holding", "get-holding", "What is directly in a case, pallet or box now"), func(ctx context.Context, in *holdingIn) (*answer[Holding], error) {
		d := of(ctx)
		h, err := d.Holding(ctx, in.ID, HoldingFilter{Cursor: in.Cursor, Limit: in.Limit})
		return answered(d, h, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/trace/events", "get-trace-events", "The events of a thing's history as its documents have them, as one EPCIS document"), func(ctx context.Context, in *traceIn) (*api.File, error) {
		d := of(ctx)
		b, err := d.TraceEvents(ctx, in.ID)
		if err != nil {
			return nil, refused(err)
		}
		height, _ := d.chain.Status()
		f := api.NewFile("events.jsonld", b, height)
		f.ContentType = "application/ld+json"
		return f, nil
	})
	type behindIn struct {
		Entry string `query:"entry" required:"true" minLength:"64" maxLength:"64" doc:"Entry id"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/trace/behind", "get-behind-entry", "What the organisation's own records hold of an entry of the ledger"), func(ctx context.Context, in *behindIn) (*answer[Behind], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.Entry)
		if err != nil {
			return nil, refused(ledger.CodeMalformed.Errorf("%v", err))
		}
		b, err := d.BehindEntry(ctx, id)
		return answered(d, b, err)
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
