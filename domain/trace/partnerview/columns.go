package partnerview

import "pedigree/internal/vault"

// tables says what the package's tables hold.
var tables = []vault.Table{
	{Name: "partner_clock", Is: map[vault.Class]string{vault.Number: "one", vault.Time: "at"}},
	{
		Name: "partner_entry", Is: map[vault.Class]string{vault.Identifier: "n partner", vault.Time: "at", vault.State: "gone"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"partner", "at"}, Context: func(of []any) string {
			return entryContext(of[0].(int64), of[1].(int64))
		}}},
	},
	{Name: "partner_standing", Is: map[vault.Class]string{vault.Identifier: "n org", vault.Time: "at block_time", vault.Number: "height", vault.Public: "member"}},
	{
		Name: "partner_mapping", Is: map[vault.Class]string{vault.Time: "at"},
		Plain: map[string]string{
			"source":  "name of a list of licences; lists are public",
			"mapping": "which column of a public list means what",
		},
	},
	{
		Name: "partner_list",
		Is:   map[vault.Class]string{vault.Identifier: "id document", vault.Hash: "digest", vault.Time: "as_of loaded", vault.Number: "line_count bad_count"},
		Plain: map[string]string{
			"source":  "name of a list of licences; lists are public",
			"mapping": "which column of a public list means what",
		},
	},
	{Name: "partner_row", Is: map[vault.Class]string{
		vault.Identifier: "list key number", vault.Number: "line", vault.Time: "from_day to_day since_day", vault.State: "status",
	}},
	{
		Name: "partner_check",
		Is:   map[vault.Class]string{vault.Identifier: "id partner org gln", vault.State: "role word", vault.Time: "at known_at", vault.Number: "height"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"known_at"}, Context: func(of []any) string {
			return checkContext(of[0].(int64))
		}}},
	},
}
