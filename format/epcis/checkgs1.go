package epcis

import (
	"errors"
	"fmt"
	"strings"

	"pedigree/format/gs1"
)

// namedObject is one object named by the event being checked.
type namedObject struct {
	id    string
	index int // in the object table, or -1
	kind  objectKind
}

// identify resolves every identifier of the event once, for the gs1 findings
// and for the objects the dscsa rules follow.
func (c *Checker) identify(e *Event) {
	s := &c.state
	s.parent = namedObject{index: -1}
	if e.ParentID != "" {
		s.parent = c.resolve("parentID", e.ParentID)
	}
	s.objects = s.objects[:0]
	for _, list := range [...]struct {
		name string
		ids  []string
	}{{"epcList", e.EPCs}, {"childEPCs", e.Children}, {"inputEPCList", e.Inputs}, {"outputEPCList", e.Outputs}} {
		for _, id := range list.ids {
			s.objects = append(s.objects, c.resolve(list.name, id))
		}
	}
	for _, list := range [...][]Quantity{e.Quantities, e.ChildQuantities, e.InputQuantities, e.OutputQuantities} {
		for _, q := range list {
			c.resolveClass(q.Class)
		}
	}
	c.resolvePlace("readPoint", e.ReadPoint.ID)
	c.resolvePlace("bizLocation", e.BizLocation.ID)
	for _, p := range e.Sources {
		c.resolvePlace("source", p.ID)
	}
	for _, p := range e.Destinations {
		c.resolvePlace("destination", p.ID)
	}
	for _, t := range e.BizTransactions {
		if _, kind, err := c.keys.key(t.ID); kind == kindUnusable {
			c.badIdentifier("bizTransaction", t.ID, err)
		} else if c.gs1 {
			c.checkTransactionID(t.ID)
		}
	}
	if c.gs1 && e.ILMD != nil {
		c.checkILMD(e.ILMD)
	}
}

// resolve checks an object's identifier and finds it in the table.
func (c *Checker) resolve(field, id string) namedObject {
	path, kind, err := c.keys.key(id)
	if kind == kindUnusable {
		c.badIdentifier(field, id, err)
	}
	if kind == kindProduct && c.gs1 {
		c.report(SetGS1, Fault, "gs1/class-as-object", id, fmt.Sprintf("%s names %.80q, which is a class and no single object", field, id), "name the object with its serial number, or use a quantity list")
	}
	r := namedObject{id: id, index: -1, kind: kind}
	if !c.dscsa || kind == kindUnusable {
		return r
	}
	switch kind {
	case kindSerial, kindSSCC:
		r.index = c.state.table.index(path)
		if kind == kindSerial {
			c.state.table.objects[r.index].flags |= flagSerial
		}
	}
	if kind == kindSerial || kind == kindProduct {
		c.state.noteProduct(path, c.event)
	}
	return r
}

// resolveClass checks the identifier of a quantity.
func (c *Checker) resolveClass(id string) {
	path, kind, err := c.keys.key(id)
	switch kind {
	case kindUnusable:
		c.badIdentifier("epcClass", id, err)
	case kindSerial, kindSSCC:
		if c.gs1 {
			c.report(SetGS1, Fault, "gs1/object-as-class", id, fmt.Sprintf("epcClass is %.80q, which is a single object", id), "name the class (GTIN, or GTIN and lot), or list the object among the EPCs")
		}
	case kindProduct:
		if c.dscsa {
			c.state.noteProduct(path, c.event)
		}
	}
}

func (c *Checker) resolvePlace(field, id string) {
	if id == "" {
		return
	}
	path, kind, err := c.keys.key(id)
	if kind == kindUnusable {
		c.badIdentifier(field, id, err)
	}
	if c.dscsa && kind == kindPlace {
		c.state.notePlace(path, c.event)
	}
}

// badIdentifier turns the gs1 package's refusal into a finding.
func (c *Checker) badIdentifier(field, id string, err error) {
	if !c.gs1 {
		return
	}
	var refused *gs1.Error
	if !errors.As(err, &refused) {
		c.report(SetGS1, Fault, "gs1/identifier", id, fmt.Sprintf("%s %.80q isn't a GS1 identifier: %v", field, id, err), "correct the identifier")
		return
	}
	rule := "gs1/identifier"
	if refused.Rule == gs1.RuleCheckDigit {
		rule = "gs1/check-digit"
	}
	c.report(SetGS1, Fault, rule, id, fmt.Sprintf("%s %.80q: %s", field, id, refused.Text), refused.Remedy)
}

func plainText(err error) string {
	var refused *gs1.Error
	if errors.As(err, &refused) {
		return refused.Text
	}
	return err.Error()
}

// parseExpiry reads CCYY-MM-DD, also with a time behind it as some systems write.
func parseExpiry(s string) (gs1.Date, error) {
	day := s
	if at := strings.IndexByte(s, 'T'); at == len("2006-01-02") {
		var times clock
		if _, ok := times.parse(s); ok {
			day = s[:at]
		}
	}
	return gs1.ParseISODate(day)
}

// isNull tells the word a faulty export writes for nothing.
func isNull(s string) bool { return strings.EqualFold(s, "null") }
