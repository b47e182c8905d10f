package migrateview

import (
	"slices"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/stocklist"
)

// The rules of what the stock, the ledger and the archive say against a line. A rule is
// never given another meaning.
const (
	RuleDuplicate   = "list/duplicate"
	RuleGone        = "list/gone"
	RuleSetAside    = "list/set-aside"
	RuleNotYours    = "list/not-yours"
	RuleElsewhere   = "list/elsewhere"
	RuleSold        = "list/sold"
	RuleExpected    = "list/expected"
	RuleEnded       = "list/ended"
	RuleLeft        = "list/left"
	RuleOwnProduct  = "list/own-product"
	RuleOtherLot    = "list/other-lot"
	RuleOtherExpiry = "list/other-expiry"
	RuleSerialZeros = "list/serial-zeros"
	RuleLotOnly     = "list/lot-only"
	RuleMissing     = "list/missing"
)

// Rules are all of them, those that leave a line out first.
var Rules = []stocklist.Rule{
	{Rule: RuleDuplicate, Text: "an earlier line names the same thing", Next: "look whether two packs have one serial number: then one of them is a copy, hold both", Out: true},
	{Rule: RuleGone, Text: "the list itself says that it is sold, dispensed or destroyed", Next: "nothing, if that is so; else correct its status", Out: true},
	{Rule: RuleSetAside, Text: "the list itself says that it may not be sold", Next: "keep it apart; give it in a list again, as available, when it is released (on the ledger: pedigree hold)", Out: true},
	{Rule: RuleNotYours, Text: "the ledger shows it as another member's", Next: "don't count it as yours; ask the member that is named, and look for it among what you keep for others", Out: true},
	{Rule: RuleElsewhere, Text: "it is yours, and the ledger shows it in another's care", Next: "count it where it is; if it is here, take it back first", Out: true},
	{Rule: RuleSold, Text: "it was sold: by the records here, or by a document in the archive that this organisation sent", Next: "if it is on the shelf, hold it: it was sold twice, came back without a record, or is a copy", Out: true},
	{Rule: RuleExpected, Text: "a member has offered it on the ledger, and it wasn't received", Next: "receive the shipment (pedigree receive); then it is proved", Out: true},
	{Rule: RuleEnded, Text: "by the records here it was dispensed, destroyed or lost", Next: "if it is on the shelf, hold it: it or the earlier one is a copy", Out: true},
	{Rule: RuleLeft, Text: "it left the network from here", Next: "bring it back on the ledger (pedigree reenter)", Out: true},
	{Rule: RuleOwnProduct, Text: "its number is this organisation's own, which makes or repackages it", Next: "capture the events with which it was commissioned (pedigree capture); so it comes onto the ledger with its maker's statement", Out: true},
	{Rule: RuleOtherLot, Text: "the ledger, the stock or the archive says another lot", Next: "read the lot off the pack; if the list is right, hold the pack as suspect and ask its seller", Out: true},
	{Rule: RuleOtherExpiry, Text: "the ledger, the stock or the archive says another expiry date", Next: "read the date off the pack; if the list is right, hold the pack as suspect and ask its seller", Out: true},
	{Rule: RuleSerialZeros, Text: "the archive knows the serial number with zeros in front: a spreadsheet cuts them off", Next: "export the column as text from the system that has it, and give the list again", Out: true},
	{Rule: RuleLotOnly, Text: "a document names its lot, and not this serial number", Next: "ask the seller for transaction data that names the pack"},
	{Rule: RuleMissing, Text: "an earlier list brought it, and this one doesn't name it", Next: "look for it; when a list is all that there is, give it with --whole, and what it lacks leaves the stock"},
}

// adviceOf is what a rule means and what to do about it, whosever rule it is.
func adviceOf(rule string) stocklist.Rule {
	for _, list := range [][]stocklist.Rule{Rules, stocklist.Rules} {
		if i := slices.IndexFunc(list, func(r stocklist.Rule) bool { return r.Rule == rule }); i >= 0 {
			return list[i]
		}
	}
	row, _ := verdict.RowOf(rule)
	if rule == verdict.RuleRecallListOld {
		row.Next = "load the list of recall notices of today (pedigree recalls load), and see that the node reaches its network"
	}
	return stocklist.Rule{Rule: rule, Text: row.Text, Next: row.Next}
}

// Work is what is left to do about a line.
type Work int

// The kinds of work, what to do first first.
const (
	Done       Work = 0 // nothing
	LeftOut    Work = 1 // it isn't in stock
	Stop       Work = 2 // it is, and may not be sold
	CannotTell Work = 3 // it is, and nothing shows that it may be sold
	Note       Work = 4 // something of it is worth knowing
)

var workNames = map[Work]string{Done: "done", LeftOut: "left-out", Stop: "stop", CannotTell: "cannot-tell", Note: "note"}

// String returns the work's word.
func (w Work) String() string { return workNames[w] }

// MarshalText gives the work's word.
func (w Work) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads a work's word.
func (w *Work) UnmarshalText(text []byte) error {
	for k, name := range workNames {
		if name == string(text) {
			*w = k
		}
	}
	return nil
}

// workOf is what is left to do by an answer.
func workOf(w verdict.Word) Work {
	switch w {
	case verdict.OK:
		return Done
	case verdict.Stop:
		return Stop
	}
	return CannotTell
}
