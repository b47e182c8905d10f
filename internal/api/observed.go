package api

import (
	"maps"
	"strings"
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

// Figures are those of each operation, by its id; of those that nobody asked for
// too, or a first failure would be no rise.
func (s *Server) Figures() map[string]RouteFigures {
	list := map[string]RouteFigures{}
	for _, p := range s.API.OpenAPI().Paths {
		for _, o := range []*huma.Operation{p.Get, p.Put, p.Post, p.Delete, p.Patch} {
			if o != nil {
				list[o.OperationID] = RouteFigures{}
			}
		}
	}
	s.figures.mu.Lock()
	defer s.figures.mu.Unlock()
	maps.Copy(list, s.figures.list)
	return list
}

// observed counts each request to an operation and makes a span of it. Neither has
// the address that was asked for: it may name a product.
func (s *Server) observed(ctx huma.Context, next func(huma.Context)) {
	o := ctx.Operation()
	began := time.Now()
	inner, end := obs.Span(ctx.Context(), "request", obs.Route(o.Method, o.Path, o.OperationID)...)
	next(huma.WithContext(ctx, inner))
	status := statusOf(ctx)
	took := time.Since(began)
	if strings.HasSuffix(o.Path, streamEnding) {
		took = 0 // how long somebody listened is no measure of work
	}
	s.figures.add(o.OperationID, status, took)
	end(failedStatus(status), obs.Status(status))
}

// failedStatus is an error for the statuses that are the node's fault.
func failedStatus(status int) error {
	if status >= 500 {
		return newProblem(status, "")
	}
	return nil
}
