package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// asker is who makes a request. Who may not work on exception cases opens none by asking.
func asker(ctx context.Context) Asker {
	p, _ := auth.From(ctx)
	return Asker{ID: p.ID, OpenCases: p.May(auth.SettleExceptions)}
}

func addVerdicts(s *api.Server, of Source) {
	type judgeIn struct {
		Body struct {
			Items []string `json:"items" minItems:"1" maxItems:"1000" doc:"Things, as scanned or typed; one that is named twice is answered once"`
		}
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodPost, "/verdicts", "judge", "OK, STOP or CAN'T TELL about things, with the reason and the next step"), func(ctx context.Context, in *judgeIn) (*answer[[]verdict.Answer], error) {
		d := of(ctx)
		list, err := d.Judge(ctx, in.Body.Items)
		if by := asker(ctx); err == nil && by.OpenCases {
			err = d.OpenCases(ctx, list, by.ID)
		}
		return answered(d, list, err)
	})
}
