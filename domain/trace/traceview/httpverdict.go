package traceview

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/ledger"
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

func addNotices(s *api.Server, of Source) {
	type loadIn struct {
		Source string `query:"source" required:"true" minLength:"1" maxLength:"200" doc:"Whose list it is; it replaces that source's list"`
		AsOf   string `query:"as_of" required:"true" format:"date" doc:"Day on which the list was made, such as 2026-01-31"`
	}
	huma.Register(s.API, upload(auth.Hold, "/recall-notices", "load-recall-notices", "Take in a list of recall notices"), func(ctx context.Context, in *loadIn) (*answer[NoticesReport], error) {
		d := of(ctx)
		asOf, err := time.Parse(time.DateOnly, in.AsOf)
		if err != nil {
			return nil, refused(ledger.CodeMalformed.Errorf("as_of is no day such as 2026-01-31"))
		}
		report, err := d.LoadNotices(ctx, api.UploadOf(ctx), in.Source, asOf)
		return answered(d, report, err)
	})
	type listIn struct {
		GTIN string `query:"gtin" maxLength:"14" doc:"14 digits; empty for all"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/recall-notices", "list-recall-notices", "The recall notices that are loaded"), func(ctx context.Context, in *listIn) (*answer[[]Notice], error) {
		d := of(ctx)
		list, err := d.Notices(ctx, in.GTIN)
		return answered(d, list, err)
	})
}
