package catalogview

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// CatalogueOf gives the catalogue of the organisation for which a request is made.
type CatalogueOf func(ctx context.Context) *Catalogue

type body[T any] struct{ Body T }

// AddRoutes registers the routes of catalogues.
func AddRoutes(s *api.Server, of CatalogueOf) {
	addReading(s, of)
	addKeeping(s, of)
	addLoads(s, of)
	addConflicts(s, of)
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/products" + path, OperationID: id, Summary: summary}, need)
}

func answer[T any](value T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{value}, nil
}

func addReading(s *api.Server, of CatalogueOf) {
	type listIn struct {
		Text      string `query:"text" maxLength:"200" doc:"In a name, a manufacturer, an owner or a GTIN, whatever the case; or an NDC, however it is written"`
		GTIN      string `query:"gtin" maxLength:"14" doc:"The first digits of the GTIN"`
		Differing bool   `query:"differing" doc:"Only those of which sources differ and nobody has settled it"`
		After     string `query:"after" maxLength:"14" doc:"The next of the page before"`
		Limit     int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "", "list-products", "The catalogue, by GTIN"), func(ctx context.Context, in *listIn) (*body[Page], error) {
		page, err := of(ctx).List(ctx, Filter{Text: in.Text, Number: in.GTIN, Differing: in.Differing, After: in.After, Limit: in.Limit})
		return answer(page, err)
	})
	type getIn struct {
		Product string `path:"product" maxLength:"200" doc:"A GTIN, a National Drug Code, or the code on a package"`
		On      string `query:"on" maxLength:"10" doc:"As it was on that day, such as 2026-03-05; today without it"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/{product}", "get-product", "What is known of a product, by whom, and who differs"), func(ctx context.Context, in *getIn) (*body[Facts], error) {
		day, err := parseDay(in.On, -1)
		if err != nil {
			return nil, refused(err)
		}
		on := time.Time{}
		if day >= 0 {
			on = timeOf(day)
		}
		facts, err := of(ctx).Find(ctx, in.Product, on)
		return answer(facts, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/grounds", "list-duty-grounds", "The grounds for which the law's duties don't hold"), func(context.Context, *struct{}) (*body[[]Ground], error) {
		return &body[[]Ground]{Grounds}, nil
	})
}

func addKeeping(s *api.Server, of CatalogueOf) {
	type setIn struct {
		Product string `path:"product" maxLength:"200" doc:"A GTIN or a National Drug Code"`
		Body    struct {
			Values map[string]string `json:"values" doc:"By field: ndc, name, strength, form, net-content, package, manufacturer, owner, packager, duty. An empty one takes back what was entered"`
			From   string            `json:"from,omitempty" maxLength:"10" doc:"The day from which it holds, such as 2026-03-05; today without it"`
		}
	}
	huma.Register(s.API, route(auth.KeepCatalogue, http.MethodPost, "/{product}", "set-product", "Enter what the organisation itself knows of a product"), func(ctx context.Context, in *setIn) (*body[Facts], error) {
		facts, err := of(ctx).Set(ctx, in.Product, in.Body.Values, in.Body.From)
		return answer(facts, err)
	})
	type dutyIn struct {
		Body struct {
			Product string `json:"product" minLength:"1" maxLength:"200" doc:"A GTIN or a National Drug Code"`
			Claim
		}
	}
	huma.Register(s.API, route(auth.KeepCatalogue, http.MethodPost, "/duty", "set-product-duty", "Enter by what ground the law's duties don't hold for a product"), func(ctx context.Context, in *dutyIn) (*body[Facts], error) {
		who, _ := auth.From(ctx)
		in.Body.By = who.ID
		facts, err := of(ctx).SetDuty(ctx, in.Body.Product, in.Body.Claim)
		return answer(facts, err)
	})
	type exemptIn struct {
		Body struct {
			Items  []string `json:"items" minItems:"1" maxItems:"1000" doc:"Packs, cases or logistic units, as scanned or typed"`
			Ground string   `json:"ground" maxLength:"40" doc:"Code of a ground of a transaction; empty takes back what was entered"`
			Why    string   `json:"why" minLength:"1" maxLength:"200" doc:"What shows it, such as the number of an invoice; no patient's name"`
		}
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/exempt", "add-exempt-goods", "Note that goods came in a transaction for which the law's duties don't hold"), func(ctx context.Context, in *exemptIn) (*body[[]Exempt], error) {
		who, _ := auth.From(ctx)
		list, err := of(ctx).AddExempt(ctx, in.Body.Items, in.Body.Ground, in.Body.Why, who.ID)
		return answer(list, err)
	})
	type rightIn struct {
		Body struct {
			Number string `json:"number" minLength:"4" maxLength:"14" doc:"A GTIN, or the digits of a company prefix"`
			Kind   string `json:"kind" enum:"owner,packager"`
			Who    string `json:"who" minLength:"1" maxLength:"200"`
			From   string `json:"from,omitempty" maxLength:"10" doc:"The day from which it holds; today without it"`
			To     string `json:"to,omitempty" maxLength:"10" doc:"The last day on which it holds"`
			Ground string `json:"ground" minLength:"1" maxLength:"200" doc:"What shows it: a contract, a letter, an announcement"`
		}
	}
	huma.Register(s.API, route(auth.KeepCatalogue, http.MethodPost, "/rights", "add-product-right", "Enter whose a number is from a day on: a sale, or a contract packager"), func(ctx context.Context, in *rightIn) (*body[Right], error) {
		who, _ := auth.From(ctx)
		b := in.Body
		r, err := of(ctx).AddRight(ctx, Right{Number: b.Number, Kind: b.Kind, Who: b.Who, From: b.From, To: b.To, Ground: b.Ground, By: who.ID})
		return answer(r, err)
	})
}

func addConflicts(s *api.Server, of CatalogueOf) {
	type listIn struct {
		State  string `query:"state" enum:"open,settled,over" doc:"All without it"`
		Before int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/conflicts", "list-product-conflicts", "Where sources differ, the newest first"), func(ctx context.Context, in *listIn) (*body[[]Conflict], error) {
		list, err := of(ctx).Conflicts(ctx, in.State, in.Before, in.Limit)
		return answer(list, err)
	})
	type settleIn struct {
		N    int64 `path:"n" minimum:"1"`
		Body struct {
			Choose string `json:"choose" enum:"a,b,both" doc:"The source that holds, or both where they may differ"`
			Why    string `json:"why" minLength:"1" maxLength:"200"`
		}
	}
	huma.Register(s.API, route(auth.KeepCatalogue, http.MethodPost, "/conflicts/{n}", "settle-product-conflict", "Settle where sources differ"), func(ctx context.Context, in *settleIn) (*body[Conflict], error) {
		who, _ := auth.From(ctx)
		k, err := of(ctx).Settle(ctx, in.N, in.Body.Choose, in.Body.Why, who.ID)
		return answer(k, err)
	})
}
