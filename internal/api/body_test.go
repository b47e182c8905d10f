package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// pipes is a listener of one connection in memory, so that a clock of the test's
// own can run for it.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// talk serves one connection of a server with a route that waits for a while
// after its body.
func talk(t *testing.T, client func(c net.Conn)) {
	t.Helper()
	s, err := New(Config{Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	type in struct{ RawBody []byte }
	huma.Register(s.API, Guarded(huma.Operation{OperationID: "take", Method: http.MethodPost, Path: "/take", MaxBodyBytes: BodyBytesDefault}, auth.Act), func(ctx context.Context, _ *in) (*struct{}, error) {
		select {
		case <-time.After(5 * bodyGrace): // as one that waits for the ledger
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	ours, theirs := net.Pipe()
	p := &pipes{make(chan net.Conn, 1), make(chan struct{})}
	p.conns <- theirs
	served := make(chan struct{})
	go func() { defer close(served); _ = s.http.Serve(bounded(p, 1)) }()
	client(ours)
	_ = ours.Close() // the server may have done it
	if err := s.http.Close(); err != nil {
		t.Error(err)
	}
	<-served
}

const takeHeader = "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"

// drip sends a byte each pause until nobody takes it, and returns for how long.
func drip(c net.Conn, pause time.Duration) time.Duration {
	began := time.Now()
	for {
		if _, err := c.Write([]byte{'x'}); err != nil {
			return time.Since(began)
		}
		time.Sleep(pause)
	}
}

func TestABodyHasToKeepComing(t *testing.T) {
	token := "Authorization: Bearer " + testToken + "\r\n"
	for _, c := range []struct {
		name, header string
		pause        time.Duration
		status       string
		most         time.Duration
	}{
		{"a stranger's body is not waited for", "Content-Length: 1000\r\n", time.Second, "401", refusedBodyWait + time.Second},
		{"nor one without a length", "Transfer-Encoding: chunked\r\n", time.Second, "401", refusedBodyWait + time.Second},
		{"a body that stands still is given up", token + "Content-Length: 1000\r\n", 2 * bodyStillMax, "408", 2*bodyStillMax + time.Second},
		{"a body that drips is given up", token + "Content-Length: 1000\r\n", time.Second, "408", bodyGrace + 2*time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				talk(t, func(conn net.Conn) {
					if _, err := io.WriteString(conn, takeHeader+c.header+"\r\n"); err != nil {
						t.Fatal(err)
					}
					answer := make(chan string, 1)
					go func() {
						line, _ := bufio.NewReader(conn).ReadString('\n')
						answer <- line
						_, _ = io.Copy(io.Discard, conn)
					}()
					if took := drip(conn, c.pause); took > c.most {
						t.Errorf("the body was taken for %s, want at most %s", took, c.most)
					}
					if line := <-answer; len(line) < 12 || line[9:12] != c.status {
						t.Errorf("answered %q, want %s", line, c.status)
					}
				})
			})
		})
	}
}

func TestAfterItsBodyARequestMayTakeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		talk(t, func(conn net.Conn) {
			if _, err := fmt.Fprintf(conn, takeHeader+"Authorization: Bearer %s\r\nContent-Length: 3\r\n\r\nabc", testToken); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil || line[9:12] != "204" {
				t.Errorf("answered %q, %v", line, err)
			}
		})
	})
}

func TestALargeBodyMayTakeAsLongAsItComesFastEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		w := deadlines{theirs}
		r := &http.Request{ContentLength: -1, Body: theirs}
		body := paced(w, r)
		go func() {
			block := make([]byte, bodyBytesSecond)
			for range 10 * int(bodyGrace.Seconds()) {
				_, _ = ours.Write(block)
				time.Sleep(time.Second)
			}
			_ = ours.Close()
		}()
		n, err := io.Copy(io.Discard, body)
		if want := int64(10 * bodyGrace.Seconds() * bodyBytesSecond); err != nil || n != want {
			t.Errorf("read %d bytes, want %d: %v", n, want, err)
		}
	})
}

// deadlines is an answer over a connection, of which only the deadlines matter.
type deadlines struct{ net.Conn }

func (d deadlines) Header() http.Header                 { return http.Header{} }
func (d deadlines) WriteHeader(int)                     {}
func (d deadlines) SetReadDeadline(at time.Time) error  { return d.Conn.SetReadDeadline(at) }
func (d deadlines) SetWriteDeadline(at time.Time) error { return d.Conn.SetWriteDeadline(at) }
