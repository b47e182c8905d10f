package api

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"pedigree/ledger"
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
