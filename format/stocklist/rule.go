package stocklist

// The rules of lines. A rule is never given another meaning.
const (
	RuleRecord        = "list/record"
	RuleItem          = "list/item"
	RuleNoItem        = "list/no-item"
	RuleNoSerial      = "list/no-serial"
	RuleGTIN          = "list/gtin"
	RuleNDC           = "list/ndc"
	RuleSSCC          = "list/sscc"
	RuleSerial        = "list/serial"
	RuleLot           = "list/lot"
	RuleDate          = "list/date"
	RuleAmbiguousDate = "list/ambiguous-date"
	RuleDamagedNumber = "list/damaged-number"
	RuleDamagedDate   = "list/damaged-date"
	RuleLostZeros     = "list/lost-zeros"
	RuleFormula       = "list/formula"
	RuleQuantity      = "list/quantity"
	RuleStatus        = "list/status"
	RuleDiffer        = "list/columns-differ"
	RuleInside        = "list/inside"
	RulePlace         = "list/place"
	RuleSeller        = "list/seller"
	RuleReceived      = "list/received"
	RuleText          = "list/text"
)

// Rule is what one rule means and what to do about it.
type Rule struct {
	Rule string
	Text string // when it is so
	Next string // what to do
	Out  bool   // the line is left out; else it goes in without that cell
}

const asText = "export the column as text from the system that has it, without opening the file in a spreadsheet, and give the list again"

// Rules are all rules of lines, the ones that leave a line out first.
var Rules = []Rule{
	{RuleRecord, "the line can't be read: a quote that isn't closed, or more cells than columns", "write the line anew", true},
	{RuleNoItem, "nothing in the line says which thing it is", "give GTIN and serial number, an SSCC, or what the code on the pack says", true},
	{RuleNoSerial, "a product is named without a serial number", "scan the pack; a count of packs without serial numbers can't come in", true},
	{RuleItem, "the code is none of a pack, case or logistic unit", "scan it again, alone", true},
	{RuleGTIN, "it is no GTIN, or its check digit is wrong", "read the GTIN off the pack", true},
	{RuleNDC, "the National Drug Code can't be brought into a GTIN for certain", "write it with its hyphens, such as 0001-0123-45, or give the GTIN", true},
	{RuleSSCC, "it is no SSCC, or its check digit is wrong", "read the SSCC off the label", true},
	{RuleSerial, "it is no serial number: more than 20 characters, or one that no serial number has", "read it off the pack", true},
	{RuleLot, "it is no lot: more than 20 characters, or one that no lot has", "read it off the pack", true},
	{RuleDate, "it is no date between 2000 and 2099", "write it like 2028-06-30", true},
	{RuleAmbiguousDate, "day and month could change places", "write it like 2028-06-30", true},
	{RuleDamagedNumber, "a spreadsheet made another number of it, such as 1.23E+13 or 15 digits and zeros", asText, true},
	{RuleDamagedDate, "a spreadsheet made a day count of a date, or a date of a lot", asText, true},
	{RuleLostZeros, "digits are missing: a spreadsheet cuts zeros off at the front", asText, true},
	{RuleFormula, "it is a formula or the mark of a failed one", "put the value there", true},
	{RuleQuantity, "a line is one thing, and it says another number", "give a line for each thing, with its serial number", true},
	{RuleStatus, "the word for its status isn't known", "write available, quarantine or sold", true},
	{RuleDiffer, "two columns of the line say different things", "look at the pack, and correct the one that is wrong", true},
	{RuleInside, "what it is in is no SSCC or serialised case", "correct it, or leave it empty", false},
	{RulePlace, "the place is no GLN", "correct it, or leave it empty", false},
	{RuleSeller, "the seller's number is no GLN", "correct it, or leave it empty", false},
	{RuleReceived, "the day on which it came can't be read", "write it like 2025-11-03", false},
	{RuleText, "a name or reference is too long or has characters that aren't shown", "shorten it", false},
}

var outs = func() map[string]bool {
	m := map[string]bool{}
	for _, r := range Rules {
		m[r.Rule] = r.Out
	}
	return m
}()

// Fault is what is wrong with a line, or with one cell of it.
type Fault struct {
	Line   int    // of the file, from 1
	Rule   string // one of Rules
	Column string // its name in the file; empty for the whole line
	Text   string // what is wrong
}

// Out tells whether the line is left out for it.
func (f Fault) Out() bool { return outs[f.Rule] }
