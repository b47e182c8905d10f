package traceview

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// InventoryQuery chooses what of the stock is listed.
type InventoryQuery struct {
	GTIN   string `query:"gtin" doc:"14 digits"`
	Lot    string `query:"lot"`
	Status string `query:"status" doc:"on-hand, offered, away, expected, ended, dispensed, reported, refused, outside, in-care, kept or left"`
	Kind   string `query:"kind" doc:"pack, case, pallet or box"`
	Cursor string `query:"cursor" doc:"From the answer before"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

func (q InventoryQuery) filter() (InventoryFilter, error) {
	f := InventoryFilter{GTIN: q.GTIN, Lot: q.Lot, Cursor: q.Cursor, Limit: q.Limit}
	var err error
	if f.Status, err = StatusOf(q.Status); err != nil {
		return f, err
	}
	f.Kind, err = KindOf(q.Kind)
	return f, err
}

func addStock(s *api.Server, of Source) {
	type listIn struct {
		InventoryQuery
		Mark string `query:"mark" enum:"held,suspect,illegitimate,stolen" doc:"Only what is marked so on the ledger"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/inventory", "list-inventory", "What is in stock"), func(ctx context.Context, in *listIn) (*answer[Inventory], error) {
		d := of(ctx)
		f, err := in.filter()
		if err != nil {
			return nil, refused(err)
		}
		if in.Mark != "" {
			if f.Marks, err = MarksOf([]string{in.Mark}); err != nil {
				return nil, refused(err)
			}
		}
		page, err := d.Inventory(ctx, f)
		return answered(d, page, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/inventory/lots", "count-inventory", "How much of each lot is in stock"), func(ctx context.Context, in *InventoryQuery) (*answer[[]LotCount], error) {
		d := of(ctx)
		f, err := in.filter()
		if err != nil {
			return nil, refused(err)
		}
		lots, err := d.LotCounts(ctx, f)
		return answered(d, lots, err)
	})
}

func addDispensing(s *api.Server, of Source) {
	type dispenseIn struct {
		Key  string `header:"Idempotency-Key" maxLength:"100" doc:"The caller's own name for this request: sent again within a day, it gets the same answer, and nothing is done twice"`
		Body struct {
			Items  []string  `json:"items" minItems:"1" maxItems:"1000" doc:"Packs, as scanned or typed"`
			Reason string    `json:"reason,omitempty" maxLength:"200" doc:"Kept here; the ledger gets a commitment to it"`
			DoneAt time.Time `json:"done_at,omitzero" doc:"When it was done, where a device did it without connection; at most 30 days ago"`
			Reserved
		}
	}
	huma.Register(s.API, route(auth.Dispense, http.MethodPost, "/dispenses", "dispense", "Dispense packs, here and at once"), func(ctx context.Context, in *dispenseIn) (*answer[[]DispensedItem], error) {
		d := of(ctx)
		list, err := d.DispenseAsked(ctx, DispenseRequest{
			Items: in.Body.Items, Reason: in.Body.Reason, Of: in.Body.Reserved, By: asker(ctx), At: in.Body.DoneAt, Key: in.Key,
		})
		return answered(d, list, err)
	})
	huma.Register(s.API, route(auth.Dispense, http.MethodPost, "/dispenses/settle", "settle-dispenses", "Put what was dispensed on the ledger"), func(ctx context.Context, _ *struct{}) (*answer[SettleReport], error) {
		d := of(ctx)
		report, err := d.SettleDispenses(ctx)
		return answered(d, report, err)
	})
}
