package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// addJobs registers what tells of long work, and pauses it.
func addJobs(s *api.Server, of Source) {
	type listIn struct {
		Kind   string `query:"kind" enum:"capture,ship,receive,settle-dispenses,act,migrate-stock,migrate-archive,load-products,load-licence-list,load-recall-notices" doc:"All without it"`
		State  string `query:"state" enum:"running,paused,done,failed" doc:"All without it"`
		Before int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/jobs", "list-jobs", "Long work, the newest first"), func(ctx context.Context, in *listIn) (*answer[[]JobView], error) {
		d := of(ctx)
		list, err := d.Jobs(ctx, JobFilter{Kind: in.Kind, State: in.State, Before: in.Before, Limit: in.Limit})
		return answered(d, list, err)
	})
	type idIn struct {
		ID int64 `path:"id" minimum:"1"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/jobs/{id}", "get-job", "How far one piece of long work is, and what came of it"), func(ctx context.Context, in *idIn) (*answer[JobDetail], error) {
		d := of(ctx)
		j, err := d.DescribeJob(ctx, in.ID)
		return answered(d, j, err)
	})
	huma.Register(s.API, route(auth.Capture, http.MethodDelete, "/jobs/{id}", "pause-job", "Pause a capture, or what is brought over, at its last durable step; the same file again goes on"), func(ctx context.Context, in *idIn) (*answer[JobDetail], error) {
		d := of(ctx)
		j, err := d.PauseJob(ctx, in.ID)
		return answered(d, j, err)
	})
}
