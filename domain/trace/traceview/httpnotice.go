package traceview

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/ledger"
)

// listGiven is a request with a source's list of recall notices.
type listGiven struct {
	Source string `query:"source" required:"true" minLength:"1" maxLength:"200" doc:"Whose list it is; it replaces that source's list"`
	AsOf   string `query:"as_of" required:"true" format:"date" doc:"Day on which the list was made, such as 2026-01-31"`
}

// takeNotices takes in the list of a request.
func takeNotices[T any](ctx context.Context, d *Desk, in *listGiven, load func(context.Context, io.Reader, string, time.Time) (T, error)) (*answer[T], error) {
	asOf, err := time.Parse(time.DateOnly, in.AsOf)
	if err != nil {
		return nil, refused(ledger.CodeMalformed.Errorf("as_of is no day such as 2026-01-31"))
	}
	came, err := load(ctx, api.UploadOf(ctx), in.Source, asOf)
	return answered(d, came, err)
}

func addNotices(s *api.Server, of Source) {
	huma.Register(s.API, upload(auth.Hold, "/recall-notices", "load-recall-notices", "Take in a list of recall notices, and answer when it counts"), func(ctx context.Context, in *listGiven) (*answer[NoticesReport], error) {
		d := of(ctx)
		return takeNotices(ctx, d, in, d.LoadNotices)
	})
	type listIn struct {
		GTIN string `query:"gtin" maxLength:"14" doc:"14 digits; empty for all"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/recall-notices", "list-recall-notices", "The recall notices that are loaded"), func(ctx context.Context, in *listIn) (*answer[[]Notice], error) {
		d := of(ctx)
		list, err := d.Notices(ctx, in.GTIN)
		return answered(d, list, err)
	})
	addNoticeLoads(s, of)
}

// addNoticeLoads registers what takes in lists of recall notices as jobs.
func addNoticeLoads(s *api.Server, of Source) {
	huma.Register(s.API, upload(auth.Hold, "/recall-notices/loads", "begin-recall-notices-load", "Take in a list of recall notices as a job; until all of it is read, the list of before counts"), func(ctx context.Context, in *listGiven) (*answer[NoticesLoading], error) {
		d := of(ctx)
		return takeNotices(ctx, d, in, d.LoadNoticesLater)
	})
	type loadingIn struct {
		Job int64 `path:"job" minimum:"1" doc:"Number of the job that loads it"`
	}
	type act func(*Desk, context.Context, int64) (NoticesLoading, error)
	serve := func(do act) func(context.Context, *loadingIn) (*answer[NoticesLoading], error) {
		return func(ctx context.Context, in *loadingIn) (*answer[NoticesLoading], error) {
			d := of(ctx)
			l, err := do(d, ctx, in.Job)
			return answered(d, l, err)
		}
	}
	const path = "/recall-notices/loads/{job}"
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, path, "get-recall-notices-load", "How far the load of a list of recall notices is, and what came of it"), serve((*Desk).NoticesLoading))
	huma.Register(s.API, route(auth.Hold, http.MethodDelete, path, "pause-recall-notices-load", "Stop the load of a list of recall notices; the list of before counts"), serve((*Desk).PauseNotices))
	huma.Register(s.API, route(auth.Hold, http.MethodPost, path, "resume-recall-notices-load", "Let a load that was stopped, or that failed, begin again"), serve((*Desk).ResumeNotices))
}
