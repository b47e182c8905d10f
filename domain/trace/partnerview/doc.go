// Package partnerview is the address book of an organisation, and what tells whether a
// partner was an authorised trading partner on a day, as it was known on a day.
//
// What it keeps true:
//   - a GLN is one partner's at a time;
//   - an entry is never overwritten: each change appends one with the moment from which
//     it holds, so that a document of last month shows last month's address;
//   - names, addresses, contacts and routes are sealed in the store, and searched in
//     memory; a route names a credential of the configuration, never holds one;
//   - a route never leads into this machine's own network, unless the configuration
//     says that partners meet there;
//   - a list counts as a whole from one moment on, or not at all: what is read of it before,
//     paused or cut off counts for nothing;
//   - moments of writes to the book are in the order in which they were made, whatever
//     the clock does.
//
// Partner 0 is the organisation itself. Members of the network need no entry: what the
// ledger says of them is not copied.
//
// Trading partners: FD&C Act sections 581(2), 581(23). GLN: GS1 General Specifications
// 3.3. Regions: ISO 3166-2.
//
//	p, err := book.Save(ctx, partnerview.Partner{Name: "Wholesaler (test)", Roles: proof.RoleWholesaler})
package partnerview
