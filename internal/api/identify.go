package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"pedigree/internal/auth"
)

// identify says who asks: by the token or key that was sent, by the client's
// certificate, or by a browser's cookie, in this order. What was sent and is wrong
// is not made good by what comes after it.
func (s *Server) identify(r *http.Request) (auth.Principal, error) {
	who, err := s.find(r)
	if who.Org != s.config.Org {
		who = who.Hosted()
	}
	return who, err
}

func (s *Server) find(r *http.Request) (auth.Principal, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		secret, isBearer := strings.CutPrefix(header, "Bearer ")
		if !isBearer {
			return auth.Principal{}, auth.ErrUnknown
		}
		return s.bySecret(r, secret)
	}
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return auth.ByCertificate(s.config.Org, s.config.Certificates, r.TLS.VerifiedChains[0][0])
	}
	return s.byCookie(r)
}

func (s *Server) bySecret(r *http.Request, secret string) (auth.Principal, error) {
	if who, known := s.ownerOf(secret); known {
		return who, nil
	}
	if s.config.Access == nil {
		return auth.Principal{}, auth.ErrUnknown
	}
	return s.config.Access.ByAPIKey(r.Context(), secret)
}

// ownerOf is who has an access token: the owner of the node, or of an organisation
// that it hosts.
func (s *Server) ownerOf(token string) (auth.Principal, bool) {
	if s.isToken(token) {
		return auth.OwnerOf(s.config.Org), true
	}
	if s.config.Owner == nil {
		return auth.Principal{}, false
	}
	org, known := s.config.Owner(sha256.Sum256([]byte(token)))
	return auth.OwnerOf(org).Hosted(), known
}

// isToken compares hashes, so that the time taken tells nothing.
func (s *Server) isToken(token string) bool {
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.config.Token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// unknown answers a request that nobody could be found for: that trouble hindered
// the search, or that nobody is known. Too many wrong secrets from one address are
// not looked at any more; a right one always is.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, auth.ErrOlder) {
		s.config.Log.Error("refused a request, for what is stored of the organisation is older than was promised", "error", err)
		writeRefusal(w, auth.ErrOlder)
		return
	}
	if errors.Is(err, auth.ErrSeal) {
		s.config.Log.Error("refused a request, for who asks was changed in the database", "error", err)
		writeRefusal(w, auth.ErrSeal) // which row it is tells the log alone
		return
	}
	if !errors.Is(err, auth.ErrUnknown) {
		s.config.Log.Error("couldn't find out who asks", "error", err)
		s.refuse(w, http.StatusServiceUnavailable, "this node can't find out who you are now; ask again")
		return
	}
	if wait, ok := s.rates.refused.Take(addressOf(r)); !ok {
		s.tooMany(w, wait)
		return
	}
	_, pattern := s.mux.Handler(r)
	if pattern == "" {
		pattern = "no route"
	}
	s.record(r.Context(), s.config.Org, "?", "unknown", pattern, "refused: nobody is known by what was sent")
	if forPeople(r) && s.config.Access != nil {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(localPath(r.URL.RequestURI())), http.StatusSeeOther)
		return
	}
	s.refuse(w, http.StatusUnauthorized, "sign in at /login, or send an API key or the access token of this node (the file api.token in its home) as `Authorization: Bearer ...`")
}

// addressOf is where a request comes from, without its port.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
