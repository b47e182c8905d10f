package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"html"
	"net"
	"net/http"
	"slices"
	"strings"

	"pedigree/internal/auth"
)

// cookieName names the cookie that carries a browser's access token. A browser
// shares cookies among the ports of a host, so each node has a name of its own.
func cookieName(token string) string {
	h := sha256.Sum256([]byte(token))
	return "pedigree_" + hex.EncodeToString(h[:4])
}

// crossOrigin recognises writes by pages of other sites and of other ports.
var crossOrigin http.CrossOriginProtection

// guard answers only under this node's own names, and only to who is known.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Frame-Options", "DENY")
		if h.Get("Content-Security-Policy") == "" {
			h.Set("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		}
		// A copy, for the server looks at its own request's body to see whether what is
		// left of it stands before the next request.
		r = r.WithContext(r.Context())
		r.Body = paced(w, r)
		if !s.ownHost(r.Host) {
			s.refuse(w, http.StatusMisdirectedRequest, "this node does not answer under that host name; add it to api.hosts if it should")
			return
		}
		who, known := s.identify(r)
		if _, pattern := s.mux.Handler(r); !known && !s.open[pattern] {
			s.refuse(w, http.StatusUnauthorized, "send the access token of this node: the file api.token in its home, as `Authorization: Bearer ...`")
			return
		}
		if crossOrigin.Check(r) != nil {
			s.refuse(w, http.StatusForbidden, "a page of another site may not write here")
			return
		}
		if r.ContentLength > UploadBytesMax {
			s.refuse(w, http.StatusRequestEntityTooLarge, largeBody)
			return
		}
		if known {
			r = r.WithContext(auth.With(r.Context(), who))
		}
		s.inTurn(w, r, next, known)
	})
}

// inTurn serves a request when fewer than the limit are being served. Strangers, who
// may ask for little, wait for each other only: they can't use up the turns of those
// who are known. Whether the node lives and works is told at any time.
func (s *Server) inTurn(w http.ResponseWriter, r *http.Request, next http.Handler, known bool) {
	turns := s.turns
	if !known {
		turns = s.strangers
	}
	if r.URL.Path != "/livez" && r.URL.Path != "/readyz" {
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
		case <-r.Context().Done():
			return
		}
	}
	s.enter(w, r, next)
}

// enter serves a request in what its organisation has open.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if who, known := auth.From(r.Context()); known && s.config.Enter != nil {
		ctx, leave, err := s.config.Enter(r.Context(), who)
		if err != nil {
			writeRefusal(w, err)
			return
		}
		defer leave()
		r = r.WithContext(ctx)
	}
	next.ServeHTTP(w, r)
}

func (s *Server) refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	writeJSON(w, newProblem(status, detail))
}

// noRoute answers what no route takes: an address that is not there, or a method
// that it does not have.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, http.StatusNotFound, fmt.Sprintf("there is no route %s %s; /api/openapi.json lists them", r.Method, r.URL.Path))
}

func (s *Server) ownHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if ip := net.ParseIP(strings.Trim(host, "[]")); ip != nil && ip.IsLoopback() {
		return true
	}
	return host == "localhost" || slices.Contains(s.config.Hosts, host)
}

// identify says who asks.
func (s *Server) identify(r *http.Request) (auth.Principal, bool) {
	owner := auth.OwnerOf(s.config.Org)
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return owner, s.isToken(token)
	}
	if c, err := r.Cookie(cookieName(s.config.Token)); err == nil {
		return owner, s.isToken(c.Value)
	}
	return auth.Principal{}, false
}

// isToken compares hashes, so that the time taken tells nothing.
func (s *Server) isToken(token string) bool {
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.config.Token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// login turns an address with a token in it into a cookie, for the browser.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if !s.isToken(r.URL.Query().Get("token")) {
		s.refuse(w, http.StatusUnauthorized, "the token in this address is not this node's; take the address that the node printed")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName(s.config.Token), Value: s.config.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// A page, not a redirect: a strict cookie is not sent along on one that began elsewhere.
	next := html.EscapeString(localPath(r.URL.Query().Get("next")))
	_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><meta http-equiv="refresh" content="0;url=%s"><title>pedigree</title><a href="%s">Go on</a>`, next, next)
}

// localPath keeps an address only if it stays on this node.
func localPath(next string) string {
	foreign := func(r rune) bool { return r == '\\' || r < ' ' } // a browser leaves out tabs: "/<tab>/host"
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, foreign) {
		return "/"
	}
	return next
}
