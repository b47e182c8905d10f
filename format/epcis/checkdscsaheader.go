package epcis

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// finishDSCSA judges what only the whole document shows.
func (c *Checker) finishDSCSA(h *Header) {
	s := &c.state
	c.event = &Event{Where: Where{File: h.File}}
	if s.unlisted > 0 && s.commissions {
		c.judgeUnlisted()
	}
	if s.overflow {
		c.us(Warning, "dscsa/too-many", "", fmt.Sprintf("the document names more than %d products or places, or %d lots: not all are checked", distinctProducts, distinctLots), "send it in several documents")
	}
	c.judgePending()
	if s.shipments > 0 {
		c.event = &Event{Where: s.shipped}
		if !s.commissions && len(s.pending)+s.unlisted > 0 {
			c.us(Warning, "dscsa/nothing-commissioned", "", "the document ships goods and commissions none: it doesn't tell their lots and expiry dates", "send the commissioning events too, unless the receiver has them already")
		}
		c.checkStatement(h)
		c.checkVersion(h)
		c.checkOwners(h)
	}
	c.checkCreation(h)
	c.checkMasterData(h)
	c.event = nil
}

// judgePending reports objects that were packed or shipped but never
// commissioned, in a document that commissions others, and SSCCs shipped empty.
func (c *Checker) judgePending() {
	s := &c.state
	none := false
	for _, p := range s.pending {
		o := &s.table.objects[p.index]
		c.event = &Event{Where: p.where}
		switch {
		case p.use == "filled":
			if o.flags&flagParent == 0 && s.commissions {
				c.us(Fault, "dscsa/no-children", p.id, fmt.Sprintf("%.80q is shipped, but nothing was packed into it", p.id), "send the packing events: without them the contents can't be inferred")
			}
		case o.commissioned != 0:
		case p.kind == kindSerial && s.commissions:
			c.us(Fault, "dscsa/not-commissioned", p.id, fmt.Sprintf("%.80q is %s, but the document doesn't commission it", p.id, p.use), "send its commissioning event with lot and expiry date")
		case p.kind == kindSSCC && s.commissions && !s.commissionsU && !none:
			none = true // many partners commission no logistic unit: said once
			c.us(Info, "dscsa/sscc-not-commissioned", p.id, fmt.Sprintf("%.80q is %s, and the document commissions no logistic unit", p.id, p.use), "send the commissioning events of logistic units too")
		case p.kind == kindSSCC && s.commissionsU:
			c.us(Warning, "dscsa/sscc-not-commissioned", p.id, fmt.Sprintf("%.80q is %s, but the document doesn't commission it", p.id, p.use), "send its commissioning event")
		}
	}
	c.event = nil
}

// judgeUnlisted counts the packs and cases used but never commissioned, when
// there were too many to remember each.
func (c *Checker) judgeUnlisted() {
	missing := 0
	for i := range c.state.table.objects {
		o := &c.state.table.objects[i]
		used := o.packed != 0 || o.shipped != 0 || o.flags&flagParent != 0
		if used && o.commissioned == 0 && o.flags&flagSerial != 0 {
			missing++
		}
	}
	if missing > 0 {
		c.us(Fault, "dscsa/not-commissioned", "", fmt.Sprintf("%d packs or cases are packed or shipped, but the document doesn't commission them", missing), "send their commissioning events with lot and expiry date")
	}
}

func (c *Checker) checkStatement(h *Header) {
	switch {
	case h.Statement == nil:
		c.us(Fault, "dscsa/statement-missing", "", "a shipping document has no transaction statement", "add gs1ushc:dscsaTransactionStatement to the header")
	case !h.Statement.Affirmed():
		c.us(Fault, "dscsa/statement-not-affirmed", h.Statement.Affirm, "the transaction statement isn't affirmed", "write true in gs1ushc:affirmTransactionStatement")
	case strings.TrimSpace(h.Statement.LegalNotice) == "" || isNull(h.Statement.LegalNotice):
		c.us(Warning, "dscsa/legal-notice", "", "the transaction statement has no legal notice"+nullNote(h.Statement.LegalNotice), "add gs1ushc:legalNotice")
	}
	for _, id := range []string{h.Sender(), h.Receiver()} {
		if id == "" || isNull(id) {
			c.us(Warning, "dscsa/sender-receiver", "", "the header doesn't name sender and receiver"+nullNote(id), "add a StandardBusinessDocumentHeader")
			break
		}
	}
	if h.GuidelineVersion == "" {
		c.us(Info, "dscsa/guideline", "", "the header doesn't name the guideline version", "add gs1ushc:guidelineVersion")
	}
}

// productAttributes are the master data attributes of a product the guideline
// asks for.
var productAttributes = []string{
	"regulatedProductName", "manufacturerOfTradeItemPartyName", "dosageFormType",
	"strengthDescription", "netContentDescription",
}

// placeAttributes are those of a location.
var placeAttributes = []string{"name", "streetAddressOne", "city", "state", "postalCode", "countryCode"}

// checkMasterData compares the products and places of the events with the
// vocabularies of the header.
func (c *Checker) checkMasterData(h *Header) {
	s := &c.state
	severity := Warning
	if s.shipments > 0 {
		severity = Fault
	}
	products, places := c.index(h)
	for _, path := range slices.Sorted(maps.Keys(s.products)) {
		c.event = &Event{Where: s.products[path]}
		gtin := path[len("/01/"):]
		el := products[path]
		if el == nil {
			c.us(severity, "dscsa/product-master-data", gtin, fmt.Sprintf("the header has no master data for GTIN %s", gtin), "add an EPCClass element with NDC, name, manufacturer, form, strength and content")
			continue
		}
		if ndc := el.NDC(); ndc == "" || isNull(ndc) {
			c.us(Warning, "dscsa/product-attribute", gtin, fmt.Sprintf("the master data of GTIN %s has no NDC%s", gtin, nullNote(ndc)), "add additionalTradeItemIdentification with type code US_FDA_NDC")
		}
		c.checkAttributes(el, gtin, "dscsa/product-attribute", productAttributes)
	}
	for _, path := range slices.Sorted(maps.Keys(s.places)) {
		c.event = &Event{Where: s.places[path]}
		el := places[path]
		if el == nil {
			gln := path[strings.IndexByte(path[1:], '/')+2:]
			c.us(Warning, "dscsa/place-master-data", gln, fmt.Sprintf("the header has no master data for GLN %s", gln), "add a Location element with name and address")
			continue
		}
		c.checkAttributes(el, el.ID, "dscsa/place-attribute", placeAttributes)
	}
}

func (c *Checker) checkAttributes(el *VocabularyElement, subject, rule string, wanted []string) {
	for _, name := range wanted {
		if value := el.Get(name); value == "" || isNull(value) {
			c.us(Warning, rule, subject, fmt.Sprintf("the master data of %s has no %s%s", subject, name, nullNote(value)), "add the attribute")
		}
	}
}

// index finds the vocabulary elements by canonical path. It reports elements
// that contradict each other.
func (c *Checker) index(h *Header) (products, places map[string]*VocabularyElement) {
	products, places = map[string]*VocabularyElement{}, map[string]*VocabularyElement{}
	for i := range h.Vocabulary {
		for j := range h.Vocabulary[i].Elements {
			el := &h.Vocabulary[i].Elements[j]
			c.indexElement(products, places, el, h)
			c.checkMarkup(el, h)
		}
	}
	return products, places
}

func (c *Checker) indexElement(products, places map[string]*VocabularyElement, el *VocabularyElement, h *Header) {
	path, kind, err := c.keys.key(el.ID)
	if err != nil {
		return // the gs1 rules say so
	}
	switch kind {
	case kindProduct, kindSerial:
		c.indexProduct(products, string(path[:len("/01/")+14]), el, h)
	case kindPlace:
		if have := places[string(path)]; have == nil || len(have.Attributes) < len(el.Attributes) {
			places[string(path)] = el
		}
	}
}

func (c *Checker) indexProduct(products map[string]*VocabularyElement, path string, el *VocabularyElement, h *Header) {
	have := products[path]
	if have == nil {
		products[path] = el
		return
	}
	if a, b := have.ProductName(), el.ProductName(); a != b {
		c.event = &Event{Where: Where{File: h.File, Line: el.Line}}
		c.us(Warning, "dscsa/product-two-names", path[len("/01/"):], fmt.Sprintf("GTIN %s is called %.60q and %.60q", path[len("/01/"):], a, b), "keep one name")
	}
}
