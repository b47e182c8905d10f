package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pedigree/internal/auth"
)

// pendingHeader names the act that waits, in the answer to who asked for it.
const pendingHeader = "Pedigree-Pending"

type approvalKey struct{}

// approvedBy is the second person who approved the act that is being done, or "".
func approvedBy(ctx context.Context) string {
	by, _ := ctx.Value(approvalKey{}).(string)
	return by
}

// seconded keeps an act that needs two persons until a second one approves it.
func (s *Server) seconded(ctx huma.Context, next func(huma.Context)) {
	who, _ := auth.From(ctx.Context())
	policy, _ := PolicyOf(ctx.Operation())
	need := policy.of(ctx.Param)
	rule, _ := auth.RuleOf(need)
	if s.config.Access == nil || !rule.TwoPersons || ctx.Method() == http.MethodGet || approvedBy(ctx.Context()) != "" {
		next(ctx)
		return
	}
	waits, err := s.config.Access.NeedsSecond(ctx.Context(), who, need, s.config.TwoPersons)
	if err != nil {
		writeProblemOf(ctx, err)
		return
	}
	if !waits {
		next(ctx)
		return
	}
	content, err := held(ctx)
	if err != nil {
		problem(ctx, tooLargeToHold())
		return
	}
	u := ctx.URL()
	p, err := s.config.Access.Ask(ctx.Context(), who, auth.Pending{
		Act: ctx.Operation().OperationID, Permission: need, Method: ctx.Method(), Path: u.RequestURI(), Media: ctx.Header("Content-Type"), Content: string(content),
	})
	if err != nil {
		writeProblemOf(ctx, err)
		return
	}
	s.record(ctx.Context(), who.Org, who.ID, p.Act, "pending "+p.ID, "waits for a second person")
	ctx.SetHeader("Content-Type", "application/json")
	ctx.SetHeader("Location", "/api/v1/approvals/"+p.ID)
	ctx.SetHeader(pendingHeader, p.ID)
	ctx.SetStatus(http.StatusAccepted)
	writeJSON(ctx.BodyWriter(), p)
}

// addApprovals registers the routes of the second person.
func addApprovals(s *Server, a *auth.Access) {
	huma.Get(s.API, "/api/v1/approvals", func(ctx context.Context, _ *struct{}) (*body[[]auth.Pending], error) {
		list, err := a.PendingActs(ctx, asker(ctx).Org, "")
		for i := range list {
			list[i].Summary = s.summaryOf(list[i].Act)
		}
		return &body[[]auth.Pending]{list}, Refuse(err)
	}, described("list-approvals", "Acts that wait for a second person, and those that were decided"), Needs(auth.Approve))
	type approveIn struct {
		ID   string `path:"id" maxLength:"16" doc:"The pending act's id"`
		Body struct {
			Hash string `json:"hash" minLength:"64" maxLength:"64" doc:"The hash of the act, as it was shown"`
		}
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "approve", Method: http.MethodPost, Path: "/api/v1/approvals/{id}", Summary: "Approve an act as the second person; it is done, and its answer is this one's",
	}, auth.Approve), func(ctx context.Context, in *approveIn) (*huma.StreamResponse, error) {
		by := asker(ctx)
		p, who, err := a.Approve(ctx, by, in.ID, in.Body.Hash)
		if err != nil {
			return nil, Refuse(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) { s.carryOut(ctx, p, who, by) }}, nil
	})
	type idIn struct {
		ID string `path:"id" maxLength:"16" doc:"The pending act's id"`
	}
	huma.Delete(s.API, "/api/v1/approvals/{id}", func(ctx context.Context, in *idIn) (*struct{}, error) {
		return nil, Refuse(a.Refuse(ctx, asker(ctx), in.ID))
	}, described("refuse", "Refuse an act that waits for a second person, or take one's own back"), Needs(auth.Approve))
}

// summaryOf is what an operation does, in a sentence.
func (s *Server) summaryOf(id string) string {
	for _, item := range s.API.OpenAPI().Paths {
		for _, o := range []*huma.Operation{item.Post, item.Put, item.Delete, item.Patch} {
			if o != nil && o.OperationID == id {
				return o.Summary
			}
		}
	}
	return ""
}

// carryOut does an act that two persons want, as the one who asked for it, and
// answers the second with its answer.
func (s *Server) carryOut(ctx huma.Context, p auth.Pending, who, by auth.Principal) {
	if who.Org != s.config.Org {
		who = who.Hosted()
	}
	inner := auth.With(context.WithValue(ctx.Context(), approvalKey{}, by.ID), who)
	r, err := http.NewRequestWithContext(inner, p.Method, "http://localhost"+p.Path, strings.NewReader(p.Content))
	if err != nil {
		writeProblemOf(ctx, err)
		return
	}
	if p.Media != "" {
		r.Header.Set("Content-Type", p.Media)
	}
	_, w := humago.Unwrap(ctx)
	s.mux.ServeHTTP(&passedOn{w, ctx}, r)
}

// passedOn is the answer of the act, which becomes the approval's; the approval's own
// line in the audit trail has its status too.
type passedOn struct {
	http.ResponseWriter
	ctx huma.Context
}

// WriteHeader implements http.ResponseWriter.
func (p *passedOn) WriteHeader(status int) { p.ctx.SetStatus(status) }

// Unwrap lets the act set its deadlines.
func (p *passedOn) Unwrap() http.ResponseWriter { return p.ResponseWriter }
