package dockview

import (
	"fmt"

	"pedigree/internal/vault"
)

// Schema is the package's part of the private store. Steps are append-only.
//
// Of a session the store has where its expectation comes from, and its scans and
// decisions in their order. dock_top has what open sessions hold, so that two don't
// receive the same. What came of a session is a document of the store. In dock_seller, document 0 is the shipment itself.
// dock_correction has documents that contradict what was received; what differs is a document
// of the store too.
var Schema = vault.Schema{Name: "dock", Tables: tables, Steps: []string{`
CREATE TABLE dock_session (
	id INTEGER PRIMARY KEY, delivery BLOB, site TEXT NOT NULL, state INTEGER NOT NULL,
	opened INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0, opener TEXT NOT NULL, report INTEGER NOT NULL DEFAULT 0);
CREATE INDEX dock_session_state ON dock_session (state, id);
CREATE TABLE dock_source (session INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (session, document)) WITHOUT ROWID;
CREATE TABLE dock_top (path TEXT PRIMARY KEY, session INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX dock_top_session ON dock_top (session);
CREATE TABLE dock_scan (
	session INTEGER NOT NULL, n INTEGER NOT NULL, path TEXT NOT NULL, what INTEGER NOT NULL, at INTEGER NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
	scanner TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0, undoer TEXT NOT NULL DEFAULT '', sealed BLOB NOT NULL, PRIMARY KEY (session, n)) WITHOUT ROWID;
CREATE UNIQUE INDEX dock_scan_device ON dock_scan (session, device, seq);
CREATE TABLE dock_decision (
	session INTEGER NOT NULL, path TEXT NOT NULL, what TEXT NOT NULL, decider TEXT NOT NULL, at INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (session, path)) WITHOUT ROWID;
CREATE TABLE dock_seller (
	session INTEGER NOT NULL, document INTEGER NOT NULL, authority TEXT NOT NULL, evidence INTEGER NOT NULL, sealed BLOB NOT NULL,
	PRIMARY KEY (session, document)) WITHOUT ROWID;
`, `
CREATE TABLE dock_correction (
	document INTEGER PRIMARY KEY, corrects INTEGER NOT NULL, session INTEGER NOT NULL, state INTEGER NOT NULL, at INTEGER NOT NULL,
	settled INTEGER NOT NULL DEFAULT 0, settler TEXT NOT NULL DEFAULT '', differ INTEGER NOT NULL, report INTEGER NOT NULL);
CREATE INDEX dock_correction_session ON dock_correction (session);
CREATE INDEX dock_source_document ON dock_source (document);
`, `
CREATE INDEX dock_scan_path ON dock_scan (path);
`}}

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "dock_session", Is: map[vault.Class]string{vault.Identifier: "id delivery site opener report", vault.State: "state", vault.Time: "opened closed"},
	},
	{Name: "dock_source", Is: map[vault.Class]string{vault.Identifier: "session document"}},
	{Name: "dock_correction", Is: map[vault.Class]string{vault.Identifier: "document corrects session settler report", vault.State: "state", vault.Number: "differ", vault.Time: "at settled"}},
	{Name: "dock_top", Is: map[vault.Class]string{vault.Identifier: "path session"}},
	{
		Name: "dock_scan",
		Is:   map[vault.Class]string{vault.Identifier: "session path device scanner undoer", vault.Number: "n seq", vault.State: "what undone", vault.Time: "at"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"session", "n"}, Context: func(of []any) string {
			return scanContext(of[0].(int64), of[1].(int64))
		}}},
	},
	{
		Name: "dock_decision", Is: map[vault.Class]string{vault.Identifier: "session path decider", vault.State: "what", vault.Time: "at"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"session", "path"}, Context: func(of []any) string {
			return decisionContext(of[0].(int64), of[1].(string))
		}}},
	},
	{
		Name: "dock_seller", Is: map[vault.Class]string{vault.Identifier: "session document evidence", vault.State: "authority"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"session", "document"}, Context: func(of []any) string {
			return sellerContext(of[0].(int64), of[1].(int64))
		}}},
	},
}

func scanContext(session, n int64) string { return fmt.Sprintf("dock scan %d %d", session, n) }
func decisionContext(session int64, path string) string {
	return fmt.Sprintf("dock decision %d %s", session, path)
}

func sellerContext(session, document int64) string {
	return fmt.Sprintf("dock seller %d %d", session, document)
}
