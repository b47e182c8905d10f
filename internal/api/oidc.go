package api

import (
	"errors"
	"net/http"
	"net/url"

	"pedigree/internal/auth"
)

// wayBackSeconds is how long a browser keeps what it needs for the way back.
const wayBackSeconds = 300

// wayBackName names the cookie that binds a sign-in at the provider to one browser.
// It is the only one that is sent on a way that began at another site.
func (s *Server) wayBackName() string { return s.cookieName() + "_oidc" }

func (s *Server) wayBack(value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: s.wayBackName(), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode}
}

// addProviderPages registers the way to an identity provider and back.
func (s *Server) addProviderPages() {
	s.HandleOpen("GET /login/oidc", s.toProvider)
	s.HandleOpen("GET /login/oidc/callback", s.fromProvider)
}

// toProvider sends a browser to the provider: to sign in or, with the id of a record,
// to sign that.
func (s *Server) toProvider(w http.ResponseWriter, r *http.Request) {
	p := s.config.Provider
	if p == nil || s.config.Access == nil {
		s.refuse(w, http.StatusNotFound, "people don't sign in at a provider here")
		return
	}
	if wait, ok := s.rates.steps.Take(addressOf(r)); !ok {
		s.tooMany(w, wait)
		return
	}
	next := localPath(r.URL.Query().Get("next"))
	var address, browser string
	var err error
	if want := r.URL.Query().Get("record"); want != "" {
		who, _ := auth.From(r.Context())
		record, unknown := s.config.Access.Wanted(who, want)
		if unknown != nil {
			s.refuse(w, http.StatusNotFound, "no such act waits for your signature; send the act again")
			return
		}
		address, browser, err = p.BeginSigning(r.Context(), record, next)
	} else {
		address, browser, err = p.Begin(r.Context(), next)
	}
	if err != nil {
		s.config.Log.Error("couldn't send somebody to the identity provider", "error", err)
		s.refuse(w, http.StatusServiceUnavailable, "the identity provider can't be reached now; try again, or sign in with a passkey")
		return
	}
	http.SetCookie(w, s.wayBack(browser, wayBackSeconds))
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// fromProvider takes who comes back.
func (s *Server) fromProvider(w http.ResponseWriter, r *http.Request) {
	p := s.config.Provider
	if p == nil || s.config.Access == nil {
		s.refuse(w, http.StatusNotFound, "people don't sign in at a provider here")
		return
	}
	browser := ""
	if c, err := r.Cookie(s.wayBackName()); err == nil {
		browser = c.Value
	}
	http.SetCookie(w, s.wayBack("", -1))
	q := r.URL.Query()
	arrival, err := p.Finish(r.Context(), q.Get("state"), q.Get("code"), browser)
	if errors.Is(err, auth.ErrUnknown) {
		s.config.Log.Debug("a sign-in at the identity provider was refused", "error", err)
		s.badSignIn(w, r, "That did not work: the sign-in took too long, was done already, or you have no role here. Begin again, or ask an administrator.", "/")
		return
	}
	if errors.Is(err, auth.ErrSeal) {
		writeRefusal(w, auth.ErrSeal) // which row it is tells the log alone
		return
	}
	if err != nil {
		s.config.Log.Error("couldn't sign somebody in", "error", err)
		s.refuse(w, http.StatusServiceUnavailable, "the identity provider can't be reached now; try again")
		return
	}
	if arrival.Signature != "" {
		s.showPage(w, http.StatusOK, signingIn{Next: withSignature(arrival.Next, arrival.Signature), GoOn: true})
		return
	}
	s.begin(w, r, arrival.Who, auth.MethodOIDC, arrival.Next, arrival.Roles...)
}

// withSignature tells the page that asked for a signature its id.
func withSignature(next, id string) string {
	u, err := url.Parse(next)
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set("signature", id)
	u.RawQuery = q.Encode()
	return u.String()
}
