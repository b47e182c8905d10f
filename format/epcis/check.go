package epcis

import (
	"fmt"
	"slices"
	"time"
)

// Set names a set of rules.
type Set string

// The rule sets.
const (
	SetStructure Set = "structure" // what the XSDs and the JSON schema demand
	SetGS1       Set = "gs1"       // identifiers, check digits, lots, expiry dates
	SetCBV       Set = "cbv"       // known steps, dispositions and types
	SetDSCSA     Set = "dscsa"     // GS1 US guideline R1.2 and R1.3
)

// AllSets lists every rule set.
var AllSets = []Set{SetStructure, SetGS1, SetCBV, SetDSCSA}

// CheckOptions say what to check.
type CheckOptions struct {
	Now             time.Time     // for times in the future and expired products; zero skips both
	FutureTolerance time.Duration // how far a clock may be ahead; 0 means five minutes
	Sets            []Set         // none means AllSets
}

// Checker checks the events of one document as they are read, and the document
// at its end. It keeps about 70 bytes per object identifier when the dscsa rules are
// on, and nothing per object without them.
type Checker struct {
	opts  CheckOptions
	found []Finding
	count map[string]int // findings per rule
	first map[string]Finding
	event *Event

	structure, gs1, cbv, dscsa bool

	keys     keyMaker
	newWords []newWord
	seen     map[string]struct{} // duplicates within one list
	state    dscsaState
}

// NewChecker returns a checker for one document.
func NewChecker(opts CheckOptions) *Checker {
	if len(opts.Sets) == 0 {
		opts.Sets = AllSets
	}
	if opts.FutureTolerance == 0 {
		opts.FutureTolerance = futureTolerance
	}
	return &Checker{
		opts: opts, count: map[string]int{}, first: map[string]Finding{}, seen: map[string]struct{}{},
		structure: slices.Contains(opts.Sets, SetStructure), gs1: slices.Contains(opts.Sets, SetGS1),
		cbv: slices.Contains(opts.Sets, SetCBV), dscsa: slices.Contains(opts.Sets, SetDSCSA),
		state: newDSCSAState(),
	}
}

// Event checks the next event of the document.
func (c *Checker) Event(e *Event) []Finding {
	c.found, c.event = nil, e
	for _, f := range e.remarks {
		if c.structure {
			c.add(f)
		}
	}
	if c.structure {
		c.checkStructure(e)
	}
	if c.cbv {
		c.checkCBV(e)
	}
	if c.gs1 || c.dscsa {
		c.identify(e)
	}
	if c.dscsa {
		c.checkDSCSA(e)
	}
	c.event = nil
	return c.found
}

// Finish checks what only the whole document shows. It also says how many
// findings of a rule were left out because there were too many.
func (c *Checker) Finish(h *Header) []Finding {
	c.found = nil
	if c.structure {
		c.checkHeader(h)
	}
	if c.cbv {
		c.judgeNewWords(h)
	}
	if c.gs1 {
		c.checkHeaderIdentifiers(h)
	}
	if c.dscsa {
		c.finishDSCSA(h)
	}
	rules := make([]string, 0, len(c.count))
	for rule, n := range c.count {
		if n > findingsPerRule {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules)
	for _, rule := range rules {
		f := c.first[rule]
		f.Where, f.Subject = Where{File: f.Where.File}, ""
		f.Text = fmt.Sprintf("%d further findings of this rule aren't listed", c.count[rule]-findingsPerRule)
		f.Remedy = "correct those listed and check again"
		c.found = append(c.found, f)
	}
	return c.found
}

// Passed tells whether no error was found so far.
func (c *Checker) Passed() bool {
	for _, f := range c.first {
		if f.Severity == Fault {
			return false
		}
	}
	return true
}

// add records a finding, up to a number per rule.
func (c *Checker) add(f Finding) {
	n := c.count[f.Rule] + 1
	c.count[f.Rule] = n
	if n == 1 {
		c.first[f.Rule] = f
	}
	if n <= findingsPerRule {
		c.found = append(c.found, f)
	}
}

// report adds a finding on the current event.
func (c *Checker) report(set Set, severity Severity, rule, subject, text, remedy string) {
	f := Finding{Severity: severity, Set: set, Rule: rule, Subject: subject, Text: text, Remedy: remedy}
	if c.event != nil {
		f.Where = c.event.Where
	}
	c.add(f)
}
