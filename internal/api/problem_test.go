package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
)

func TestEachKindOfRefusalHasItsStatus(t *testing.T) {
	for kind, want := range map[ledger.Kind]int{
		ledger.Invalid: 422, ledger.Denied: 403, ledger.NotFound: 404, ledger.Conflict: 409, ledger.Expired: 410,
		ledger.Limit: 429, ledger.Unavailable: 503, ledger.Internal: 500,
	} {
		t.Run(kind.String(), func(t *testing.T) {
			code := ledger.Code{Number: 900, Name: "note/refused", Kind: kind}
			s := serve(t, Config{}, &testLedger{refusal: fmt.Errorf("couldn't submit: %w", code.Errorf("write less"))})
			res, body := ask(t, s, "POST", "/api/v1/entries", string(testEnvelope()), func(r *http.Request) { r.Header.Set("Content-Type", "application/cbor") })
			got := problemOf(t, res, body)
			diff := cmp.Diff(got, Problem{
				Type: "urn:pedigree:note:refused", Title: http.StatusText(want), Status: want,
				Detail: "couldn't submit: note/refused: write less", Code: "note/refused", Kind: kind.String(),
			})
			if diff != "" {
				t.Error(diff)
			}
		})
	}
}

// workflowError is an error of a domain's view: it names its own kind.
type workflowError struct{ error }

func (workflowError) Kind() ledger.Kind { return ledger.Conflict }
func (workflowError) Code() string      { return "trace/refused" }
func (workflowError) Hint() string      { return "wait for the receiver" }

// crowdedError is one that passes by itself.
type crowdedError struct{ workflowError }

func (crowdedError) Kind() ledger.Kind         { return ledger.Unavailable }
func (crowdedError) RetryAfter() time.Duration { return 1500 * time.Millisecond }

func TestARefusalThatPassesSaysWhenToAskAgain(t *testing.T) {
	for name, c := range map[string]struct {
		refusal error
		status  int
		want    string
	}{
		"whole seconds, rounded up":     {fmt.Errorf("couldn't: %w", crowdedError{workflowError{errors.New("too much waits")}}), 503, "2"},
		"nothing where it is not known": {workflowError{errors.New("it is on its way")}, 409, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, Config{}, &testLedger{refusal: c.refusal})
			res, body := ask(t, s, "POST", "/api/v1/entries", string(testEnvelope()), func(r *http.Request) { r.Header.Set("Content-Type", "application/cbor") })
			if got := res.Header.Get("Retry-After"); res.StatusCode != c.status || got != c.want || strings.Contains(string(body), "gain\":") {
				t.Errorf("%d with Retry-After %q, want %d with %q: %s", res.StatusCode, got, c.status, c.want, body)
			}
			w := httptest.NewRecorder()
			writeRefusal(w, c.refusal)
			if got := w.Header().Get("Retry-After"); got != c.want {
				t.Errorf("outside of an operation Retry-After is %q, want %q", got, c.want)
			}
		})
	}
}

func TestOtherErrorsBecomeProblems(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want Problem
	}{
		"a workflow's error keeps its kind, code and hint": {
			fmt.Errorf("couldn't ship: %w", workflowError{errors.New("shipped already")}),
			Problem{
				Type: "urn:pedigree:trace:refused", Title: "Conflict", Status: 409, Detail: "couldn't ship: shipped already",
				Code: "trace/refused", Kind: "conflict", Hint: "wait for the receiver",
			},
		},
		"a lack of time means that nobody knows": {
			context.DeadlineExceeded,
			Problem{
				Type: "about:blank", Title: "Service Unavailable", Status: 503,
				Detail: "the ledger did not answer in time; what was sent may still be committed: ask for it by its id",
			},
		},
		"an unknown error is the program's": {
			errors.New("disk on fire"),
			Problem{Type: "about:blank", Title: "Internal Server Error", Status: 500, Detail: "disk on fire"},
		},
		"a problem stays as it is": {
			newProblem(418, "a teapot"),
			Problem{Type: "about:blank", Title: "I'm a teapot", Status: 418, Detail: "a teapot"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got *Problem
			if !errors.As(Refuse(c.err), &got) {
				t.Fatalf("%v is no problem", Refuse(c.err))
			}
			if diff := cmp.Diff(*got, c.want); diff != "" {
				t.Error(diff)
			}
		})
	}
	if Refuse(nil) != nil {
		t.Error("no error became a problem")
	}
}

func TestWhatTheFormOfARequestBreaksIsListed(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		location           string
	}{
		"an empty text":         {"POST", "/api/v1/notes", `{"text":""}`, 422, "body.text"},
		"a missing field":       {"POST", "/api/v1/notes", `{}`, 422, "body"},
		"an unknown field":      {"POST", "/api/v1/notes", `{"text":"x","more":1}`, 422, "body.more"},
		"no JSON":               {"POST", "/api/v1/notes", `{`, 400, "body"},
		"a short entry id":      {"GET", "/api/v1/entries/abc", "", 422, "path.id"},
		"an unknown wait":       {"POST", "/api/v1/entries?wait=forever", "x", 422, "query.wait"},
		"a state key of a byte": {"GET", "/api/v1/state/0/proof", "", 422, "path.key"},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := ask(t, s, c.method, c.path, c.body, nil)
			p := problemOf(t, res, body)
			if p.Status != c.status || len(p.Errors) != 1 || p.Errors[0].Location != c.location || p.Errors[0].Message == "" {
				t.Errorf("answered %+v", p)
			}
		})
	}
}

func TestARefusalRepeatsLittleOfARequest(t *testing.T) {
	at := strings.Repeat("x", problemTextMax)
	for _, c := range []struct{ name, text, want string }{
		{"as much as may be", at, at},
		{"one byte more", at + "y", at + "…"},
		{"a letter that would be cut in two", at[1:] + "é", at[1:] + "…"},
	} {
		var many []error
		for range problemItemsMax + 1 {
			many = append(many, &huma.ErrorDetail{Message: c.text, Location: c.text})
		}
		p, ok := newProblem(400, c.text, many...).(*Problem)
		if !ok || p.Detail != c.want || len(p.Errors) != problemItemsMax || p.Errors[0] != (ProblemItem{c.want, c.want}) {
			t.Errorf("%s: a problem of %d items: %.40q", c.name, len(p.Errors), p.Detail)
		}
	}
}
