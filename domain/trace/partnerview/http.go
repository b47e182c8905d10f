package partnerview

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/org"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// Source gives the book of the organisation for which a request is made. It is asked
// only for requests that were let in, so it always has one.
type Source func(ctx context.Context) *Book

type body[T any] struct{ Body T }

// AddRoutes registers the routes of address books.
func AddRoutes(s *api.Server, of Source) {
	addReading(s, of)
	addKeeping(s, of)
	addParts(s, of)
	addAuthority(s, of)
	addLists(s, of)
	addLoads(s, of)
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/partners" + path, OperationID: id, Summary: summary}, need)
}

func answer[T any](value T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{value}, nil
}

// refused gives an error its kind and code.
func refused(err error) error {
	var id *gs1.Error
	var rule *ledger.Error
	var known api.Refusal
	switch {
	case errors.As(err, &known), errors.As(err, &rule):
	case errors.As(err, &id):
		err = api.Coded(err, ledger.Invalid, id.Rule)
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "partner/store")
	}
	return api.Refuse(err)
}

func addReading(s *api.Server, of Source) {
	type listIn struct {
		Text string `query:"text" maxLength:"200" doc:"In a name, a city or a GLN, whatever the case"`
		Org  string `query:"org" maxLength:"32" doc:"Id on the ledger"`
		Role string `query:"role" maxLength:"100" doc:"Such as wholesaler"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "", "list-partners", "The address book"), func(ctx context.Context, in *listIn) (*body[[]Partner], error) {
		var roles org.Roles
		if err := roles.UnmarshalText([]byte(in.Role)); err != nil {
			return nil, refused(invalid("%w", err))
		}
		list, err := of(ctx).List(ctx, Filter{Text: in.Text, Org: in.Org, Role: uint64(roles)})
		return answer(list, err)
	})
	type getIn struct {
		ID int64     `path:"id" minimum:"0" doc:"0 is the organisation itself"`
		At time.Time `query:"at" doc:"As it was known then; now without it"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/{id}", "get-partner", "One partner, as it is or was known"), func(ctx context.Context, in *getIn) (*body[Partner], error) {
		p, err := of(ctx).Get(ctx, in.ID, in.At)
		return answer(p, err)
	})
}

// details are what an entry says beside its sites, contacts and routes.
type details struct {
	Name  string    `json:"name" minLength:"1" maxLength:"200"`
	Org   string    `json:"org,omitempty" maxLength:"32" doc:"Its id on the ledger, if it is a member"`
	Roles org.Roles `json:"roles,omitempty" doc:"Names, with commas, such as wholesaler,logistics"`
}

type ofPartner struct {
	ID int64 `path:"id" minimum:"0" doc:"0 is the organisation itself"`
}

func addKeeping(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "", "add-partner", "Enter a partner"), func(ctx context.Context, in *body[details]) (*body[Partner], error) {
		p, err := of(ctx).Add(ctx, Partner{Name: in.Body.Name, Org: in.Body.Org, Roles: in.Body.Roles})
		return answer(p, err)
	})
	type changeIn struct {
		ID   int64 `path:"id" minimum:"0" doc:"0 is the organisation itself"`
		Body details
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/{id}", "change-partner", "Change a partner's name, id or roles; 0 is the organisation itself"), func(ctx context.Context, in *changeIn) (*body[Partner], error) {
		return changed(ctx, of, in.ID, func(p *Partner) error {
			p.Name, p.Org, p.Roles = in.Body.Name, in.Body.Org, in.Body.Roles
			return nil
		})
	})
	huma.Register(s.API, route(auth.KeepPartners, http.MethodDelete, "/{id}", "remove-partner", "End a partner's entry; what was known before stays"), func(ctx context.Context, in *ofPartner) (*struct{}, error) {
		return nil, refused(of(ctx).Remove(ctx, in.ID))
	})
}

func changed(ctx context.Context, of Source, id int64, change func(p *Partner) error) (*body[Partner], error) {
	p, err := of(ctx).Change(ctx, id, change)
	return answer(p, err)
}

func addParts(s *api.Server, of Source) {
	type siteIn struct {
		ID   int64 `path:"id" minimum:"0" doc:"0 is the organisation itself"`
		Body Site
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/{id}/sites", "set-partner-site", "Enter a site, or change the one with its GLN"), func(ctx context.Context, in *siteIn) (*body[Partner], error) {
		return changed(ctx, of, in.ID, func(p *Partner) error { return p.setSite(in.Body) })
	})
	type contactIn struct {
		ID   int64 `path:"id" minimum:"0" doc:"0 is the organisation itself"`
		Body Contact
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/{id}/contacts", "set-partner-contact", "Enter whom to ask, or change whom to ask for that purpose"), func(ctx context.Context, in *contactIn) (*body[Partner], error) {
		return changed(ctx, of, in.ID, func(p *Partner) error {
			p.Contacts = set(p.Contacts, in.Body, func(c Contact) bool { return c.Purpose == in.Body.Purpose })
			return nil
		})
	})
	type routeIn struct {
		ID   int64 `path:"id" minimum:"0" doc:"0 is the organisation itself"`
		Body Route
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/{id}/routes", "set-partner-route", "Enter how documents reach a partner, or change it for that purpose"), func(ctx context.Context, in *routeIn) (*body[Partner], error) {
		return changed(ctx, of, in.ID, func(p *Partner) error {
			p.Routes = set(p.Routes, in.Body, func(r Route) bool { return r.Purpose == in.Body.Purpose })
			return nil
		})
	})
	type partIn struct {
		ID   int64  `path:"id" minimum:"0" doc:"0 is the organisation itself"`
		Name string `path:"name" maxLength:"32" doc:"A site's GLN; a contact's or a route's purpose"`
		Part string `path:"part" enum:"sites,contacts,routes"`
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodDelete, "/{id}/{part}/{name}", "remove-partner-part", "Remove a site, a contact or a route"), func(ctx context.Context, in *partIn) (*body[Partner], error) {
		return changed(ctx, of, in.ID, func(p *Partner) error { return p.drop(in.Part, in.Name) })
	})
}

// set puts a value in the place of the one that is it, or behind all.
func set[T any](list []T, value T, is func(T) bool) []T {
	if i := slices.IndexFunc(list, is); i >= 0 {
		list[i] = value
		return list
	}
	return append(list, value)
}

// drop removes a part of an entry.
func (p *Partner) drop(part, name string) error {
	before := len(p.Sites) + len(p.Contacts) + len(p.Routes)
	switch part {
	case "sites":
		p.Sites = slices.DeleteFunc(p.Sites, func(s Site) bool { return s.GLN == name })
	case "contacts":
		p.Contacts = slices.DeleteFunc(p.Contacts, func(c Contact) bool { return c.Purpose == name })
	case "routes":
		p.Routes = slices.DeleteFunc(p.Routes, func(r Route) bool { return r.Purpose == name })
	}
	if len(p.Sites)+len(p.Contacts)+len(p.Routes) == before {
		return missing("partner %d has no %q among its %s; show it with pedigree partner show %d", p.ID, name, part, p.ID)
	}
	return nil
}
