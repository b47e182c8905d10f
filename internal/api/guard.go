package api

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"pedigree/internal/auth"
	"pedigree/ledger"
)

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
		who, err := s.identify(r)
		if _, pattern := s.mux.Handler(r); err != nil && !s.open[pattern] {
			s.unknown(w, r, err)
			return
		}
		if actor := r.Header.Get(actorHeader); err == nil && actor != "" && actor != who.Org+"/"+who.ID {
			s.otherPerson(w)
			return
		}
		if err == nil && who.Kind != auth.Owner {
			if wait, ok := s.rates.principal.Take(who.Org + "/" + who.ID); !ok {
				s.tooMany(w, wait)
				return
			}
		}
		if crossOrigin.Check(r) != nil {
			s.refuse(w, http.StatusForbidden, "a page of another site may not write here")
			return
		}
		if r.ContentLength > UploadBytesMax {
			s.refuse(w, http.StatusRequestEntityTooLarge, largeBody)
			return
		}
		if err == nil {
			r = r.WithContext(auth.With(r.Context(), who))
		}
		s.inTurn(w, r, next, err == nil)
	})
}

// actorHeader names for whom a page was opened, as organisation/id. A browser has one cookie
// for all its pages: when another person signs in, what an older page sends is not theirs.
const actorHeader = "Pedigree-Actor"

func (s *Server) otherPerson(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusUnauthorized)
	writeJSON(w, &Problem{
		Type: typeOf("auth/other-person"), Title: http.StatusText(http.StatusUnauthorized), Status: http.StatusUnauthorized, Code: "auth/other-person", Kind: ledger.Denied.String(),
		Detail: "another person is signed in in this browser than the one for whom this was sent, so nothing was done; sign in as that person, then send it again",
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
		ctx, leave, err := s.config.Enter(r, who)
		if err != nil {
			writeRefusal(w, err)
			return
		}
		defer leave()
		r = r.WithContext(ctx)
	}
	next.ServeHTTP(&answer{ResponseWriter: w}, r)
}

// refuse answers with a problem before any route is reached.
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
