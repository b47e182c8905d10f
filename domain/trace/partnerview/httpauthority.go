package partnerview

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/org"
	"pedigree/format/register"
	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// asked is a Query as a request has it.
type asked struct {
	partner        int64
	org, gln, role string
	at             time.Time
}

func (a asked) query() (Query, error) {
	var role org.Roles
	if err := role.UnmarshalText([]byte(a.role)); err != nil {
		return Query{}, invalid("%w", err)
	}
	if a.partner == 0 && a.org == "" && a.gln == "" {
		return Query{}, invalid("name the partner by its number, its id on the ledger, or a GLN")
	}
	return Query{Partner: a.partner, Org: a.org, GLN: a.gln, Role: uint64(role), At: a.at}, nil
}

func addAuthority(s *api.Server, of Source) {
	type wasIn struct {
		Partner int64     `query:"partner" minimum:"0" doc:"Its number, unless it is named by id or GLN"`
		Org     string    `query:"org" maxLength:"32" doc:"Its id on the ledger"`
		GLN     string    `query:"gln" maxLength:"13" doc:"Of the site that is asked about"`
		Role    string    `query:"role" required:"true" maxLength:"32" doc:"manufacturer, repackager, wholesaler, logistics or dispenser"`
		At      time.Time `query:"at" doc:"The moment that is asked about; the known one without it"`
		Known   time.Time `query:"known" doc:"Only what was known then counts; now without it"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/authority", "get-authority", "Whether a partner was authorised on a day, as known on a day; keeps nothing"), func(ctx context.Context, in *wasIn) (*body[Authority], error) {
		q, err := asked{in.Partner, in.Org, in.GLN, in.Role, in.At}.query()
		if err != nil {
			return nil, refused(err)
		}
		known := in.Known
		if known.IsZero() {
			known = time.Now().AddDate(1, 0, 0) // all of it
		}
		a, err := of(ctx).Was(ctx, q, known)
		return answer(a, err)
	})
	type checkIn struct {
		Body struct {
			Partner int64     `json:"partner,omitempty" minimum:"0" doc:"Its number, unless it is named by id or GLN"`
			Org     string    `json:"org,omitempty" maxLength:"32" doc:"Its id on the ledger"`
			GLN     string    `json:"gln,omitempty" maxLength:"13" doc:"Of the site that is asked about"`
			Role    string    `json:"role" maxLength:"32" doc:"manufacturer, repackager, wholesaler, logistics or dispenser"`
			At      time.Time `json:"at,omitempty" doc:"The moment that is asked about; now without it"`
			Why     string    `json:"why,omitempty" maxLength:"200" doc:"For what it is asked"`
		}
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/checks", "check-partner", "Tell whether a partner is authorised, and keep the answer with its grounds"), func(ctx context.Context, in *checkIn) (*body[Authority], error) {
		q, err := asked{in.Body.Partner, in.Body.Org, in.Body.GLN, in.Body.Role, in.Body.At}.query()
		if err != nil {
			return nil, refused(err)
		}
		a, err := of(ctx).CheckNow(ctx, q, in.Body.Why)
		return answer(a, err)
	})
	addKept(s, of)
}

func addKept(s *api.Server, of Source) {
	type standingIn struct {
		Partner string `query:"partner" maxLength:"18" pattern:"^[0-9]*$" doc:"Its number, 0 for the organisation itself; the whole book, without grounds, when it is left out"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/standings", "list-partner-standings", "Whether partners are authorised now, in each role at each site; keeps nothing"), func(ctx context.Context, in *standingIn) (*body[[]Standing], error) {
		if in.Partner == "" {
			list, err := of(ctx).Standings(ctx)
			return answer(list, err)
		}
		id, err := strconv.ParseInt(in.Partner, 10, 64)
		if err != nil {
			return nil, refused(invalid("%q is no partner's number", in.Partner))
		}
		list, err := of(ctx).StandingsOf(ctx, id)
		return answer(list, err)
	})
	type keptIn struct {
		Partner int64 `query:"partner" required:"true" minimum:"0" doc:"Its number; 0 is the organisation itself"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/checks", "list-partner-checks", "The checks of a partner that were kept, the newest first"), func(ctx context.Context, in *keptIn) (*body[[]Kept], error) {
		list, err := of(ctx).Checks(ctx, in.Partner)
		return answer(list, err)
	})
	type idIn struct {
		ID int64 `path:"id" minimum:"1"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/checks/{id}", "get-partner-check", "A check that was kept"), func(ctx context.Context, in *idIn) (*body[Kept], error) {
		k, err := of(ctx).Evidence(ctx, in.ID)
		return answer(k, err)
	})
}

func addLists(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/lists", "list-licence-lists", "The licence lists that were loaded, the newest first"), func(ctx context.Context, _ *struct{}) (*body[[]List], error) {
		list, err := of(ctx).Lists(ctx)
		return answer(list, err)
	})
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/mappings", "set-list-mapping", "Say what the columns of a licence list mean"), func(ctx context.Context, in *struct{ Body json.RawMessage }) (*body[register.Mapping], error) {
		m, err := of(ctx).SetMapping(ctx, in.Body)
		return answer(m, err)
	})
	type matchIn struct {
		Body struct {
			Partner int64  `json:"partner" minimum:"0"`
			GLN     string `json:"gln" maxLength:"13"`
			Source  string `json:"source" minLength:"1" maxLength:"40" doc:"The list's name"`
			Key     string `json:"key" minLength:"1" maxLength:"100" doc:"What the list has in the column of its keys"`
		}
	}
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/matches", "match-partner", "Say under which key a list has a site"), func(ctx context.Context, in *matchIn) (*body[Partner], error) {
		who, _ := auth.From(ctx)
		return changed(ctx, of, in.Body.Partner, func(p *Partner) error {
			k := ListKey{Source: in.Body.Source, Key: in.Body.Key, By: who.ID, At: time.Now().UTC().Truncate(time.Millisecond)}
			return p.match(in.Body.GLN, k)
		})
	})
}

// match notes under which key a list has a site, in place of an earlier word on it.
func (p *Partner) match(gln string, k ListKey) error {
	i := slices.IndexFunc(p.Sites, func(s Site) bool { return s.GLN == gln })
	if i < 0 {
		return missing("partner %d has no site %s; show it with pedigree partner show %d", p.ID, gln, p.ID)
	}
	s := p.Sites[i]
	s.Keys = set(slices.Clone(s.Keys), k, func(other ListKey) bool { return other.Source == k.Source && other.Key == k.Key })
	p.Sites[i] = s
	return nil
}

// setSite enters a site. What a person matched with lists stays with it.
func (p *Partner) setSite(s Site) error {
	if len(s.Keys) > 0 {
		return invalid("site %s: a match with a list is entered by itself, for who found it is kept", s.GLN)
	}
	if old, had := p.site(s.GLN); had {
		s.Keys = old.Keys
	}
	p.Sites = set(p.Sites, s, func(other Site) bool { return other.GLN == s.GLN })
	return nil
}
