package epcistest

import (
	"fmt"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// LegalNotice is what the seller states in these shipments.
const LegalNotice = "The seller states that it met its duties under section 581(27) of the FD&C Act."

// Header returns the header of the shipment's document.
func (s Shipment) Header() (*epcis.Header, error) {
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return nil, err
	}
	return &epcis.Header{
		SchemaVersion: "1.2", CreationDate: s.Shipped,
		SBDH: &epcis.SBDH{
			HeaderVersion: "1.0", Standard: "EPCglobal", TypeVersion: "1.0", Type: "Events",
			InstanceID: s.Delivery, Created: s.Shipped,
			Sender:   epcis.Partner{Authority: "GS1", ID: s.Sender.SGLN(s.Sender.Owner)},
			Receiver: epcis.Partner{Authority: "GS1", ID: s.Receiver.SGLN(s.Receiver.Owner)},
		},
		GuidelineVersion: "GS1 US DSCSA R1.3",
		Statement:        &epcis.TransactionStatement{Affirm: "true", LegalNotice: LegalNotice},
		Vocabulary: []epcis.Vocabulary{
			{Type: epcis.VocabularyEPCClass, Elements: []epcis.VocabularyElement{s.product("0"), s.product("1")}},
			{Type: epcis.VocabularyLocation, Elements: []epcis.VocabularyElement{
				place(s.Sender, s.Sender.Owner, ""), place(s.Sender, s.Sender.Location, " Warehouse"),
				place(s.Receiver, s.Receiver.Owner, ""), place(s.Receiver, s.Receiver.Location, " Warehouse"),
			}},
		},
	}, nil
}

// product is the master data of packs (indicator 0) or cases (indicator 1).
func (s Shipment) product(indicator string) epcis.VocabularyElement {
	el := epcis.VocabularyElement{ID: fmt.Sprintf("urn:epc:idpat:sgtin:%s.%s%s.*", s.Sender.Prefix, indicator, s.Item)}
	for _, a := range [][2]string{
		{"additionalTradeItemIdentification", s.NDC},
		{"additionalTradeItemIdentificationTypeCode", "US_FDA_NDC"},
		{"regulatedProductName", s.Product},
		{"manufacturerOfTradeItemPartyName", s.Sender.Name},
		{"dosageFormType", s.Dosage},
		{"strengthDescription", s.Strength},
		{"netContentDescription", s.NetContent},
	} {
		el.Attributes = append(el.Attributes, attribute(a[0], a[1]))
	}
	return el
}

func place(p Party, reference, suffix string) epcis.VocabularyElement {
	el := epcis.VocabularyElement{ID: p.SGLN(reference)}
	for _, a := range [][2]string{
		{"name", p.Name + suffix},
		{"streetAddressOne", p.Street},
		{"city", p.City},
		{"state", p.State},
		{"postalCode", p.Postal},
		{"countryCode", "US"},
	} {
		el.Attributes = append(el.Attributes, attribute(a[0], a[1]))
	}
	return el
}

func attribute(name, value string) epcis.Attribute {
	return epcis.Attribute{ID: epcis.SpaceMasterData + "#" + name, Value: value}
}

// checkDigit completes the GLN of a party's owner.
func checkDigit(p Party) string {
	digit, err := gs1.CheckDigit(p.Prefix + p.Owner)
	if err != nil {
		return "0"
	}
	return string(rune(digit))
}
