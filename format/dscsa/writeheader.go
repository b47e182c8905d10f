package dscsa

import (
	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// header says who sends what to whom, under which guideline, with the statement
// and the master data of products and places.
func (w *writing) header() *epcis.Header {
	s := w.s
	h := &epcis.Header{
		Form: epcis.XML, SchemaVersion: "1.2", CreationDate: s.Shipped, GuidelineVersion: guidelineOf(w.version),
		SBDH: &epcis.SBDH{
			HeaderVersion: "1.0", Standard: "EPCglobal", TypeVersion: "1.0", Type: "Events", InstanceID: s.Instance, Created: s.Shipped,
			Sender:   epcis.Partner{Authority: "GS1", ID: w.owner(s.Seller)},
			Receiver: epcis.Partner{Authority: "GS1", ID: w.owner(s.Buyer)},
		},
	}
	switch w.version {
	case EPCIS2:
		h.Form, h.SchemaVersion = epcis.JSON, "2.0"
	case EPCIS2XML:
		h.SchemaVersion = "2.0"
	}
	if s.Statement != (epcis.TransactionStatement{}) {
		statement := s.Statement
		h.Statement = &statement
	}
	v := vocabularies{seen: map[string]bool{}}
	for _, p := range s.Products {
		v.add(epcis.VocabularyEPCClass, w.productElement(p))
	}
	for _, p := range []Party{s.Seller, s.ShipFrom, s.Buyer, s.ShipTo} {
		if p.GLN != "" {
			v.add(epcis.VocabularyLocation, w.partyElement(p))
		}
	}
	for _, given := range s.MasterData {
		for _, el := range given.Elements {
			v.add(given.Type, el)
		}
	}
	h.Vocabulary = v.list
	return h
}

// vocabularies gathers master data, the first of each identifier.
type vocabularies struct {
	list []epcis.Vocabulary
	seen map[string]bool
}

func (v *vocabularies) add(kind string, el epcis.VocabularyElement) {
	key := kind + " " + string(appendClass(nil, el.ID))
	if v.seen[key] {
		return
	}
	v.seen[key] = true
	for i := range v.list {
		if v.list[i].Type == kind {
			v.list[i].Elements = append(v.list[i].Elements, el)
			return
		}
	}
	v.list = append(v.list, epcis.Vocabulary{Type: kind, Elements: []epcis.VocabularyElement{el}})
}

func (w *writing) productElement(p Product) epcis.VocabularyElement {
	return p.Element(ClassURI(w.s.Prefixes, p.GTIN))
}

// Element is the product as master data names it, under the identifier that a document
// uses for it. What is not known of it is left out.
func (p Product) Element(id string) epcis.VocabularyElement {
	el := epcis.VocabularyElement{ID: id}
	if p.NDC != "" {
		el.Attributes = append(el.Attributes, attribute("additionalTradeItemIdentification", p.NDC), attribute("additionalTradeItemIdentificationTypeCode", "US_FDA_NDC"))
	}
	for _, a := range [][2]string{
		{"regulatedProductName", p.Name},
		{"manufacturerOfTradeItemPartyName", p.Manufacturer},
		{"dosageFormType", p.Form},
		{"strengthDescription", p.Strength},
		{"netContentDescription", p.NetContent},
	} {
		if a[1] != "" {
			el.Attributes = append(el.Attributes, attribute(a[0], a[1]))
		}
	}
	return el
}

// Without leaves out what another says of the product already.
func (p Product) Without(said Product) Product {
	for _, f := range [][2]*string{
		{&p.NDC, &said.NDC},
		{&p.Name, &said.Name},
		{&p.Strength, &said.Strength},
		{&p.Form, &said.Form},
		{&p.NetContent, &said.NetContent},
		{&p.Manufacturer, &said.Manufacturer},
	} {
		if *f[1] != "" {
			*f[0] = ""
		}
	}
	return p
}

// ClassURI names all packages of a product: idpat:sgtin where the company prefix is
// known, else a Digital Link. Prefixes may be nil.
func ClassURI(prefixes gs1.PrefixTable, gtin string) string {
	if prefixes != nil && len(gtin) == 14 {
		if n, ok := prefixes.PrefixLength(gtin[1:13]); ok {
			if urn, err := gs1.GTINPatternURN(n, gs1.GTIN(gtin)); err == nil {
				return urn
			}
		}
	}
	return linkDomain + "/01/" + gtin
}

func (w *writing) partyElement(p Party) epcis.VocabularyElement { return p.Element(w.owner(p)) }

// Element is the party as master data names it, under the identifier that a document
// uses for it. What is not known of it is left out.
func (p Party) Element(id string) epcis.VocabularyElement {
	el := epcis.VocabularyElement{ID: id}
	name := p.Name
	if name == "" {
		name = p.Address.Name
	}
	for _, a := range [][2]string{
		{"name", name},
		{"streetAddressOne", p.Address.Street1},
		{"streetAddressTwo", p.Address.Street2},
		{"city", p.Address.City},
		{"state", p.Address.State},
		{"postalCode", p.Address.Postal},
		{"countryCode", p.Address.Country},
	} {
		if a[1] != "" {
			el.Attributes = append(el.Attributes, attribute(a[0], a[1]))
		}
	}
	return el
}

func attribute(name, value string) epcis.Attribute {
	return epcis.Attribute{ID: epcis.SpaceMasterData + "#" + name, Value: value}
}
