package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/proof"
)

func addPicks(s *api.Server, of Source) {
	type pickIn struct{ Body PickRequest }
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/picks", "pick", "Choose goods for an order and reserve them"), func(ctx context.Context, in *pickIn) (*answer[PickReport], error) {
		d := of(ctx)
		r, err := d.Pick(ctx, in.Body)
		return answered(d, r, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/picks", "list-picks", "Picks that are open, the newest first"), func(ctx context.Context, _ *struct{}) (*answer[[]PickSummary], error) {
		d := of(ctx)
		list, err := d.Picks(ctx)
		return answered(d, list, err)
	})
	type oneIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/picks/{id}", "get-pick", "One pick with what it reserves still"), func(ctx context.Context, in *oneIn) (*answer[PickReport], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		r, err := d.PickOf(ctx, id)
		return answered(d, r, err)
	})
	huma.Register(s.API, route(auth.Ship, http.MethodDelete, "/picks/{id}", "drop-pick", "Drop a pick: what it reserved is free again"), func(ctx context.Context, in *oneIn) (*struct{}, error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		if err := of(ctx).DropPick(ctx, id); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})
}
