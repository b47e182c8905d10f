package caseview

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/photo"
	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// photoBodyMax is a photo in base64, its words and the brackets around them.
const photoBodyMax = (photo.BytesMax+2)/3*4 + 4*textMax + 1024

// photoPolicy lets nothing in a photo run, wherever it is opened.
const photoPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"

// photoWait is how long a photo may take to come over a weak connection.
const photoWait = 5 * time.Minute

func addPhotos(s *api.Server, of Source) {
	type addIn struct {
		ID   string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		Body struct {
			Text  string `json:"text" minLength:"1" maxLength:"2000" doc:"What it shows, for those who don't see it"`
			Photo []byte `json:"photo" doc:"A JPEG, PNG or WebP in base64, of at most 6 MiB. Place, device and all else beside the picture are not kept"`
		}
	}
	add := route(auth.SettleExceptions, http.MethodPost, "/{id}/photos", "add-case-photo", "Add a photo to a case's evidence; it stays here, and no message has it")
	add.MaxBodyBytes, add.BodyReadTimeout = photoBodyMax, photoWait
	huma.Register(s.API, add, func(ctx context.Context, in *addIn) (*body[PhotoAdded], error) {
		return answered(of(ctx).AddPhoto(ctx, in.ID, Evidence{Text: in.Body.Text, By: who(ctx)}, in.Body.Photo))
	})
	type showIn struct {
		ID string `path:"id" maxLength:"36" doc:"Number of the case here, or its id"`
		N  int    `path:"n" minimum:"1" doc:"Number of the evidence"`
	}
	show := route(auth.ReadGoods, http.MethodGet, "/{id}/photos/{n}", "get-case-photo", "A photo of a case")
	content := map[string]*huma.MediaType{}
	for _, media := range []string{"image/jpeg", "image/png", "image/webp"} {
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	show.Responses = map[string]*huma.Response{"200": {Description: "The photo", Content: content}}
	huma.Register(s.API, show, func(ctx context.Context, in *showIn) (*huma.StreamResponse, error) {
		media, raw, err := of(ctx).Photo(ctx, in.ID, in.N)
		if err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			out.SetHeader("Content-Type", media)
			out.SetHeader("Content-Disposition", fmt.Sprintf(`inline; filename="photo-%d.%s"`, in.N, strings.TrimPrefix(media, "image/")))
			out.SetHeader("X-Content-Type-Options", "nosniff")
			out.SetHeader("Content-Security-Policy", photoPolicy)
			out.SetHeader("Cross-Origin-Resource-Policy", "same-origin")
			out.SetHeader("Cache-Control", "private, no-store")
			_, _ = out.BodyWriter().Write(raw)
		}}, nil
	})
}
