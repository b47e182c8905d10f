package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/proof"
)

func addHandOvers(s *api.Server, of Source) {
	type orderIn struct{ Body HandOverOrder }
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/hand-overs", "order-hand-over", "Order who keeps goods of ours to hand them on"), func(ctx context.Context, in *orderIn) (*answer[HandOver], error) {
		d := of(ctx)
		h, err := d.OrderHandOver(ctx, in.Body)
		return answered(d, h, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/hand-overs", "list-hand-overs", "Orders to hand goods over, ours and those to us, the newest first"), func(ctx context.Context, _ *struct{}) (*answer[[]HandOver], error) {
		d := of(ctx)
		list, err := d.HandOvers(ctx)
		return answered(d, list, err)
	})
	type oneIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64"`
	}
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/hand-overs/{id}/accept", "accept-hand-over", "Promise the owner to hand its goods on"), func(ctx context.Context, in *oneIn) (*answer[HandOver], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		h, err := d.AcceptHandOver(ctx, id)
		return answered(d, h, err)
	})
	type withdrawIn struct {
		ID   string `path:"id" minLength:"64" maxLength:"64"`
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"The keeper is told"`
		}
	}
	type refuseIn struct {
		ID   string `path:"id" minLength:"64" maxLength:"64"`
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"The owner is told"`
		}
	}
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/hand-overs/{id}/refuse", "refuse-hand-over", "Tell the owner that its goods aren't handed on, and why"), func(ctx context.Context, in *refuseIn) (*answer[HandOver], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		h, err := d.RefuseHandOver(ctx, id, in.Body.Reason)
		return answered(d, h, err)
	})
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/hand-overs/{id}/withdraw", "withdraw-hand-over", "Take an own order back of which nothing has gone, and say why"), func(ctx context.Context, in *withdrawIn) (*answer[HandOver], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		h, err := d.WithdrawHandOver(ctx, id, in.Body.Reason)
		return answered(d, h, err)
	})
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/hand-overs/{id}/ship", "ship-hand-over", "Offer custody of the goods to whom their owner named"), func(ctx context.Context, in *oneIn) (*answer[HandedOver], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		h, _, err := d.ShipHandOver(ctx, id)
		return answered(d, h, err)
	})
}
