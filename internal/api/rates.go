package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"pedigree/internal/auth"
)

// Rates bounds how often is asked. The zero value of each has a default.
type Rates struct {
	// Principal is what one person or machine may ask; the owner, who has the
	// machine, is not bounded. Default: 400 at once, 100 a second.
	Principal auth.Rate
	// Refused is how many requests with a wrong secret, or without one, an address
	// is told about. Default: 100 at once, one a second.
	Refused auth.Rate
	// SignIn is how many attempts to sign in an address has. Default: 10 at once,
	// one in six seconds.
	SignIn auth.Rate
	// Steps is how many steps of signing in with a passkey an address takes. Default:
	// 60 at once, one a second.
	Steps auth.Rate
	// Denied is how many requests that its roles do not allow a principal has, each
	// a line of the audit trail. Default: 60 at once, one a second.
	Denied auth.Rate
}

// limiters are the rates at work.
type limiters struct{ principal, refused, signIn, steps, denied *auth.Limiter }

func (r Rates) limiters(now func() time.Time) limiters {
	of := func(r, standard auth.Rate) *auth.Limiter {
		if r == (auth.Rate{}) {
			r = standard
		}
		return auth.NewLimiter(r, now)
	}
	return limiters{
		principal: of(r.Principal, auth.Rate{Every: 10 * time.Millisecond, Burst: 400}),
		refused:   of(r.Refused, auth.Rate{Every: time.Second, Burst: 100}),
		signIn:    of(r.SignIn, auth.Rate{Every: 6 * time.Second, Burst: 10}),
		steps:     of(r.Steps, auth.Rate{Every: time.Second, Burst: 60}),
		denied:    of(r.Denied, auth.Rate{Every: time.Second, Burst: 60}),
	}
}

// tooMany says when to ask again.
func (s *Server) tooMany(w http.ResponseWriter, wait time.Duration) {
	seconds := int(wait / time.Second)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	s.refuse(w, http.StatusTooManyRequests, fmt.Sprintf("too many requests; ask again in %d seconds", seconds))
}
