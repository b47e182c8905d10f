package epcis

import (
	"fmt"
	"strings"

	"pedigree/format/gs1"
)

// checkILMD checks the instance and lot master data of an event.
func (c *Checker) checkILMD(m *ILMD) {
	for i := range m.Nodes {
		n := &m.Nodes[i]
		text := strings.TrimSpace(n.Text)
		if (isMasterDataSpace(n.Name.Space) || isOldAttribute(n.Name)) && text != "" && !isNull(text) {
			c.checkAttribute(n.Name.Local, text)
		}
	}
}

// checkAttribute checks one CBV attribute by its short name.
func (c *Checker) checkAttribute(name, value string) {
	switch name {
	case "lotNumber":
		if err := gs1.CheckLot(value); err != nil {
			c.report(SetGS1, Fault, "gs1/lot", value, fmt.Sprintf("lotNumber %.60q: %s", value, plainText(err)), "a lot has 1 to 20 characters of the GS1 set 82")
		}
	case "itemExpirationDate":
		if _, err := parseExpiry(value); err != nil {
			c.report(SetGS1, Fault, "gs1/expiry", value, fmt.Sprintf("itemExpirationDate %.40q: %s", value, plainText(err)), "write the date as CCYY-MM-DD")
		}
	case "bestBeforeDate", "sellByDate", "firstFreezeDate", "harvestStartDate", "harvestEndDate":
		if _, err := parseExpiry(value); err != nil {
			c.report(SetGS1, Warning, "gs1/date", value, fmt.Sprintf("%s %.40q: %s", name, value, plainText(err)), "write the date as CCYY-MM-DD")
		}
	case "countryCode", "countryOfOrigin":
		if !gs1.IsCountry(value) {
			c.report(SetGS1, Warning, "gs1/country", value, fmt.Sprintf("%s %.20q isn't a country of ISO 3166", name, value), "write two capital letters, such as US")
		}
	}
}

// checkHeaderIdentifiers checks the identifiers of master data and of sender and
// receiver, and the attributes whose form is fixed.
func (c *Checker) checkHeaderIdentifiers(h *Header) {
	for i := range h.Vocabulary {
		for j := range h.Vocabulary[i].Elements {
			el := &h.Vocabulary[i].Elements[j]
			c.event = &Event{Where: Where{File: h.File, Line: el.Line}}
			c.checkElement(el)
		}
	}
	c.event = &Event{Where: Where{File: h.File}}
	for _, id := range []string{h.Sender(), h.Receiver()} {
		if _, kind, err := c.keys.key(id); kind == kindUnusable {
			c.badIdentifier("sender or receiver", id, err)
		}
	}
	c.event = nil
}

func (c *Checker) checkElement(el *VocabularyElement) {
	path, kind, err := c.keys.key(el.ID)
	if kind == kindUnusable {
		c.badIdentifier("vocabulary element", el.ID, err)
	}
	gtin := ""
	if kind == kindProduct || kind == kindSerial {
		gtin = string(path[len("/01/") : len("/01/")+14])
	}
	for i := range el.Attributes {
		a := &el.Attributes[i]
		if name := attributeName(a.ID); name != "" && a.Value != "" && !isNull(a.Value) {
			c.checkAttribute(name, a.Value)
		}
	}
	if ndc := el.NDC(); ndc != "" && !isNull(ndc) {
		c.checkNDC(ndc, gtin)
	}
}

// checkNDC checks the form of a National Drug Code and, where the GTIN holds one,
// that it is the same. One NDC may have several GTINs, for its packaging levels.
func (c *Checker) checkNDC(ndc, gtin string) {
	forms := ndcForms(ndc)
	if forms == nil {
		c.report(SetGS1, Warning, "gs1/ndc", ndc, fmt.Sprintf("%.40q isn't a National Drug Code", ndc), "write it with hyphens as 4-4-2, 5-3-2 or 5-4-1, or as eleven digits")
		return
	}
	held, ok := gs1.NDC10FromGTIN(gs1.GTIN(gtin))
	if !ok {
		return
	}
	for _, form := range forms {
		if form == held {
			return
		}
	}
	c.report(SetGS1, Warning, "gs1/ndc-gtin", ndc, fmt.Sprintf("NDC %.20s doesn't agree with GTIN %s, which holds %s", ndc, gtin, held), "correct the NDC, or the element's id")
}

// ndcForms returns the ten digits that a National Drug Code can stand for, or nil.
func ndcForms(ndc string) []string {
	if n, err := gs1.ParseNDC(ndc); err == nil {
		return []string{n.NDC10()}
	}
	digits := ndc
	if len(ndc) == 13 && ndc[5] == '-' && ndc[10] == '-' {
		digits = ndc[:5] + ndc[6:10] + ndc[11:]
	}
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			return nil
		}
	}
	switch len(digits) {
	case 10:
		return []string{digits}
	case 11:
		var forms []string
		for _, at := range [...]int{0, 5, 9} {
			if digits[at] == '0' {
				forms = append(forms, digits[:at]+digits[at+1:])
			}
		}
		return forms
	}
	return nil
}

// checkTransactionID checks the GLN inside a business transaction's URN.
func (c *Checker) checkTransactionID(id string) {
	rest, ok := strings.CutPrefix(id, "urn:epcglobal:cbv:bt:")
	if !ok {
		return
	}
	gln, number, ok := strings.Cut(rest, ":")
	if !ok || number == "" || len(gln) != 13 {
		c.report(SetGS1, Warning, "gs1/transaction-id", id, fmt.Sprintf("bizTransaction %.80q doesn't hold a GLN and a number", id), "write urn:epcglobal:cbv:bt:GLN:number, with the 13 digits of the GLN of whoever gave the number")
		return
	}
	if digit, err := gs1.CheckDigit(gln[:12]); err != nil || digit != gln[12] {
		c.report(SetGS1, Warning, "gs1/transaction-id", id, fmt.Sprintf("bizTransaction %.80q: the GLN's check digit is wrong", id), "correct the GLN")
	}
}
