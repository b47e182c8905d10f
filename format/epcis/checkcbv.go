package epcis

import "fmt"

// checkCBV reports words the Core Business Vocabulary doesn't have. URIs of
// other vocabularies are anybody's right.
func (c *Checker) checkCBV(e *Event) {
	c.checkTerm(termBizStep, e.BizStep)
	c.checkTerm(termDisposition, e.Disposition)
	if p := e.PersistentDisposition; p != nil {
		for _, s := range p.Set {
			c.checkTerm(termDisposition, s)
		}
		for _, s := range p.Unset {
			c.checkTerm(termDisposition, s)
		}
	}
	for _, t := range e.BizTransactions {
		c.checkTerm(termTransaction, t.Type)
	}
	for _, p := range e.Sources {
		c.checkTerm(termParty, p.Type)
	}
	for _, p := range e.Destinations {
		c.checkTerm(termParty, p.Type)
	}
	if e.ErrorDeclaration != nil {
		c.checkTerm(termReason, e.ErrorDeclaration.Reason)
	}
	for i := range e.Sensors {
		for _, r := range e.Sensors[i].Reports {
			if s, ok := r.Get("component"); ok {
				c.checkTerm(termComponent, s)
			}
			if s, ok := r.Get("exception"); ok {
				c.checkTerm(termAlert, s)
			}
		}
	}
}

func (c *Checker) checkTerm(t *term, value string) {
	if value == "" || !isBare(value) || t.known(value) {
		return
	}
	c.report(SetCBV, Fault, "cbv/unknown-term", value, fmt.Sprintf("%.60q isn't a %s of the CBV", value, t.name), "use one of the standard's, or a URI of your own vocabulary")
}
