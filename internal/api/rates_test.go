package api

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"pedigree/internal/auth"
)

// countUntilLimited asks until it is told to wait, and returns how often it was not.
func countUntilLimited(t *testing.T, most int, send func() *http.Response) int {
	t.Helper()
	for n := range most {
		res := send()
		if res.StatusCode != http.StatusTooManyRequests {
			continue
		}
		if wait, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || wait < 1 {
			t.Errorf("the refusal says to wait %q", res.Header.Get("Retry-After"))
		}
		return n
	}
	return most
}

func TestEachRateIsHeldAtItsLimit(t *testing.T) {
	three := auth.Rate{Every: time.Hour, Burst: 3}
	for name, c := range map[string]struct {
		rates Rates
		send  func(t *testing.T, s *Server, key string) *http.Response
	}{
		"requests of a machine": {Rates{Principal: three}, func(t *testing.T, s *Server, key string) *http.Response {
			res, _ := ask(t, s, "GET", "/api/v1/status", "", as(key))
			return res
		}},
		"wrong secrets": {Rates{Refused: three}, func(t *testing.T, s *Server, _ string) *http.Response {
			res, _ := ask(t, s, "GET", "/api/v1/status", "", as("wrong"))
			return res
		}},
		"attempts to sign in": {Rates{SignIn: three}, func(t *testing.T, s *Server, _ string) *http.Response {
			res, _ := ask(t, s, "GET", "/login?token=wrong", "", nil)
			return res
		}},
		"requests that one may not make": {Rates{Denied: three}, func(t *testing.T, s *Server, key string) *http.Response {
			res, _ := ask(t, s, "GET", "/api/v1/people", "", as(key))
			return res
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveAccess(t, Config{Rates: c.rates})
			key, other := machine(t, s, auth.Clerk), machine(t, s, auth.Clerk)
			if got := countUntilLimited(t, 10, func() *http.Response { return c.send(t, s, key) }); got != 3 {
				t.Errorf("%d are answered, want 3", got)
			}
			if res, _ := ask(t, s, "GET", "/api/v1/status", "", nil); res.StatusCode != http.StatusOK {
				t.Errorf("the owner pays for it: %d", res.StatusCode)
			}
			if res, _ := ask(t, s, "GET", "/api/v1/status", "", as(other)); res.StatusCode != http.StatusOK {
				t.Errorf("another machine pays for it: %d", res.StatusCode)
			}
		})
	}
}

func TestRefusalsPastTheirRateLeaveNoLine(t *testing.T) {
	s := serveAccess(t, Config{Rates: Rates{Refused: auth.Rate{Every: time.Hour, Burst: 3}}})
	for range 10 {
		ask(t, s, "GET", "/api/v1/status", "", as("wrong"))
	}
	lines, err := s.config.Access.Audit(t.Context(), "maker", 0, 100)
	if err != nil || len(lines) != 3 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func TestTheOwnerIsNotBounded(t *testing.T) {
	s := serveAccess(t, Config{Rates: Rates{Principal: auth.Rate{Every: time.Hour, Burst: 1}}})
	for range 5 {
		if res, _ := ask(t, s, "GET", "/api/v1/status", "", nil); res.StatusCode != http.StatusOK {
			t.Fatalf("answered %d", res.StatusCode)
		}
	}
}
