package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// record adds a line to an organisation's audit trail. A node without a store of
// people, as tests have it, keeps none.
func (s *Server) record(ctx context.Context, org, who, act, object, outcome string) {
	if s.config.Access == nil {
		return
	}
	if err := s.config.Access.Record(ctx, org, who, act, object, outcome); err != nil {
		s.config.Log.Error("couldn't write to the audit trail", "act", act, "error", err)
	}
}

// audited writes each act that its permission calls for into the audit trail, once
// it has ended. An act with power is written down before it begins too, and is not
// begun when that fails.
func (s *Server) audited(ctx huma.Context, next func(huma.Context)) {
	who, _ := auth.From(ctx.Context())
	op := ctx.Operation()
	policy, _ := PolicyOf(op)
	rule, _ := auth.RuleOf(policy.of(ctx.Param))
	if s.config.Access == nil || !rule.Audited() || op.Method == http.MethodGet || onlyLooks(ctx) || !who.May(rule.Permission) { // what is denied is recorded by deny
		next(ctx)
		return
	}
	if rule.TwoPersons || rule.Meaning != "" {
		if err := s.config.Access.Record(ctx.Context(), who.Org, who.ID, op.OperationID, objectOf(ctx), "begun"); err != nil {
			s.config.Log.Error("couldn't write to the audit trail", "act", op.OperationID, "error", err)
			problem(ctx, &Problem{
				Type: "about:blank", Title: http.StatusText(http.StatusServiceUnavailable), Status: http.StatusServiceUnavailable,
				Detail: "the audit trail can't be written, so the act was not begun", Kind: "unavailable",
			})
			return
		}
	}
	next(ctx)
	outcome := outcomeOf(statusOf(ctx))
	if by := approvedBy(ctx.Context()); by != "" {
		outcome += ", approved by " + by
	}
	s.record(ctx.Context(), who.Org, who.ID, op.OperationID, objectOf(ctx), outcome)
}

// objectOf is what an act is done to: its path, which holds ids and no payload.
func objectOf(ctx huma.Context) string {
	u := ctx.URL()
	return u.EscapedPath()
}

func outcomeOf(status int) string {
	if status == 0 {
		status = http.StatusOK
	}
	if status < http.StatusBadRequest {
		return "done: " + strconv.Itoa(status)
	}
	return "failed: " + strconv.Itoa(status)
}

// problem answers an operation with an error.
func problem(ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	writeJSON(ctx.BodyWriter(), p)
}
