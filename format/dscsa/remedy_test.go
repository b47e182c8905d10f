package dscsa_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
)

func TestEveryRuleHasARemedy(t *testing.T) {
	rules := dscsa.ReceiveRules()
	if len(rules) < 20 {
		t.Errorf("%d rules of receiving", len(rules))
	}
	for _, r := range epcis.Rules {
		rules = append(rules, r.Code)
	}
	for _, rule := range rules {
		r, ok := dscsa.RemedyOf(rule)
		switch {
		case !ok:
			t.Errorf("%s has no remedy", rule)
		case r.Rule != rule || r.Do == "":
			t.Errorf("%s: %+v", rule, r)
		case !slices.Contains([]string{dscsa.BySender, dscsa.ByReceiver, dscsa.ByMaker, dscsa.ByCatalogue}, r.Who):
			t.Errorf("%s: nobody mends it: %q", rule, r.Who)
		case !slices.Contains([]string{dscsa.BlocksGoods, dscsa.BlocksData, dscsa.BlocksNothing}, r.Blocks):
			t.Errorf("%s blocks %q", rule, r.Blocks)
		case !slices.Contains([]string{dscsa.DataIssue, dscsa.ProductNoData, dscsa.DataNoProduct, dscsa.Packaging, dscsa.Unavailable}, r.Category):
			t.Errorf("%s has category %q", rule, r.Category)
		case r.Blocks != dscsa.BlocksNothing && r.Who != dscsa.ByReceiver && r.Resolution == "":
			t.Errorf("%s holds something up and asks for nothing", rule)
		}
	}
	if _, ok := dscsa.RemedyOf("dscsa/unheard-of"); ok {
		t.Error("a rule that isn't one has a remedy")
	}
}

func TestWhatARemedyHoldsUp(t *testing.T) {
	for rule, blocks := range map[string]string{
		"dscsa/statement-missing":      dscsa.BlocksData, // the goods are received, the statement is asked for
		"dscsa/product-master-data":    dscsa.BlocksData,
		"dscsa/place-attribute":        dscsa.BlocksData,
		"dscsa/two-parents":            dscsa.BlocksGoods,
		"dscsa/lot-conflict":           dscsa.BlocksGoods,
		"dscsa/expired":                dscsa.BlocksGoods,
		"dscsa/guideline":              dscsa.BlocksNothing,
		"dscsa/old-namespace":          dscsa.BlocksNothing,
		"epcis/truncated":              dscsa.BlocksGoods,
		"receive/data-no-product":      dscsa.BlocksNothing, // the good part never waits for the bad one
		"receive/recalled":             dscsa.BlocksGoods,
		"structure/required":           dscsa.BlocksData,
		"dscsa/sscc-lot":               dscsa.BlocksNothing,
		"dscsa/transaction-missing":    dscsa.BlocksNothing,
		"dscsa/statement-not-affirmed": dscsa.BlocksData,
	} {
		if r, _ := dscsa.RemedyOf(rule); r.Blocks != blocks {
			t.Errorf("%s blocks %s, want %s", rule, r.Blocks, blocks)
		}
	}
}

func TestARemedySpeaksToThePerson(t *testing.T) {
	for _, r := range epcis.Rules {
		remedy, _ := dscsa.RemedyOf(r.Code)
		if strings.HasSuffix(remedy.Do, ".") || strings.ToLower(remedy.Do[:1]) != remedy.Do[:1] {
			t.Errorf("%s: %q is no clause", r.Code, remedy.Do)
		}
	}
}

var update = flag.Bool("update", false, "write docs/reference/remedies.md anew")

const remediesPage = "../../docs/reference/remedies.md"

func TestTheRemediesPageIsFresh(t *testing.T) {
	have, err := os.ReadFile(remediesPage)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- remedies -->\n"
	notes, _, ok := strings.Cut(string(have), mark)
	if !ok {
		t.Fatalf("%s has no line %q", remediesPage, mark)
	}
	page := notes + mark + remediesTable()
	if *update {
		if err := os.WriteFile(remediesPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page != string(have) {
		t.Errorf("%s isn't what the code says: run make generate", remediesPage)
	}
}

func remediesTable() string {
	var b strings.Builder
	rules := make([]string, 0, len(epcis.Rules))
	for _, r := range epcis.Rules {
		rules = append(rules, r.Code)
	}
	b.WriteString("\n| rule | who | blocks | category | scenario | reported in | ask for | what to do |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, rule := range slices.Concat(rules, dscsa.PartnerRules, dscsa.ReceiveRules()) {
		r, _ := dscsa.RemedyOf(rule)
		do := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;").Replace(r.Do)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s |\n", rule, r.Who, r.Blocks, r.Category, r.Scenario, r.Array, r.Resolution, do)
	}
	return b.String()
}
