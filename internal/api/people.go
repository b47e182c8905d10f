package api

import (
	"context"
	"net/http"
	"time"

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
	Drill       bool              `json:"drill" doc:"The network is for practice: nothing here speaks of real medicine"`
}

// Colleague is a person of the asker's organisation, as others who work there see one.
type Colleague struct {
	ID      string      `json:"id" doc:"The person's id"`
	Name    string      `json:"name"`
	Roles   []auth.Role `json:"roles"`
	Removed bool        `json:"removed,omitempty" doc:"The person is not there any more; what was done keeps the name"`
}

func colleagues(list []auth.User) []Colleague {
	out := make([]Colleague, len(list))
	for i, u := range list {
		out[i] = Colleague{u.ID, u.Name, u.Roles, !u.Removed.IsZero()}
	}
	return out
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
		return &body[Me]{Me{p.ID, p.Name, p.Kind, p.Org, p.Roles, p.Permissions(), s.config.Drill}}, nil
	}, described("who-am-i", "Who you are and what you may do"), Needs(auth.OwnSession))
	huma.Get(s.API, "/api/v1/people", func(ctx context.Context, _ *struct{}) (*body[[]auth.User], error) {
		list, err := a.People(ctx, asker(ctx).Org)
		return &body[[]auth.User]{list}, Refuse(err)
	}, described("list-people", "The people of the organisation"), Needs(auth.ManagePeople))
	huma.Get(s.API, "/api/v1/colleagues", func(ctx context.Context, _ *struct{}) (*body[[]Colleague], error) {
		list, err := a.People(ctx, asker(ctx).Org)
		return &body[[]Colleague]{colleagues(list)}, Refuse(err)
	}, described("list-colleagues", "The people of your organisation by name, to give work to and to name who did what"), Needs(auth.ReadGoods))
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

// AuditState is how far an audit trail goes.
type AuditState struct {
	Lines    uint64    `json:"lines" doc:"Number of the last line"`
	Hash     string    `json:"hash" doc:"Its hash; empty without a line"`
	Anchored uint64    `json:"anchored" doc:"Number of the line whose hash the ledger holds: it and every line before can't be changed unseen; 0: none yet"`
	At       time.Time `json:"at,omitzero" doc:"When that line was written"`
	// Lost says that the trail here and the one that the ledger vouches for are two.
	Lost bool `json:"lost,omitempty" doc:"The ledger holds a hash that no line here has: lines were lost, or an old copy was put in place"`
}

// auditState compares an organisation's trail with what the ledger holds of it.
func (s *Server) auditState(ctx context.Context, a *auth.Access, org string) (state AuditState, err error) {
	if state.Lines, state.Hash, err = a.AuditHead(ctx, org); err != nil || s.config.Anchored == nil {
		return state, err
	}
	root, err := s.config.Anchored(org)
	if err != nil || root == "" {
		return state, err
	}
	line, found, err := a.AuditLineOf(ctx, org, root)
	if state.Lost = err == nil && !found; found {
		state.Anchored, state.At = line.Seq, line.At
	}
	return state, err
}

func addAudit(s *Server, a *auth.Access) {
	type auditIn struct {
		After uint64 `query:"after" maximum:"9223372036854775807" doc:"Number of the last line of the page before"`
		Limit int    `query:"limit" default:"1000" minimum:"1" maximum:"1000"`
	}
	type searchIn struct {
		Who    string    `query:"who" maxLength:"200" doc:"Only what this principal did"`
		Act    string    `query:"act" maxLength:"200" doc:"Only this operation"`
		Since  time.Time `query:"since" doc:"Only from this moment on"`
		Until  time.Time `query:"until" doc:"Only before this moment"`
		Before uint64    `query:"before" maximum:"9223372036854775807" doc:"Number of the last line of the page before"`
		Limit  int       `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Get(s.API, "/api/v1/audit/lines", func(ctx context.Context, in *searchIn) (*body[[]auth.AuditLine], error) {
		list, err := a.SearchAudit(ctx, asker(ctx).Org, auth.AuditSearch{Who: in.Who, Act: in.Act, Since: in.Since, Until: in.Until, Before: in.Before, Limit: in.Limit})
		return &body[[]auth.AuditLine]{list}, Refuse(err)
	}, described("search-audit", "Lines of the organisation's audit trail, the newest first"), Needs(auth.ReadAudit))
	huma.Get(s.API, "/api/v1/audit/head", func(ctx context.Context, _ *struct{}) (*body[AuditState], error) {
		state, err := s.auditState(ctx, a, asker(ctx).Org)
		return &body[AuditState]{state}, Refuse(err)
	}, described("get-audit-head", "How far the audit trail goes, and up to which line the ledger vouches for it"), Needs(auth.ReadAudit))
	huma.Get(s.API, "/api/v1/audit", func(ctx context.Context, in *auditIn) (*body[[]auth.AuditLine], error) {
		list, err := a.Audit(ctx, asker(ctx).Org, in.After, in.Limit)
		return &body[[]auth.AuditLine]{list}, Refuse(err)
	}, described("read-audit", "The organisation's audit trail, in order"), Needs(auth.ReadAudit))
}
