package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/ledger"
)

// codeNotReady is the code of a write to a node that is not ready.
const codeNotReady = "node/not-ready"

// readyz tells orchestrators whether the node takes work.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	if err := s.ready(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (s *Server) ready() error {
	if s.config.Ready == nil {
		return nil
	}
	return s.config.Ready()
}

// onlyReady refuses a write while the node does not know the ledger's present
// state: it would be judged by an old one, and goods that were commissioned since
// would be called unknown. What is done here first and on the ledger later goes on.
func (s *Server) onlyReady(ctx huma.Context, next func(huma.Context)) {
	op := ctx.Operation()
	if op.Method == http.MethodGet || slices.Contains(s.config.Local, op.OperationID) {
		next(ctx)
		return
	}
	err := s.ready()
	if err == nil {
		next(ctx)
		return
	}
	p := &Problem{
		Type: typeOf(codeNotReady), Title: http.StatusText(http.StatusServiceUnavailable), Status: http.StatusServiceUnavailable,
		Detail: "this node can't take work yet: " + err.Error(), Code: codeNotReady, Kind: ledger.Unavailable.String(),
		Hint: "send it again when GET /readyz answers ok",
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	writeJSON(ctx.BodyWriter(), p)
}
