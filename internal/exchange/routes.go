package exchange

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Source gives the exchange of the organisation for which a request is made. It is
// asked only for requests that were let in, so it always has one.
type Source func(ctx context.Context) *Exchange

// AddRoutes registers the outbox and the inbox, for people and their programs.
func AddRoutes(s *api.Server, of Source) {
	addOutbox(s, of)
	addInbox(s, of)
}

// listIn chooses rows of a listing.
type listIn struct {
	State   string `query:"state" maxLength:"16" doc:"Only those in this state"`
	Partner string `query:"partner" maxLength:"32" doc:"Only those of this organisation"`
	Before  string `query:"before" maxLength:"64" doc:"Id of the last one of the page before"`
	Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

func (in listIn) listing() (Listing, error) {
	l := Listing{State: in.State, Partner: in.Partner, Limit: in.Limit}
	if in.Before == "" {
		return l, nil
	}
	var err error
	l.Before, err = proof.ParseHash(in.Before)
	return l, err
}

// idIn names one delivery; reasonIn also says why.
type idIn struct {
	ID string `path:"id" minLength:"64" maxLength:"64" doc:"The delivery's id"`
}

type reasonIn struct {
	ID   string `path:"id" minLength:"64" maxLength:"64" doc:"The delivery's id"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why, for the record"`
	}
}

type listed[T any] struct{ Body []T }

type one[T any] struct{ Body T }

func addOutbox(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/outbox", "list-outbox", "Deliveries to partners, the newest first"), func(ctx context.Context, in *listIn) (*listed[Sent], error) {
		l, err := in.listing()
		if err != nil {
			return nil, refusedHere(err)
		}
		list, err := of(ctx).Outbox(ctx, l)
		return &listed[Sent]{list}, refusedHere(err)
	})
	show := func(ctx context.Context, x *Exchange, id string, do func(proof.Hash) error) (*one[Sent], error) {
		h, err := proof.ParseHash(id)
		if err == nil {
			err = do(h)
		}
		if err != nil {
			return nil, refusedHere(err)
		}
		sent, err := x.OutboxItem(ctx, h)
		return &one[Sent]{sent}, refusedHere(err)
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/outbox/{id}", "get-outbox-item", "One delivery to a partner, with the receipt"), func(ctx context.Context, in *idIn) (*one[Sent], error) {
		return show(ctx, of(ctx), in.ID, func(proof.Hash) error { return nil })
	})
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/outbox/{id}/retry", "retry-delivery", "Send a delivery again"), func(ctx context.Context, in *idIn) (*one[Sent], error) {
		return show(ctx, of(ctx), in.ID, func(id proof.Hash) error { return of(ctx).Retry(ctx, id) })
	})
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/outbox/{id}/drop", "drop-delivery", "Give a delivery up"), func(ctx context.Context, in *reasonIn) (*one[Sent], error) {
		return show(ctx, of(ctx), in.ID, func(id proof.Hash) error { return of(ctx).Drop(ctx, id, in.Body.Reason) })
	})
}

func addInbox(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/inbox", "list-inbox", "Deliveries from partners, the newest first"), func(ctx context.Context, in *listIn) (*listed[Came], error) {
		l, err := in.listing()
		if err != nil {
			return nil, refusedHere(err)
		}
		list, err := of(ctx).Inbox(ctx, l)
		return &listed[Came]{list}, refusedHere(err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/inbox/{id}", "get-inbox-item", "One delivery from a partner"), func(ctx context.Context, in *idIn) (*one[Came], error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refusedHere(err)
		}
		came, err := of(ctx).InboxItem(ctx, id)
		return &one[Came]{came}, refusedHere(err)
	})
	huma.Register(s.API, contentRoute(), func(ctx context.Context, in *idIn) (*huma.StreamResponse, error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refusedHere(err)
		}
		r, _, err := of(ctx).Content(ctx, id)
		if err != nil {
			return nil, refusedHere(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			defer r.Close()
			out.SetHeader("Content-Type", "application/octet-stream")
			_, _ = io.Copy(out.BodyWriter(), r) // what is cut off is short of its size
		}}, nil
	})
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/inbox/{id}/reject", "reject-delivery", "Refuse a delivery, and tell its sender why"), func(ctx context.Context, in *reasonIn) (*one[Came], error) {
		id, err := proof.ParseHash(in.ID)
		if err == nil {
			err = of(ctx).Reject(ctx, id, in.Body.Reason)
		}
		if err != nil {
			return nil, refusedHere(err)
		}
		came, err := of(ctx).InboxItem(ctx, id)
		return &one[Came]{came}, refusedHere(err)
	})
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary, MaxBodyBytes: api.BodyBytesDefault}, need)
}

func contentRoute() huma.Operation {
	o := route(auth.Receive, http.MethodGet, "/inbox/{id}/content", "get-inbox-content", "What a partner sent")
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The payload", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	return o
}

// notice is an error of the exchange as the HTTP interface shows it.
type notice struct {
	error
	kind ledger.Kind
	code string
}

// Kind is the sort of refusal.
func (n notice) Kind() ledger.Kind { return n.kind }

// Code is its stable name.
func (n notice) Code() string { return n.code }

// Hint is empty: the text says what to do.
func (n notice) Hint() string { return "" }

func (n notice) Unwrap() error { return n.error }

func refusedHere(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, vault.ErrNotFound):
		err = notice{err, ledger.NotFound, "exchange/not-found"}
	case errors.Is(err, vault.ErrBusy), errors.Is(err, vault.ErrClosed), errors.Is(err, vault.ErrFailed), vault.IsFault(err):
		err = notice{err, ledger.Unavailable, "exchange/store"}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	default:
		err = notice{err, ledger.Conflict, "exchange/refused"}
	}
	return api.Refuse(err)
}
