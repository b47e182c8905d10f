package api

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// counting is a feed that tells numbers.
type counting struct {
	mu     sync.Mutex
	n, out int
	over   bool
	more   chan struct{}
	closed chan struct{}
}

func newCounting() *counting {
	return &counting{more: make(chan struct{}), closed: make(chan struct{})}
}

func (c *counting) add(over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	c.over = over
	close(c.more)
	c.more = make(chan struct{})
}

// Next implements Feed.
func (c *counting) Next() (events []StreamEvent, last bool, more <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ; c.out < c.n; c.out++ {
		events = append(events, StreamEvent{ID: "7", Name: "count", Data: c.out + 1})
	}
	return events, c.over, c.more
}

// Close implements Feed.
func (c *counting) Close() { close(c.closed) }

// streaming serves a feed to whoever asks.
func streaming(t *testing.T, c Config, feed func() Feed) *Server {
	t.Helper()
	s := serve(t, c, &testLedger{})
	s.beat = 5 * time.Millisecond
	op := s.Streamed(Guarded(huma.Operation{OperationID: "counts", Method: http.MethodGet, Path: "/api/v1/counts/events"}, auth.ReadLedger), &huma.Schema{Type: huma.TypeInteger})
	huma.Register(s.API, op, func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		who, _ := auth.From(ctx)
		return s.Stream(who, feed())
	})
	return s
}

// listen begins to read a stream; it ends with the test at the latest.
func listen(t *testing.T, s *Server, secret string) (*http.Response, *bufio.Reader) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr()+"/api/v1/counts/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res, bufio.NewReader(res.Body)
}

// until reads up to a line that begins so.
func until(t *testing.T, in *bufio.Reader, begin string) string {
	t.Helper()
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatalf("no line that begins with %q: %v", begin, err)
		}
		if strings.HasPrefix(line, begin) {
			return strings.TrimSpace(line)
		}
	}
}

func TestAStreamTellsWhatItsFeedHas(t *testing.T) {
	feed := newCounting()
	s := streaming(t, Config{}, func() Feed { return feed })
	res, in := listen(t, s, testToken)
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" || res.StatusCode != http.StatusOK {
		t.Fatalf("%d, %s", res.StatusCode, got)
	}
	until(t, in, "retry: 2000")
	until(t, in, ": here")
	feed.add(false)
	if id, name, data := until(t, in, "id: "), until(t, in, "event: "), until(t, in, "data: "); id != "id: 7" || name != "event: count" || data != "data: 1" {
		t.Errorf("%s, %s, %s", id, name, data)
	}
	feed.add(true)
	rest, err := io.ReadAll(in)
	if err != nil || !strings.Contains(string(rest), "data: 2\n\n") {
		t.Errorf("the last event: %q, %v", rest, err)
	}
	<-feed.closed
}

func TestAStreamEndsWithTheRightToReadIt(t *testing.T) {
	access := testAccess(t)
	secret, key, err := access.CreateAPIKey(t.Context(), auth.OwnerOf("org"), "screen", []auth.Role{"clerk"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	feed := newCounting()
	s := streaming(t, Config{Org: "org", Access: access}, func() Feed { return feed })
	_, in := listen(t, s, secret)
	until(t, in, ": here")
	if err := access.RevokeAPIKey(t.Context(), "org", key.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(in); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
	<-feed.closed
}

func TestAStreamEndsWhenItsServerStopsOrItsClientLeaves(t *testing.T) {
	feeds := []*counting{newCounting(), newCounting()}
	next := 0
	s := streaming(t, Config{}, func() Feed { next++; return feeds[next-1] })
	res, _ := listen(t, s, testToken)
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	<-feeds[0].closed
	_, in := listen(t, s, testToken)
	until(t, in, ": here")
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	<-feeds[1].closed
	if _, err := io.ReadAll(in); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
}

func TestThereAreOnlySoManyStreams(t *testing.T) {
	var mu sync.Mutex
	var feeds []*counting
	hosted := strings.Repeat("h", 43)
	s := streaming(t, Config{Org: "org", StreamsMax: 2, HostedStreamsMax: 1, Owner: func([32]byte) (string, bool) { return "hosted", true }}, func() Feed {
		mu.Lock()
		defer mu.Unlock()
		feeds = append(feeds, newCounting())
		return feeds[len(feeds)-1]
	})
	refused := func(secret string) {
		t.Helper()
		res, in := listen(t, s, secret)
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if p := problemOf(t, res, body); p.Status != http.StatusTooManyRequests || p.Code != codeStreams || p.Hint == "" {
			t.Errorf("%+v", p)
		}
		mu.Lock()
		defer mu.Unlock()
		<-feeds[len(feeds)-1].closed
	}
	one, in := listen(t, s, hosted)
	until(t, in, ": here")
	refused(hosted) // has no second place, though there is one
	_, in = listen(t, s, testToken)
	until(t, in, ": here")
	refused(testToken)
	if err := one.Body.Close(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	first := feeds[0]
	mu.Unlock()
	<-first.closed
	for { // its place is given back a moment later
		res, in := listen(t, s, testToken)
		if res.StatusCode == http.StatusOK {
			until(t, in, ": here")
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestOnlyAddressesOfStreamsAreStreams(t *testing.T) {
	for address, want := range map[string]bool{"GET /api/v1/docks/1/events": true, "POST /api/v1/docks/1/events": false, "GET /api/v1/docks/1": false} {
		method, path, _ := strings.Cut(address, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, "http://node"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if IsStream(r) != want {
			t.Errorf("%s is a stream: %t", address, !want)
		}
	}
}
