package catalogview

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only, and so are
// the rows: a fact, a conflict or a right that no longer holds is followed by another.
//
// mark is a keyed hash, by which equal values are found without opening them.
var Schema = vault.Schema{Name: "catalogue", Tables: tables, Steps: []string{`
CREATE TABLE catalogue_source (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, who TEXT NOT NULL, UNIQUE (kind, who));
CREATE TABLE catalogue_load (
	id INTEGER PRIMARY KEY, source INTEGER NOT NULL, digest BLOB NOT NULL, as_of INTEGER NOT NULL, loaded INTEGER NOT NULL, -- as_of: day
	document INTEGER NOT NULL, line_count INTEGER NOT NULL, changed INTEGER NOT NULL, bad_count INTEGER NOT NULL, UNIQUE (source, digest));
CREATE TABLE catalogue_fact (
	gtin TEXT NOT NULL, source INTEGER NOT NULL, from_day INTEGER NOT NULL, n INTEGER NOT NULL, to_day INTEGER NOT NULL, -- days; to_day: the last, 0 for none
	as_of INTEGER NOT NULL, document INTEGER NOT NULL, mark BLOB NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (gtin, source, from_day, n)) WITHOUT ROWID;
CREATE TABLE catalogue_labeler (labeler TEXT PRIMARY KEY, digits INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE catalogue_conflict (
	n INTEGER PRIMARY KEY, gtin TEXT NOT NULL, field TEXT NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, mark BLOB NOT NULL,
	since INTEGER NOT NULL, ended INTEGER NOT NULL, settled INTEGER NOT NULL, chosen INTEGER NOT NULL, sealed BLOB);
CREATE INDEX catalogue_conflict_gtin ON catalogue_conflict (gtin, ended);
CREATE INDEX catalogue_conflict_open ON catalogue_conflict (ended, settled, n);
CREATE TABLE catalogue_right (
	n INTEGER PRIMARY KEY, number TEXT NOT NULL, kind TEXT NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, at INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX catalogue_right_number ON catalogue_right (number, n);
`, `
CREATE TABLE catalogue_exempt (n INTEGER PRIMARY KEY, path TEXT NOT NULL, ground TEXT NOT NULL, at INTEGER NOT NULL, sealed BLOB NOT NULL); -- ground: empty takes back what was entered
CREATE INDEX catalogue_exempt_path ON catalogue_exempt (path, n);
`}}
