package exchange

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/proof"
)

// sendWait is how long one document may take to be handed in.
const sendWait = 30 * time.Minute

func addSending(s *api.Server, of Source) {
	type sendIn struct {
		To        string `query:"to" required:"true" maxLength:"32" doc:"Organisation that is to have it"`
		Kind      string `query:"kind" default:"document" maxLength:"32" doc:"document: a person reads it; epcis: the receiver's node checks it on arrival and answers"`
		Name      string `query:"name" required:"true" maxLength:"255" doc:"File name"`
		MediaType string `query:"media_type" default:"application/octet-stream" maxLength:"255" doc:"Such as application/pdf"`
		Reference string `query:"reference" maxLength:"140" doc:"A number for the receiver, such as an order's"`
	}
	type sendOut struct {
		Body struct {
			Known    bool `json:"known" doc:"The same document was queued for this organisation before; this is what became of it"`
			Delivery Sent `json:"delivery"`
		}
	}
	o := route(auth.Send, http.MethodPost, "/outbox", "send-document", "Send a document to a partner")
	o.BodyReadTimeout = sendWait
	huma.Register(s.API, api.Upload(o), func(ctx context.Context, in *sendIn) (*sendOut, error) {
		var out sendOut
		var err error
		l := Letter{To: in.To, Kind: in.Kind, Name: in.Name, MediaType: in.MediaType, Reference: in.Reference, Content: api.UploadOf(ctx)}
		out.Body.Delivery, out.Body.Known, err = of(ctx).SendDocument(ctx, l)
		return &out, refusedHere(err)
	})
}

func addContent(s *api.Server, of Source) {
	huma.Register(s.API, contentRoute(auth.Receive, "/inbox/{id}/content", "get-inbox-content", "What a partner sent"), func(ctx context.Context, in *idIn) (*huma.StreamResponse, error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refusedHere(err)
		}
		r, c, err := of(ctx).Content(ctx, id)
		if err != nil {
			return nil, refusedHere(err)
		}
		return attachment(fileName(c.Kind, id, c.Subject), r), nil
	})
	huma.Register(s.API, contentRoute(auth.Send, "/outbox/{id}/content", "get-outbox-content", "What a delivery to a partner carries, to be sent another way"), func(ctx context.Context, in *idIn) (*huma.StreamResponse, error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refusedHere(err)
		}
		r, c, err := of(ctx).SentContent(ctx, id)
		if err != nil {
			return nil, refusedHere(err)
		}
		return attachment(fileName(c.Kind, id, c.Subject), r), nil
	})
}

func contentRoute(need auth.Permission, path, id, summary string) huma.Operation {
	o := route(need, http.MethodGet, path, id, summary)
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The document, or the payload of what is none", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	return o
}

// fileName is what a delivery's content is saved as.
func fileName(kind string, id proof.Hash, s *Subject) string {
	if s != nil {
		return s.Name
	}
	return fmt.Sprintf("%s.%s", id.String()[:16], kind)
}

// attachment answers with what came from somebody else. Whatever it says it is, a
// browser gets it as bytes to be saved: never to be shown as part of this site, nor
// to be guessed at.
func attachment(name string, r io.ReadCloser) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(out huma.Context) {
		defer r.Close()
		out.SetHeader("Content-Type", "application/octet-stream")
		out.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		out.SetHeader("X-Content-Type-Options", "nosniff")
		out.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		_, _ = io.Copy(out.BodyWriter(), r) // what is cut off is short of its size
	}}
}
