package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/tryfile"
)

// TestEveryOperationIsGuarded goes through the program's own table of routes, so
// that a new one is held too: none answers without the token, under a foreign
// name, or to a page of another site, and none works on a node that is behind.
// No handler is reached: they have nothing to work with here.
func TestEveryOperationIsGuarded(t *testing.T) {
	behind := func() error { return errors.New("the node is catching up") }
	s, err := api.New(api.Config{Listen: "127.0.0.1:0", Token: "secret", Ready: behind, Local: localWrites, Rates: api.Rates{Refused: auth.Rate{Every: time.Millisecond, Burst: 10_000}}})
	if err != nil {
		t.Fatal(err)
	}
	addRoutes(s, apiLedger{}, nil, nil, tryfile.Config{}, nil)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	ask := func(method, path string, change func(r *http.Request)) int {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer secret")
		change(r)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	for _, o := range operations(t) {
		path := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(o.path, "x")
		for name, c := range map[string]struct {
			change func(r *http.Request)
			want   int
		}{
			"without the token":           {func(r *http.Request) { r.Header.Del("Authorization") }, 401},
			"with another token":          {func(r *http.Request) { r.Header.Set("Authorization", "Bearer other") }, 401},
			"under a foreign name":        {func(r *http.Request) { r.Host = "evil.example" }, 421},
			"by a page of another site":   {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
			"while the node is behind it": {func(*http.Request) {}, 503},
		} {
			if o.method == http.MethodGet && c.want != 401 && c.want != 421 || c.want == 503 && slices.Contains(localWrites, o.id) {
				continue
			}
			if got := ask(o.method, path, c.change); got != c.want {
				t.Errorf("%s %s %s is answered with %d, want %d", o.method, o.path, name, got, c.want)
			}
		}
	}
}

// operation is one row of the OpenAPI document.
type operation struct{ method, path, id, summary string }

func operations(t *testing.T) []operation {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string `json:"summary"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(describe(t), &doc); err != nil {
		t.Fatal(err)
	}
	var list []operation
	for path, methods := range doc.Paths {
		for method, o := range methods {
			list = append(list, operation{strings.ToUpper(method), path, o.OperationID, o.Summary})
		}
	}
	if len(list) < 10 {
		t.Fatalf("the program describes only %d operations", len(list))
	}
	return list
}
