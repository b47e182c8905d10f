package api

import (
	"maps"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/obs"
)

// RouteFigures are what an operation did since the start.
type RouteFigures struct {
	Requests int           // answered
	Refused  int           // with a status of the 4xx
	Failed   int           // with one of the 5xx
	Took     time.Duration // in all
}

// figures counts by operation.
type figures struct {
	mu   sync.Mutex
	list map[string]RouteFigures
}

func (f *figures) add(operation string, status int, took time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.list == nil {
		f.list = map[string]RouteFigures{}
	}
	r := f.list[operation]
	r.Requests++
	r.Took += took
	switch {
	case status >= 500:
		r.Failed++
	case status >= 400:
		r.Refused++
	}
	f.list[operation] = r
}

// Figures are those of each operation that was asked for, by its id.
func (s *Server) Figures() map[string]RouteFigures {
	s.figures.mu.Lock()
	defer s.figures.mu.Unlock()
	return maps.Clone(s.figures.list)
}

// observed counts each request to an operation and makes a span of it. Neither has
// the address that was asked for: it may name a product.
func (s *Server) observed(ctx huma.Context, next func(huma.Context)) {
	o := ctx.Operation()
	began := time.Now()
	inner, end := obs.Span(ctx.Context(), "request", obs.Route(o.Method, o.Path, o.OperationID)...)
	next(huma.WithContext(ctx, inner))
	status := ctx.Status()
	s.figures.add(o.OperationID, status, time.Since(began))
	end(failedStatus(status), obs.Status(status))
}

// failedStatus is an error for the statuses that are the node's fault.
func failedStatus(status int) error {
	if status >= 500 {
		return newProblem(status, "")
	}
	return nil
}
