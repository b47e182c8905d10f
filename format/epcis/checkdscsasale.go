package epcis

import (
	"fmt"
	"strings"

	"pedigree/format/gs1"
)

// checkVersion reports a shipping document of a version before the one that the
// guideline asks for. EPCIS 1.0 has no place for lots and owners, so that a
// document which has them isn't what it says.
func (c *Checker) checkVersion(h *Header) {
	c.event = &Event{Where: Where{File: h.File}}
	switch h.SchemaVersion {
	case "1.0", "1":
		c.us(Fault, "dscsa/version", h.SchemaVersion, "the document calls itself EPCIS "+h.SchemaVersion+", which can't hold lots, expiry dates and owners", "send EPCIS 1.2")
	case "1.1":
		c.us(Warning, "dscsa/old-version", h.SchemaVersion, "the document is of EPCIS 1.1", "send EPCIS 1.2")
	}
}

// checkPartyID reports an owner named by a GLN with an extension. That names a
// room or a dock of a place, which owns nothing.
func (c *Checker) checkPartyID(id string) {
	path, kind, err := c.keys.key(id)
	if err == nil && kind == kindPlace && strings.Contains(string(path), "/254/") {
		c.us(Warning, "dscsa/party-extension", id, fmt.Sprintf("the party %.80q is named by a GLN with an extension, which names a part of a place", id), "name the party by its GLN alone")
	}
}

// checkDropShipment holds the mark of a drop shipment against owners and places.
// Companies are told apart by the company prefixes of EPC URNs. True is wrong where
// the goods go from the seller's own place to the buyer's own; false only where they
// leave from the company that numbered them and another sells them, as a seller may
// have its goods in anybody else's warehouse.
func (c *Checker) checkDropShipment(e *Event) {
	drop, present := e.DropShipment()
	if !present {
		c.us(Info, "dscsa/drop-shipment-missing", "", "shipping doesn't say whether it is a drop shipment", "add gs1ushc:dropShipment")
		return
	}
	seller, okSeller := gs1.CompanyPrefixOf(e.Source("owning_party"))
	place, okPlace := gs1.CompanyPrefixOf(e.Source("location"))
	if !okSeller || !okPlace {
		return
	}
	buyer, okBuyer := gs1.CompanyPrefixOf(e.Destination("owning_party"))
	to, okTo := gs1.CompanyPrefixOf(e.Destination("location"))
	switch {
	case drop && place == seller && okBuyer && okTo && to == buyer:
		c.us(Warning, "dscsa/drop-shipment", e.Source("location"), "dropShipment is true, but the goods go from a place of the seller's to one of the buyer's", "write false in gs1ushc:dropShipment, or correct the parties of type location")
	case !drop && place != seller && len(e.EPCs) > 0 && numberedBy(e.EPCs[0], place):
		c.us(Warning, "dscsa/drop-shipment", e.Source("location"), "dropShipment is false, but the goods leave from the company that numbered them and another sells them", "write true in gs1ushc:dropShipment, or correct the sources")
	}
}

func numberedBy(epc, prefix string) bool {
	have, ok := gs1.CompanyPrefixOf(epc)
	return ok && have == prefix
}

// checkMarkup reports master data that holds a tag. Nothing here runs it; it is no
// name all the same, and others show it unescaped.
func (c *Checker) checkMarkup(el *VocabularyElement, h *Header) {
	for i := range el.Attributes {
		if a := &el.Attributes[i]; hasTag(a.Value) {
			c.event = &Event{Where: Where{File: h.File, Line: el.Line}}
			c.us(Warning, "dscsa/markup", el.ID, fmt.Sprintf("%.60s of %.80s holds markup: %.60q", attributeName(a.ID), el.ID, a.Value), "write plain text")
		}
	}
}

// hasTag tells a text with something like <b>, </b> or <!-- in it.
func hasTag(text string) bool {
	for {
		_, rest, found := strings.Cut(text, "<")
		if !found || rest == "" {
			return false
		}
		first := rest[0] | 0x20 // small letter
		if strings.Contains(rest, ">") && (first >= 'a' && first <= 'z' || rest[0] == '/' || rest[0] == '!') {
			return true
		}
		text = rest
	}
}
