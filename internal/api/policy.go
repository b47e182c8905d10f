package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// policyKey is where an operation keeps its policy.
const policyKey = "policy"

// codeDenied is the code of a request that the principal's roles do not allow.
const codeDenied = "access/denied"

// Policy says who may use an operation.
type Policy struct {
	Needs auth.Permission
	// By refines it by the value of a path parameter: such as the kind of an act.
	// A value that is not listed needs Needs.
	Param string
	By    map[string]auth.Permission
}

// of is the permission that one request needs.
func (p Policy) of(param func(string) string) auth.Permission {
	if p.Param != "" {
		if finer, ok := p.By[param(p.Param)]; ok {
			return finer
		}
	}
	return p.Needs
}

// ByParam makes the permission depend on a path parameter.
func ByParam(name string, by map[string]auth.Permission) func(*Policy) {
	return func(p *Policy) { p.Param, p.By = name, by }
}

// Needs states the permission that an operation asks for. Every operation has
// one: what has none is refused to everybody, and a test finds it.
func Needs(permission auth.Permission, refine ...func(*Policy)) func(*huma.Operation) {
	p := Policy{Needs: permission}
	for _, change := range refine {
		change(&p)
	}
	return func(o *huma.Operation) {
		if o.Metadata == nil {
			o.Metadata = map[string]any{}
		}
		if o.Extensions == nil {
			o.Extensions = map[string]any{}
		}
		o.Metadata[policyKey] = p
		o.Extensions["x-permission"] = permission
		if p.Param != "" {
			o.Extensions["x-permission-by-"+p.Param] = p.By
		}
		if rule, ok := auth.RuleOf(permission); ok && rule.TwoPersons {
			o.Extensions["x-two-persons"] = true
		}
		if rule, ok := auth.RuleOf(permission); ok && rule.Meaning != "" {
			o.Extensions["x-signature"] = rule.Meaning
		}
	}
}

// Guarded is an operation with its permission, for huma.Register.
func Guarded(o huma.Operation, permission auth.Permission, refine ...func(*Policy)) huma.Operation {
	Needs(permission, refine...)(&o)
	return o
}

// PolicyOf is an operation's policy.
func PolicyOf(o *huma.Operation) (Policy, bool) {
	p, ok := o.Metadata[policyKey].(Policy)
	return p, ok
}

// permitted lets an operation run only for who has its permission.
func (s *Server) permitted(ctx huma.Context, next func(huma.Context)) {
	who, _ := auth.From(ctx.Context())
	policy, stated := PolicyOf(ctx.Operation())
	if !stated {
		s.deny(ctx, who, fmt.Sprintf("the operation %s says nothing of who may use it, so nobody may", ctx.Operation().OperationID))
		return
	}
	need := policy.of(ctx.Param)
	if !who.May(need) {
		s.deny(ctx, who, lacks(need))
		return
	}
	next(ctx)
}

func lacks(need auth.Permission) string {
	return fmt.Sprintf("this needs the permission %s, which none of your roles has", need)
}

// denied is the answer to who may not.
func denied(detail string) *Problem {
	return &Problem{
		Type: typeOf(codeDenied), Title: http.StatusText(http.StatusForbidden), Status: http.StatusForbidden,
		Detail: detail, Code: codeDenied, Kind: "denied", Hint: "ask an administrator of your organisation for a role that has it; docs/reference/permissions.md lists them",
	}
}

// deny refuses an operation to who may not use it, and writes that down.
func (s *Server) deny(ctx huma.Context, who auth.Principal, detail string) {
	if wait, ok := s.rates.denied.Take(who.Org + "/" + who.ID); !ok {
		ctx.SetHeader("Retry-After", strconv.Itoa(int(wait/time.Second)))
		problem(ctx, limitedBy(wait))
		return
	}
	s.record(ctx.Context(), who.Org, who.ID, ctx.Operation().OperationID, objectOf(ctx), "refused: denied")
	problem(ctx, denied(detail))
}

// limitedBy is the answer to who was denied too often.
func limitedBy(wait time.Duration) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(http.StatusTooManyRequests), Status: http.StatusTooManyRequests, Kind: "limit",
		Detail: fmt.Sprintf("too many requests that you may not make; ask again in %d seconds", int(wait/time.Second)),
	}
}

// Handle serves a page or another route that is no operation of the HTTP
// interface, to who has the permission.
func (s *Server) Handle(pattern string, permission auth.Permission, h http.HandlerFunc) {
	s.pages[pattern] = permission
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if who, _ := auth.From(r.Context()); !who.May(permission) {
			if wait, ok := s.rates.denied.Take(who.Org + "/" + who.ID); !ok {
				s.tooMany(w, wait)
				return
			}
			s.record(r.Context(), who.Org, who.ID, "page", pattern, "refused: denied")
			if forPeople(r) {
				s.showPage(w, http.StatusForbidden, signingIn{Denied: true, Problem: lacks(permission)})
				return
			}
			writeProblem(w, denied(lacks(permission)))
			return
		}
		h(w, r)
	})
}

// HandleOpen serves a page that tells nothing about anybody, to everybody.
func (s *Server) HandleOpen(pattern string, h http.HandlerFunc) {
	s.open[pattern] = true
	s.mux.HandleFunc(pattern, h)
}

// Pages are the routes of Handle with what they need.
func (s *Server) Pages() map[string]auth.Permission { return maps.Clone(s.pages) }

// OpenPages are the routes of HandleOpen, in order.
func (s *Server) OpenPages() []string { return slices.Sorted(maps.Keys(s.open)) }

// writeRefusal answers with an error outside of an operation.
func writeRefusal(w http.ResponseWriter, err error) {
	var p *Problem
	if !errors.As(Refuse(err), &p) {
		p = &Problem{Type: "about:blank", Title: http.StatusText(http.StatusInternalServerError), Status: http.StatusInternalServerError, Detail: err.Error()}
	}
	writeProblem(w, p)
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	writeJSON(w, p)
}
