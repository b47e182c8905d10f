package api

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"pedigree/internal/auth"
)

func TestAnActThatIsOnlyLookedAtEndsWithoutContentAndWithoutALine(t *testing.T) {
	s := serveAccess(t, Config{})
	done := 0
	huma.Register(s.API, DryRun(Guarded(huma.Operation{OperationID: "goods", Method: http.MethodPost, Path: "/api/v1/goods"}, auth.Capture)),
		func(ctx context.Context, _ *struct{}) (*body[string], error) {
			if OnlyLooks(ctx) {
				return nil, fmt.Errorf("couldn't do it: %w", Would{})
			}
			done++
			return &body[string]{Body: "done"}, nil
		})
	for query, want := range map[string]int{"": 200, "?dry_run=false": 200, "?dry_run=true": 204, "?dry_run=1": 204, "?dry_run=maybe": 422} {
		res, answer := ask(t, s, "POST", "/api/v1/goods"+query, "", nil)
		if res.StatusCode != want || want == http.StatusNoContent && len(answer) != 0 {
			t.Errorf("%q is answered with %d, want %d: %s", query, res.StatusCode, want, answer)
		}
	}
	if done != 2 {
		t.Errorf("it was done %d times, want twice", done)
	}
	res, answer := ask(t, s, "GET", "/api/v1/audit", "", nil)
	got := map[string]int{}
	for _, l := range readJSON[[]auth.AuditLine](t, res, answer) {
		got[l.Act+" "+l.Outcome]++
	}
	if diff := cmp.Diff(map[string]int{"goods done: 200": 2, "goods failed: 422": 1}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
