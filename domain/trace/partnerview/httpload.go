package partnerview

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/register"
	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// loadWait is how long a list may take to come and to be read.
const loadWait = 10 * time.Minute

// addLoads registers what loads lists: at once, or as a job that tells how far it is.
func addLoads(s *api.Server, of Source) {
	type loadIn struct {
		Source string `query:"source" required:"true" maxLength:"40" doc:"The list's name, as its mapping has it"`
		AsOf   string `query:"as_of" required:"true" maxLength:"10" doc:"The day that the list is of, as 2026-03-05"`
	}
	load := route(auth.KeepPartners, http.MethodPost, "/lists", "load-licence-list", "Load a file of a licence list, and answer when it counts")
	load.BodyReadTimeout, load.MaxBodyBytes = loadWait, register.BytesMax
	huma.Register(s.API, api.Upload(load), func(ctx context.Context, in *loadIn) (*body[List], error) {
		l, err := of(ctx).Load(ctx, in.Source, in.AsOf, api.UploadOf(ctx))
		return answer(l, err)
	})
	begin := route(auth.KeepPartners, http.MethodPost, "/lists/loads", "begin-licence-list-load", "Load a file of a licence list as a job; nothing of it counts before all of it does")
	begin.BodyReadTimeout, begin.MaxBodyBytes = loadWait, register.BytesMax
	huma.Register(s.API, api.Upload(begin), func(ctx context.Context, in *loadIn) (*body[Loading], error) {
		l, err := of(ctx).LoadLater(ctx, in.Source, in.AsOf, api.UploadOf(ctx))
		return answer(l, err)
	})
	type loadingIn struct {
		Job int64 `path:"job" minimum:"1" doc:"Number of the job that loads it"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/lists/loads/{job}", "get-licence-list-load", "How far the load of a licence list is, and what came of it"), func(ctx context.Context, in *loadingIn) (*body[Loading], error) {
		l, err := of(ctx).Loading(ctx, in.Job)
		return answer(l, err)
	})
	huma.Register(s.API, route(auth.KeepPartners, http.MethodDelete, "/lists/loads/{job}", "pause-licence-list-load", "Stop the load of a licence list; nothing of it counts"), func(ctx context.Context, in *loadingIn) (*body[Loading], error) {
		l, err := of(ctx).PauseLoad(ctx, in.Job)
		return answer(l, err)
	})
	huma.Register(s.API, route(auth.KeepPartners, http.MethodPost, "/lists/loads/{job}", "resume-licence-list-load", "Let a load that was stopped, or that failed, go on"), func(ctx context.Context, in *loadingIn) (*body[Loading], error) {
		l, err := of(ctx).ResumeLoad(ctx, in.Job)
		return answer(l, err)
	})
}
