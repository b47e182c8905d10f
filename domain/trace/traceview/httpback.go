package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

func addReturns(s *api.Server, of Source) {
	type returnIn struct{ Body ReturnRequest }
	huma.Register(s.API, route(auth.Return, http.MethodPost, "/returns", "return-goods", "Send goods back to whom they came from"), func(ctx context.Context, in *returnIn) (*answer[ReturnReport], error) {
		d := of(ctx)
		r, _, err := d.Return(ctx, in.Body)
		return answered(d, r, err)
	})
	type listIn struct {
		Way     string `query:"way" enum:"out,in" doc:"Only those that went to their seller, or only those that came back here"`
		Waiting bool   `query:"waiting" doc:"Only those of which things wait on hold for a verdict"`
		Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/returns", "list-returns", "Goods on their way back, the newest first"), func(ctx context.Context, in *listIn) (*answer[[]ReturnSummary], error) {
		d := of(ctx)
		list, err := d.Returns(ctx, ReturnFilter{Outgoing: in.Way == "out", Incoming: in.Way == "in", Waiting: in.Waiting, Limit: in.Limit})
		return answered(d, list, err)
	})
}
