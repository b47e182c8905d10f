package api

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"pedigree/internal/auth"
)

type emptyOut struct{ Body struct{} }

func nothing(context.Context, *struct{}) (*emptyOut, error) { return &emptyOut{}, nil }

// addGovern adds an act that needs two persons.
func addGovern(s *Server) {
	huma.Register(s.API, Guarded(huma.Operation{Method: http.MethodPost, Path: "/api/v1/votes", OperationID: "vote", DefaultStatus: http.StatusOK}, auth.Govern), nothing)
}

func TestAnOperationWithoutAPermissionIsRefusedToTheOwnerToo(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	huma.Register(s.API, huma.Operation{Method: http.MethodGet, Path: "/api/v1/forgotten", OperationID: "forgotten"}, nothing)
	res, body := ask(t, s, "GET", "/api/v1/forgotten", "", nil)
	if p := problemOf(t, res, body); res.StatusCode != http.StatusForbidden || p.Code != codeDenied {
		t.Errorf("answered %d: %s", res.StatusCode, body)
	}
}

func TestAnOperationWithAnUnknownPermissionIsRefusedToTheOwnerToo(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	huma.Register(s.API, Guarded(huma.Operation{Method: http.MethodGet, Path: "/api/v1/misspelt", OperationID: "misspelt"}, "raed"), nothing)
	if res, body := ask(t, s, "GET", "/api/v1/misspelt", "", nil); res.StatusCode != http.StatusForbidden {
		t.Errorf("answered %d: %s", res.StatusCode, body)
	}
}

func TestThePermissionOfAnActDependsOnItsKind(t *testing.T) {
	p := Policy{Needs: auth.Govern, Param: "kind", By: map[string]auth.Permission{"add-key": auth.Keys}}
	for kind, want := range map[string]auth.Permission{"add-key": auth.Keys, "approve": auth.Govern, "": auth.Govern} {
		if got := p.of(func(string) string { return kind }); got != want {
			t.Errorf("an act of kind %q needs %s, want %s", kind, got, want)
		}
	}
}

func TestTheOpenAPIDocumentTellsThePermission(t *testing.T) {
	o := Guarded(huma.Operation{}, auth.Govern, ByParam("kind", map[string]auth.Permission{"add-key": auth.Keys}))
	want := map[string]any{
		"x-permission": auth.Govern, "x-permission-by-kind": map[string]auth.Permission{"add-key": auth.Keys},
		"x-two-persons": true, "x-signature": "approval",
	}
	if diff := cmp.Diff(want, o.Extensions); diff != "" {
		t.Error(diff)
	}
}

func TestEveryOperationOfTheLedgerHasAPermission(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for path, item := range s.API.OpenAPI().Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete, item.Patch} {
			if o == nil {
				continue
			}
			p, stated := PolicyOf(o)
			if _, known := auth.RuleOf(p.Needs); !stated || !known {
				t.Errorf("%s %s has no permission of the table", o.Method, path)
			}
		}
	}
}

func TestARequestIsServedInItsOrganisationOrRefused(t *testing.T) {
	entered, left := 0, 0
	var refusal error
	s := serve(t, Config{Org: "maker", Enter: func(r *http.Request, who auth.Principal) (context.Context, func(), error) {
		if who.Org != "maker" {
			t.Errorf("entered for %q", who.Org)
		}
		entered++
		return r.Context(), func() { left++ }, refusal
	}}, &testLedger{})
	if res, body := ask(t, s, "GET", "/api/v1/status", "", nil); res.StatusCode != http.StatusOK || entered != 1 || left != 1 {
		t.Errorf("answered %d (%s), entered %d times and left %d", res.StatusCode, body, entered, left)
	}
	refusal = errors.New("its store is closed")
	res, body := ask(t, s, "GET", "/api/v1/status", "", nil)
	if p := problemOf(t, res, body); res.StatusCode != http.StatusInternalServerError || p.Detail != "its store is closed" || left != 1 {
		t.Errorf("answered %d: %s, left %d times", res.StatusCode, body, left)
	}
	if res, _ := ask(t, s, "GET", "/livez", "", func(r *http.Request) { r.Header.Del("Authorization") }); res.StatusCode != http.StatusOK {
		t.Errorf("nobody in particular was answered %d", res.StatusCode)
	}
}
