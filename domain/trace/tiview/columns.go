package tiview

import "pedigree/internal/vault"

// tables says what the package's tables hold.
var tables = []vault.Table{
	{
		Name: "ti_document",
		Is: map[vault.Class]string{
			vault.Identifier: "n doc summary partner instance version seller buyer same replaces delivery",
			vault.State:      "means state affirmed sent numbered", vault.Time: "created came shipped", vault.Number: "packages faults findings",
		},
		Marks: map[string]string{"digest": searchLabel, "po": searchLabel, "events": searchLabel},
	},
	{Name: "ti_line", Is: map[vault.Class]string{vault.Identifier: "serial path document lot container", vault.Time: "expiry", vault.State: "inferred"}},
	{Name: "ti_lot", Is: map[vault.Class]string{vault.Identifier: "gtin lot document ndc", vault.Time: "expiry", vault.Number: "packages"}},
	{Name: "ti_number", Is: map[vault.Class]string{vault.Identifier: "document"}, Marks: map[string]string{"mark": searchLabel}},
	{Name: "ti_carried", Is: map[vault.Class]string{vault.Identifier: "carried document about", vault.State: "carrier", vault.Number: "place"}},
}

// searchLabel names the secret of the marks by which documents are found.
const searchLabel = "pedigree/ti/search/1"
