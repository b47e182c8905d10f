package api

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/ledger"
)

// Keeper copies a running node's data.
type Keeper interface {
	// Backup writes a backup to w. It returns ErrBusy while it writes another.
	Backup(ctx context.Context, w io.Writer) error
}

// ErrBusy says that the same work is being done for somebody else.
var ErrBusy = errors.New("the same is being taken already; ask again when it is done")

// AddBackup registers the route that hands out a backup of the node.
func AddBackup(s *Server, k Keeper) {
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "take-backup", Method: http.MethodPost, Path: "/api/v1/backup",
		Summary:     "Take a backup of the node",
		Description: "A tar stream that ends with manifest.json; without it the backup was cut off. It holds no key.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The backup", Content: map[string]*huma.MediaType{"application/x-tar": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}},
	}, auth.Backup), func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(ctx huma.Context) { s.stream(ctx, "backup", k.Backup) }}, nil
	})
}

// AddExport registers the route that hands out all that the asker's organisation has
// here, in the clear.
func AddExport(s *Server, export func(ctx context.Context, w io.Writer) error) {
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "export-organisation", Method: http.MethodPost, Path: "/api/v1/export",
		Summary:     "Take everything of the organisation out, in the clear",
		Description: "A tar stream that ends with manifest.json and its signature; without them it was cut off. It holds no key.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The export", Content: map[string]*huma.MediaType{"application/x-tar": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}},
	}, auth.Export), func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(ctx huma.Context) { s.stream(ctx, "export", export) }}, nil
	})
}

// stream writes a backup or an export, or why there is none. Once it has begun, an
// error can only cut it off.
func (s *Server) stream(ctx huma.Context, what string, write func(ctx context.Context, w io.Writer) error) {
	w := &begun{ctx: ctx}
	err := write(ctx.Context(), w)
	if err == nil {
		return
	}
	if !errors.Is(err, ErrBusy) {
		s.config.Log.Error("couldn't hand out what was asked for", "what", what, "error", err)
	}
	if w.out != nil {
		return
	}
	p := &Problem{Title: http.StatusText(http.StatusServiceUnavailable), Status: http.StatusServiceUnavailable, Detail: err.Error(), Kind: ledger.Unavailable.String()}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	writeJSON(ctx.BodyWriter(), p)
}

// begun sends the header with the first byte.
type begun struct {
	ctx huma.Context
	out io.Writer
}

// Write implements io.Writer.
func (b *begun) Write(p []byte) (int, error) {
	if b.out == nil {
		b.ctx.SetHeader("Content-Type", "application/x-tar")
		b.ctx.SetStatus(http.StatusOK)
		b.out = b.ctx.BodyWriter()
	}
	return b.out.Write(p)
}
