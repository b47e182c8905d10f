package epcis_test

import (
	"fmt"
	"strings"
)

// dscsaSamples break the rules of a shipment. The events of the good one are: packs
// and case commissioned, packs packed, pallet commissioned, case packed, shipped.
func dscsaSamples() []ruleSample {
	e := eventsOf()
	later := func(n int, minutes int) string {
		from, _, _ := strings.Cut(strings.SplitN(e[n], "<eventTime>", 2)[1], "</eventTime>")
		return moved(e[n], from, fmt.Sprintf("%s:%02d:00Z", from[:13], minutes))
	}
	lot := func(event, lot, expiry string) string { return spoiled(event, "LOT-7A", lot, "2028-06-30", expiry) }
	twice := func(event string) string {
		return more(0, spoiled(event, "<eventTime>2026-03-02T08:00", "<eventTime>2026-03-02T08:01"))
	}
	return append([]ruleSample{
		{rule: "dscsa/action", doc: with(e[0], e[1], e[2], e[3], e[4], spoiled(e[5], "OBSERVE", "ADD")), says: "shipping has action ADD"},
		{rule: "dscsa/after-creation", doc: shipment(`creationDate="2026-03-20`, `creationDate="2026-03-19`), says: "happened after the document was created (2026-03-19T15:00:00Z)"},
		{rule: "dscsa/after-end", doc: more(0, strings.Replace(strings.Replace(spoiled(e[0], "08:00:00Z", "08:01:00Z", "bizstep:commissioning", "bizstep:destroying", "ADD", "DELETE"), "LOT-7A", "", 1), "2028-06-30", "", 1)), says: "was decommissioned, destroyed or dispensed", found: []string{"dscsa/after-end", "structure/ilmd"}},
		{rule: "dscsa/commissioned-twice", doc: twice(e[0]), says: "was commissioned by event 1 already"},
		{rule: "dscsa/ended-inside", doc: more(2, `<ObjectEvent><eventTime>2026-03-03T08:05:00Z</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset><epcList><epc>`+pack1+`</epc></epcList><action>DELETE</action><bizStep>urn:epcglobal:cbv:bizstep:destroying</bizStep></ObjectEvent>`), says: "while event 3 has it packed"},
		{rule: "dscsa/expired", doc: strings.ReplaceAll(goodXML(), "2028-06-30", "2026-03-31"), says: "expired on 2026-03-31"},
		{rule: "dscsa/expiry-conflict", doc: twice(lot(e[0], "LOT-7A", "2029-06-30")), says: `has expiry "2029-06-30" here and "2028-06-30" before`, found: []string{"dscsa/commissioned-twice", "dscsa/expiry-conflict", "dscsa/lot-two-dates"}},
		{rule: "dscsa/expiry-missing", doc: shipment("<cbvmda:itemExpirationDate>2028-06-30</cbvmda:itemExpirationDate>", ""), says: "without itemExpirationDate"},
		{rule: "dscsa/future", doc: shipment("<eventTime>2026-03-20T15", "<eventTime>2027-03-20T15"), says: "lies in the future", found: []string{"dscsa/after-creation", "dscsa/future"}},
		{rule: "dscsa/guideline", doc: shipment("<gs1ushc:guidelineVersion>GS1 US DSCSA R1.3</gs1ushc:guidelineVersion>", ""), says: "doesn't name the guideline version"},
		{rule: "dscsa/legal-notice", doc: shipment("The seller states that it met its duties under section 581(27) of the FD&amp;C Act.", ""), says: "has no legal notice"},
		{rule: "dscsa/location-missing", doc: shipment(`<source type="urn:epcglobal:cbv:sdt:location">urn:epc:id:sgln:0399991.00002.0</source>`, ""), says: "no source of type location"},
		{rule: "dscsa/lot-conflict", doc: twice(lot(e[0], "LOT-8", "2028-06-30")), says: `has lot "LOT-8" here and "LOT-7A" before`, found: []string{"dscsa/commissioned-twice", "dscsa/lot-conflict"}},
		{rule: "dscsa/lot-missing", doc: shipment("<cbvmda:lotNumber>LOT-7A</cbvmda:lotNumber>", ""), says: "without lotNumber"},
		{rule: "dscsa/lot-two-dates", doc: with(e[0], twinPack(lot(e[0], "LOT-7A", "2029-06-30")), e[1], e[2], e[3], e[4], e[5]), says: `has expiry "2029-06-30" here and "2028-06-30" before`},
		{rule: "dscsa/no-children", doc: with(e[0], e[1], spoiled(e[2], "<epc>"+pack1+"</epc>", "", "<epc>"+pack2+"</epc>", ""), e[3], e[4], e[5]), says: "is packed without children", found: []string{"dscsa/no-children", "structure/required"}},
		{rule: "dscsa/not-commissioned", doc: shipment("<epc>"+pack2+"</epc>", ""), says: "the document doesn't commission it"},
		{rule: "dscsa/not-in-parent", doc: more(1, spoiled(e[2], "ADD", "DELETE", "bizstep:packing", "bizstep:unpacking", "2026-03-03T08:00:00Z", "2026-03-03T07:00:00Z")), says: "but nothing packed it there"},
		{rule: "dscsa/nothing-commissioned", doc: with(e[5]), says: "commissions none"},
		{rule: "dscsa/null", doc: shipment(":PO-1001", ":null"), says: `bizTransaction is "urn:epcglobal:cbv:bt:0614141000012:null"`},
		{rule: "dscsa/old-namespace", doc: shipment("<cbvmda:lotNumber>LOT-7A</cbvmda:lotNumber>", "<gs1ushc:lotNumber>LOT-7A</gs1ushc:lotNumber>"), says: "lotNumber stands in the namespace of guideline 1.1"},
		{rule: "dscsa/own-parent", doc: with(e[0], e[1], spoiled(e[2], "<epc>"+pack1, "<epc>"+caseID), e[3], e[4], e[5]), says: "is packed into itself"},
		{rule: "dscsa/packed-after-shipped", doc: more(3, shippedPacks(e[5], "13:00:00.0005", caseID)), says: "was shipped by event 5 before it was packed", found: []string{"dscsa/packed-after-shipped"}},
		{rule: "dscsa/packed-before-commissioned", doc: with(e[2], e[0], e[1], e[3], e[4], e[5]), says: "was packed by event 1, before it was commissioned", found: []string{"dscsa/packed-before-commissioned", "dscsa/time-order"}},
		{rule: "dscsa/packed-twice", doc: more(2, later(2, 1)), says: "was packed into the same parent by event 3 already"},
		{rule: "dscsa/party-missing", doc: shipment(`<source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:sgln:0399991.00001.0</source>`, ""), says: "no source of type owning_party"},
		{rule: "dscsa/place-attribute", doc: shipment(`<attribute id="urn:epcglobal:cbv:mda#city">Springfield</attribute>`, ""), says: "has no city"},
		{rule: "dscsa/place-master-data", doc: shipment(`<VocabularyElement id="urn:epc:id:sgln:0614141.00002.0">`, `<VocabularyElement id="urn:epc:id:sgln:0614141.00003.0">`), says: "no master data for GLN 0614141000029"},
		{rule: "dscsa/product-attribute", doc: shipment(`<attribute id="urn:epcglobal:cbv:mda#strengthDescription">10 mg</attribute>`, ""), says: "has no strengthDescription"},
		{rule: "dscsa/product-master-data", doc: shipment(`<VocabularyElement id="urn:epc:idpat:sgtin:0399991.012345.*">`, `<VocabularyElement id="urn:epc:idpat:sgtin:0399991.212345.*">`), says: "no master data for GTIN 00399991123455"},
		{rule: "dscsa/product-two-names", doc: shipment(`<VocabularyElement id="urn:epc:idpat:sgtin:0399991.112345.*">`, `<VocabularyElement id="https://id.gs1.org/01/00399991123455"><attribute id="urn:epcglobal:cbv:mda#regulatedProductName">Otherium</attribute></VocabularyElement><VocabularyElement id="urn:epc:idpat:sgtin:0399991.112345.*">`), says: `called "Samplium" and "Otherium"`},
	}, moreDSCSASamples(e, later)...)
}

func moreDSCSASamples(e []string, later func(n, minutes int) string) []ruleSample {
	return []ruleSample{
		{rule: "dscsa/delivery-missing", doc: shipment(`type="urn:epcglobal:cbv:btt:desadv"`, `type="urn:epcglobal:cbv:btt:bol"`), says: "names no despatch advice"},
		{rule: "dscsa/drop-shipment", doc: shipment("<gs1ushc:dropShipment>false", "<gs1ushc:dropShipment>true"), says: "from a place of the seller's to one of the buyer's"},
		{rule: "dscsa/drop-shipment-missing", doc: shipment("<gs1ushc:dropShipment>false</gs1ushc:dropShipment>", ""), says: "doesn't say whether it is a drop shipment"},
		{rule: "dscsa/markup", doc: shipment("Samplium</attribute>", "&lt;b&gt;Samplium&lt;/b&gt;</attribute>", "Samplium</attribute>", "&lt;b&gt;Samplium&lt;/b&gt;</attribute>"), says: `holds markup: "<b>Samplium</b>"`},
		{rule: "dscsa/null-item", doc: strings.ReplaceAll(goodXML(), pack1, "urn:epc:id:sgtin:0399991.012345.null"), says: "ends in the word null"},
		{rule: "dscsa/old-version", doc: shipment(`schemaVersion="1.2"`, `schemaVersion="1.1"`), says: "is of EPCIS 1.1"},
		{rule: "dscsa/order-missing", doc: shipment(`type="urn:epcglobal:cbv:btt:po"`, `type="urn:epcglobal:cbv:btt:bol"`), says: "names no purchase order"},
		{rule: "dscsa/party-extension", doc: spoiled(goodXML(), `owning_party">urn:epc:id:sgln:0399991.00001.0`, `owning_party">urn:epc:id:sgln:0399991.00001.7`), says: "named by a GLN with an extension", found: []string{"dscsa/party-extension", "dscsa/place-master-data"}},
		{rule: "dscsa/quantity-mismatch", doc: shipment("<ilmd>", "<quantityList><quantityElement><epcClass>urn:epc:idpat:sgtin:0399991.012345.*</epcClass><quantity>3</quantity></quantityElement></quantityList><ilmd>"), says: "names 2 of its serials"},
		{rule: "dscsa/received-before-shipped", doc: more(4, spoiled(e[5], "15:00:00", "14:00:00", "bizstep:shipping", "bizstep:receiving")), says: "was received before it was shipped"},
		{rule: "dscsa/receiver-owner", doc: shipment("0614141.00001.0</sbdh:Identifier>", "0614141.00002.0</sbdh:Identifier>"), says: "the goods go to 0614141000012, but the document goes to 0614141000029"},
		{rule: "dscsa/repeated-event", doc: more(2, e[2]), says: "the event is event 3 again", found: []string{"dscsa/packed-twice", "dscsa/repeated-event"}},
		{rule: "dscsa/sender-owner", doc: shipment("0399991.00001.0</sbdh:Identifier>", "0399991.00002.0</sbdh:Identifier>"), says: "the goods come from 0399991000015, but 0399991000022 sends the document"},
		{rule: "dscsa/sender-receiver", doc: shipment("0399991.00001.0</sbdh:Identifier>", "</sbdh:Identifier>", "urn:epc:id:sgln:</sbdh:Identifier>", "</sbdh:Identifier>"), says: "doesn't name sender and receiver"},
		{rule: "dscsa/shipped-before-commissioned", doc: with(spoiled(e[5], "2026-03-20T15", "2026-03-02T07"), e[0], e[1], e[2], e[3], e[4]), says: "was shipped by event 1, before it was commissioned"},
		{rule: "dscsa/shipped-packed", doc: more(5, shippedPacks(e[5], "15:00:00", pack1)), says: "is shipped while event 3 has it packed"},
		{rule: "dscsa/shipped-twice", doc: more(5, spoiled(e[5], "15:00:00", "15:01:00")), says: "was shipped by event 6 already"},
		{rule: "dscsa/sscc-lot", doc: with(e[0], e[1], e[2], spoiled(e[3], "</bizLocation>", "</bizLocation><extension><ilmd><cbvmda:lotNumber>L</cbvmda:lotNumber></ilmd></extension>"), e[4], e[5]), says: "an SSCC, is commissioned with a lot"},
		{rule: "dscsa/sscc-not-commissioned", doc: with(e[0], e[1], e[2], spoiled(e[3], palletX, "urn:epc:id:sscc:0399991.0000000002"), e[4], e[5]), says: "the document doesn't commission it"},
		{rule: "dscsa/statement-missing", doc: shipment("<gs1ushc:dscsaTransactionStatement>", "<gs1ushc:statement>", "</gs1ushc:dscsaTransactionStatement>", "</gs1ushc:statement>"), says: "no transaction statement"},
		{rule: "dscsa/statement-not-affirmed", doc: shipment("<gs1ushc:affirmTransactionStatement>true", "<gs1ushc:affirmTransactionStatement>false"), says: "isn't affirmed"},
		{rule: "dscsa/time-order", doc: with(e[0], e[1], spoiled(e[2], "2026-03-03", "2026-03-01"), e[3], e[4], e[5]), says: "happened before event 1, which stands before it"},
		{rule: "dscsa/too-deep", doc: with(e[0], e[1], e[2], e[3], e[4], tower(40), e[5]), says: "packed more than 32 levels deep", found: []string{"dscsa/sscc-not-commissioned", "dscsa/too-deep"}},
		{rule: "dscsa/too-many", doc: with(e[0], e[1], e[2], e[3], e[4], manyProducts(100_001), e[5]), says: "not all are checked", found: []string{"dscsa/product-master-data", "dscsa/too-many"}},
		{rule: "dscsa/transaction-missing", doc: shipment(`type="urn:epcglobal:cbv:btt:po"`, `type="urn:epcglobal:cbv:btt:bol"`, `type="urn:epcglobal:cbv:btt:desadv"`, `type="urn:epcglobal:cbv:btt:rma"`), says: "names no purchase order"},
		{rule: "dscsa/two-parents", doc: more(4, spoiled(later(2, 0), "2026-03-03T08:00:00Z", "2026-03-20T14:00:00Z", "<parentID>"+caseID, "<parentID>"+palletX)), says: "but event 3 packed it into another parent"},
		{rule: "dscsa/unpacked-elsewhere", doc: more(4, spoiled(later(2, 0), "2026-03-03T08:00:00Z", "2026-03-20T14:00:00Z", "<parentID>"+caseID, "<parentID>"+palletX, "ADD", "DELETE", "bizstep:packing", "bizstep:unpacking")), says: "but event 3 packed it elsewhere"},
		{rule: "dscsa/version", doc: shipment(`schemaVersion="1.2"`, `schemaVersion="1.0"`), says: "calls itself EPCIS 1.0"},
		{rule: "dscsa/void-not-shipped", doc: more(4, spoiled(e[5], "15:00:00", "14:00:00", "bizstep:shipping", "bizstep:void_shipping")), says: "but the document doesn't ship it"},
	}
}

// twinPack is a commissioning event of another pack.
func twinPack(event string) string {
	return spoiled(event, "<epc>"+pack1, "<epc>urn:epc:id:sgtin:0399991.012345.X1", "<epc>"+pack2, "<epc>urn:epc:id:sgtin:0399991.012345.X2")
}

// shippedPacks is the shipping event of something else at another time.
func shippedPacks(event, at, id string) string {
	return spoiled(event, "15:00:00", at, palletX, id)
}

// tower packs logistic units into one another, n levels.
func tower(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<AggregationEvent><eventTime>2026-03-20T14:00:%02dZ</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset>`+
			`<parentID>urn:epc:id:sscc:0399991.%010d</parentID><childEPCs><epc>urn:epc:id:sscc:0399991.%010d</epc></childEPCs><action>ADD</action></AggregationEvent>`, i, 100+i, 101+i)
	}
	return b.String()
}

// manyProducts observes n products.
func manyProducts(n int) string {
	var b strings.Builder
	b.WriteString(`<ObjectEvent><eventTime>2026-03-20T14:00:00Z</eventTime><eventTimeZoneOffset>-05:00</eventTimeZoneOffset><epcList/><action>OBSERVE</action><extension><quantityList>`)
	for i := range n {
		fmt.Fprintf(&b, `<quantityElement><epcClass>urn:epc:idpat:sgtin:0399991.%06d.*</epcClass></quantityElement>`, i)
	}
	b.WriteString(`</quantityList></extension></ObjectEvent>`)
	return b.String()
}
