package courier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// Source gives the courier of the organisation for which a request is made. It is
// asked only for requests that were let in, so it always has one.
type Source func(ctx context.Context) *Courier

// AddRoutes registers the ways, for people and their programs. Give gives documents of
// the organisation for which a request is made.
func AddRoutes(s *api.Server, of Source, give func(ctx context.Context) Giver) {
	addInlets(s, of)
	addGiving(s, of, give)
	addDeposits(s, of)
	addParcels(s, of)
}

type numberIn struct {
	Number int64 `path:"n" minimum:"1" doc:"Number of the parcel"`
}

type reasonIn struct {
	Number int64 `path:"n" minimum:"1" doc:"Number of the parcel"`
	Body   struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"For the record"`
	}
}

func addParcels(s *api.Server, of Source) {
	type listIn struct {
		State   string `query:"state" enum:"queued,sent,acknowledged,failed,dropped"`
		Partner string `query:"partner" maxLength:"255" doc:"Organisation, GLN, or number in the address book, as it was named when it was sent"`
		Before  int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/parcels", "list-parcels", "Documents on their way to partners, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Parcel], error) {
		list, err := of(ctx).Parcels(ctx, in.State, in.Partner, in.Before, in.Limit)
		return answered(list, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/parcels/{n}", "get-parcel", "One document on its way to a partner"), func(ctx context.Context, in *numberIn) (*body[Parcel], error) {
		p, err := of(ctx).Parcel(ctx, in.Number)
		return answered(p, err)
	})
	content := route(auth.ReadGoods, http.MethodGet, "/parcels/{n}/content", "get-parcel-content", "Take a parcel's document out, to carry it")
	content.Responses = map[string]*huma.Response{"200": {Description: "The document", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	huma.Register(s.API, content, func(ctx context.Context, in *numberIn) (*huma.StreamResponse, error) {
		p, err := of(ctx).Parcel(ctx, in.Number)
		var r io.ReadCloser
		if err == nil {
			r, _, err = of(ctx).vault.OpenDocument(ctx, p.document)
		}
		if err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			defer r.Close()
			out.SetHeader("Content-Type", "application/octet-stream")
			out.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.Name}))
			out.SetHeader("X-Content-Type-Options", "nosniff")
			_, _ = io.Copy(out.BodyWriter(), r) // what is cut off is short of its size
		}}, nil
	})
	huma.Register(s.API, route(auth.Send, http.MethodPost, "/parcels/{n}/retry", "retry-parcel", "Send a parcel again, now"), func(ctx context.Context, in *numberIn) (*body[Parcel], error) {
		p, err := of(ctx).Retry(ctx, in.Number)
		return answered(p, err)
	})
	huma.Register(s.API, route(auth.Send, http.MethodPost, "/parcels/{n}/drop", "drop-parcel", "Give a parcel up"), func(ctx context.Context, in *reasonIn) (*body[Parcel], error) {
		p, err := of(ctx).Drop(ctx, in.Number, in.Body.Reason)
		return answered(p, err)
	})
	huma.Register(s.API, route(auth.Send, http.MethodPost, "/parcels/{n}/done", "finish-parcel", "Note that the partner has a parcel"), func(ctx context.Context, in *reasonIn) (*body[Parcel], error) {
		p, err := of(ctx).Done(ctx, in.Number, in.Body.Reason)
		return answered(p, err)
	})
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary, MaxBodyBytes: api.BodyBytesDefault}, need)
}

type body[T any] struct{ Body T }

func answered[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{v}, nil
}

type namedIn struct {
	Name string `path:"name" maxLength:"64" doc:"As the configuration names it"`
}

func addInlets(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/inlets", "list-inlets", "Where partners' files come in, and whether that works"), func(ctx context.Context, _ *struct{}) (*body[[]InletState], error) {
		list, err := of(ctx).Inlets(ctx)
		return answered(list, err)
	})
	type listIn struct {
		Name   string `path:"name" maxLength:"64" doc:"As the configuration names it"`
		State  string `query:"state" enum:"waiting,taken,failed"`
		Before int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/inlets/{name}/files", "list-inlet-files", "The files of an inlet, the newest first, and what came of each"), func(ctx context.Context, in *listIn) (*body[[]Arrival], error) {
		list, err := of(ctx).Arrivals(ctx, in.Name, in.State, in.Before, in.Limit)
		return answered(list, err)
	})
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/inlets/{name}/run", "run-inlet", "Look at an inlet now"), func(ctx context.Context, in *namedIn) (*body[InletState], error) {
		state, err := of(ctx).Run(ctx, in.Name)
		return answered(state, err)
	})
}

func addGiving(s *api.Server, of Source, give func(ctx context.Context) Giver) {
	type giveIn struct {
		Name   string `path:"name" maxLength:"64" doc:"As the configuration names it"`
		Number int64  `path:"n" minimum:"1" doc:"Number of the file"`
		Body   struct {
			Partner string `json:"partner" minLength:"1" maxLength:"255" doc:"Organisation or GLN that it is from"`
		}
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/inlets/{name}/files/{n}/give", "give-inlet-file", "Take the documents of a file again as another partner's, which came by the wrong inlet"), func(ctx context.Context, in *giveIn) (*body[Arrival], error) {
		a, err := of(ctx).Give(ctx, in.Name, in.Number, in.Body.Partner, give(ctx))
		return answered(a, err)
	})
}

// depositWork is how long a large deposit may take.
const depositWork = 30 * time.Minute

// mayLeave lets a machine leave files at the inlet that its key is named after, and at
// no other.
func mayLeave(ctx context.Context, inlet string) error {
	if who, _ := auth.From(ctx); who.Kind == auth.Machine && who.Name != inlet {
		return api.Coded(fmt.Errorf("the key %q leaves files at the inlet of its name alone; make one named %q", who.Name, label(inlet)), ledger.Denied, "ways/other-inlet")
	}
	return nil
}

func addDeposits(s *api.Server, of Source) {
	type putIn struct {
		Name string `path:"name" maxLength:"64" doc:"As the configuration names it"`
		File string `path:"file" maxLength:"255" doc:"Name of the file"`
	}
	type putOut struct {
		Status   int
		Location string `header:"Location"`
		Body     Deposit
	}
	put := route(auth.Deposit, http.MethodPut, "/deposits/{name}/{file}", "deposit", "Leave a file at an inlet: a document, or several packed in a zip archive")
	put.BodyReadTimeout, put.DefaultStatus = depositWork, http.StatusCreated
	huma.Register(s.API, api.Upload(put), func(ctx context.Context, in *putIn) (*putOut, error) {
		err := mayLeave(ctx, in.Name)
		var d Deposit
		if err == nil {
			d, err = of(ctx).Deposit(ctx, in.Name, in.File, api.UploadOf(ctx))
		}
		if err != nil {
			return nil, refused(err)
		}
		return &putOut{http.StatusCreated, "/api/v1/deposits/" + url.PathEscape(in.Name) + "/" + d.ID, d}, nil
	})
	type getIn struct {
		Name string `path:"name" maxLength:"64" doc:"As the configuration names it"`
		ID   string `path:"id" minLength:"64" maxLength:"64" doc:"Of the receipt"`
	}
	huma.Register(s.API, route(auth.Deposit, http.MethodGet, "/deposits/{name}/{id}", "get-deposit", "What came of a file that was left"), func(ctx context.Context, in *getIn) (*body[Deposit], error) {
		if err := mayLeave(ctx, in.Name); err != nil {
			return nil, refused(err)
		}
		d, err := of(ctx).Deposited(ctx, in.Name, in.ID)
		return answered(d, err)
	})
}

func refused(err error) error {
	switch {
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "ways/not-found")
	case errors.Is(err, ErrRefused), errors.Is(err, vault.ErrTooLarge):
		err = api.Coded(err, ledger.Conflict, "ways/refused")
	case errors.Is(err, errStopped), vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "ways/store")
	}
	return api.Refuse(err)
}
