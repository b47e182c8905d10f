package exchange

import (
	"context"
	"errors"
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
	addSending(s, of)
	addInbox(s, of)
	addContent(s, of)
}

// listIn chooses rows of a listing.
type listIn struct {
	State   string `query:"state" maxLength:"16" doc:"Only those in this state"`
	Partner string `query:"partner" maxLength:"32" doc:"Only those of this organisation"`
	Kind    string `query:"kind" maxLength:"32" doc:"Only those of this kind"`
	Before  string `query:"before" maxLength:"64" doc:"Id of the last one of the page before"`
	Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

func (in listIn) listing() (Listing, error) {
	l := Listing{State: in.State, Partner: in.Partner, Kind: in.Kind, Limit: in.Limit}
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

// changed does something with a delivery and answers with what it is then.
func changed[T any](ctx context.Context, id string, do func(proof.Hash) error, read func(context.Context, proof.Hash) (T, error)) (*one[T], error) {
	h, err := proof.ParseHash(id)
	if err == nil {
		err = do(h)
	}
	if err != nil {
		return nil, refusedHere(err)
	}
	row, err := read(ctx, h)
	return &one[T]{row}, refusedHere(err)
}

func unchanged(proof.Hash) error { return nil }

func addOutbox(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/outbox", "list-outbox", "Deliveries to partners, the newest first"), func(ctx context.Context, in *listIn) (*listed[Sent], error) {
		l, err := in.listing()
		if err != nil {
			return nil, refusedHere(err)
		}
		list, err := of(ctx).Outbox(ctx, l)
		return &listed[Sent]{list}, refusedHere(err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/outbox/{id}", "get-outbox-item", "One delivery to a partner, with the receipt"), func(ctx context.Context, in *idIn) (*one[Sent], error) {
		return changed(ctx, in.ID, unchanged, of(ctx).OutboxItem)
	})
	huma.Register(s.API, route(auth.Send, http.MethodPost, "/outbox/{id}/retry", "retry-delivery", "Send a delivery again"), func(ctx context.Context, in *idIn) (*one[Sent], error) {
		return changed(ctx, in.ID, func(id proof.Hash) error { return of(ctx).Retry(ctx, id) }, of(ctx).OutboxItem)
	})
	huma.Register(s.API, route(auth.Send, http.MethodPost, "/outbox/{id}/drop", "drop-delivery", "Give a delivery up"), func(ctx context.Context, in *reasonIn) (*one[Sent], error) {
		return changed(ctx, in.ID, func(id proof.Hash) error { return of(ctx).Drop(ctx, id, in.Body.Reason) }, of(ctx).OutboxItem)
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
		return changed(ctx, in.ID, unchanged, of(ctx).InboxItem)
	})
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/inbox/{id}/reject", "reject-delivery", "Refuse a delivery, and tell its sender why"), func(ctx context.Context, in *reasonIn) (*one[Came], error) {
		return changed(ctx, in.ID, func(id proof.Hash) error { return of(ctx).Reject(ctx, id, in.Body.Reason) }, of(ctx).InboxItem)
	})
	type doneIn struct {
		ID   string `path:"id" minLength:"64" maxLength:"64" doc:"The delivery's id"`
		Body struct {
			Note string `json:"note,omitempty" maxLength:"500" doc:"For the record; its sender reads it"`
		}
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/inbox/{id}/done", "finish-delivery", "Mark a document as dealt with, and tell its sender"), func(ctx context.Context, in *doneIn) (*one[Came], error) {
		return changed(ctx, in.ID, func(id proof.Hash) error { return of(ctx).MarkDone(ctx, id, in.Body.Note) }, of(ctx).InboxItem)
	})
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary, MaxBodyBytes: api.BodyBytesDefault}, need)
}

func refusedHere(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "exchange/not-found")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "exchange/store")
	case errors.Is(err, ErrOutboxFull):
		err = api.Coded(err, ledger.Unavailable, "exchange/outbox-full")
	case errors.Is(err, vault.ErrTooLarge), errors.Is(err, ErrDocument):
		err = api.Coded(err, ledger.Conflict, "exchange/document")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, new(huma.StatusError)):
	default:
		err = api.Coded(err, ledger.Conflict, "exchange/refused")
	}
	return api.Refuse(err)
}
