package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pedigree/internal/auth"
	"pedigree/ledger"
)

// asideMax is how many sign-ins a browser keeps, with the one that it uses.
const asideMax = 7

// asideMark stands between the secrets in the cookie of sign-ins that are kept aside; no
// secret holds one.
const asideMark = "."

// SignIn is a sign-in of a browser, beside the one that it uses.
type SignIn struct {
	Org  string `json:"org" doc:"The organisation it acts for"`
	ID   string `json:"id" doc:"The principal's id"`
	Name string `json:"name"`
}

// asideName names the cookie of the sign-ins that a browser keeps when another begins:
// whoever works for two organisations of a host goes from one to the other without signing
// in anew. Nobody's is kept unless they ask for it just before, each ends as every session does, and
// signing out, or signing in without asking, ends all.
func (s *Server) asideName() string { return s.cookieName() + "_aside" }

func (s *Server) asideCookie(secrets []string) *http.Cookie {
	c := s.cookie(strings.Join(secrets, asideMark), int(auth.SessionAge.Seconds()))
	c.Name = s.asideName()
	if len(secrets) == 0 {
		c.MaxAge = -1
	}
	return c
}

// aside are the secrets of the sign-ins that a browser keeps.
func (s *Server) aside(r *http.Request) []string {
	c, err := r.Cookie(s.asideName())
	if err != nil || c.Value == "" {
		return nil
	}
	list := strings.Split(c.Value, asideMark)
	return list[:min(len(list), asideMax)]
}

// signedInAside is who a kept secret belongs to; false once it has ended.
func (s *Server) signedInAside(ctx context.Context, secret string) (SignIn, bool, error) {
	p, _, err := s.config.Access.BySession(ctx, secret)
	if errors.Is(err, auth.ErrUnknown) {
		return SignIn{}, false, nil
	}
	return SignIn{Org: p.Org, ID: p.ID, Name: p.Name}, err == nil, err
}

type browserKey struct{}

// fromBrowser gives the request of a page to an operation that reads and sets its cookies.
func fromBrowser(o huma.Operation) huma.Operation {
	o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(ctx)
		next(huma.WithValue(ctx, browserKey{}, r))
	})
	return o
}

// secretOf is the secret of the session that a request came with.
func (s *Server) secretOf(r *http.Request) (string, error) {
	c, err := r.Cookie(s.cookieName())
	if err != nil || r.Header.Get("Authorization") != "" {
		return "", Refuse(Coded(errors.New("only a browser's own sign-in is kept aside or changed for another"), ledger.Conflict, "auth/no-session", "sign in at /login"))
	}
	return c.Value, nil
}

// keptWith are the sign-ins of a browser with one more; beyond asideMax the oldest ends.
func (s *Server) keptWith(ctx context.Context, r *http.Request, secret string) ([]string, error) {
	kept := s.aside(r)
	if slices.Contains(kept, secret) {
		return kept, nil
	}
	if kept = append(kept, secret); len(kept) > asideMax {
		if err := s.config.Access.SignOut(ctx, kept[0]); err != nil {
			return nil, err
		}
		kept = kept[1:]
	}
	return kept, nil
}

// signIns is an answer about a browser's sign-ins that changes its cookies.
type signIns struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (s *Server) addAside() {
	op := func(method, path, id, summary string) huma.Operation {
		return fromBrowser(Guarded(huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary}, auth.OwnSession))
	}
	huma.Register(s.API, op(http.MethodGet, "/api/v1/me/signins", "list-signins", "Who else is signed in in this browser"), func(ctx context.Context, _ *struct{}) (*body[[]SignIn], error) {
		out := &body[[]SignIn]{[]SignIn{}}
		r := ctx.Value(browserKey{}).(*http.Request)
		now, _ := s.secretOf(r)
		for _, secret := range s.aside(r) {
			if secret == now {
				continue
			}
			one, there, err := s.signedInAside(ctx, secret)
			if err != nil {
				return nil, Refuse(err)
			}
			if there {
				out.Body = append(out.Body, one)
			}
		}
		return out, nil
	})
	huma.Register(s.API, op(http.MethodPost, "/api/v1/me/signins", "keep-signin", "Keep this sign-in when another begins in this browser, such as for another organisation"), func(ctx context.Context, _ *struct{}) (*signIns, error) {
		r := ctx.Value(browserKey{}).(*http.Request)
		secret, err := s.secretOf(r)
		if err != nil {
			return nil, err
		}
		kept, err := s.keptWith(ctx, r, secret)
		return &signIns{[]http.Cookie{*s.asideCookie(kept)}}, Refuse(err)
	})
	type toIn struct {
		Org string `path:"org" maxLength:"64"`
		ID  string `path:"id" maxLength:"64" doc:"The principal's id"`
	}
	huma.Register(s.API, op(http.MethodPost, "/api/v1/me/signins/{org}/{id}", "change-signin", "Go on with another sign-in of this browser, and keep this one"), func(ctx context.Context, in *toIn) (*signIns, error) {
		r := ctx.Value(browserKey{}).(*http.Request)
		secret, err := s.secretOf(r)
		if err != nil {
			return nil, err
		}
		kept, err := s.keptWith(ctx, r, secret)
		if err != nil {
			return nil, Refuse(err)
		}
		for _, other := range kept {
			one, there, err := s.signedInAside(ctx, other)
			if err != nil {
				return nil, Refuse(err)
			}
			if there && one.Org == in.Org && one.ID == in.ID {
				s.record(ctx, one.Org, one.ID, "sign-in", "session", "done: changed to")
				rest := slices.DeleteFunc(kept, func(one string) bool { return one == other }) // the one in use is not kept
				return &signIns{[]http.Cookie{*s.cookie(other, int(auth.SessionAge.Seconds())), *s.asideCookie(rest)}}, nil
			}
		}
		return nil, Refuse(Coded(errors.New("that sign-in has ended"), ledger.Conflict, "auth/ended", "sign in for the organisation anew"))
	})
}
