package api

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"pedigree/internal/auth"
)

// loginPolicy lets the page of sign-in run its own script and nothing else.
const loginPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

var (
	//go:embed page
	pageFiles embed.FS

	loginPage = template.Must(template.ParseFS(pageFiles, "page/login.html"))
)

// secure tells whether browsers reach this node over TLS, its own or a proxy's.
func (s *Server) secure() bool {
	return s.config.TLS != nil || strings.HasPrefix(s.config.Origin, "https://")
}

// cookieName names the cookie that carries a browser's session. A browser shares
// cookies among the ports of a host, so each node has a name of its own. The prefix
// __Host- makes a browser refuse one that another host or a page without TLS set.
func (s *Server) cookieName() string {
	h := sha256.Sum256([]byte(s.config.Token))
	name := "pedigree_" + hex.EncodeToString(h[:4])
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

func (s *Server) cookie(value string, seconds int) *http.Cookie {
	return &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode,
	}
}

func (s *Server) byCookie(r *http.Request) (auth.Principal, error) {
	c, err := r.Cookie(s.cookieName())
	if err != nil || s.config.Access == nil {
		return auth.Principal{}, auth.ErrUnknown
	}
	p, _, err := s.config.Access.BySession(r.Context(), c.Value)
	return p, err
}

// addSigningIn registers the pages of signing in and out.
func (s *Server) addSigningIn() {
	s.HandleOpen("GET /login", s.showLogin)
	s.HandleOpen("POST /login", s.loginByForm)
	for name, kind := range map[string]string{"login.css": "text/css", "login.js": "text/javascript", "passkey.js": "text/javascript", "access.js": "text/javascript", "icon.svg": "image/svg+xml"} {
		s.HandleOpen("GET /"+name, file(name, kind))
	}
	s.HandleOpen("GET /access", s.showAccess)
	s.HandleOpen("POST /logout", s.logout)
	s.addPasskeyPages()
	s.addProviderPages()
}

// signingIn is what the page of signing in shows.
type signingIn struct {
	Next, Home, Problem, Provider               string
	GoOn, Out, Invited, Passkeys, Denied, Drill bool
	Demo                                        []DemoPerson
}

// file serves a file of the pages as it is.
func file(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		b, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Security-Policy", loginPolicy)
		w.Header().Set("Content-Type", kind+"; charset=utf-8")
		_, _ = w.Write(b)
	}
}

// showAccess shows who is signed in, and takes others to the page of signing in.
func (s *Server) showAccess(w http.ResponseWriter, r *http.Request) {
	if _, known := auth.From(r.Context()); !known {
		http.Redirect(w, r, "/login?next=/access", http.StatusSeeOther)
		return
	}
	file("access.html", "text/html")(w, r)
}

// forPeople tells whether a browser shows the answer to a person.
func forPeople(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (s *Server) showPage(w http.ResponseWriter, status int, p signingIn) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", loginPolicy)
	p.Passkeys = s.config.Passkeys != nil
	// Who signs in as a person may lack the permission for the first page.
	if p.Home = p.Next; p.Home == "/" {
		p.Home = "/access"
	}
	p.Demo, p.Drill = s.demoPeople(), s.config.Drill
	if s.config.Provider != nil {
		p.Provider = s.config.Provider.Name()
	}
	w.WriteHeader(status)
	if err := loginPage.Execute(w, p); err != nil {
		s.config.Log.Warn("couldn't write a page", "error", err)
	}
}

// showLogin shows the page, or, with the owner's token in the address, as the node
// prints it, signs in at once.
func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.URL.Query().Get("next"))
	if token := r.URL.Query().Get("token"); token != "" {
		s.loginByToken(w, r, token, next)
		return
	}
	if key := r.URL.Query().Get("person"); key != "" {
		s.loginAsDemo(w, r, key, next)
		return
	}
	s.showPage(w, http.StatusOK, signingIn{Next: next})
}

func (s *Server) loginByForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, formBytesMax)
	if err := r.ParseForm(); err != nil {
		s.refuse(w, http.StatusBadRequest, "the form can't be read")
		return
	}
	s.loginByToken(w, r, strings.TrimSpace(r.PostForm.Get("token")), localPath(r.PostForm.Get("next")))
}

// loginByToken signs the owner in.
func (s *Server) loginByToken(w http.ResponseWriter, r *http.Request, token, next string) {
	who, known := s.ownerOf(token)
	if !known {
		s.badSignIn(w, r, "the access token is not this node's; take the address that the node printed, or the file api.token in its home", next)
		return
	}
	s.begin(w, r, who, auth.MethodToken, next)
}

// badSignIn writes an attempt down that failed, and bounds how many there are.
func (s *Server) badSignIn(w http.ResponseWriter, r *http.Request, why, next string) {
	if wait, ok := s.rates.signIn.Take(addressOf(r)); !ok {
		s.tooMany(w, wait)
		return
	}
	s.record(r.Context(), s.config.Org, "?", "sign-in", "session", "refused")
	s.showPage(w, http.StatusUnauthorized, signingIn{Next: next, Problem: why})
}

// begin starts a session for who has proved who they are, and ends the one that the
// browser had.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, p auth.Principal, method, next string, more ...auth.Role) {
	if !s.keepsSessions(w) {
		return
	}
	cookie, err := s.newSession(r, p, method, more...)
	if err != nil {
		s.config.Log.Error("couldn't begin a session", "error", err)
		s.refuse(w, http.StatusServiceUnavailable, "this node can't begin a session now; try again")
		return
	}
	http.SetCookie(w, cookie)
	// A page, not a redirect: a strict cookie is not sent along on one that began elsewhere.
	s.showPage(w, http.StatusOK, signingIn{Next: next, GoOn: true})
}

// newSession is a new session's cookie; the one that the browser had ends.
func (s *Server) newSession(r *http.Request, p auth.Principal, method string, more ...auth.Role) (*http.Cookie, error) {
	s.endOld(r)
	secret, session, err := s.config.Access.SignIn(r.Context(), p, method, more...)
	if err != nil {
		return nil, err
	}
	s.record(r.Context(), p.Org, p.ID, "sign-in", "session "+session.ID, "done: "+method)
	return s.cookie(secret, int(auth.SessionAge.Seconds())), nil
}

// keepsSessions refuses to begin a session on a node that keeps none.
func (s *Server) keepsSessions(w http.ResponseWriter) bool {
	if s.config.Access == nil {
		s.refuse(w, http.StatusServiceUnavailable, "this node keeps no sessions; send the access token with each request")
		return false
	}
	return true
}

// endOld ends all sessions of a browser. Those that it keeps go on only if the one it uses
// was just kept: whoever signs in after somebody else has none of theirs.
func (s *Server) endOld(r *http.Request) {
	old := s.aside(r)
	if c, err := r.Cookie(s.cookieName()); err == nil {
		if slices.Contains(old, c.Value) {
			return
		}
		old = append(old, c.Value)
	}
	s.endAll(r, old)
}

func (s *Server) endAll(r *http.Request, secrets []string) {
	for _, secret := range secrets {
		if err := s.config.Access.SignOut(r.Context(), secret); err != nil {
			s.config.Log.Warn("couldn't end an old session", "error", err)
		}
	}
}

// logout ends the browser's session.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if !s.keepsSessions(w) {
		return
	}
	if p, err := s.byCookie(r); err == nil {
		s.record(r.Context(), p.Org, p.ID, "sign-out", "session", "done")
	} else if !errors.Is(err, auth.ErrUnknown) {
		s.config.Log.Error("couldn't look a session up", "error", err)
	}
	s.endOld(r)
	s.endAll(r, s.aside(r))
	http.SetCookie(w, s.cookie("", -1))
	http.SetCookie(w, s.asideCookie(nil))
	s.showPage(w, http.StatusOK, signingIn{Next: "/", Out: true})
}

// localPath keeps an address only if it stays on this node.
func localPath(next string) string {
	foreign := func(r rune) bool { return r == '\\' || r < ' ' } // a browser leaves out tabs: "/<tab>/host"
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, foreign) {
		return "/"
	}
	return next
}
