package partnerview

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only.
//
// A partner's entry is never overwritten: each change appends one, with the moment
// from which it holds, so that what was known on a day can be told later. What is
// private in it, names, addresses, contacts and routes, is sealed as one.
var Schema = vault.Schema{Name: "partner", Steps: []string{`
CREATE TABLE partner_clock (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL);
CREATE TABLE partner_entry (n INTEGER PRIMARY KEY, partner INTEGER NOT NULL, at INTEGER NOT NULL, gone INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX partner_entry_partner ON partner_entry (partner, at);
`}}
