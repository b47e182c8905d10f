package caseview

import "pedigree/internal/vault"

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "case_case",
		Is: map[vault.Class]string{
			vault.Identifier: "number id owner partner org", vault.Hash: "unique_key", vault.State: "asking category scenario state rule",
			vault.Time: "suspect opened due changed closed", vault.Number: "items",
		},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"id"}, Context: func(of []any) string { return caseContext(of[0].(string)) }}},
	},
	{
		Name: "case_item", Is: map[vault.Class]string{vault.Identifier: "case_number uuid path", vault.State: "state", vault.Time: "asked answered"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"case_number", "uuid"}, Context: func(of []any) string {
			return itemContext(of[0].(int64), of[1].(string))
		}}},
	},
	{
		Name: "case_evidence", Is: map[vault.Class]string{vault.Identifier: "case_number document", vault.Hash: "hash", vault.Time: "at", vault.Number: "n", vault.State: "kind"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"case_number", "n"}, Context: func(of []any) string {
			return evidenceContext(of[0].(int64), int(of[1].(int64)))
		}}},
	},
	{
		Name: "case_message",
		Is: map[vault.Class]string{
			vault.Identifier: "uuid case_number document", vault.Hash: "digest delivery", vault.Time: "at written sent", vault.Number: "n", vault.State: "way sort",
		},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"uuid"}, Context: func(of []any) string { return messageContext(of[0].(string)) }}},
	},
	{Name: "case_pace", Is: map[vault.Class]string{vault.Identifier: "partner", vault.Number: "days"}},
}
