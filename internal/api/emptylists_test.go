package api

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

func TestAListThatHoldsNothingIsEmptyNotNull(t *testing.T) {
	type inner struct {
		Names []string `json:"names"`
	}
	type answer struct {
		Body struct {
			List  []inner `json:"list"`
			None  []int   `json:"none"`
			Left  []int   `json:"left,omitempty"`
			Ref   *inner  `json:"ref"`
			Bytes []byte  `json:"bytes"`
		}
	}
	s := serve(t, Config{}, &testLedger{})
	huma.Register(s.API, Guarded(huma.Operation{OperationID: "lists", Method: http.MethodGet, Path: "/api/v1/lists"}, auth.ReadLedger), func(context.Context, *struct{}) (*answer, error) {
		a := &answer{}
		a.Body.List, a.Body.Ref = make([]inner, 1), &inner{}
		return a, nil
	})
	_, body := ask(t, s, "GET", "/api/v1/lists", "", nil)
	if got, want := strings.TrimSpace(string(body)), `{"list":[{"names":[]}],"none":[],"ref":{"names":[]},"bytes":null}`; got != want {
		t.Errorf("answered %s, want %s", got, want)
	}
}
