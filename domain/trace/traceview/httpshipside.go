package traceview

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/proof"
)

func addMarks(s *api.Server, of Source) {
	type markIn struct {
		Body struct {
			Items  []string `json:"items" minItems:"1" maxItems:"1000" doc:"Things in our hands, as scanned or typed; a mark takes each out of what it is in"`
			Set    []string `json:"set,omitempty" maxItems:"4" enum:"held,suspect,illegitimate,stolen" doc:"Marks to set"`
			Clear  []string `json:"clear,omitempty" maxItems:"4" enum:"held,suspect,illegitimate,stolen" doc:"Marks to clear"`
			Reason string   `json:"reason,omitempty" maxLength:"500" doc:"Why marks are cleared; needed for what came back, what a case names, and what was marked as worse than held"`
			Reserved
		}
	}
	huma.Register(s.API, api.DryRun(route(auth.Hold, http.MethodPost, "/marks", "mark", "Put goods on hold, mark them as suspect, illegitimate or stolen, or release them")), func(ctx context.Context, in *markIn) (*answer[MarkReport], error) {
		d := of(ctx)
		set, err := MarksOf(in.Body.Set)
		if err != nil {
			return nil, refused(err)
		}
		clear, err := MarksOf(in.Body.Clear)
		if err != nil {
			return nil, refused(err)
		}
		who, _ := auth.From(ctx)
		r, err := d.MarkGoods(ctx, Marking{Items: in.Body.Items, Set: set, Clear: clear, Reserved: in.Body.Reserved, Reason: in.Body.Reason, By: who.ID})
		return answered(d, r, err)
	})
}

func addOutside(s *api.Server, of Source) {
	type leaveIn struct{ Body LeaveRequest }
	huma.Register(s.API, api.DryRun(route(auth.Ship, http.MethodPost, "/departures", "depart", "Goods have left, in one step, for somebody who is not on the ledger")), func(ctx context.Context, in *leaveIn) (*answer[LeaveReport], error) {
		d := of(ctx)
		r, err := d.Leave(ctx, in.Body)
		return answered(d, r, err)
	})
	type prepareIn struct{ Body PrepareRequest }
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/departures/prepare", "prepare-departure", "Make and send the data of goods that are to leave for somebody who is not on the ledger, and reserve them"), func(ctx context.Context, in *prepareIn) (*answer[Departure], error) {
		d := of(ctx)
		r, err := d.Prepare(ctx, in.Body)
		return answered(d, r, err)
	})
	type confirmIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64" doc:"Number of the departure among the shipments"`
	}
	huma.Register(s.API, api.DryRun(route(auth.Return, http.MethodPost, "/departures/{id}/confirm", "confirm-departure", "The goods of a departure that was prepared have left")), func(ctx context.Context, in *confirmIn) (*answer[LeaveReport], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		r, err := d.Confirm(ctx, id)
		return answered(d, r, err)
	})
	type reenterIn struct{ Body ReenterRequest }
	huma.Register(s.API, api.DryRun(route(auth.Ship, http.MethodPost, "/reentries", "reenter", "Bring goods back that left the network from here")), func(ctx context.Context, in *reenterIn) (*answer[ReenterReport], error) {
		d := of(ctx)
		r, err := d.Reenter(ctx, in.Body)
		return answered(d, r, err)
	})
}

func addTotes(s *api.Server, of Source) {
	type packIn struct {
		Body struct {
			Box   string   `json:"box" doc:"Number of the tote, case or pallet; a new SSCC or GRAI makes a new box"`
			Items []string `json:"items" minItems:"1" maxItems:"1000" doc:"What goes into it, as scanned or typed"`
			Reserved
		}
	}
	huma.Register(s.API, api.DryRun(route(auth.Ship, http.MethodPost, "/totes", "pack", "Pack things into a tote or other box")), func(ctx context.Context, in *packIn) (*answer[PackReport], error) {
		d := of(ctx)
		r, err := d.PackFor(ctx, in.Body.Box, in.Body.Items, in.Body.Reserved)
		return answered(d, r, err)
	})
	type unpackIn struct {
		Body struct {
			From  string   `json:"from,omitempty" doc:"Box from which everything is taken out"`
			Items []string `json:"items,omitempty" maxItems:"1000" doc:"What is taken out of whatever it is sealed or packed in"`
			Reserved
		}
	}
	huma.Register(s.API, api.DryRun(route(auth.Ship, http.MethodPost, "/totes/unpack", "unpack", "Take things out of what they are sealed or packed in")), func(ctx context.Context, in *unpackIn) (*answer[PackReport], error) {
		d := of(ctx)
		r, err := d.UnpackFor(ctx, in.Body.From, in.Body.Items, in.Body.Reserved)
		return answered(d, r, err)
	})
	type splitIn struct{ Body SplitRequest }
	huma.Register(s.API, api.DryRun(route(auth.Ship, http.MethodPost, "/totes/split", "split", "Divide the content of a box among others")), func(ctx context.Context, in *splitIn) (*answer[SplitReport], error) {
		d := of(ctx)
		r, err := d.Split(ctx, in.Body)
		return answered(d, r, err)
	})
	type voidIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64"`
	}
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/shipments/{id}/void", "void", "Take a shipment back, as far as it can be"), func(ctx context.Context, in *voidIn) (*answer[VoidReport], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		r, err := d.Void(ctx, id)
		return answered(d, r, err)
	})
	huma.Register(s.API, route(auth.Ship, http.MethodPost, "/shipments/{id}/reclaim", "reclaim", "Take back what nobody received in time"), func(ctx context.Context, in *voidIn) (*answer[VoidReport], error) {
		d := of(ctx)
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, refused(err)
		}
		r, err := d.Reclaim(ctx, id)
		return answered(d, r, err)
	})
}
