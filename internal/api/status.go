package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// answer remembers the status of an answer. The router's own contexts are copied
// where a value is added to one, and each copy knows only what was answered by it.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets deadlines and flushing through.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// statusOf is the status with which a request was answered; 0 while it was not.
func statusOf(ctx huma.Context) int {
	if _, w := humago.Unwrap(ctx); w != nil {
		if a, ok := w.(*answer); ok {
			return a.status
		}
	}
	return ctx.Status()
}
