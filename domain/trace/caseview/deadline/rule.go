package deadline

import "slices"

// docs/reference/clocks.md has this table; its notes are written by hand.
//go:generate go test -count=1 -run ^TestTheClocksPageIsFresh$ . -update

// Rule is one limit of time: business days or hours, never both.
type Rule struct {
	Name        string `json:"name" doc:"Stable name, as in docs/reference/clocks.md"`
	For         string `json:"for,omitempty" doc:"What is waited for"`
	Text        string `json:"text" doc:"What has to be done"`
	Source      string `json:"source" doc:"Paragraph, or that it is custom"`
	Custom      bool   `json:"custom,omitempty" doc:"Custom of the trade, not law"`
	Unconfirmed bool   `json:"unconfirmed,omitempty" doc:"The paragraph was not compared with its primary source"`
	Days        int    `json:"days,omitempty" doc:"Business days"`
	Hours       int    `json:"hours,omitempty" doc:"Hours that pass, whatever the day"`
}

// What is waited for. Each has one or more rules.
const (
	TraceTrader     = "trace-trader"    // a maker, repackager or wholesaler answers a request for TI
	TraceDispenser  = "trace-dispenser" // a dispenser does
	Verification    = "verification"    // a maker or repackager answers a request for verification
	Suspect         = "suspect"         // an investigation of suspect product begins
	Illegitimate    = "illegitimate"    // FDA and partners are told of illegitimate product
	ExceptionAnswer = "exception"       // a partner answers an exception message
)

// rules is the table. A row's name is never given another meaning.
var rules = []Rule{
	{
		Name: "trace/one-business-day", For: TraceTrader, Days: 1, Source: "FD&C Act 582(b)(1)(B), (c)(1)(C), (e)(1)(C)",
		Text: "a maker, repackager or wholesaler gives transaction information to FDA or a State that asks for it",
	},
	{
		Name: "trace/48-hours", For: TraceTrader, Hours: 48, Source: "FD&C Act 582(b)(1)(B), (c)(1)(C), (e)(1)(C)",
		Text: "the same, whatever the days: not to exceed 48 hours",
	},
	{
		Name: "trace/two-business-days", For: TraceDispenser, Days: 2, Source: "FD&C Act 582(d)(1)(D)",
		Text: "a dispenser gives transaction information to FDA or a State that asks for it",
	},
	{
		Name: "verification/24-hours", For: Verification, Hours: 24, Source: "FD&C Act 582(b)(4)(C), (e)(4)(C)",
		Text: "a maker or repackager answers whether a product identifier is its own",
	},
	{
		Name: "suspect/promptly", For: Suspect, Days: 1, Custom: true, Unconfirmed: true, Source: "FD&C Act 582 (b)(4)(A), (c)(4)(A), (d)(4)(A), (e)(4)(A) say promptly; one business day is custom",
		Text: "suspect product is in quarantine and its investigation has begun",
	},
	{
		Name: "illegitimate/24-hours", For: Illegitimate, Hours: 24, Source: "FD&C Act 582(b)(4)(B), (c)(4)(B), (d)(4)(B), (e)(4)(B); Form FDA 3911",
		Text: "FDA and the immediate trading partners are told of illegitimate product",
	},
	{
		Name: "exception/three-days", For: ExceptionAnswer, Days: 3, Custom: true, Source: "custom of the trade",
		Text: "a partner answers an exception message",
	},
}

// Rules are all rules that a case can have.
func Rules() []Rule { return append(slices.Clone(rules), Agreed(0), Offer) }

// For returns the rules of what is waited for; none for what nobody knows.
func For(what string) []Rule {
	var list []Rule
	for _, r := range rules {
		if r.For == what {
			list = append(list, r)
		}
	}
	return list
}

// Agreed is the rule of a partner with whom another time was agreed for answers to
// exception messages.
func Agreed(days int) Rule {
	return Rule{
		Name: "exception/agreed", Days: days, Custom: true, Source: "agreed with the partner",
		Text: "a partner answers an exception message",
	}
}

// Offer is the rule of a shipment's offer: what is not received by then can be taken
// back. It has a moment of its own, so it is added with Due.Also.
var Offer = Rule{
	Name: "offer/deadline", Custom: true, Source: "the shipment's offer on the ledger",
	Text: "the goods are received or refused, before their sender can take the offer back",
}
