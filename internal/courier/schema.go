package courier

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only.
//
// courier_seen has a row per file that an inlet met. Its mark is of the inlet and the
// file's name, size and time, or, of one that was left here, of its content; the name,
// and what came of each document, are sealed. courier_parcel has a row per document on
// its way to a partner; where it goes and what it is called are sealed.
var Schema = vault.Schema{Name: "courier", Tables: tables, Steps: []string{`
CREATE TABLE courier_seen (
	n INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE, inlet TEXT NOT NULL, at INTEGER NOT NULL, state INTEGER NOT NULL,
	tries INTEGER NOT NULL, next_at INTEGER NOT NULL, size INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX courier_seen_inlet ON courier_seen (inlet, n);
CREATE INDEX courier_seen_state ON courier_seen (state, inlet);
`, `
CREATE TABLE courier_parcel (
	n INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE, partner TEXT NOT NULL, way TEXT NOT NULL, about BLOB, document INTEGER NOT NULL,
	state INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL, created INTEGER NOT NULL, sent INTEGER NOT NULL, acked INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX courier_parcel_state ON courier_parcel (state, partner, way, n);
CREATE INDEX courier_parcel_about ON courier_parcel (about, n) WHERE about IS NOT NULL;
`}}
