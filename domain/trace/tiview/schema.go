package tiview

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only.
//
// ti_document has a row per arrival. digest and po are keyed marks,
// not what they are of; doc and summary are documents of the store, which seals
// them. ti_line finds a package by its serial number, a logistic unit by its SSCC;
// ti_lot a document by product and lot without reading its lines; ti_number by a keyed
// mark of each of its numbers. ti_carried has a row per document that left, or came with a
// shipment, by a way of its own.
var Schema = vault.Schema{Name: "ti", Tables: tables, Steps: []string{`
CREATE TABLE ti_document (
	n INTEGER PRIMARY KEY, doc INTEGER NOT NULL, summary INTEGER NOT NULL DEFAULT 0, digest BLOB NOT NULL, means TEXT NOT NULL,
	partner TEXT NOT NULL, instance TEXT NOT NULL DEFAULT '', version TEXT NOT NULL DEFAULT '', po BLOB,
	created INTEGER NOT NULL DEFAULT 0, came INTEGER NOT NULL, shipped INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL,
	same INTEGER NOT NULL DEFAULT 0, replaces INTEGER NOT NULL DEFAULT 0, events BLOB,
	seller TEXT NOT NULL DEFAULT '', buyer TEXT NOT NULL DEFAULT '', affirmed INTEGER NOT NULL DEFAULT 0,
	packages INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0, findings INTEGER NOT NULL DEFAULT 0);
CREATE INDEX ti_document_digest ON ti_document (digest);
CREATE INDEX ti_document_instance ON ti_document (instance, seller);
CREATE INDEX ti_document_replaces ON ti_document (replaces) WHERE replaces > 0;
CREATE INDEX ti_document_partner ON ti_document (partner, n);
CREATE INDEX ti_document_seller ON ti_document (seller, n);
CREATE INDEX ti_document_buyer ON ti_document (buyer, n);
CREATE INDEX ti_document_po ON ti_document (po) WHERE po IS NOT NULL;
CREATE INDEX ti_document_shipped ON ti_document (shipped, n);
CREATE INDEX ti_document_state ON ti_document (state, n);
CREATE TABLE ti_line (
	serial TEXT NOT NULL, path TEXT NOT NULL, document INTEGER NOT NULL, lot TEXT NOT NULL, expiry TEXT NOT NULL, container TEXT NOT NULL, inferred INTEGER NOT NULL,
	PRIMARY KEY (serial, path, document)) WITHOUT ROWID;
CREATE TABLE ti_lot (
	gtin TEXT NOT NULL, lot TEXT NOT NULL, document INTEGER NOT NULL, expiry TEXT NOT NULL, ndc TEXT NOT NULL, packages INTEGER NOT NULL,
	PRIMARY KEY (gtin, lot, document, expiry)) WITHOUT ROWID;
CREATE INDEX ti_lot_lot ON ti_lot (lot, document);
CREATE INDEX ti_lot_ndc ON ti_lot (ndc, document);
CREATE INDEX ti_lot_document ON ti_lot (document);
`, `
ALTER TABLE ti_document ADD COLUMN delivery BLOB;
CREATE UNIQUE INDEX ti_document_delivery ON ti_document (delivery) WHERE delivery IS NOT NULL;
`, `
ALTER TABLE ti_document ADD COLUMN sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ti_document ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ti_document_numbered ON ti_document (n) WHERE numbered = 0;
CREATE TABLE ti_number (mark BLOB NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (mark, document)) WITHOUT ROWID;
CREATE INDEX ti_number_document ON ti_number (document);
CREATE TABLE ti_carried (carrier TEXT NOT NULL, carried BLOB NOT NULL, place INTEGER NOT NULL, document INTEGER NOT NULL, about BLOB, PRIMARY KEY (carrier, carried)) WITHOUT ROWID;
CREATE INDEX ti_carried_place ON ti_carried (carrier, place);
CREATE INDEX ti_carried_document ON ti_carried (document);
CREATE INDEX ti_carried_about ON ti_carried (about, document) WHERE about IS NOT NULL;
`}}

// State is how far a document has come.
type State int

// The states of a document.
const (
	Arrived    State = 1 // stored, not yet looked at
	Checked    State = 2 // looked at; it ships nothing, corrects goods that were received, or was sent by this organisation
	Matched    State = 3 // its goods are here
	Waiting    State = 4 // its goods are not here yet
	Superseded State = 5 // another one took its place before its goods came
	Duplicate  State = 6 // the same as an earlier one
	Refused    State = 7 // it can't be read, or is for somebody else
	Given      State = 8 // taken again as another partner's
)

var stateNames = map[State]string{
	Arrived: "arrived", Checked: "checked", Matched: "matched", Waiting: "waiting-for-goods", Superseded: "superseded", Duplicate: "duplicate", Refused: "refused",
	Given: "given",
}

// String returns the state's word.
func (s State) String() string { return stateNames[s] }

// MarshalText gives the state's word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state's word.
func (s *State) UnmarshalText(text []byte) error {
	state, err := StateOf(string(text))
	*s = state
	return err
}

// Ways by which a document comes.
const (
	WayUpload  = "upload"  // a person gave it
	WayArchive = "archive" // it was brought over from another system
	WayNode    = "node"    // a partner's node brought it
	WayLedger  = "ledger"  // it came with a shipment on the ledger
	WaySent    = "sent"    // this organisation sent it
)
