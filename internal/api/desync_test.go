package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestWhatIsLeftOfABodyIsNeverTheNextRequest hides a request in the part of a body
// that nobody reads. A proxy that keeps its connections would hand the answer to
// somebody else.
func TestWhatIsLeftOfABodyIsNeverTheNextRequest(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	hidden := strings.Repeat("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 25_000)
	for _, path := range []string{"/api/v1/notes", "/api/v1/entries", "/api/v1/nowhere", "/livez"} {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, testToken, len(hidden), hidden)
		}()
		in := bufio.NewReader(conn)
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode < 400 {
			t.Errorf("%s was answered %d, %v", path, res.StatusCode, err)
		}
		var late net.Error
		if second, err := http.ReadResponse(in, nil); err == nil {
			t.Errorf("%s: the body was read as a request too, and answered %d", path, second.StatusCode)
		} else if errors.As(err, &late) && late.Timeout() {
			t.Errorf("%s: the connection stays open", path)
		}
		_ = conn.Close()
	}
}
