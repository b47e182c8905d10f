package proof

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Verdict is what came of one step.
type Verdict string

// Verdicts of a step.
const (
	OK       Verdict = "ok"
	Failed   Verdict = "failed"
	NotShown Verdict = "not shown"
)

// Outcome is the answer of a whole report.
type Outcome string

// Outcomes, best first.
const (
	Proved  Outcome = "proved"  // all that the object should show holds
	Partly  Outcome = "partly"  // what is shown holds, and something is missing
	Alert   Outcome = "alert"   // what is shown holds, and says not to accept the goods
	Refused Outcome = "refused" // something does not hold
)

// Step is one named check: its verdict, what was found, and what it can't prove.
type Step struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	Limit   string  `json:"limit,omitempty"`
	// Optional says that the object is whole without this step.
	Optional bool `json:"optional,omitempty"`
}

// Report is what a check found, in a form to show to a person.
type Report struct {
	Kind    string    `json:"kind"` // tag of the object
	Chain   string    `json:"chain"`
	Height  uint64    `json:"height"` // as of which block it is true
	AsOf    time.Time `json:"as_of"`  // time of the header that was signed
	Signers int       `json:"signers"`
	Steps   []Step    `json:"steps"`
	Alerts  []string  `json:"alerts,omitempty"`
	Facts   []Fact    `json:"facts,omitempty"` // what was proved, by name; none when refused
}

// Fact is one thing that a report found, to show to a person.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// What every report says.
const (
	LimitGoods       = "A ledger proves who said what and when, not what is in the box."
	LimitOneOperator = "One validator signed: this proves only that operator's word."
	LimitFresh       = "It says nothing about what happened after that header."
)

// Outcome sums the steps up.
func (r Report) Outcome() Outcome {
	out := Proved
	for _, s := range r.Steps {
		switch {
		case s.Verdict == Failed:
			return Refused
		case s.Verdict == NotShown && !s.Optional:
			out = Partly
		}
	}
	if len(r.Alerts) > 0 {
		return Alert
	}
	return out
}

// Step finds a step by name.
func (r Report) Step(name string) (Step, bool) {
	for _, s := range r.Steps {
		if s.Name == name {
			return s, true
		}
	}
	return Step{}, false
}

// textf makes a text that a terminal or a page shows as it is: an object comes
// from anywhere, and an escape sequence in a lot number could paint over a verdict.
func textf(format string, args ...any) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsGraphic(c) {
			return c
		}
		return unicode.ReplacementChar
	}, fmt.Sprintf(format, args...))
}

func (r *Report) ok(name, limit, format string, args ...any) {
	r.Steps = append(r.Steps, Step{Name: name, Verdict: OK, Text: textf(format, args...), Limit: limit})
}

func (r *Report) notShown(name, format string, args ...any) {
	r.Steps = append(r.Steps, Step{Name: name, Verdict: NotShown, Text: textf(format, args...)})
}

// optional records a step that is not shown and need not be.
func (r *Report) optional(name, format string, args ...any) {
	r.Steps = append(r.Steps, Step{Name: name, Verdict: NotShown, Text: textf(format, args...), Optional: true})
}

func (r *Report) alert(format string, args ...any) {
	r.Alerts = append(r.Alerts, textf(format, args...))
}

func (r *Report) fact(name, format string, args ...any) {
	if value := textf(format, args...); value != "" {
		r.Facts = append(r.Facts, Fact{Name: name, Value: value})
	}
}

// stop records the step that failed and hands its error on.
func (r *Report) stop(name string, err error) error {
	err = in(name, err)
	text := err.Error()
	var p *PartError
	if errors.As(err, &p) {
		name, text = p.Part, p.Err.Error()
	}
	r.Steps = append(r.Steps, Step{Name: name, Verdict: Failed, Text: textf("%s", text)})
	r.Facts, r.Alerts = nil, nil
	return err
}

// header checks the attestation and notes when and by how many it was signed.
func (r *Report) header(a Attestation, t Trust) error {
	if err := a.Verify(t); err != nil {
		return r.stop(PartHeader, err)
	}
	h := a.Signed.Header
	r.Chain, r.Height, r.AsOf, r.Signers = h.ChainID, h.Height-1, h.Time.Time(), len(a.Signed.Commit.Signatures)
	limit := LimitFresh
	if r.Signers == 1 {
		limit = LimitOneOperator + " " + LimitFresh
	}
	r.ok(PartHeader, limit, "Header %d of %s, of %s, is signed by %d validators with more than two thirds of the power.",
		h.Height, h.ChainID, r.AsOf.Format(time.RFC3339), r.Signers)
	return nil
}
