package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// dryRun is the parameter of an operation that can be asked what it would do.
const dryRun = "dry_run"

type dryRunKey struct{}

// DryRun lets an operation be asked whether it would be done, with dry_run=true: it
// changes nothing then, is not written into the audit trail, and ends with 204, or with
// the refusal that the act would end with. Its handler asks OnlyLooks, and returns Would.
func DryRun(o huma.Operation) huma.Operation {
	o.Parameters = append(o.Parameters, &huma.Param{
		Name: dryRun, In: "query", Description: "Only check: 204 if it would be done by what is known now, else the refusal; nothing is changed",
		Schema: &huma.Schema{Type: huma.TypeBoolean},
	})
	if o.Responses == nil {
		o.Responses = map[string]*huma.Response{}
	}
	o.Responses[strconv.Itoa(http.StatusNoContent)] = &huma.Response{Description: "It would be done; nothing was changed"}
	o.Responses["default"] = &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
	}}
	o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		if asked := ctx.Query(dryRun); asked != "" {
			if _, err := strconv.ParseBool(asked); err != nil { // to act then is what nobody asked for
				problem(ctx, &Problem{
					Type: "about:blank", Title: http.StatusText(http.StatusUnprocessableEntity), Status: http.StatusUnprocessableEntity,
					Detail: fmt.Sprintf("dry_run is %q where true or false is meant; nothing was done", asked), Kind: "invalid",
				})
				return
			}
		}
		if onlyLooks(ctx) {
			ctx = huma.WithContext(ctx, LookOnly(ctx.Context()))
		}
		next(ctx)
	})
	return o
}

// LookOnly has an act that is done under a context change nothing; see DryRun.
func LookOnly(ctx context.Context) context.Context {
	return context.WithValue(ctx, dryRunKey{}, true)
}

// OnlyLooks tells whether the act that is being done was asked to change nothing.
func OnlyLooks(ctx context.Context) bool {
	looks, _ := ctx.Value(dryRunKey{}).(bool)
	return looks
}

// Would is how an act ends that was only looked at, and would be done.
type Would struct{}

// Error implements error.
func (Would) Error() string { return "it would be done; nothing was changed" }

// GetStatus implements huma.StatusError.
func (Would) GetStatus() int { return http.StatusNoContent }

// onlyLooks tells whether an operation was asked to change nothing. One that knows no
// dry run takes no notice of the parameter, and neither does the trail.
func onlyLooks(ctx huma.Context) bool {
	if !slices.ContainsFunc(ctx.Operation().Parameters, func(p *huma.Param) bool { return p.Name == dryRun && p.In == "query" }) {
		return false
	}
	dry, err := strconv.ParseBool(ctx.Query(dryRun))
	return err == nil && dry
}
