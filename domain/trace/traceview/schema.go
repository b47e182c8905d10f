package traceview

import "pedigree/internal/vault"

// Schemas are all parts of the private store that a desk keeps.
var Schemas = []vault.Schema{Schema, NoticeSchema, OutsideSchema, PickSchema, VerifySchema}

// Schema is the package's part of the private store. Steps are append-only.
//
// An item is anything with an identity of its own: pack, case, pallet, tote. Its
// path is the canonical Digital Link path. Where an item stands in a commission's
// tree (sealed_in, ordinal) never changes; where it is packed now (packed_in) and
// its status do. Salts and seeds are stored only at the top of what this
// organisation commissioned or received; below, they are derived (package proof,
// ChildSalt and ChildSeed). Keys are numbers into trace_key.
var Schema = vault.Schema{Name: "trace", Tables: tables, Steps: []string{`
CREATE TABLE trace_lot (
	id INTEGER PRIMARY KEY, gtin TEXT NOT NULL, lot TEXT NOT NULL, expiry TEXT NOT NULL, -- expiry YYMMDD
	UNIQUE (gtin, lot, expiry));
CREATE TABLE trace_commission (
	id INTEGER PRIMARY KEY, origin BLOB NOT NULL UNIQUE, class INTEGER NOT NULL, until INTEGER NOT NULL,
	maker TEXT NOT NULL, top TEXT NOT NULL, own INTEGER NOT NULL,
	key0 INTEGER, stmt_body BLOB, stmt_sig BLOB, stmt_salt BLOB, entry BLOB);
CREATE TABLE trace_item (
	path TEXT PRIMARY KEY, kind INTEGER NOT NULL, lot INTEGER, quantity INTEGER NOT NULL DEFAULT 0,
	commission INTEGER, sealed_in TEXT, ordinal INTEGER,
	salt BLOB, seed BLOB, depth INTEGER, root BLOB, contents BLOB, -- contents: CBOR array of child paths, by ordinal
	surfaced INTEGER NOT NULL DEFAULT 0, packed_in TEXT, status INTEGER NOT NULL,
	owner_key INTEGER, holder_key INTEGER, partner TEXT, born INTEGER, packed INTEGER) WITHOUT ROWID;
CREATE INDEX trace_item_status ON trace_item (status) WHERE surfaced = 1;
CREATE INDEX trace_item_packed ON trace_item (packed_in) WHERE packed_in IS NOT NULL;
CREATE TABLE trace_event (
	id INTEGER PRIMARY KEY, doc INTEGER NOT NULL, ordinal INTEGER NOT NULL, hash BLOB NOT NULL, event_id TEXT,
	type TEXT NOT NULL, action TEXT NOT NULL, biz_step TEXT NOT NULL, disposition TEXT NOT NULL,
	time INTEGER NOT NULL, zone TEXT NOT NULL, line INTEGER NOT NULL, json_path TEXT NOT NULL,
	place TEXT NOT NULL, source TEXT NOT NULL, destination TEXT NOT NULL, known INTEGER NOT NULL, -- known: how it is known
	outcome INTEGER NOT NULL DEFAULT 0, -- what capture made of it
	UNIQUE (doc, ordinal));
CREATE INDEX trace_event_hash ON trace_event (hash);
CREATE TABLE trace_event_item (path TEXT NOT NULL, event INTEGER NOT NULL, role INTEGER NOT NULL, PRIMARY KEY (path, event, role)) WITHOUT ROWID;
CREATE TABLE trace_finding (
	doc INTEGER NOT NULL, n INTEGER NOT NULL, ordinal INTEGER, line INTEGER, json_path TEXT, rule TEXT NOT NULL,
	severity INTEGER NOT NULL, text TEXT NOT NULL, remedy TEXT NOT NULL, PRIMARY KEY (doc, n)) WITHOUT ROWID;
CREATE TABLE trace_key (idx INTEGER PRIMARY KEY, pub BLOB NOT NULL UNIQUE, purpose INTEGER NOT NULL);
CREATE TABLE trace_prekey_own (
	owner_key INTEGER PRIMARY KEY, holder_key INTEGER NOT NULL, partner TEXT NOT NULL, issued INTEGER NOT NULL, used BLOB);
CREATE TABLE trace_prekey_partner (
	owner BLOB PRIMARY KEY, holder BLOB NOT NULL, partner TEXT NOT NULL, batch BLOB NOT NULL, used BLOB) WITHOUT ROWID;
CREATE TABLE trace_partner (org TEXT PRIMARY KEY, seal_key BLOB NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE trace_shipment (
	id BLOB NOT NULL UNIQUE, direction INTEGER NOT NULL, partner TEXT NOT NULL, doc INTEGER, file INTEGER, memo_salt BLOB NOT NULL,
	memo_root BLOB NOT NULL, deadline INTEGER NOT NULL, status INTEGER NOT NULL, created INTEGER NOT NULL,
	job INTEGER, sealed BLOB); -- sealed: the file as it went out
CREATE TABLE trace_shipment_item (
	shipment BLOB NOT NULL, path TEXT NOT NULL, origin BLOB NOT NULL, leaf BLOB NOT NULL, owner BLOB NOT NULL, holder BLOB NOT NULL,
	back INTEGER, status INTEGER NOT NULL, height INTEGER, entry BLOB, done INTEGER, done_entry BLOB, PRIMARY KEY (shipment, path)) WITHOUT ROWID;
CREATE INDEX trace_shipment_item_path ON trace_shipment_item (path);
CREATE INDEX trace_shipment_item_leaf ON trace_shipment_item (leaf);
CREATE TABLE trace_refused (shipment BLOB NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (shipment, path)) WITHOUT ROWID;
CREATE TABLE trace_conflict (path TEXT NOT NULL, origin BLOB NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (path, origin)) WITHOUT ROWID;
CREATE TABLE trace_recalled (origin BLOB PRIMARY KEY, seq INTEGER NOT NULL, height INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE trace_fold (one INTEGER PRIMARY KEY CHECK (one = 1), height INTEGER NOT NULL);
CREATE TABLE trace_envelope (
	n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, job INTEGER NOT NULL, wave INTEGER NOT NULL, raw BLOB, status INTEGER NOT NULL,
	height INTEGER, code INTEGER, text TEXT); -- raw: until it is committed
CREATE INDEX trace_envelope_waiting ON trace_envelope (job, wave, n) WHERE status = 1;
CREATE TABLE trace_operation (
	id INTEGER PRIMARY KEY, envelope BLOB NOT NULL, entries INTEGER NOT NULL, signers BLOB NOT NULL, after BLOB NOT NULL, undo BLOB NOT NULL, event INTEGER);
CREATE INDEX trace_operation_envelope ON trace_operation (envelope);
CREATE TABLE trace_due (event INTEGER NOT NULL, n INTEGER NOT NULL, path TEXT NOT NULL, PRIMARY KEY (event, n)) WITHOUT ROWID;
CREATE TABLE trace_capture (
	doc INTEGER PRIMARY KEY, job INTEGER NOT NULL, stage INTEGER NOT NULL, on_error INTEGER NOT NULL, now INTEGER NOT NULL, report BLOB);
CREATE TABLE trace_dispense (path TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, salt BLOB NOT NULL, entry BLOB) WITHOUT ROWID;
`, `
CREATE TABLE trace_shipment_numbered (
	n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, direction INTEGER NOT NULL, partner TEXT NOT NULL, doc INTEGER, file INTEGER, memo_salt BLOB NOT NULL,
	memo_root BLOB NOT NULL, deadline INTEGER NOT NULL, status INTEGER NOT NULL, created INTEGER NOT NULL,
	job INTEGER, sealed BLOB); -- n: in the order in which they came, which only SQLite gave by itself
INSERT INTO trace_shipment_numbered (id, direction, partner, doc, file, memo_salt, memo_root, deadline, status, created, job, sealed)
	SELECT id, direction, partner, doc, file, memo_salt, memo_root, deadline, status, created, job, sealed FROM trace_shipment;
DROP TABLE trace_shipment;
ALTER TABLE trace_shipment_numbered RENAME TO trace_shipment;
`, vault.SealStep("trace_dispense.reason", "trace_refused.reason", "trace_finding.text", "trace_finding.remedy", "trace_capture.report"), `
CREATE INDEX trace_shipment_item_entry ON trace_shipment_item (entry) WHERE entry IS NOT NULL;
CREATE INDEX trace_shipment_item_done ON trace_shipment_item (done_entry) WHERE done_entry IS NOT NULL;
CREATE INDEX trace_commission_entry ON trace_commission (entry) WHERE entry IS NOT NULL;
CREATE INDEX trace_dispense_entry ON trace_dispense (entry) WHERE entry IS NOT NULL;
`}}

// Status of an item, as this organisation knows it.
const (
	StatusOnHand    = 1 // in our hands and ours
	StatusOffered   = 2 // shipped by us, not received yet
	StatusAway      = 3 // received by a partner
	StatusExpected  = 4 // offered to us, not received yet
	StatusEnded     = 5 // out of the supply by our doing
	StatusDispensed = 6 // dispensed here; on the ledger later, or never
	StatusReported  = 7 // only reported in a file, never in our hands
	StatusRefused   = 8 // refused by the partner or by us
	// StatusOutside is on hand by a seller's file alone: it is not on the ledger.
	StatusOutside = 9
	StatusInCare  = 10 // ours, in another's custody
	StatusKept    = 11 // another's, in our custody
	StatusLeft    = 12 // left the network by our doing; it may come back
)

// How something is known.
const (
	KnownProved   = 1 // by the ledger
	KnownSigned   = 2 // by a partner's signature
	KnownReported = 3 // in a file
	KnownOwn      = 4 // captured here
)

// Role of an item in an event.
const (
	RoleObject = 1
	RoleParent = 2
	RoleChild  = 3
	RoleInput  = 4
	RoleOutput = 5
)

// Purpose of a one-time key.
const (
	PurposeKey0    = 1 // signs a commission or box
	PurposeOwner   = 2 // title of a record
	PurposeHolder  = 3 // custody of a record
	PurposeBack    = 4 // where refused items come back to
	PurposeReceive = 5 // prekey handed to a partner
)
