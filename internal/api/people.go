package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// Me is who asks, as the interface shows it.
type Me struct {
	ID          string            `json:"id" doc:"The principal's id"`
	Name        string            `json:"name" doc:"As it is printed beside a signature"`
	Kind        auth.Kind         `json:"kind" enum:"owner,person,machine"`
	Org         string            `json:"org" doc:"The organisation it acts for"`
	Roles       []auth.Role       `json:"roles"`
	Permissions []auth.Permission `json:"permissions" doc:"All that it may do"`
}

// grantNeeds is what giving or taking each role asks for.
func grantNeeds() map[string]auth.Permission {
	needs := map[string]auth.Permission{}
	for _, r := range auth.Roles() {
		if !r.Power {
			needs[string(r.Role)] = auth.ManagePeople
		}
	}
	return needs
}

func addPeople(s *Server, a *auth.Access) {
	huma.Get(s.API, "/api/v1/me", func(ctx context.Context, _ *struct{}) (*body[Me], error) {
		p := asker(ctx)
		return &body[Me]{Me{p.ID, p.Name, p.Kind, p.Org, p.Roles, p.Permissions()}}, nil
	}, described("who-am-i", "Who you are and what you may do"), Needs(auth.OwnSession))
	huma.Get(s.API, "/api/v1/people", func(ctx context.Context, _ *struct{}) (*body[[]auth.User], error) {
		list, err := a.People(ctx, asker(ctx).Org)
		return &body[[]auth.User]{list}, Refuse(err)
	}, described("list-people", "The people of the organisation"), Needs(auth.ManagePeople))
	type addIn struct {
		Body struct {
			Name string `json:"name" minLength:"1" maxLength:"100" doc:"As it is printed beside a signature"`
		}
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "add-person", Method: http.MethodPost, Path: "/api/v1/people", Summary: "Enter a person, who can do nothing yet", DefaultStatus: http.StatusCreated,
	}, auth.ManagePeople), func(ctx context.Context, in *addIn) (*body[auth.User], error) {
		u, err := a.AddPerson(ctx, asker(ctx).Org, in.Body.Name)
		return &body[auth.User]{u}, Refuse(err)
	})
	type idIn struct {
		ID string `path:"id" maxLength:"49" doc:"The person's id"`
	}
	huma.Delete(s.API, "/api/v1/people/{id}", func(ctx context.Context, in *idIn) (*struct{}, error) {
		return nil, Refuse(a.RemovePerson(ctx, asker(ctx).Org, in.ID))
	}, described("remove-person", "Remove a person: sessions, roles and passkeys end at once"), Needs(auth.ManagePeople))
	addInvitations(s, a)
	addPasskeyList(s, a)
	type roleIn struct {
		ID   string    `path:"id" maxLength:"49" doc:"The person's id"`
		Role auth.Role `path:"role" maxLength:"32" doc:"The role's name"`
	}
	huma.Put(s.API, "/api/v1/people/{id}/roles/{role}", func(ctx context.Context, in *roleIn) (*struct{}, error) {
		return nil, Refuse(a.Grant(ctx, asker(ctx), in.ID, in.Role))
	}, described("grant-role", "Give a role to a person"), Needs(auth.GrantPower, ByParam("role", grantNeeds())))
	huma.Delete(s.API, "/api/v1/people/{id}/roles/{role}", func(ctx context.Context, in *roleIn) (*struct{}, error) {
		return nil, Refuse(a.Withdraw(ctx, asker(ctx).Org, in.ID, in.Role))
	}, described("withdraw-role", "Take a role from a person"), Needs(auth.GrantPower, ByParam("role", grantNeeds())))
}

func addSessions(s *Server, a *auth.Access) {
	huma.Get(s.API, "/api/v1/sessions", func(ctx context.Context, _ *struct{}) (*body[[]auth.Session], error) {
		list, err := a.Sessions(ctx, asker(ctx).Org, asker(ctx).ID)
		return &body[[]auth.Session]{list}, Refuse(err)
	}, described("list-sessions", "Your own sessions"), Needs(auth.OwnSession))
	type idIn struct {
		ID string `path:"id" maxLength:"16" doc:"The session's id"`
	}
	huma.Delete(s.API, "/api/v1/sessions/{id}", func(ctx context.Context, in *idIn) (*struct{}, error) {
		return nil, Refuse(a.EndSession(ctx, asker(ctx).Org, asker(ctx).ID, in.ID))
	}, described("end-session", "End a session of your own"), Needs(auth.OwnSession))
	huma.Get(s.API, "/api/v1/people/sessions", func(ctx context.Context, _ *struct{}) (*body[[]auth.Session], error) {
		list, err := a.Sessions(ctx, asker(ctx).Org, "")
		return &body[[]auth.Session]{list}, Refuse(err)
	}, described("list-all-sessions", "The sessions of everybody in the organisation"), Needs(auth.ManagePeople))
	huma.Delete(s.API, "/api/v1/people/sessions/{id}", func(ctx context.Context, in *idIn) (*struct{}, error) {
		return nil, Refuse(a.EndSession(ctx, asker(ctx).Org, "", in.ID))
	}, described("end-any-session", "End a session of anybody in the organisation"), Needs(auth.ManagePeople))
}

func addAudit(s *Server, a *auth.Access) {
	type auditIn struct {
		After uint64 `query:"after" maximum:"9223372036854775807" doc:"Number of the last line of the page before"`
		Limit int    `query:"limit" default:"1000" minimum:"1" maximum:"1000"`
	}
	huma.Get(s.API, "/api/v1/audit", func(ctx context.Context, in *auditIn) (*body[[]auth.AuditLine], error) {
		list, err := a.Audit(ctx, asker(ctx).Org, in.After, in.Limit)
		return &body[[]auth.AuditLine]{list}, Refuse(err)
	}, described("read-audit", "The organisation's audit trail, in order"), Needs(auth.ReadAudit))
}
