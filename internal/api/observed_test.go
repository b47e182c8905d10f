package api

import (
	"context"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"pedigree/internal/auth"
)

func TestRequestsAreCountedByOperationAndNotByAddress(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	before := s.Figures()
	if f, ok := before["note"]; !ok || f != (RouteFigures{}) {
		t.Errorf("an operation that nobody asked for has %+v", f)
	}
	ask(t, s, "POST", "/api/v1/notes", `{"text":"a"}`, nil)
	ask(t, s, "POST", "/api/v1/notes", `{"text":""}`, nil)
	ask(t, s, "GET", "/api/v1/entries/"+testEntryID(t).String(), "", nil)
	ask(t, s, "GET", "/api/v1/CanaryPatient", "", nil)
	after := s.Figures()
	if len(after) != len(before) {
		t.Errorf("%d operations are counted, %d are there", len(after), len(before))
	}
	got := map[string]RouteFigures{"note": after["note"], "get-entry": after["get-entry"]}
	for id, f := range got {
		if f.Took <= 0 {
			t.Errorf("%s took %s", id, f.Took)
		}
		f.Took = 0
		got[id] = f
	}
	if diff := cmp.Diff(map[string]RouteFigures{"note": {Requests: 2, Refused: 1}, "get-entry": {Requests: 1, Refused: 1}}, got); diff != "" {
		t.Error(diff)
	}
}

// TestAnAnswerIsCountedWhoeverGivesIt adds a value to the context on the way, as
// routes that read files do.
func TestAnAnswerIsCountedWhoeverGivesIt(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	type key struct{}
	o := Guarded(huma.Operation{Method: http.MethodPost, Path: "/api/v1/deep", OperationID: "deep"}, auth.Act)
	o.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) { next(huma.WithValue(ctx, key{}, 1)) }}
	huma.Register(s.API, o, func(context.Context, *struct{}) (*struct{}, error) { return nil, newProblem(http.StatusConflict, "no") })
	ask(t, s, "POST", "/api/v1/deep", "", nil)
	if f := s.Figures()["deep"]; f.Requests != 1 || f.Refused != 1 {
		t.Errorf("counted %+v", f)
	}
}
