package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/ledger"

	"pedigree/internal/auth"
)

func TestAnEnvelopeIsTakenUpToItsLargestSize(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for size, want := range map[int]int{ledger.EnvelopeSizeMax: 422, ledger.EnvelopeSizeMax + 1: 413, 2 * ledger.EnvelopeSizeMax: 413} {
		res, body := ask(t, s, "POST", "/api/v1/entries", strings.Repeat("x", size), asCBOR)
		if p := problemOf(t, res, body); p.Status != want {
			t.Errorf("%d bytes: %+v, want %d", size, p, want)
		}
	}
}

func TestARoutesOwnLimitHolds(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	text := func(size int) string { return `{"text":"` + strings.Repeat("x", size-len(`{"text":""}`)) + `"}` }
	for size, want := range map[int]int{999: 200, 1000: 413} {
		if res, body := ask(t, s, "POST", "/api/v1/notes", text(size), nil); res.StatusCode != want {
			t.Errorf("%d bytes: %d %s", size, res.StatusCode, body)
		}
	}
}

// TestALargerBodyThanAnyIsRefusedUnread announces bodies and sends none of them.
func TestALargerBodyThanAnyIsRefusedUnread(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", testToken, UploadBytesMax+1)
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 413 ") {
		t.Errorf("answered %q, %v", answer[:n], err)
	}
}

func TestHeadersAreBounded(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for size, want := range map[int]int{headerBytesMax / 2: 200, 2 * headerBytesMax: http.StatusRequestHeaderFieldsTooLarge} {
		res, body := ask(t, s, "GET", "/api/v1/status", "", func(r *http.Request) { r.Header.Set("X-Filler", strings.Repeat("x", size)) })
		if res.StatusCode != want {
			t.Errorf("a header of %d bytes: %d %s", size, res.StatusCode, body)
		}
	}
}

func TestAServerNeedsAToken(t *testing.T) {
	if _, err := New(Config{Listen: "127.0.0.1:0"}); err == nil {
		t.Error("a server without an access token was set up")
	}
}

func TestAPortInUseIsNamed(t *testing.T) {
	first := serve(t, Config{}, &testLedger{})
	second, err := New(Config{Listen: first.Addr(), Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start(); err == nil || !strings.Contains(err.Error(), first.Addr()) || !strings.Contains(err.Error(), "api.listen") {
		t.Errorf("starting on a port in use: %v", err)
	}
}

func TestAPlainBodyIsTakenUpToTheConfiguredSize(t *testing.T) {
	s := serve(t, Config{BodyBytesMax: 100}, &testLedger{})
	type in struct{ RawBody []byte }
	huma.Register(s.API, Guarded(huma.Operation{OperationID: "take", Method: http.MethodPost, Path: "/api/v1/take", MaxBodyBytes: BodyBytesDefault}, auth.Act), func(context.Context, *in) (*struct{}, error) {
		return nil, nil
	})
	for _, c := range []struct{ bytes, want int }{{100, 204}, {101, 413}} {
		res, body := ask(t, s, "POST", "/api/v1/take", strings.Repeat("x", c.bytes), func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })
		if res.StatusCode != c.want {
			t.Errorf("%d bytes were answered %d, want %d: %s", c.bytes, res.StatusCode, c.want, body)
		}
	}
}

func TestMoreRequestsThanTheConfiguredNumberWait(t *testing.T) {
	s := serve(t, Config{RequestsMax: 1}, &testLedger{})
	began, end := make(chan struct{}, 2), make(chan struct{})
	s.Handle("GET /slow", auth.Watch, func(http.ResponseWriter, *http.Request) { began <- struct{}{}; <-end })
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { ask(t, s, "GET", "/slow", "", nil) })
	}
	<-began
	if res, _ := ask(t, s, "GET", "/livez", "", nil); res.StatusCode != http.StatusOK {
		t.Errorf("life was answered %d while the node is busy", res.StatusCode)
	}
	select {
	case <-began:
		t.Error("two requests are served at once where one may be")
	case <-time.After(100 * time.Millisecond):
	}
	close(end)
	both.Wait()
	if len(began) != 1 {
		t.Errorf("%d requests were served after the first, want 1", len(began))
	}
}

func TestStrangersUseUpNoTurnsOfThoseWhoAreKnown(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for range strangersMax {
		s.strangers <- struct{}{} // as strangers hold them who don't read their answers
	}
	if res, _ := ask(t, s, "GET", "/api/v1/status", "", nil); res.StatusCode != http.StatusOK {
		t.Errorf("a known client was answered %d", res.StatusCode)
	}
	ctx, enough := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer enough()
	waits, err := http.NewRequestWithContext(ctx, "GET", "http://"+s.Addr()+"/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := http.DefaultClient.Do(waits); err == nil {
		_ = res.Body.Close()
		t.Errorf("a stranger past the limit was answered %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "GET", "/livez", "", func(r *http.Request) { r.Header.Del("Authorization") }); res.StatusCode != http.StatusOK {
		t.Errorf("life was answered %d", res.StatusCode)
	}
}

func TestFewLargeBodiesAreInMemoryAtATime(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	began, end := make(chan struct{}, 2*largeBodiesMax), make(chan struct{})
	type in struct{ RawBody []byte }
	huma.Register(s.API, Guarded(huma.Operation{OperationID: "hold", Method: http.MethodPost, Path: "/api/v1/hold", MaxBodyBytes: BodyBytesDefault}, auth.Act), func(context.Context, *in) (*struct{}, error) {
		began <- struct{}{}
		<-end
		return nil, nil
	})
	send := func(size int) {
		res, body := ask(t, s, "POST", "/api/v1/hold", strings.Repeat("x", size), func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })
		if res.StatusCode != http.StatusNoContent {
			t.Errorf("%d bytes were answered %d: %s", size, res.StatusCode, body)
		}
	}
	var all sync.WaitGroup
	for range cap(s.large) + 1 {
		all.Go(func() { send(largeBodyLeast) })
	}
	for range cap(s.large) {
		<-began
	}
	select {
	case <-began:
		t.Error("one large body too many is in memory")
	case <-time.After(100 * time.Millisecond):
	}
	all.Go(func() { send(largeBodyLeast - 1) })
	<-began // a small one passes
	close(end)
	all.Wait()
}
