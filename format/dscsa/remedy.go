package dscsa

import (
	"strings"

	"pedigree/format/epcis"
)

// docs/reference/remedies.md lists the remedies; its notes are written by hand.
//go:generate go test -count=1 -run ^TestTheRemediesPageIsFresh$ . -update

// Who mends what a finding says.
const (
	BySender    = "sender"
	ByReceiver  = "receiver"
	ByMaker     = "maker"
	ByCatalogue = "catalogue" // whoever keeps the receiver's own product facts
)

// What waits until it is mended.
const (
	BlocksGoods   = "goods" // they may not be received, sold or dispensed
	BlocksData    = "data"  // the goods are received; the data is asked for again
	BlocksNothing = "none"
)

// The categories of an exception case (HDA 2023).
const (
	DataIssue     = "data-issue"
	ProductNoData = "product-no-data"
	DataNoProduct = "data-no-product"
	Packaging     = "packaging-labeling"
	Unavailable   = "unavailable"
)

// The resolutions of PDG's exception messages.
const (
	SendNewData     = "Send new data"
	SendProduct     = "Send product"
	ReturnProduct   = "Return product"
	SendBackProduct = "Send back product"
	CreditAccount   = "Credit account"
	DebitAccount    = "Debit account"
)

// The arrays of PDG's exceptions messages.
const (
	ArrayMissingData    = "missing_product_data"
	ArrayMissingProduct = "missing_product"
	ArrayMisaligned     = "data_misalignment"
	ArrayOverages       = "overages"
	ArrayUnderages      = "underages"
	ArrayGLN            = "gln_errors"
	ArrayGTIN           = "gtin_errors"
	ArrayOther          = "other_errors"
)

// Remedy says what to do about a finding.
type Remedy struct {
	Rule       string `json:"rule"`
	Who        string `json:"who" doc:"Who mends it: sender, receiver, maker or catalogue"`
	Blocks     string `json:"blocks" doc:"What waits for it: goods, data or none"`
	Category   string `json:"category,omitempty" doc:"Category of the exception case"`
	Scenario   string `json:"scenario,omitempty" doc:"Number of the exception scenario"`
	Array      string `json:"array,omitempty" doc:"Where a PDG exceptions message reports it"`
	Resolution string `json:"resolution,omitempty" doc:"What to ask for in a message to the partner"`
	Do         string `json:"do" doc:"What to do"`
	Command    string `json:"command,omitempty" doc:"The command that helps"`
}

// The commands that remedies name.
const (
	commandCheck = "pedigree epcis check FILE"
	commandTrace = "pedigree trace ITEM"
)

// RemedyOf returns the remedy of a rule: of every rule of format/epcis, and of
// every receive/* rule of a shipment between two nodes.
func RemedyOf(rule string) (Remedy, bool) {
	r, ok := ownRemedies[rule]
	known, isKnown := epcis.FindRule(rule)
	if !ok {
		if !isKnown {
			return Remedy{}, false
		}
		r = remedyOfFamily(known)
	}
	r.Rule = rule
	if r.Array == "" {
		r.Array = arrayOf(r.Scenario)
	}
	if r.Do == "" {
		r.Do = "ask the sender for a corrected document: " + known.Remedy
	}
	if r.Command == "" && r.Who == BySender && isKnown {
		r.Command = commandCheck
	}
	return r, true
}

// arrayOf tells where a message reports an exception of a scenario; what has no
// array of its own goes to the others.
func arrayOf(scenario string) string {
	switch scenario {
	case "1.2", "1.4A":
		return ArrayMisaligned
	case "1.4B":
		return ArrayGLN
	case "1.5":
		return ArrayMissingData
	case "2.1A":
		return ArrayMissingProduct
	case "master data GTIN":
		return ArrayGTIN
	}
	return ArrayOther
}

// remedyOfFamily is the remedy of a rule that isn't named by itself: what can't be
// read tells nothing of the goods, though their data came; a fault is asked for again and doesn't hold the
// goods up; a warning or a note holds nothing up.
func remedyOfFamily(rule epcis.Rule) Remedy {
	switch {
	case strings.HasPrefix(rule.Code, "epcis/"):
		return Remedy{Who: BySender, Blocks: BlocksGoods, Category: DataIssue, Resolution: SendNewData}
	case rule.Severity == epcis.Fault:
		return Remedy{Who: BySender, Blocks: BlocksData, Category: DataIssue, Resolution: SendNewData}
	}
	return Remedy{
		Who: BySender, Blocks: BlocksNothing, Category: DataIssue,
		Do: "use the document as it is, and tell the sender: " + rule.Remedy,
	}
}
