package epcis

import (
	"fmt"
	"strings"
)

// terms calls f for every vocabulary value of the event.
func (c *Checker) terms(e *Event, f func(t *term, value string)) {
	each := func(t *term, value string) {
		if value != "" {
			f(t, value)
		}
	}
	each(termBizStep, e.BizStep)
	each(termDisposition, e.Disposition)
	if p := e.PersistentDisposition; p != nil {
		for _, s := range p.Set {
			each(termDisposition, s)
		}
		for _, s := range p.Unset {
			each(termDisposition, s)
		}
	}
	for i := range e.BizTransactions {
		each(termTransaction, e.BizTransactions[i].Type)
	}
	for i := range e.Sources {
		each(termParty, e.Sources[i].Type)
	}
	for i := range e.Destinations {
		each(termParty, e.Destinations[i].Type)
	}
	if e.ErrorDeclaration != nil {
		each(termReason, e.ErrorDeclaration.Reason)
	}
	for i := range e.Sensors {
		for _, r := range e.Sensors[i].Reports {
			reportTerms(r, each)
		}
	}
}

func reportTerms(r SensorReport, each func(t *term, value string)) {
	for i := range r {
		if t := fieldTerm(r[i].Name.Local); t != nil && r[i].Name.Space == "" {
			each(t, r[i].Value)
		}
	}
}

// checkCBV reports words the Core Business Vocabulary doesn't have. URIs of
// other vocabularies are anybody's right.
func (c *Checker) checkCBV(e *Event) {
	c.terms(e, c.checkTerm)
	c.checkUnits(e)
	c.checkRoles(e)
}

func (c *Checker) checkTerm(t *term, value string) {
	if !isBare(value) {
		c.checkForeignTerm(t, value)
		return
	}
	switch {
	case t.known(value):
		if t.isNew(value) {
			c.noteNewWord(t, value)
		}
	case t.renamed[value] != "":
		c.deprecated(t, value, t.renamed[value])
	case t == termMeasurement && t.known(strings.TrimPrefix(value, draftPrefix)):
		c.deprecated(t, value, strings.TrimPrefix(value, draftPrefix))
	default:
		severity := Fault
		if t == termMeasurement {
			severity = Warning // the value is of use without it
		}
		remedy := "use one of the standard's, or a URI of your own vocabulary"
		if near := t.nearest(value); near != "" {
			remedy = fmt.Sprintf("did you mean %q? Otherwise %s", near, remedy)
		}
		c.report(SetCBV, severity, "cbv/unknown-term", value, fmt.Sprintf("%.60q isn't a %s of the CBV", value, t.name), remedy)
	}
}

func (c *Checker) deprecated(t *term, value, now string) {
	c.report(SetCBV, Warning, "cbv/deprecated-term", value, fmt.Sprintf("the %s %q has another name now", t.name, value), fmt.Sprintf("write %q", now))
}

// checkForeignTerm reports a URI in the CBV's own namespace that isn't of this
// vocabulary: a business step where a disposition belongs, or a word of no list.
func (c *Checker) checkForeignTerm(t *term, value string) {
	for _, prefix := range [...]string{"urn:epcglobal:cbv:", "https://ref.gs1.org/cbv/", "https://ns.gs1.org/cbv/"} {
		if strings.HasPrefix(value, prefix) {
			c.report(SetCBV, Fault, "cbv/wrong-vocabulary", value, fmt.Sprintf("%.80q stands where a %s belongs", value, t.name), "use a word of this vocabulary, or a URI of your own")
			return
		}
	}
}

// newWord is the first use of a word that came with CBV 2.0.
type newWord struct {
	word, kind string
	where      Where
}

// noteNewWord remembers a word of CBV 2.0: whether the document may use it shows
// in its header.
func (c *Checker) noteNewWord(t *term, value string) {
	for i := range c.newWords {
		if c.newWords[i].word == value && c.newWords[i].kind == t.name {
			return
		}
	}
	c.newWords = append(c.newWords, newWord{value, t.name, c.event.Where})
}

// judgeNewWords reports words of CBV 2.0 in a document of EPCIS 1.x.
func (c *Checker) judgeNewWords(h *Header) {
	if !strings.HasPrefix(h.SchemaVersion, "1.") {
		return
	}
	for _, w := range c.newWords {
		c.event = &Event{Where: w.where}
		c.report(SetCBV, Warning, "cbv/new-term", w.word, fmt.Sprintf("the %s %q came with CBV 2.0, and the document is of EPCIS %.10s", w.kind, w.word, h.SchemaVersion), "use a word of CBV 1.2, or send EPCIS 2.0")
	}
	c.event = nil
}
