package api

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// HostedKeeper copies one of the organisations that a node hosts.
type HostedKeeper interface {
	// HasHosted says whether an organisation is served, by a refusal when it is not.
	HasHosted(org string) error
	// BackupHosted writes a backup of it to w. It returns ErrBusy while it writes
	// another of the same.
	BackupHosted(ctx context.Context, w io.Writer, org string) error
	// MayRestore refuses to have an organisation restored that is served.
	MayRestore(org string) error
}

// actRestoreHosted is the operation by which one asks whether an organisation may be
// restored beside a running node.
const actRestoreHosted = "restore-hosted"

// AddHostedBackup registers the routes about backups of one hosted organisation.
func AddHostedBackup(s *Server, k HostedKeeper) {
	type in struct {
		Org string `path:"org" maxLength:"32" doc:"The organisation's id"`
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "take-hosted-backup", Method: http.MethodPost, Path: "/api/v1/backup/hosted/{org}",
		Summary:     "Take a backup of one organisation that the node hosts",
		Description: "A tar stream that ends with manifest.json; without it the backup was cut off. It holds no key and no ledger.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The backup", Content: map[string]*huma.MediaType{"application/x-tar": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}},
	}, auth.Backup), func(_ context.Context, in *in) (*huma.StreamResponse, error) {
		if err := k.HasHosted(in.Org); err != nil {
			return nil, Refuse(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			s.stream(ctx, "backup of "+in.Org, func(ctx context.Context, w io.Writer) error { return k.BackupHosted(ctx, w, in.Org) })
		}}, nil
	})
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: actRestoreHosted, Method: http.MethodPost, Path: "/api/v1/backup/hosted/{org}/restore", DefaultStatus: http.StatusNoContent,
		Summary:     "Ask whether a hosted organisation may be restored now",
		Description: "The restore itself is done on the node's machine, beside the running node. Where two persons are there it needs a permit for a restore.",
	}, auth.Backup), func(_ context.Context, in *in) (*struct{}, error) {
		return nil, Refuse(k.MayRestore(in.Org))
	})
}
