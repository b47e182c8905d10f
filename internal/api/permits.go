package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// breakGlassHeader bears the reason of an owner who acts alone in need.
const breakGlassHeader = "Pedigree-Break-Glass"

// byPermit lets an act whose permission calls for it run only under a permit that two
// persons gave, where there are two; or for the owner in need, loudly.
func (s *Server) byPermit(ctx huma.Context, next func(huma.Context)) {
	who, _ := auth.From(ctx.Context())
	policy, _ := PolicyOf(ctx.Operation())
	rule, _ := auth.RuleOf(policy.of(ctx.Param))
	if s.config.Access == nil || !rule.Permit {
		next(ctx)
		return
	}
	needed, err := s.config.Access.NeedsPermit(ctx.Context(), who.Org, s.config.TwoPersons)
	if err != nil {
		writeProblemOf(ctx, err)
		return
	}
	act, kind := ctx.Operation().OperationID, auth.PermitTake
	if act == actRestoreHosted {
		kind = auth.PermitRestore
	}
	switch reason := ctx.Header(breakGlassHeader); {
	case !needed:
	case reason != "":
		if err = s.config.Access.BreakGlass(ctx.Context(), who, rule.Permission, act, reason); err == nil {
			s.config.Log.Error("break-glass: the owner acts alone where two persons should; the audit trail has the reason", "act", act)
		}
	default:
		var p auth.Permit
		if p, err = s.config.Access.PermitFor(ctx.Context(), who, kind); err == nil {
			err = s.config.Access.Record(ctx.Context(), who.Org, who.ID, act, objectOf(ctx), "permitted by "+p.ID)
		}
	}
	if err != nil {
		s.record(ctx.Context(), who.Org, who.ID, act, objectOf(ctx), "refused: no permit")
		writeProblemOf(ctx, err)
		return
	}
	next(ctx)
}

// addPermits registers the routes by which two persons permit backups.
func addPermits(s *Server, a *auth.Access) {
	huma.Get(s.API, auth.PermitPath, func(ctx context.Context, _ *struct{}) (*body[[]auth.Permit], error) {
		list, err := a.Permits(ctx, asker(ctx).Org)
		return &body[[]auth.Permit]{list}, Refuse(err)
	}, described("list-permits", "Permits for backups and for restoring them, the newest first"), Needs(auth.ReadAudit))
	type permitIn struct {
		Body auth.PermitTerms
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: auth.ActPermit, Method: http.MethodPost, Path: auth.PermitPath, Summary: "Permit somebody to take backups, or a backup to be restored",
		Description: "Two persons give it. Where nobody could be the second, none is needed, and this is answered 409.",
	}, auth.AllowBackup), func(ctx context.Context, in *permitIn) (*body[auth.PermitTerms], error) {
		if err := in.Body.Check(); err != nil {
			return nil, Refuse(err)
		}
		if approvedBy(ctx) == "" {
			return nil, newProblem(http.StatusConflict, "nobody else could give this permit with you, so none is needed: take the backup")
		}
		return &body[auth.PermitTerms]{in.Body}, nil // the approved act is the permit
	})
	type idIn struct {
		ID string `path:"id" maxLength:"16" doc:"The permit's id"`
	}
	huma.Delete(s.API, auth.PermitPath+"/{id}", func(ctx context.Context, in *idIn) (*struct{}, error) {
		return nil, Refuse(a.EndPermit(ctx, asker(ctx).Org, in.ID))
	}, described("end-permit", "End a permit before its time"), Needs(auth.ManagePeople))
}
