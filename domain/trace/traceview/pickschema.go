package traceview

import (
	"encoding/hex"
	"fmt"

	"pedigree/internal/vault"
)

// PickSchema is the part of the private store with what only the shipping side keeps:
// what is reserved for orders, what left the network, to whom and why, and what of it
// came back. pick_reserved has a row for each thing that a pick chose, with how many
// packs are in it, pick_leaving one for each thing that a departure names of which a
// person confirms that it has left, pick_departed one for each record that left, pick_buyer one for each
// shipment before which its buyer's authority was asked, pick_return one for each shipment
// of goods on their way back, pick_returned one for each thing that came back and
// waits for a verdict, pick_handover one for each order to hand kept goods over, and
// pick_handed one for each thing of it; pick_released one for each time that marks were
// taken off a thing and somebody said why.
var PickSchema = vault.Schema{Name: "pick", Tables: pickTables, Steps: []string{`
CREATE TABLE pick_departure (id BLOB PRIMARY KEY, created INTEGER NOT NULL, buyer INTEGER NOT NULL, doc INTEGER NOT NULL, reason BLOB) WITHOUT ROWID;
CREATE TABLE pick_departed (
	path TEXT NOT NULL, departure BLOB NOT NULL, back INTEGER NOT NULL DEFAULT 0, why BLOB, PRIMARY KEY (path, departure)) WITHOUT ROWID;
`, `
CREATE TABLE pick_buyer (shipment BLOB PRIMARY KEY, word TEXT NOT NULL, evidence INTEGER NOT NULL) WITHOUT ROWID;
`, `
CREATE TABLE pick_pick (id BLOB PRIMARY KEY, asked BLOB NOT NULL, order_no BLOB, missing BLOB NOT NULL, created INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pick_reserved (path TEXT PRIMARY KEY, pick BLOB NOT NULL, packs INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX pick_reserved_pick ON pick_reserved (pick);
`, `
CREATE TABLE pick_return (shipment BLOB PRIMARY KEY, direction INTEGER NOT NULL, reason TEXT NOT NULL, told BLOB, created INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pick_returned (path TEXT PRIMARY KEY, shipment BLOB NOT NULL) WITHOUT ROWID;
`, `
CREATE TABLE pick_handover (
	id BLOB PRIMARY KEY, direction INTEGER NOT NULL, partner TEXT NOT NULL, receiver TEXT NOT NULL, state INTEGER NOT NULL, due INTEGER NOT NULL,
	created INTEGER NOT NULL, delivery BLOB, shipment BLOB, told BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE pick_handed (handover BLOB NOT NULL, path TEXT NOT NULL, PRIMARY KEY (handover, path)) WITHOUT ROWID;
`, `
CREATE TABLE pick_released (path TEXT NOT NULL, at INTEGER NOT NULL, marks INTEGER NOT NULL, told BLOB NOT NULL, PRIMARY KEY (path, at)) WITHOUT ROWID;
`, `
CREATE TABLE pick_leaving (departure BLOB NOT NULL, path TEXT NOT NULL, waits INTEGER NOT NULL, PRIMARY KEY (departure, path)) WITHOUT ROWID;
CREATE UNIQUE INDEX pick_leaving_waits ON pick_leaving (path) WHERE waits = 1;
ALTER TABLE pick_departure ADD COLUMN surface TEXT NOT NULL DEFAULT '';
`}}

// pickTables says what the tables of PickSchema hold.
var pickTables = []vault.Table{
	{
		Name: "pick_departure",
		Is:   map[vault.Class]string{vault.Identifier: "id buyer doc", vault.Time: "created", vault.State: "surface"},
		Sealed: []vault.SealedColumn{{Name: "reason", Of: []string{"id"}, Context: func(of []any) string {
			return departureContext(of[0].([]byte))
		}}},
	},
	{Name: "pick_leaving", Is: map[vault.Class]string{vault.Identifier: "departure path", vault.State: "waits"}},
	{
		Name: "pick_departed",
		Is:   map[vault.Class]string{vault.Identifier: "path departure", vault.Time: "back"},
		Sealed: []vault.SealedColumn{{Name: "why", Of: []string{"path", "departure"}, Context: func(of []any) string {
			return returnContext(of[0].(string), of[1].([]byte))
		}}},
	},
	{
		Name: "pick_pick",
		Is:   map[vault.Class]string{vault.Identifier: "id", vault.Hash: "asked", vault.Time: "created until"},
		Sealed: []vault.SealedColumn{
			{Name: "order_no", Of: []string{"id"}, Context: func(of []any) string { return orderContext(of[0].([]byte)) }},
			{Name: "missing", Of: []string{"id"}, Context: func(of []any) string { return missingContext(of[0].([]byte)) }},
		},
	},
	{Name: "pick_reserved", Is: map[vault.Class]string{vault.Identifier: "path pick", vault.Number: "packs"}},
	{
		Name: "pick_return",
		Is:   map[vault.Class]string{vault.Identifier: "shipment", vault.State: "direction reason", vault.Time: "created"},
		Sealed: []vault.SealedColumn{{Name: "told", Of: []string{"shipment"}, Context: func(of []any) string {
			return toldContext(of[0].([]byte))
		}}},
	},
	{
		Name: "pick_handover",
		Is:   map[vault.Class]string{vault.Identifier: "id partner receiver delivery shipment", vault.State: "direction state", vault.Time: "due created"},
		Sealed: []vault.SealedColumn{{Name: "told", Of: []string{"id"}, Context: func(of []any) string {
			return handOverContext(of[0].([]byte))
		}}},
	},
	{
		Name: "pick_released",
		Is:   map[vault.Class]string{vault.Identifier: "path", vault.Time: "at", vault.State: "marks"},
		Sealed: []vault.SealedColumn{{Name: "told", Of: []string{"path", "at"}, Context: func(of []any) string {
			return releaseContext(of[0].(string), of[1].(int64))
		}}},
	},
	{Name: "pick_handed", Is: map[vault.Class]string{vault.Identifier: "handover path"}},
	{Name: "pick_returned", Is: map[vault.Class]string{vault.Identifier: "path shipment"}},
	{Name: "pick_buyer", Is: map[vault.Class]string{vault.Identifier: "shipment evidence", vault.State: "word"}},
}

// departureContext is where the reason of a departure belongs.
func departureContext(id []byte) string { return "pick/departure/" + hex.EncodeToString(id) }

// returnContext is where the reason of a return from outside belongs.
func returnContext(path string, departure []byte) string {
	return "pick/departed/" + hex.EncodeToString(departure) + path
}

// orderContext is where the number of a pick's order belongs.
func orderContext(id []byte) string { return "pick/order/" + hex.EncodeToString(id) }

// missingContext is where what a pick didn't find belongs.
func missingContext(id []byte) string { return "pick/missing/" + hex.EncodeToString(id) }

// toldContext is where the number and words of a return belong.
func toldContext(shipment []byte) string { return "pick/return/" + hex.EncodeToString(shipment) }

// releaseContext is where the reason of a release belongs.
func releaseContext(path string, at int64) string { return fmt.Sprintf("pick/released/%d%s", at, path) }

// handOverContext is where the words of an order to hand goods over belong.
func handOverContext(id []byte) string { return "pick/hand-over/" + hex.EncodeToString(id) }
