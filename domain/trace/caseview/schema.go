package caseview

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only.
//
// What is private of a case, an item, a message or evidence is sealed as one; the
// columns beside it are identifiers, moments and states, by which it is found. asked
// and answered are the partner's or our own times of the message that last spoke of an
// item, so that an older one changes nothing.
var Schema = vault.Schema{Name: "case", Tables: tables, Steps: []string{`
CREATE TABLE case_case (
	number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, unique_key BLOB NOT NULL UNIQUE, asking INTEGER NOT NULL, category TEXT NOT NULL, scenario TEXT NOT NULL,
	state INTEGER NOT NULL, suspect INTEGER NOT NULL, owner TEXT NOT NULL, partner INTEGER NOT NULL, org TEXT NOT NULL,
	opened INTEGER NOT NULL, due INTEGER NOT NULL, rule TEXT NOT NULL, changed INTEGER NOT NULL, closed INTEGER NOT NULL, items INTEGER NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX case_open ON case_case (closed, number);
CREATE INDEX case_org ON case_case (org, number);
CREATE TABLE case_item (
	case_number INTEGER NOT NULL, uuid TEXT NOT NULL, path TEXT NOT NULL, state INTEGER NOT NULL, asked INTEGER NOT NULL, answered INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (case_number, uuid)) WITHOUT ROWID;
CREATE INDEX case_item_path ON case_item (path);
CREATE TABLE case_evidence (
	case_number INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, document INTEGER NOT NULL, hash BLOB, sealed BLOB NOT NULL,
	PRIMARY KEY (case_number, n)) WITHOUT ROWID;
CREATE TABLE case_message (
	uuid TEXT PRIMARY KEY, case_number INTEGER NOT NULL, n INTEGER NOT NULL, way INTEGER NOT NULL, sort TEXT NOT NULL, at INTEGER NOT NULL, written INTEGER NOT NULL,
	document INTEGER NOT NULL, digest BLOB NOT NULL, delivery BLOB, sent INTEGER NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX case_message_case ON case_message (case_number, n);
CREATE TABLE case_pace (partner TEXT PRIMARY KEY, days INTEGER NOT NULL) WITHOUT ROWID;
`}}
