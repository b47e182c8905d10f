package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/ledger"
)

// Codes of a write to a node that is not ready, and to one that hears no other.
const (
	codeNotReady = "node/not-ready"
	codeUnheard  = "node/unheard"
)

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
	if err := s.ready(); err != nil {
		unavailable(ctx, codeNotReady, "this node can't take work yet: "+err.Error(), "send it again when GET /readyz answers ok")
		return
	}
	if s.config.Hears != nil && slices.Contains(s.config.Ledgered, op.OperationID) {
		if err := s.config.Hears(ctx.Context()); err != nil {
			unavailable(ctx, codeUnheard, "this node can't put anything on the ledger now: "+err.Error()+"; nothing was done, and what was done before is kept",
				"look at its connection and at p2p.peers, then send it again")
			return
		}
	}
	next(ctx)
}

// unavailable answers a write that can't be taken now.
func unavailable(ctx huma.Context, code, detail, hint string) {
	p := &Problem{
		Type: typeOf(code), Title: http.StatusText(http.StatusServiceUnavailable), Status: http.StatusServiceUnavailable,
		Detail: detail, Code: code, Kind: ledger.Unavailable.String(), Hint: hint,
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	writeJSON(ctx.BodyWriter(), p)
}
