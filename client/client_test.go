package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// node is a server that answers everything alike, and its client.
func node(t *testing.T, status int, mediaType, body string) (*Client, *http.Request, *string) {
	t.Helper()
	asked, sent := &http.Request{}, new(string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		*asked, *sent = *r, string(b)
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return New(s.URL+"/", "secret"), asked, sent
}

func TestRequestsCarryTheTokenAndTheirType(t *testing.T) {
	c, asked, sent := node(t, 200, "application/json", `{"n":7}`)
	var out struct{ N int }
	for name, call := range map[string]struct {
		do                 func() error
		method, kind, body string
	}{
		"Get":    {func() error { return c.Get(t.Context(), "/path?q=1", &out) }, "GET", "", ""},
		"Post":   {func() error { return c.Post(t.Context(), "/path?q=1", map[string]int{"a": 1}, &out) }, "POST", "application/json", `{"a":1}`},
		"Upload": {func() error { return c.Upload(t.Context(), "/path?q=1", "text/csv", strings.NewReader("a,b"), &out) }, "POST", "text/csv", "a,b"},
	} {
		out.N = 0
		if err := call.do(); err != nil || out.N != 7 {
			t.Fatalf("%s: %v, read %d", name, err, out.N)
		}
		if asked.Method != call.method || asked.URL.String() != "/path?q=1" || asked.Header.Get("Authorization") != "Bearer secret" || asked.Header.Get("Content-Type") != call.kind || *sent != call.body {
			t.Errorf("%s sent %s %s %v %q", name, asked.Method, asked.URL, asked.Header, *sent)
		}
	}
}

func TestAnswersAreReadAsWhatTheyAreAskedFor(t *testing.T) {
	c, _, _ := node(t, 200, "application/cbor", "\x80\x81")
	raw, err := c.File(t.Context(), "/file")
	if err != nil || string(raw) != "\x80\x81" {
		t.Errorf("a file: %q, %v", raw, err)
	}
	if err := c.Post(t.Context(), "/", nil, nil); err != nil {
		t.Errorf("an answer that nobody wants: %v", err)
	}
	var out struct{}
	if err := c.Get(t.Context(), "/", &out); err == nil {
		t.Error("a file was read as JSON")
	}
	c, _, _ = node(t, 200, "application/json", `{"chain":"c","org":"o","height":3,"block_time":"2026-11-22T00:00:00Z","peers":2,"drill":true}`)
	s, err := c.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, Status{"c", "o", 3, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), 2, 0, true}); diff != "" {
		t.Error(diff)
	}
}

func TestARefusalIsAProblemWithCodeKindAndHint(t *testing.T) {
	c, _, _ := node(t, 409, "application/problem+json", `{"title":"Conflict","status":409,"detail":"it is shipped","code":"trace/refused","kind":"conflict","hint":"wait",
		"errors":[{"message":"too short","location":"body.id"},{"message":"unknown"}]}`)
	err := fmt.Errorf("couldn't ship: %w", c.Get(t.Context(), "/", nil))
	var p *Problem
	if !errors.As(err, &p) {
		t.Fatalf("%v is no problem", err)
	}
	want := Problem{
		Title: "Conflict", Status: 409, Detail: "it is shipped", Code: "trace/refused", Kind: "conflict", Hint: "wait",
		Errors: []ProblemItem{{"too short", "body.id"}, {"unknown", ""}},
	}
	if diff := cmp.Diff(*p, want); diff != "" {
		t.Error(diff)
	}
	if got := p.Error(); got != "it is shipped; too short (body.id); unknown" {
		t.Errorf("it reads %q", got)
	}
}

func TestAnAnswerFromSomethingElseIsShownAndBounded(t *testing.T) {
	for name, body := range map[string]string{"a page": "<h1>Bad gateway</h1>", "nothing": "", "JSON of another kind": `{"error":"x"}`, "a long page": strings.Repeat("x", 10_000)} {
		c, _, _ := node(t, 502, "text/html", body)
		var p *Problem
		if err := c.Get(t.Context(), "/", nil); !errors.As(err, &p) {
			t.Fatalf("%s: %v is no problem", name, err)
		}
		if p.Status != 502 || !strings.Contains(p.Detail, "502 Bad Gateway") || !strings.Contains(p.Detail, body[:min(len(body), 10)]) || len(p.Detail) > 600 {
			t.Errorf("%s: %q", name, p.Detail)
		}
	}
}

func TestAnAnswerIsReadUpToItsLargestSize(t *testing.T) {
	c, _, _ := node(t, 200, "application/cbor", "12345")
	c.answerBytes = 5
	if raw, err := c.File(t.Context(), "/"); err != nil || len(raw) != 5 {
		t.Errorf("at the limit: %q, %v", raw, err)
	}
	c.answerBytes = 4
	if raw, err := c.File(t.Context(), "/"); err == nil || raw != nil {
		t.Errorf("over the limit %q was taken for the whole", raw)
	}
}

func TestASilentNodeIsToldFromAnImpatientCaller(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if err := New(gone.URL, "").Get(t.Context(), "/", nil); !errors.Is(err, ErrNoNode) || !strings.Contains(err.Error(), gone.URL) {
		t.Errorf("a node that is gone: %v", err)
	}
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer slow.Close()
	defer close(hang)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := New(slow.URL, "").Get(ctx, "/", nil); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrNoNode) {
		t.Errorf("a caller out of time: %v", err)
	}
}

func TestWhatCantBeSentIsNotSent(t *testing.T) {
	c, asked, _ := node(t, 200, "application/json", "{}")
	if err := c.Post(t.Context(), "/", func() {}, nil); err == nil || asked.Method != "" {
		t.Errorf("a function was sent: %v", err)
	}
	if err := c.Get(t.Context(), " /%zz", nil); err == nil || asked.Method != "" {
		t.Errorf("a bad path was sent: %v", err)
	}
}

func ExampleClient() {
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"status":404,"detail":"there is no organisation \"nobody\"","code":"org/unknown-member","kind":"not_found"}`)
	}))
	defer node.Close()
	err := New(node.URL, "the node's api.token").Get(context.Background(), "/api/v1/organisations/nobody", nil)
	var p *Problem
	if errors.As(err, &p) {
		fmt.Println(p.Code, "-", p)
	}
	// Output: org/unknown-member - there is no organisation "nobody"
}

func TestABackupIsReadAsAStream(t *testing.T) {
	c, asked, _ := node(t, 200, "application/x-tar", "the tar")
	stream, err := c.Backup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(stream)
	if err = errors.Join(err, stream.Close()); err != nil || string(raw) != "the tar" || asked.Method != http.MethodPost {
		t.Errorf("%s gave %q, %v", asked.Method, raw, err)
	}
	c, _, _ = node(t, 503, "application/problem+json", `{"detail": "one is being taken"}`)
	var p *Problem
	if _, err := c.Backup(t.Context()); !errors.As(err, &p) || p.Status != 503 || p.Detail != "one is being taken" {
		t.Errorf("a refusal came back as %v", err)
	}
}
