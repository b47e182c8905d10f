package caseview

import (
	"slices"

	"pedigree/format/dscsa"
	"pedigree/format/pdg"
)

// docs/reference/exceptions.md has this table.
//go:generate go test -count=1 -run ^TestTheExceptionsPageIsFresh$ . -update

// Category is one of the five of exception cases (HDA 2023).
type Category string

// The categories.
const (
	DataIssue     Category = dscsa.DataIssue
	ProductNoData Category = dscsa.ProductNoData
	DataNoProduct Category = dscsa.DataNoProduct
	Packaging     Category = dscsa.Packaging
	Unavailable   Category = dscsa.Unavailable
)

// Categories are all of them.
var Categories = []Category{DataIssue, ProductNoData, DataNoProduct, Packaging, Unavailable}

// The arrays of a PDG report.
const (
	arrayMissingData  = "missing_product_data"
	arrayMissing      = "missing_product"
	arrayMisalignment = "data_misalignment"
	arrayOver         = "overages"
	arrayUnder        = "underages"
	arrayGLN          = "gln_errors"
	arrayGTIN         = "gtin_errors"
	arrayOther        = "other_errors"
)

// Scenario is one row of the table of what can be wrong.
type Scenario struct {
	Number   string   `json:"number" doc:"As the trade counts them; those with an asterisk in the docs are this program's own"`
	Category Category `json:"category"`
	What     string   `json:"what"`
	Array    string   `json:"array" doc:"Where a message has it"`
	Request  string   `json:"request" doc:"What is asked for unless somebody says otherwise"`
	Goods    string   `json:"goods" doc:"What happens to the goods and on the ledger"`
	Own      bool     `json:"own,omitempty" doc:"The number is this program's own: no public one is known"`
}

// scenarios is the table. A number is never given another meaning.
var scenarios = []Scenario{
	{"1.1A", ProductNoData, "more came than was ordered and its data covers; it is kept", arrayOver, pdg.DebitAccount, "apart until its sender ships the record or sends data", false},
	{"1.1B", ProductNoData, "more came than was ordered and its data covers; it goes back", arrayOver, pdg.ReturnProduct, "goes back; there is no record of ours", false},
	{"1.2", DataIssue, "lot or expiry on the product is not what the data says", arrayMisalignment, pdg.SendNewData, "received; not for sale until the data is right", false},
	{"1.3A", ProductNoData, "more was in a closed container than its data says; it is kept", arrayOver, pdg.DebitAccount, "as 1.1A", false},
	{"1.3B", ProductNoData, "more was in a closed container than its data says; it goes back", arrayOver, pdg.ReturnProduct, "as 1.1B", false},
	{"1.4A", DataIssue, "another serial number came than the data says", arrayMisalignment, pdg.SendNewData, "the missing record is refused and goes back to its sender's key; the sender ships the right one", false},
	{"1.4B", DataIssue, "the data names another buyer or place", arrayGLN, pdg.SendNewData, "received", false},
	{"1.5", ProductNoData, "a product came and no data at all", arrayMissingData, pdg.SendNewData, "apart; it is no stock before there is data", false},
	{"2.1A", DataNoProduct, "less came than the data says; the rest is still wanted", arrayMissing, pdg.SendProduct, "what was refused is its sender's again", false},
	{"2.1B", DataNoProduct, "less came than the data says; the rest is not wanted", arrayUnder, pdg.CreditAccount, "what was refused is its sender's again", false},
	{"2.2", DataNoProduct, "less was in a closed container than its data says, found after it was received", arrayMissing, pdg.CreditAccount, "the record is shipped back, or ended as lost by its owner", false},
	{"2.3", DataNoProduct, "a whole shipment is lost", arrayMissing, pdg.SendProduct, "its sender takes it back after the offer's deadline, and flags it if it was stolen", false},
	{"3.1A", Packaging, "a package is damaged and goes back", arrayOther, pdg.ReturnProduct, "shipped back as a return", false},
	{"3.1B", Packaging, "a package is damaged and is destroyed here", arrayOther, pdg.CreditAccount, "ended as destroyed", false},
	{"3.2", Packaging, "a symbol can't be read", arrayOther, pdg.SendNewData, "on hold until it is known what it is", true},
	{"4.1", DataIssue, "a product's GTIN or master data is wrong", arrayGTIN, pdg.SendNewData, "received", true},
	{"5.1", Unavailable, "the product is recalled", arrayOther, pdg.ReturnProduct, "in quarantine; back as a return", true},
	{"5.2", Unavailable, "the product is on hold", arrayOther, pdg.ReturnProduct, "on hold", true},
	{"5.3", Unavailable, "the product is expired", arrayOther, pdg.ReturnProduct, "in quarantine; back as a return", true},
	{"5.4", Unavailable, "the product is suspect", arrayOther, pdg.ReturnProduct, "flagged when the case is escalated", true},
}

// usual is the scenario of a category where nobody named one.
var usual = map[Category]string{DataIssue: "1.2", ProductNoData: "1.5", DataNoProduct: "2.1A", Packaging: "3.2", Unavailable: "5.2"}

// Scenarios is the table of scenarios.
func Scenarios() []Scenario { return slices.Clone(scenarios) }

func scenarioOf(number string) (Scenario, bool) {
	i := slices.IndexFunc(scenarios, func(s Scenario) bool { return s.Number == number })
	if i < 0 {
		return Scenario{}, false
	}
	return scenarios[i], true
}

// kindOf finds a scenario by its number, or the usual one of a category.
func kindOf(c Category, number string) (Scenario, error) {
	if number == "" {
		number = usual[c]
	}
	s, ok := scenarioOf(number)
	switch {
	case !ok && number != "":
		return s, invalid("there is no scenario %q; docs/reference/exceptions.md lists them", number)
	case !ok:
		return s, invalid("%q is no category; use data-issue, product-no-data, data-no-product, packaging-labeling or unavailable, or name a scenario", c)
	case c != "" && s.Category != c:
		return s, invalid("scenario %s is of category %s, not %s", number, s.Category, c)
	}
	return s, nil
}

// words checks the words that an item may use.
func (i *Item) words() error {
	if !slices.Contains(pdg.Resolutions, i.Resolution) {
		return invalid("%.80q is nothing that can be asked for; use one of %q", i.Resolution, pdg.Resolutions)
	}
	if i.Source == "" {
		i.Source = pdg.SourceScan
	}
	if !slices.Contains(pdg.Sources, i.Source) {
		return invalid("%.80q is no way of seeing; use one of %q", i.Source, pdg.Sources)
	}
	return nil
}

// returns tells whether the side that asked has to act.
func returns(resolution string) bool {
	return resolution == pdg.ReturnProduct || resolution == pdg.SendBackProduct
}
