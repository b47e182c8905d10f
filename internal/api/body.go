package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Limits of how slowly a body may come. A client that sends a byte now and then
// would otherwise hold a request for ever, one that needs no token too.
const (
	bodyGrace       = time.Minute // for the first bytes, and whatever is slow at the beginning
	bodyStillMax    = 30 * time.Second
	bodyBytesSecond = 16 << 10 // on average, once the grace is over
	refusedBodyWait = 2 * time.Second
)

// largeBody is what the sender of a body is told that is too large for any route.
var largeBody = fmt.Sprintf("the body has more than %d bytes, the most that are taken; split it", UploadBytesMax)

// pacedBody is a request's body that has to keep coming.
type pacedBody struct {
	io.ReadCloser
	answer  http.Header
	control *http.ResponseController
	end     time.Time // when the grace is over
	still   time.Duration
	read    int64
}

// paced gives a request's body its deadlines and its largest size. Without a body there are none: they
// would end the request that waits for the ledger.
func paced(w http.ResponseWriter, r *http.Request) io.ReadCloser {
	if r.ContentLength == 0 {
		return r.Body
	}
	b := &pacedBody{ReadCloser: http.MaxBytesReader(w, r.Body, UploadBytesMax), answer: w.Header(), control: http.NewResponseController(w), end: time.Now().Add(bodyGrace), still: bodyStillMax}
	// A body that nobody reads is thrown away by the server, up to a few bytes,
	// before it answers: that too must end.
	b.until(time.Now().Add(refusedBodyWait))
	return b
}

// until sets the moment by which the next bytes must be there. A connection that
// knows no deadlines, as in a test of a handler, has none to set.
func (b *pacedBody) until(t time.Time) { _ = b.control.SetReadDeadline(t) }

// Read implements io.Reader.
func (b *pacedBody) Read(p []byte) (int, error) {
	latest := b.end.Add(time.Duration(b.read/bodyBytesSecond) * time.Second)
	if next := time.Now().Add(b.still); next.Before(latest) {
		latest = next
	}
	b.until(latest)
	runtime.Gosched() // a large body's reader lets small requests go first
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		// What still comes of this body must not be read as the next request.
		b.answer.Set("Connection", "close")
	}
	switch {
	case errors.Is(err, io.EOF):
		b.until(time.Time{}) // the answer may take longer
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = newSlowBody(b.read)
	case errors.As(err, new(*http.MaxBytesError)):
		err = newProblem(http.StatusRequestEntityTooLarge, largeBody)
	case err == nil:
		b.until(time.Now().Add(refusedBodyWait)) // if it is the last one, see paced
	}
	return n, err
}

// slowBody is a body that came too slowly; as a net.Error of its router's too.
type slowBody struct{ problem error }

func newSlowBody(read int64) slowBody {
	return slowBody{newProblem(http.StatusRequestTimeout, fmt.Sprintf("the body stood still after %d bytes, or comes slower than %d bytes a second; send it again over a better connection", read, bodyBytesSecond))}
}

// Error returns what its sender is told.
func (e slowBody) Error() string { return e.problem.Error() }

// Unwrap returns the answer to it.
func (e slowBody) Unwrap() error { return e.problem }

// Timeout implements net.Error.
func (slowBody) Timeout() bool { return true }

// Temporary implements net.Error.
func (slowBody) Temporary() bool { return true }

// streamed marks operations in their metadata.
const streamed = "streamed"

// Streamed says of an operation that its handler reads the body as it comes, so that
// it is never in memory as a whole.
func Streamed(o huma.Operation) huma.Operation {
	if o.Metadata == nil {
		o.Metadata = map[string]any{}
	}
	o.Metadata[streamed] = true
	return o
}

// fewLarge lets few large bodies be in memory at a time; small ones pass.
func (s *Server) fewLarge(ctx huma.Context, next func(huma.Context)) {
	r, _ := humago.Unwrap(ctx)
	small := r.ContentLength >= 0 && r.ContentLength < largeBodyLeast
	if small || ctx.Operation().Metadata[streamed] != nil {
		next(ctx)
		return
	}
	select {
	case s.large <- struct{}{}:
		defer func() { <-s.large }()
		next(ctx)
	case <-r.Context().Done():
	}
}

type uploadKey struct{}

// Upload says of an operation that its body is a file, which its handler reads as a
// stream, by UploadOf: a large one is never in memory as a whole.
func Upload(o huma.Operation) huma.Operation {
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	o.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(ctx)
		next(huma.WithValue(ctx, uploadKey{}, r.Body)) // whose size and pace the server bounds
	}}
	return Streamed(o)
}

// UploadOf is the body of an Upload.
func UploadOf(ctx context.Context) io.Reader { return ctx.Value(uploadKey{}).(io.Reader) }
