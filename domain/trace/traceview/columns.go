package traceview

import "pedigree/internal/vault"

// Why columns of this package stand in clear.
const (
	plainPlace   = "identifier of a place or party as the document gives it, usually a GLN; events are found by it"
	plainPath    = "where in the document it stands: names of the standard's fields and numbers"
	plainMade    = "numbers of rows and paths of goods, which are in clear in trace_item too"
	plainRefusal = "what the ledger answered to an entry; every member can read the entry and the answer"
)

// tables says what the package's tables hold.
var tables = []vault.Table{
	{Name: "trace_lot", Is: map[vault.Class]string{vault.Identifier: "id gtin lot", vault.Time: "expiry"}},
	{Name: "trace_commission", Is: map[vault.Class]string{
		vault.Identifier: "id origin maker top key0 entry", vault.State: "class own", vault.Time: "until",
		vault.Public: "stmt_body stmt_sig", vault.Opening: "stmt_salt",
	}},
	{Name: "trace_item", Is: map[vault.Class]string{
		vault.Identifier: "path lot commission sealed_in packed_in owner_key holder_key partner born packed contents",
		vault.Number:     "quantity ordinal depth", vault.State: "kind surfaced status", vault.Opening: "salt seed", vault.Hash: "root",
	}},
	{
		Name: "trace_event",
		Is: map[vault.Class]string{
			vault.Identifier: "id doc event_id", vault.Number: "ordinal line", vault.Hash: "hash",
			vault.State: "type action biz_step disposition known outcome", vault.Time: "time zone",
		},
		Plain: map[string]string{"json_path": plainPath, "place": plainPlace, "source": plainPlace, "destination": plainPlace},
	},
	{Name: "trace_event_item", Is: map[vault.Class]string{vault.Identifier: "path event", vault.State: "role"}},
	{
		Name: "trace_finding",
		Is:   map[vault.Class]string{vault.Identifier: "doc rule", vault.Number: "n ordinal line", vault.State: "severity"},
		Sealed: []vault.SealedColumn{
			{Name: "text", Of: []string{"doc", "n"}, Context: func(of []any) string { return findingContext(of[0].(int64), of[1].(int64)) }},
			{Name: "remedy", Of: []string{"doc", "n"}, Context: func(of []any) string { return remedyContext(of[0].(int64), of[1].(int64)) }},
		},
		Plain: map[string]string{"json_path": plainPath},
	},
	{Name: "trace_key", Is: map[vault.Class]string{vault.Identifier: "idx", vault.Public: "pub", vault.State: "purpose"}},
	{Name: "trace_prekey_own", Is: map[vault.Class]string{vault.Identifier: "owner_key holder_key partner used", vault.Time: "issued"}},
	{Name: "trace_prekey_partner", Is: map[vault.Class]string{vault.Public: "owner holder", vault.Identifier: "partner batch used"}},
	{Name: "trace_partner", Is: map[vault.Class]string{vault.Identifier: "org", vault.Public: "seal_key", vault.Time: "updated"}},
	{
		Name: "trace_shipment",
		Is: map[vault.Class]string{
			vault.Identifier: "id partner doc file job", vault.Number: "n", vault.State: "direction status",
			vault.Opening: "memo_salt", vault.Hash: "memo_root", vault.Time: "deadline created",
		},
		Enclosed: map[string]string{"sealed": "the file as it went out, encrypted to the receiver; nobody else opens it, this organisation neither"},
	},
	{Name: "trace_shipment_item", Is: map[vault.Class]string{
		vault.Identifier: "shipment path origin back entry done_entry", vault.Hash: "leaf", vault.Public: "owner holder",
		vault.State: "status", vault.Number: "height done",
	}},
	{
		Name: "trace_refused", Is: map[vault.Class]string{vault.Identifier: "shipment path"},
		Sealed: []vault.SealedColumn{{Name: "reason", Of: []string{"shipment", "path"}, Context: func(of []any) string {
			return refusedContext(of[0].([]byte), of[1].(string))
		}}},
	},
	{Name: "trace_conflict", Is: map[vault.Class]string{vault.Identifier: "path origin file"}},
	{Name: "trace_recalled", Is: map[vault.Class]string{vault.Identifier: "origin", vault.Number: "seq height"}},
	{Name: "trace_fold", Is: map[vault.Class]string{vault.Number: "one height"}},
	{
		Name: "trace_envelope",
		Is: map[vault.Class]string{
			vault.Number: "n wave height", vault.Identifier: "id job", vault.Public: "raw", vault.State: "status code",
		},
		Plain: map[string]string{"text": plainRefusal},
	},
	{
		Name: "trace_operation", Is: map[vault.Class]string{vault.Identifier: "id envelope event", vault.Number: "entries"},
		Plain: map[string]string{"signers": plainMade, "after": plainMade, "undo": plainMade},
	},
	{Name: "trace_due", Is: map[vault.Class]string{vault.Identifier: "event path", vault.Number: "n"}},
	{
		Name:   "trace_capture",
		Is:     map[vault.Class]string{vault.Identifier: "doc job", vault.State: "stage on_error", vault.Time: "now"},
		Sealed: []vault.SealedColumn{{Name: "report", Of: []string{"doc"}, Context: func(of []any) string { return captureContext(of[0].(int64)) }}},
	},
	{
		Name:   "trace_dispense",
		Is:     map[vault.Class]string{vault.Identifier: "path entry", vault.Time: "at", vault.Opening: "salt"},
		Sealed: []vault.SealedColumn{{Name: "reason", Of: []string{"path"}, Context: func(of []any) string { return dispenseContext(of[0].(string)) }}},
	},
}

// noticeTables says what the tables of NoticeSchema hold.
var noticeTables = []vault.Table{{
	Name:  "verdict_notice",
	Is:    map[vault.Class]string{vault.Identifier: "gtin lot", vault.State: "class", vault.Time: "from_day to_day as_of"},
	Plain: map[string]string{"source": "name of a list of recall notices; lists are public", "ref": "number or name of a recall notice, which is public"},
}}

// outsideTables says what the tables of OutsideSchema hold.
var outsideTables = []vault.Table{{
	Name: "outside_item",
	Is:   map[vault.Class]string{vault.Identifier: "path document seller evidence run container", vault.State: "authority inferred known", vault.Time: "at"},
}, {
	Name: "outside_doubt",
	Is:   map[vault.Class]string{vault.Identifier: "path document lot", vault.State: "gone", vault.Time: "expiry"},
}}

// verifyTables says what the tables of VerifySchema hold.
var verifyTables = []vault.Table{
	{Name: "verify_ask", Is: map[vault.Class]string{vault.Identifier: "id maker", vault.State: "purpose", vault.Time: "asked"}},
	{Name: "verify_item", Is: map[vault.Class]string{vault.Identifier: "path ask lot", vault.Time: "expiry"}},
	{
		Name: "verify_reply", Is: map[vault.Class]string{vault.Identifier: "id path org delivery", vault.State: "known word info", vault.Time: "at"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"id"}, Context: func(of []any) string { return replyContext(of[0].([]byte)) }}},
	},
	{Name: "verify_given", Is: map[vault.Class]string{vault.Identifier: "delivery partner", vault.Number: "items", vault.Time: "at"}},
}
