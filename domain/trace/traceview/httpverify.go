package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

func addVerification(s *api.Server, of Source) {
	type askIn struct {
		Body struct {
			Items   []string `json:"items" minItems:"1" maxItems:"100" doc:"Packs, as scanned or typed; lot and expiry date are asked too where the scan has them"`
			Purpose string   `json:"purpose" enum:"saleable-return,suspect,dispense" doc:"Why it is asked"`
		}
	}
	huma.Register(s.API, route(auth.Hold, http.MethodPost, "/verdicts/asks", "ask-makers", "Ask the makers of packs whether they made them"), func(ctx context.Context, in *askIn) (*answer[[]Asked], error) {
		d := of(ctx)
		list, err := d.AskMakers(ctx, AskRequest{Items: in.Body.Items, Purpose: in.Body.Purpose})
		return answered(d, list, err)
	})
	type noteIn struct {
		Body struct {
			Item string `json:"item" maxLength:"8192" doc:"A pack, as scanned or typed"`
			Word string `json:"word" enum:"match,no-match,no-match-lot,no-match-expiry,no-match-lot-expiry" doc:"What its maker said"`
			By   string `json:"by" minLength:"1" maxLength:"200" doc:"Who said it, and how"`
		}
	}
	huma.Register(s.API, route(auth.Hold, http.MethodPost, "/verdicts/replies", "note-reply", "Note what a maker said of a pack by telephone, portal or service"), func(ctx context.Context, in *noteIn) (*answer[Reply], error) {
		d := of(ctx)
		r, err := d.NoteReply(ctx, Note{Item: in.Body.Item, Word: in.Body.Word, By: in.Body.By, Clerk: asker(ctx).ID})
		return answered(d, r, err)
	})
	type listIn struct {
		ID string `query:"id" required:"true" maxLength:"8192" doc:"A pack, as scanned or typed"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/verdicts/replies", "list-replies", "What was asked of a pack's maker, and what it said"), func(ctx context.Context, in *listIn) (*answer[Replies], error) {
		d := of(ctx)
		list, err := d.Replies(ctx, in.ID)
		return answered(d, list, err)
	})
}
