package erase

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

// Source gives what erases for the organisation that a request is for.
type Source func(ctx context.Context) Office

// Office erases in one organisation's private store.
type Office interface {
	Document(ctx context.Context, id int64) (Done, error)
	Again(ctx context.Context, marks []vault.DestroyedMark) ([]Done, error)
	Marks(ctx context.Context) ([]vault.DestroyedMark, error)
	// Reason removes why a pack was dispensed, and the salt of the commitment to it.
	Reason(ctx context.Context, item string) error
}

type body[T any] struct{ Body T }

// AddRoutes registers the routes of erasing.
func AddRoutes(s *api.Server, of Source) {
	type documentIn struct {
		Number int64 `path:"n" minimum:"1" doc:"Number of the document in the private store"`
	}
	huma.Register(s.API, route(auth.Erase, http.MethodPost, "/documents/{n}", "erase-document", "Destroy a document and all that is kept of it, for good"), func(ctx context.Context, in *documentIn) (*body[Done], error) {
		done, err := of(ctx).Document(ctx, in.Number)
		return answered(done, err)
	})
	type reasonIn struct {
		Item string `json:"item" minLength:"1" maxLength:"300" doc:"The pack, as scanned or typed"`
	}
	huma.Register(s.API, route(auth.Erase, http.MethodPost, "/reasons", "erase-reason", "Destroy why a pack was dispensed, and the salt of the ledger's commitment to it"), func(ctx context.Context, in *body[reasonIn]) (*struct{}, error) {
		return nil, refused(of(ctx).Reason(ctx, in.Body.Item))
	})
	huma.Register(s.API, route(auth.ReadAudit, http.MethodGet, "", "list-erasures", "Marks of what was destroyed, to be kept beside the backups"), func(ctx context.Context, _ *struct{}) (*body[[]vault.DestroyedMark], error) {
		list, err := of(ctx).Marks(ctx)
		return answered(list, err)
	})
	type againIn struct {
		Marks []string `json:"marks" minItems:"1" maxItems:"10000" doc:"As the list has them"`
	}
	huma.Register(s.API, route(auth.Erase, http.MethodPost, "/again", "erase-again", "Destroy again what came back with an older backup"), func(ctx context.Context, in *body[againIn]) (*body[[]Done], error) {
		marks := make([]vault.DestroyedMark, len(in.Body.Marks))
		for i, text := range in.Body.Marks {
			if err := marks[i].UnmarshalText([]byte(text)); err != nil {
				return nil, api.Refuse(api.Coded(err, ledger.Invalid, "erase/mark"))
			}
		}
		list, err := of(ctx).Again(ctx, marks)
		return answered(list, err)
	})
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/erasures" + path, OperationID: id, Summary: summary}, need)
}

func answered[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{v}, nil
}

func refused(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrUnderWay):
		err = api.Coded(err, ledger.Conflict, "erase/under-way")
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "erase/not-found")
	case errors.Is(err, ErrTooMany):
		err = api.Coded(err, ledger.Limit, "erase/too-many")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "erase/store")
	}
	return api.Refuse(err)
}
