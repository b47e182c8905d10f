// Package auth says who may use a node's HTTP interface, and for what.
//
// A request is made by a Principal: the node's owner with the access token, a
// person, or a machine. Its roles come down to permissions; each route names the
// one it needs. Roles and permissions are the tables of this package, so that what
// a person may do can be read, printed and tested, and is not spread over code.
//
// What it keeps true:
//   - deny by default: a route without a permission is refused to everybody, and a
//     principal has no permission that a role of its does not list;
//   - a principal acts for one organisation, and sees that organisation's people,
//     keys, sessions, signatures and audit trail alone;
//   - a row that gives somebody a right is used only as this program wrote it: it has a
//     keyed hash (FIPS 198-1) whose key the database does not hold;
//   - a machine never governs: no API key or certificate has a role with power
//     over other principals, over keys or over the network.
//
// The roles follow what 21 CFR 11.10(g) calls authority checks and 45 CFR
// 164.308(a)(4) access authorisation.
//
//	if p, ok := auth.From(ctx); !ok || !p.May(auth.Ship) {
//		return errors.New("no")
//	}
package auth
