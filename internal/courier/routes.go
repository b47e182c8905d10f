package courier

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// Source gives the courier of the organisation for which a request is made. It is
// asked only for requests that were let in, so it always has one.
type Source func(ctx context.Context) *Courier

// AddRoutes registers the ways, for people and their programs.
func AddRoutes(s *api.Server, of Source) {
	addInlets(s, of)
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

// notice is an error of the ways as the HTTP interface shows it.
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

func refused(err error) error {
	switch {
	case errors.Is(err, vault.ErrNotFound):
		err = notice{err, ledger.NotFound, "ways/not-found"}
	case errors.Is(err, ErrRefused):
		err = notice{err, ledger.Conflict, "ways/refused"}
	case errors.Is(err, errStopped), errors.Is(err, vault.ErrBusy), errors.Is(err, vault.ErrClosed), errors.Is(err, vault.ErrFailed), vault.IsFault(err):
		err = notice{err, ledger.Unavailable, "ways/store"}
	}
	return api.Refuse(err)
}
