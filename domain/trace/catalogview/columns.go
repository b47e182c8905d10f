package catalogview

import (
	"fmt"

	"pedigree/internal/vault"
)

// How the sealed columns are bound to their rows.
func factContext(gtin string, source, from, n int64) string {
	return fmt.Sprintf("catalogue fact %s/%d/%d/%d", gtin, source, from, n)
}

func conflictContext(gtin, field string, a, b int64) string {
	return fmt.Sprintf("catalogue conflict %s/%s/%d/%d", gtin, field, a, b)
}

func rightContext(number, kind string, from, at int64) string {
	return fmt.Sprintf("catalogue right %s/%s/%d/%d", number, kind, from, at)
}

func exemptContext(path string, at int64) string {
	return fmt.Sprintf("catalogue exempt %s/%d", path, at)
}

// markLabel names the secret of the marks by which equal values are found.
const markLabel = "pedigree/catalogue/mark/1"

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "catalogue_source", Is: map[vault.Class]string{vault.Identifier: "id", vault.State: "kind"},
		Plain: map[string]string{"who": "GLN or id of a partner, or the name that a list of products was given"},
	},
	{Name: "catalogue_load", Is: map[vault.Class]string{
		vault.Identifier: "id source document", vault.Hash: "digest", vault.Time: "as_of loaded", vault.Number: "line_count changed bad_count",
	}},
	{
		Name: "catalogue_fact", Is: map[vault.Class]string{vault.Identifier: "gtin source document", vault.Time: "from_day to_day as_of", vault.Number: "n"},
		Marks: map[string]string{"mark": markLabel},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"gtin", "source", "from_day", "n"}, Context: func(of []any) string {
			return factContext(of[0].(string), of[1].(int64), of[2].(int64), of[3].(int64))
		}}},
	},
	{Name: "catalogue_labeler", Is: map[vault.Class]string{vault.Identifier: "labeler", vault.Number: "digits"}},
	{
		Name: "catalogue_conflict", Is: map[vault.Class]string{vault.Identifier: "n gtin a b chosen", vault.State: "field", vault.Time: "since ended settled"},
		Marks: map[string]string{"mark": markLabel},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"gtin", "field", "a", "b"}, Context: func(of []any) string {
			return conflictContext(of[0].(string), of[1].(string), of[2].(int64), of[3].(int64))
		}}},
	},
	{
		Name: "catalogue_right", Is: map[vault.Class]string{vault.Identifier: "n number", vault.State: "kind", vault.Time: "from_day to_day at"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"number", "kind", "from_day", "at"}, Context: func(of []any) string {
			return rightContext(of[0].(string), of[1].(string), of[2].(int64), of[3].(int64))
		}}},
	},
	{
		Name: "catalogue_exempt", Is: map[vault.Class]string{vault.Identifier: "n path", vault.State: "ground", vault.Time: "at"},
		Sealed: []vault.SealedColumn{{Name: "sealed", Of: []string{"path", "at"}, Context: func(of []any) string {
			return exemptContext(of[0].(string), of[1].(int64))
		}}},
	},
}
