package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// AddAccess registers the routes of who may use the node: keys, people, sessions,
// the audit trail.
func AddAccess(s *Server) {
	a := s.config.Access
	addKeys(s, a)
	addPeople(s, a)
	s.addAside()
	addSessions(s, a)
	addAudit(s, a)
	addSignatures(s, a)
	addApprovals(s, a)
	addPermits(s, a)
}

// body is an answer that is true of the node, not of a height of the ledger.
type body[T any] struct{ Body T }

// asker is who makes an operation's request; the routes are reached by known ones.
func asker(ctx context.Context) auth.Principal {
	p, _ := auth.From(ctx)
	return p
}

func addKeys(s *Server, a *auth.Access) {
	type createIn struct {
		Body struct {
			Name  string      `json:"name" minLength:"1" maxLength:"100" doc:"What will use the key"`
			Roles []auth.Role `json:"roles" minItems:"1" maxItems:"16" doc:"What it may do; no role with power"`
			Days  int         `json:"days,omitempty" minimum:"1" maximum:"366" doc:"How long it lives; 90 days unless this says otherwise"`
		}
	}
	type created struct {
		Secret string      `json:"secret" doc:"The key, shown this once"`
		Key    auth.APIKey `json:"key" doc:"The key as it is listed"`
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "create-api-key", Method: http.MethodPost, Path: "/api/v1/apikeys", Summary: "Make an API key for a machine; it is shown once", DefaultStatus: http.StatusCreated,
	}, auth.ManagePeople), func(ctx context.Context, in *createIn) (*body[created], error) {
		secret, k, err := a.CreateAPIKey(ctx, asker(ctx), in.Body.Name, in.Body.Roles, time.Duration(in.Body.Days)*24*time.Hour)
		return &body[created]{created{secret, k}}, Refuse(err)
	})
	huma.Get(s.API, "/api/v1/apikeys", func(ctx context.Context, _ *struct{}) (*body[[]auth.APIKey], error) {
		list, err := a.APIKeys(ctx, asker(ctx).Org)
		return &body[[]auth.APIKey]{list}, Refuse(err)
	}, described("list-api-keys", "The API keys of the organisation, without their secrets"), Needs(auth.ManagePeople))
	type idIn struct {
		ID string `path:"id" maxLength:"16" doc:"The key's id"`
	}
	huma.Delete(s.API, "/api/v1/apikeys/{id}", func(ctx context.Context, in *idIn) (*struct{}, error) {
		return nil, Refuse(a.RevokeAPIKey(ctx, asker(ctx).Org, in.ID))
	}, described("revoke-api-key", "Revoke an API key at once"), Needs(auth.ManagePeople))
}
