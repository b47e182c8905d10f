package verdict

// Rules of facts, as docs/reference/verdicts.md explains them. A rule is never given
// another meaning.
const (
	RuleDispensed     = "verdict/dispensed"
	RuleEnded         = "verdict/ended"
	RuleStolen        = "verdict/stolen"
	RuleIllegitimate  = "verdict/illegitimate"
	RuleSuspect       = "verdict/suspect"
	RuleFrozen        = "verdict/frozen"
	RuleHeld          = "verdict/held"
	RuleRecalled      = "verdict/recalled"
	RuleDuplicate     = "verdict/duplicate"
	RuleContradiction = "verdict/contradiction"
	RuleStatement     = "verdict/statement"
	RuleExpired       = "verdict/expired"
	RuleNotHere       = "verdict/not-here"
	RuleMakerDenies   = "verdict/maker-denies"

	RuleSellerNotAuthorised = "verdict/seller-not-authorised"

	RuleUnreadable    = "verdict/unreadable"
	RuleRecallListOld = "verdict/recall-list-old"
	RuleLedgerBehind  = "verdict/ledger-behind"
	RuleMakerSilent   = "verdict/maker-silent"
	RuleNoMaker       = "verdict/no-maker"
	RuleSellerUnknown = "verdict/seller-unknown"
	RuleOwnWord       = "verdict/own-word"
	RuleDataFaulty    = "verdict/data-faulty"
	RuleNotAPack      = "verdict/not-a-pack"
	RuleProductNoData = "verdict/product-no-data"
	RuleUnknown       = "verdict/unknown"

	RuleCustodyProved  = "verdict/custody-proved"
	RuleIntroduced     = "verdict/introduced"
	RuleSellerReported = "verdict/seller-reported"
	RuleNoDuty         = "verdict/no-duty"

	RuleWasOut     = "verdict/was-out"
	RuleInferred   = "verdict/inferred"
	RuleAskedTwice = "verdict/asked-twice"

	RuleMakerConfirms = "verdict/maker-confirms"
	RuleMakerAsked    = "verdict/maker-asked"
)

// Row is what one rule means and what to do about it.
type Row struct {
	Rule   string
	Word   Word   // what it answers alone
	Notice bool   // it is worth knowing and changes nothing
	Known  string // how it can be known
	Text   string // when it is so
	Next   string // what to do, in words that a screen can show too

	Command string // what helps with it on the command line; most have none
}

const (
	apart   = "put it in quarantine; don't dispense or ship it"
	tellAll = "hold it apart as suspect, and tell the seller"
)

// Rows are all rules in the order of their gravity: of two facts, that of the earlier
// row decides. docs/reference/verdicts.md is written from it.
var Rows = []Row{
	{RuleDispensed, Stop, false, "own", "a pack with this serial number was dispensed here already: this one or the earlier one is a copy", "hold it; compare both packs if you can, and tell the seller", ""},
	{RuleEnded, Stop, false, "proved, own", "it has left the supply: destroyed, sold outside the network, lost, stolen or made into something else", "if a pack with this serial number is before you, hold it: it or the earlier one is a copy", ""},
	{RuleStolen, Stop, false, "proved", "it, or something that it is in, was reported stolen", apart + "; tell the police and the seller", ""},
	{RuleIllegitimate, Stop, false, "proved", "it, or something that it is in, was found illegitimate", apart + "; it may only go back", ""},
	{RuleSuspect, Stop, false, "proved", "it, or something that it is in, is suspect and under investigation", apart + " until the investigation has ended", ""},
	{RuleFrozen, Stop, false, "proved", "it, or something that it is in, is frozen by the council for a time", apart + " until the freeze has ended", ""},
	{RuleHeld, Stop, false, "proved", "it, or something that it is in, is on hold", apart + " until the hold is released", ""},
	{RuleRecalled, Stop, false, "proved, reported", "its commission, or that of something that it is in, is under recall on the ledger; or a recall notice that was loaded here names its product and lot", apart + "; send it back as a return", ""},
	{RuleDuplicate, Stop, false, "own", "another thing was offered here under the same serial number: one of them is a copy", tellAll, ""},
	{RuleContradiction, Stop, false, "proved", "lot or expiry date on the pack differ from what its maker committed to", tellAll, ""},
	{RuleStatement, Stop, false, "proved", "the maker's statement does not hold: it was copied or altered, its key or licence was not the maker's at that time, or it does not cover this product and lot", tellAll, ""},
	{RuleExpired, Stop, false, "as its expiry date is", "the last day of its expiry date is over", "take it off the shelf, and return or destroy it", ""},
	{RuleMakerDenies, Stop, false, "signed, reported", "the maker was asked and says that it did not make this pack, or not in this lot or with this expiry date", tellAll + "; it may be illegitimate: report it if your investigation finds so", ""},
	{RuleNotHere, Stop, false, "own", "by the records here it stands elsewhere: shipped, received by a partner, expected, or refused", "don't dispense or ship it; look for the shipment that it belongs to, and ask the seller", ""},
	{RuleSellerNotAuthorised, Stop, false, "proved, reported", "it came from outside the network, and its seller was no authorised trading partner then, by the ledger or a licence list", apart + "; open a case, and ask the seller for its licence", ""},

	{RuleUnreadable, CannotTell, false, "-", "the text or symbol names no single thing", "scan the code on the pack again, alone; type its GTIN and serial number if it can't be read", ""},
	{RuleRecallListOld, CannotTell, false, "proved", "this node's copy of the ledger is older than it may be, so a newer recall, hold or report could be missing; of goods from outside the network: no list of recall notices is new enough", "see that the node reaches its network, and ask again", ""},
	{RuleLedgerBehind, CannotTell, false, "proved", "the ledger here does not show it as yours, though the records here do: the node is behind, or an entry still waits", "wait until the node has caught up, and ask again", ""},
	{RuleMakerSilent, CannotTell, false, "own", "the maker was asked, has not answered within the 24 hours that the law gives it, and nothing here proves that it made the pack", "hold it, ask the maker by telephone or through a verification service, and note what it says", "pedigree maker reply"},
	{RuleNoMaker, CannotTell, false, "proved", "no maker's statement is known, so nobody is proved to have made it", "hold it, and ask the seller for the maker's statement", ""},
	{RuleSellerUnknown, CannotTell, false, "-", "it came from outside the network, and no licence or list told whether its seller was an authorised trading partner", "hold it; load the licence list that names the seller, and check the receiving session's seller again; for goods of a stock list, give the list again", "pedigree dock check"},
	{RuleOwnWord, CannotTell, false, "own", "it came over with this organisation's own stock list, and no document here names it", "hold it, ask its seller for the transaction data, bring that over, and give the stock list again", "pedigree migrate archive"},
	{RuleDataFaulty, CannotTell, false, "reported", "it came from outside the network, and its transaction data lacks what it may not be sold or dispensed without, such as the transaction statement; or its sender's corrected data contradicts what it was received with", "hold it, and ask the seller for corrected data; where the data was corrected, read the label and settle which is right", "pedigree dock settle"},
	{RuleNotAPack, CannotTell, false, "own", "it is a case, pallet or box where a pack is asked for", "take the packs out, and scan each", ""},
	{RuleProductNoData, CannotTell, false, "own", "it is here, by a scan at the dock or by an exception case, and no transaction data of it came", "keep it apart, and ask the seller for its data; it is no stock before there is data", ""},
	{RuleUnknown, CannotTell, false, "-", "nothing is known of it here; that is not proof of a fake", "hold it, look for the shipment's file, and ask the seller; report it as suspect if the seller does not know it", ""},

	{RuleCustodyProved, OK, false, "proved", "the ledger shows it, or what it is in, as yours, and its maker's statement, key, licence and company prefix hold", "go on", ""},
	{RuleIntroduced, OK, false, "proved", "the ledger shows it as yours and how it came from where it entered the network; who made it is not proved", "go on, by your own procedure for goods from outside the network", ""},
	{RuleSellerReported, OK, false, "signed, reported", "it came from outside the network with transaction data and statement, from an authorised trading partner; the ledger proves nothing of it", "go on, by your own procedure for goods from outside the network", ""},
	{RuleNoDuty, OK, false, "own, reported", "the law's duties of tracing don't hold for it: the product, or the way in which it came, is outside them by a ground that somebody entered", "go on, by your own procedure for goods that the law doesn't have traced", ""},

	{RuleWasOut, OK, true, "proved", "it left the network once and came back", "", ""},
	{RuleInferred, OK, true, "reported", "it was not scanned when it came, but was in a closed container that was", "", ""},
	{RuleMakerConfirms, OK, true, "signed, reported", "the maker was asked and says that it made this pack; that says nothing of who may sell it", "", ""},
	{RuleMakerAsked, OK, true, "own", "the maker was asked, and has time to answer, or the ledger proves what it would say", "", ""},
	{RuleAskedTwice, OK, true, "own", "it was named more than once in one question, and is answered once", "look that you don't hold two packs with one serial number", ""},
}

// ranks is the place of each rule in Rows.
var ranks = func() map[string]int {
	m := make(map[string]int, len(Rows))
	for i, r := range Rows {
		m[r.Rule] = i
	}
	return m
}()

// RowOf returns the row of a rule, and whether there is one.
func RowOf(rule string) (Row, bool) {
	i, ok := ranks[rule]
	if !ok {
		return Row{}, false
	}
	return Rows[i], true
}

// New is a fact by a rule, with the word and the next step that the rule's row gives.
// Path is the thing concerned.
func New(rule, path, text string, b Basis) Fact {
	r, ok := RowOf(rule)
	if !ok {
		r = Row{Word: CannotTell}
	}
	return Fact{Word: r.Word, Rule: rule, Path: path, Text: text, Next: r.Next, Command: r.Command, Basis: b}
}
