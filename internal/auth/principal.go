package auth

import (
	"context"
	"slices"
)

// Kind says what a principal is.
type Kind string

// The kinds of principals.
const (
	Owner   Kind = "owner"   // who has the node's access token, and so its home
	Person  Kind = "person"  // signed in with a passkey or at an identity provider
	Machine Kind = "machine" // a program with an API key or a client certificate
)

// Principal is who makes a request.
type Principal struct {
	ID    string // stable, and never given to another
	Name  string // as it is printed beside a signature
	Kind  Kind
	Org   string // the organisation it acts for
	Roles []Role

	may []Permission
}

// New makes a person or machine with what its roles allow. A machine gets nothing
// from a role with power.
func New(id, name string, kind Kind, org string, list ...Role) Principal {
	p := Principal{ID: id, Name: name, Kind: kind, Org: org, Roles: list, may: []Permission{OwnSession}}
	for _, r := range list {
		row, ok := RuleOfRole(r)
		if !ok || row.Power && kind != Person {
			continue
		}
		p.may = append(p.may, row.Permissions...)
	}
	return p
}

// OwnerOf is the owner of an organisation's node. It may do everything.
func OwnerOf(org string) Principal {
	p := Principal{ID: "owner", Name: "owner of the node", Kind: Owner, Org: org}
	for _, r := range permissions {
		p.may = append(p.may, r.Permission)
	}
	return p
}

// Hosted is the principal without what is about the node as a whole: one of an
// organisation that the node only hosts.
func (p Principal) Hosted() Principal {
	p.may = slices.DeleteFunc(slices.Clone(p.may), func(has Permission) bool {
		rule, ok := RuleOf(has)
		return !ok || rule.OfNode
	})
	return p
}

// May tells whether a permission is the principal's.
func (p Principal) May(want Permission) bool { return want != "" && slices.Contains(p.may, want) }

// Permissions are all that the principal may do, in the order of the table.
func (p Principal) Permissions() []Permission {
	var list []Permission
	for _, r := range permissions {
		if p.May(r.Permission) {
			list = append(list, r.Permission)
		}
	}
	return list
}

type contextKey struct{}

// With puts who asks into a request's context.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// From is who asks; false when nobody is known.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(contextKey{}).(Principal)
	return p, ok
}
