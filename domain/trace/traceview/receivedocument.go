package traceview

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/proof"
)

// documentCheck reads the shipment's own document against what the sender
// committed to and against the goods.
type documentCheck struct {
	name     string
	header   *epcis.Header // nil where the document can't be read whole
	problems []Problem
	hashes   []proof.Hash
	shipped  map[string]bool      // paths named by shipping events
	stated   map[string]lotExpiry // what commissioning events say of each thing
}

type lotExpiry struct{ lot, expiry string }

// eventRead is called for each event of a document, with its hash.
type eventRead func(e *epcis.Event, hash proof.Hash) error

// checkDocument reads a document whole. want are the hashes that the sender
// committed to; nil when none are.
func checkDocument(doc Document, want []proof.Hash, now time.Time, each eventRead) (*documentCheck, error) {
	c := &documentCheck{name: doc.Name, shipped: map[string]bool{}, stated: map[string]lotExpiry{}}
	r, err := epcis.NewReader(bytes.NewReader(doc.Bytes), epcis.Options{File: doc.Name})
	if err != nil {
		c.unreadable(err)
		return c, nil
	}
	check := epcis.NewChecker(epcis.CheckOptions{Now: now})
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.unreadable(err)
			return c, nil
		}
		c.findings(check.Event(e))
		if err := c.event(e, want, each); err != nil {
			return nil, err
		}
	}
	c.header = r.Header()
	c.findings(check.Finish(c.header))
	if n := len(c.hashes); want != nil && n < len(want) {
		c.add(Problem{
			Verdict: Stop, Rule: RuleEdited, Event: n + 1, Next: nextAskSender,
			Text: fmt.Sprintf("the document ends after %d events; the sender committed to %d", n, len(want)),
		})
	}
	return c, nil
}

// add keeps a problem. Only what is merely worth knowing may be dropped for being
// too much: a dropped STOP would let goods in.
func (c *documentCheck) add(p Problem) {
	if p.Verdict != OK || len(c.problems) < ProblemsMax {
		c.problems = append(c.problems, p)
	}
}

func (c *documentCheck) unreadable(err error) {
	p := Problem{Verdict: Stop, Rule: RuleDocument, Text: fmt.Sprintf("document %s can't be read: %v", c.name, err), Next: nextAskSender}
	var e *epcis.Error
	if errors.As(err, &e) {
		p.Line, p.Event = e.Line, e.Event
	}
	c.add(p)
}

// blocksGoods tells whether a rule that doesn't hold keeps goods back; others hold up
// the data alone, which the goods don't wait for.
func blocksGoods(rule string) bool {
	r, known := dscsa.RemedyOf(rule)
	return !known || r.Blocks == dscsa.BlocksGoods
}

// findings takes over what the document's own rules say. A fault that keeps goods back
// stops the thing it is about; one about the document leaves the whole uncertain.
func (c *documentCheck) findings(list []epcis.Finding) {
	for _, f := range list {
		p := Problem{Verdict: OK, Rule: f.Rule, Event: f.Where.Event, Line: f.Where.Line, Text: f.Text, Next: f.Remedy}
		if path, err := gs1.CanonicalPath(f.Subject); err == nil {
			p.Path = path
		}
		switch {
		case f.Severity == epcis.Info:
			continue
		case f.Severity == epcis.Fault && !blocksGoods(f.Rule): // the data is asked for again
		case f.Severity == epcis.Fault && p.Path != "":
			p.Verdict = Stop
		case f.Severity == epcis.Fault:
			p.Verdict = CannotTell
		}
		c.add(p)
	}
}

func (c *documentCheck) event(e *epcis.Event, want []proof.Hash, each eventRead) error {
	h, err := e.HashBytes()
	if err != nil {
		c.add(Problem{Verdict: Stop, Rule: RuleDocument, Event: e.Where.Event, Line: e.Where.Line, Text: err.Error(), Next: nextAskSender})
	}
	n := len(c.hashes)
	c.hashes = append(c.hashes, proof.Hash(h))
	if want != nil && (n >= len(want) || want[n] != proof.Hash(h)) {
		text := "it is not the event that the sender committed to on the ledger: it was edited"
		if n >= len(want) {
			text = fmt.Sprintf("the sender committed to %d events only: this one was added", len(want))
		}
		c.add(Problem{Verdict: Stop, Rule: RuleEdited, Event: n + 1, Line: e.Where.Line, Text: text, Next: nextAskSender})
	}
	c.remember(e)
	if each == nil {
		return nil
	}
	return each(e, proof.Hash(h))
}

// remember keeps what the goods are held against.
func (c *documentCheck) remember(e *epcis.Event) {
	switch {
	case e.BizStep == "shipping" && e.Action == epcis.Observe:
		for _, epc := range e.EPCs {
			if path, err := gs1.CanonicalPath(epc); err == nil {
				c.shipped[path] = true
			}
		}
	case e.BizStep == "commissioning" && e.Action == epcis.Add && e.ILMD != nil:
		says := lotExpiry{e.ILMD.Lot(), ""}
		if day, err := gs1.ParseISODate(e.ILMD.Expiry()); err == nil {
			says.expiry = day.YYMMDD()
		}
		for _, epc := range e.EPCs {
			if path, err := gs1.CanonicalPath(epc); err == nil {
				c.stated[path] = says
			}
		}
	}
}

// against holds the document against the goods it came with.
func (c *documentCheck) against(goods []Goods) {
	named := map[string]bool{}
	for i := range goods {
		named[goods[i].Path] = true
		if !c.shipped[goods[i].Path] {
			c.add(Problem{
				Verdict: Stop, Rule: RuleUnnamed, Path: goods[i].Path, Next: nextHold,
				Text: "it is among the goods, and no shipping event of the document names it",
			})
		}
		for g := range goods[i].All() {
			says, ok := c.stated[g.Path]
			if ok && (says.lot != g.Attrs.Lot || says.expiry != g.Attrs.Expiry) {
				c.add(Problem{
					Verdict: Stop, Rule: RuleContradicts, Path: g.Path, Next: nextHold,
					Text: fmt.Sprintf("the document says lot %q, expiry %s; its maker committed to lot %q, expiry %s", says.lot, expiryText(says.expiry), g.Attrs.Lot, expiryText(g.Attrs.Expiry)),
				})
			}
		}
	}
	for path := range c.shipped {
		if !named[path] {
			c.add(Problem{
				Verdict: OK, Rule: RuleAbsent, Path: path, Next: "ask the sender whether it is still to come",
				Text: "the document names it as shipped, and it is not among the goods",
			})
		}
	}
}
