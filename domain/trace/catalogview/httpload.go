package catalogview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/ndcdir"
	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// addLoads registers what loads files of products, and tells of them.
func addLoads(s *api.Server, of CatalogueOf) {
	type loadIn struct {
		Kind string `query:"kind" required:"true" enum:"own,ndc-directory,list"`
		Name string `query:"name" maxLength:"200" doc:"Of a list"`
		AsOf string `query:"as_of" maxLength:"10" doc:"The day that the file is of, such as 2026-03-05; today without it"`
	}
	load := route(auth.KeepCatalogue, http.MethodPost, "/loads", "load-products", "Load a file of products: a CSV, or the archive of the National Drug Code directory; it is dealt with as a job")
	load.BodyReadTimeout, load.MaxBodyBytes = loadWait, max(csvBytesMax, ndcdir.ZipBytesMax)
	huma.Register(s.API, api.Upload(load), func(ctx context.Context, in *loadIn) (*body[Loading], error) {
		l, err := of(ctx).LoadLater(ctx, in.Kind, in.Name, in.AsOf, api.UploadOf(ctx))
		return answer(l, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/loads", "list-product-files", "The files of products that were loaded, the newest first"), func(ctx context.Context, _ *struct{}) (*body[[]Load], error) {
		list, err := of(ctx).Loads(ctx)
		return answer(list, err)
	})
	type loadingIn struct {
		Job int64 `path:"job" minimum:"1" doc:"Number of the job that loads it"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/loads/{job}", "get-product-load", "How far the load of a file of products is, and what came of it"), func(ctx context.Context, in *loadingIn) (*body[Loading], error) {
		l, err := of(ctx).Loading(ctx, in.Job)
		return answer(l, err)
	})
	huma.Register(s.API, route(auth.KeepCatalogue, http.MethodDelete, "/loads/{job}", "pause-product-load", "Stop the load of a file of products; what was loaded stays"), func(ctx context.Context, in *loadingIn) (*body[Loading], error) {
		l, err := of(ctx).PauseLoad(ctx, in.Job)
		return answer(l, err)
	})
	huma.Register(s.API, route(auth.KeepCatalogue, http.MethodPost, "/loads/{job}", "resume-product-load", "Let a load that was stopped, or that failed, go on"), func(ctx context.Context, in *loadingIn) (*body[Loading], error) {
		l, err := of(ctx).ResumeLoad(ctx, in.Job)
		return answer(l, err)
	})
}
