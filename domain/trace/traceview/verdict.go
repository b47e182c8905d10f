package traceview

import (
	"fmt"

	"pedigree/domain/trace/traceview/verdict"
)

// Verdict is the first word of an answer to a person.
type Verdict = verdict.Word

// The three verdicts. What is not found, or could not be checked, is CANNOT TELL:
// never OK, and never STOP.
const (
	OK         = verdict.OK
	Stop       = verdict.Stop
	CannotTell = verdict.CannotTell
)

// Problem is one thing that speaks against goods.
type Problem struct {
	Verdict Verdict `json:"verdict"`        // Stop or CannotTell; OK for what is only worth knowing
	Rule    string  `json:"rule,omitempty"` // stable code, such as receive/root
	Path    string  `json:"path,omitempty"` // of the thing concerned; empty when it is the whole shipment
	Event   int     `json:"event"`          // ordinal of the document's event concerned, from 1; 0 for none
	Line    int     `json:"line"`           // of that event in its document
	Text    string  `json:"text,omitempty"` // what is wrong
	Next    string  `json:"next,omitempty"` // what to do
	Command string  `json:"command,omitempty" doc:"What helps with it on the command line"`
	Case    string  `json:"case,omitempty" doc:"Number of the exception case about it"`
}

// String gives the problem on one line.
func (p Problem) String() string {
	where := p.Path
	if p.Event > 0 {
		where = fmt.Sprintf("event %d (line %d)", p.Event, p.Line)
	}
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("%s%s; %s [%s]", where, p.Text, p.Next, p.Rule)
}

// Rules of problems found in received goods.
const (
	RuleNoRecord    = "receive/no-record"       // the ledger knows no such record
	RuleNotOffered  = "receive/not-offered"     // it is not in transit
	RuleWrongKeys   = "receive/wrong-keys"      // offered to keys that are not ours, or to others than the file says
	RuleKeyReused   = "receive/key-reused"      // the receiving key served before
	RuleDeadline    = "receive/deadline"        // too late
	RuleRoot        = "receive/root"            // the openings lead to another root
	RuleContents    = "receive/contents"        // what is packed or has left differs from the ledger
	RuleMemo        = "receive/memo"            // the documents are not those committed to
	RuleEdited      = "receive/edited-event"    // one event is not the one committed to
	RuleDocument    = "receive/document"        // the document can't be used
	RuleUnnamed     = "receive/product-no-data" // in the goods, not in the document
	RuleAbsent      = "receive/data-no-product" // in the document, not in the goods
	RuleContradicts = "receive/lot-or-expiry"   // document and goods differ
	RuleStatement   = "receive/statement"       // the maker's statement does not hold
	RuleNoMaker     = "receive/no-maker"        // nobody is proved to have made it
	RuleLicence     = "receive/licence"         // the maker had no licence
	RulePrefix      = "receive/prefix"          // the GTIN is not the maker's
	RuleRecalled    = "receive/recalled"
	RuleExpired     = "receive/expired"
	RuleFlagged     = "receive/flagged" // held, suspect, illegitimate, stolen or frozen
	RuleDuplicate   = "receive/duplicate-serial"
	RuleLedger      = "receive/ledger"
)
