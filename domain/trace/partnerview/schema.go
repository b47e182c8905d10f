package partnerview

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only.
//
// A partner's entry is never overwritten: each change appends one, with the moment
// from which it holds, so that what was known on a day can be told later. What is
// private in it, names, addresses, contacts and routes, is sealed as one. Rows of lists
// have no names: those are in the list's document.
var Schema = vault.Schema{Name: "partner", Tables: tables, Steps: []string{`
CREATE TABLE partner_clock (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL);
CREATE TABLE partner_entry (n INTEGER PRIMARY KEY, partner INTEGER NOT NULL, at INTEGER NOT NULL, gone INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX partner_entry_partner ON partner_entry (partner, at);
`, `
CREATE TABLE partner_standing (
	n INTEGER PRIMARY KEY, org TEXT NOT NULL, at INTEGER NOT NULL, height INTEGER NOT NULL, block_time INTEGER NOT NULL, member BLOB NOT NULL);
CREATE INDEX partner_standing_org ON partner_standing (org, at);
CREATE TABLE partner_mapping (source TEXT PRIMARY KEY, at INTEGER NOT NULL, mapping BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE partner_list (
	id INTEGER PRIMARY KEY, source TEXT NOT NULL, digest BLOB NOT NULL, as_of INTEGER NOT NULL, -- as_of: day
	loaded INTEGER NOT NULL, line_count INTEGER NOT NULL, bad_count INTEGER NOT NULL, document INTEGER NOT NULL, mapping BLOB NOT NULL, -- loaded: 0 while it is read
	UNIQUE (source, digest));
CREATE TABLE partner_row (
	list INTEGER NOT NULL, key TEXT NOT NULL, line INTEGER NOT NULL, number TEXT NOT NULL,
	from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, since_day INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (list, key, line)) WITHOUT ROWID;
CREATE TABLE partner_check (
	id INTEGER PRIMARY KEY, partner INTEGER NOT NULL, org TEXT NOT NULL, gln TEXT NOT NULL, role INTEGER NOT NULL, at INTEGER NOT NULL,
	known_at INTEGER NOT NULL, word TEXT NOT NULL, height INTEGER NOT NULL, sealed BLOB NOT NULL);
`}}
