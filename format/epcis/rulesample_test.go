package epcis_test

import (
	"strings"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// ruleSample is a document that breaks one rule. It is made from a good one.
type ruleSample struct {
	rule  string
	doc   string
	says  string   // part of the message
	found []string // every code found, the rule's own alone if nil
	opts  epcis.Options
}

// goodXML is a shipment of one case of two packs.
func goodXML() string {
	var b strings.Builder
	if err := (epcistest.Shipment{CasesPerPallet: 1, PacksPerCase: 2}).WriteXML(&b); err != nil {
		panic(err)
	}
	return b.String()
}

// spoiled replaces the first old by new, and so on with further pairs. It panics
// where there is nothing to replace, so that no sample is good by mistake.
func spoiled(doc string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(doc, pairs[i]) {
			panic("the document has no " + pairs[i])
		}
		doc = strings.Replace(doc, pairs[i], pairs[i+1], 1)
	}
	return doc
}

// shipment spoils the good shipment.
func shipment(pairs ...string) string { return spoiled(goodXML(), pairs...) }

// eventsOf cuts the events out of the good shipment.
func eventsOf() []string {
	_, list, _ := strings.Cut(goodXML(), "<EventList>")
	list, _, _ = strings.Cut(list, "</EventList>")
	var events []string
	for _, end := range []string{"</ObjectEvent>", "</ObjectEvent>", "</AggregationEvent>", "</ObjectEvent>", "</AggregationEvent>", "</ObjectEvent>"} {
		event, rest, _ := strings.Cut(list, end)
		events, list = append(events, event+end), rest
	}
	return events
}

// with is the good shipment with another list of events.
func with(events ...string) string {
	head, rest, _ := strings.Cut(goodXML(), "<EventList>")
	_, tail, _ := strings.Cut(rest, "</EventList>")
	return head + "<EventList>" + strings.Join(events, "") + "</EventList>" + tail
}

// more is the good shipment with a further event behind the n-th.
func more(n int, event string) string {
	events := eventsOf()
	return with(append(append(events[:n+1:n+1], event), events[n+1:]...)...)
}

const (
	jsonHead = `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"x":"https://x.example.com/"}],` +
		`"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[`
	jsonEvent = `{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","epcList":["urn:a:b"],"action":"OBSERVE"`
	goodJSON  = jsonHead + jsonEvent + `}]}}`
)

// member adds members to the event of the good JSON document.
func member(members string) string { return spoiled(goodJSON, `"OBSERVE"`, `"OBSERVE",`+members) }

// report is a JSON document with one sensor report.
func report(members string) string {
	return member(`"sensorElementList":[{"sensorReport":[{` + members + `}]}]`)
}

const (
	pack1   = "urn:epc:id:sgtin:0399991.012345.100000000001"
	pack2   = "urn:epc:id:sgtin:0399991.012345.100000000002"
	caseID  = "urn:epc:id:sgtin:0399991.112345.500000001"
	palletX = "urn:epc:id:sscc:0399991.0000000001"
)

// moved is an event of the good shipment at another time.
func moved(event, from, to string) string {
	return spoiled(event, "<eventTime>"+from, "<eventTime>"+to)
}

// readSamples break the rules of reading.
func readSamples() []ruleSample {
	limit := func(l epcis.Limits) epcis.Options { return epcis.Options{Limits: l} }
	return []ruleSample{
		{rule: "epcis/bad-time", doc: shipment("<eventTime>2026-03-02T08:00:00Z", "<eventTime>2026-03-02T08:00:00"), says: `eventTime "2026-03-02T08:00:00" isn't a date and time`},
		{rule: "epcis/bad-value", doc: member(`"bizStep":5`), says: "the value isn't a string"},
		{rule: "epcis/doctype", doc: shipment("<epcis:EPCISDocument", "<!DOCTYPE a><epcis:EPCISDocument"), says: "has a DOCTYPE"},
		{rule: "epcis/duplicate-key", doc: member(`"action":"ADD"`), says: `the name "action" stands twice`},
		{rule: "epcis/encoding", doc: shipment(`encoding="UTF-8"`, `encoding="ISO-8859-1"`), says: `the encoding is "ISO-8859-1"`},
		{rule: "epcis/entity", doc: shipment("LOT-7A", "&lot;"), says: "the entity &lot; isn't known"},
		{rule: "epcis/json", doc: spoiled(goodJSON, `"type"`, `'type'`), says: "isn't JSON"},
		{rule: "epcis/limit-attributes", doc: goodXML(), opts: limit(epcis.Limits{Attributes: 3}), says: "more than 3 attributes"},
		{rule: "epcis/limit-bytes", doc: goodXML(), opts: limit(epcis.Limits{DocumentBytes: 1000}), says: "more than 1000 bytes"},
		{rule: "epcis/limit-depth", doc: goodXML(), opts: limit(epcis.Limits{Depth: 4}), says: "nested more than 4 deep"},
		{rule: "epcis/limit-epcs", doc: goodXML(), opts: limit(epcis.Limits{EPCsPerEvent: 1}), says: "more than 1 identifiers"},
		{rule: "epcis/limit-events", doc: goodXML(), opts: limit(epcis.Limits{Events: 5}), says: "more than 5 events"},
		{rule: "epcis/limit-members", doc: goodJSON, opts: limit(epcis.Limits{MembersPerObject: 4}), says: "more than 4 members"},
		{rule: "epcis/limit-namespaces", doc: shipment("<cbvmda:lotNumber>", "<cbvmda:lotNumber"+manySpaces()+">"), opts: limit(epcis.Limits{Attributes: 2000}), says: "more than 1024 namespaces"},
		{rule: "epcis/limit-nodes", doc: goodXML(), opts: limit(epcis.Limits{NodesPerEvent: 1}), says: "more than 1 extension elements"},
		{rule: "epcis/limit-tag", doc: goodXML(), opts: limit(epcis.Limits{TagBytes: 100}), says: "longer than 100 bytes"},
		{rule: "epcis/limit-text", doc: goodXML(), opts: limit(epcis.Limits{TextBytes: 60}), says: "longer than 60 bytes"},
		{rule: "epcis/limit-vocabulary", doc: goodXML(), opts: limit(epcis.Limits{VocabularyEntries: 5}), says: "more than 5 elements"},
		{rule: "epcis/no-body", doc: spoiled(goodJSON, `"eventList":[`+jsonEvent+`}]`, ""), says: "no eventList"},
		{rule: "epcis/no-context", doc: `{"type":"EPCISDocument","epcisBody":{"eventList":[]}}`, says: "no @context"},
		{rule: "epcis/no-events", doc: shipment("<EventList>", "<Poll/><EventList>"), says: "the body holds <Poll>"},
		{rule: "epcis/not-epcis", doc: "<invoice/>", says: "the document is a <invoice>"},
		{rule: "epcis/repeated", doc: shipment("<action>ADD</action>", "<action>ADD</action><action>ADD</action>"), says: "<action> stands twice"},
		{rule: "epcis/trailing", doc: goodJSON + "{}", says: "something follows the document"},
		{rule: "epcis/truncated", doc: goodXML()[:2000], says: "the document ends inside"},
		{rule: "epcis/unexpected-text", doc: shipment("<epcList>", "two packs<epcList>"), says: "stands where only elements belong"},
		{rule: "epcis/unknown-event", doc: shipment("<ObjectEvent>", "<PackEvent>"), says: "<PackEvent> isn't an event type"},
		{rule: "epcis/unknown-field", doc: shipment("<bizStep>", "<step/><bizStep>"), says: "<step> isn't a field"},
		{rule: "epcis/unknown-prefix", doc: shipment("<cbvmda:lotNumber>", "<mda:lotNumber>"), says: `prefix "mda" isn't declared`},
		{rule: "epcis/xml", doc: shipment("</action>", "</Action>"), says: "is closed by"},
	}
}

func manySpaces() string {
	var b strings.Builder
	for i := range 1100 {
		b.WriteString(" xmlns:a")
		b.WriteString(strings.Repeat("b", i%40))
		b.WriteString(strings.Repeat("c", i/40))
		b.WriteString(`="urn:a:b"`)
	}
	return b.String()
}

// structureSamples break the rules of the schemas.
func structureSamples() []ruleSample {
	return []ruleSample{
		{rule: "structure/action", doc: spoiled(goodJSON, "OBSERVE", "CREATE"), says: `action "CREATE" isn't known`},
		{rule: "structure/boolean", doc: report(`"type":"Angle","booleanValue":"yes"`), says: `booleanValue "yes" isn't true or false`, found: []string{"structure/boolean", "structure/json-type"}},
		{rule: "structure/duplicate-disposition", doc: member(`"persistentDisposition":{"set":["damaged","damaged"]}`), says: `"damaged" twice`},
		{rule: "structure/duplicate-identifier", doc: shipment("<epc>"+pack2, "<epc>"+pack1), says: "twice"},
		{rule: "structure/empty", doc: spoiled(goodJSON, "urn:a:b", ""), says: "epcList has an empty entry"},
		{rule: "structure/foreign-field", doc: member(`"childEPCs":["urn:a:c"]`), says: "ObjectEvent has no childEPCs"},
		{rule: "structure/hex", doc: report(`"type":"Angle","hexBinaryValue":"0G"`), says: `hexBinaryValue "0G" isn't hexadecimal`},
		{rule: "structure/ilmd", doc: member(`"ilmd":{"x:a":1}`), says: "only an ObjectEvent with action ADD"},
		{rule: "structure/incomplete", doc: shipment("<sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>", ""), says: "lacks <HeaderVersion>"},
		{rule: "structure/json-type", doc: report(`"type":"Angle","value":"5"`), says: "value isn't written as a number"},
		{rule: "structure/misplaced", doc: shipment("<action>", "<quantityList/><action>"), says: "EPCIS 1.2 has no <quantityList> here"},
		{rule: "structure/no-offset", doc: shipment(`creationDate="2026-03-20T15:00:00Z"`, `creationDate="2026-03-20T15:00:00"`), says: "has no offset; it is taken as UTC"},
		{rule: "structure/not-a-uri", doc: spoiled(goodJSON, "urn:a:b", "pack 7"), says: `epcList "pack 7" isn't a URI`},
		{rule: "structure/number", doc: report(`"type":"Angle","value":"steep"`), says: `value "steep" isn't a number`, found: []string{"structure/json-type", "structure/number"}},
		{rule: "structure/offset", doc: shipment("<eventTimeZoneOffset>-05:00", "<eventTimeZoneOffset>EST"), says: `eventTimeZoneOffset "EST" isn't an offset`},
		{rule: "structure/order", doc: shipment("<action>ADD</action>", "", "</disposition>", "</disposition><action>ADD</action>"), says: "<action> stands behind <disposition>"},
		{rule: "structure/qualified", doc: shipment("<action>ADD</action>", "<epcis:action>ADD</epcis:action>"), says: "<action> stands in a namespace"},
		{rule: "structure/quantity", doc: shipment("<ilmd>", "<quantityList><quantityElement><epcClass>urn:a:c</epcClass><quantity>ten</quantity></quantityElement></quantityList><ilmd>"), says: `quantity "ten" isn't a number`},
		{rule: "structure/quantity-count", doc: member(`"quantityList":[{"epcClass":"urn:a:c","quantity":1.5}]`), says: "has no unit, so it counts objects"},
		{rule: "structure/quantity-negative", doc: member(`"quantityList":[{"epcClass":"urn:a:c","quantity":-1}]`), says: "quantity -1 is negative"},
		{rule: "structure/quantity-zero", doc: member(`"quantityList":[{"epcClass":"urn:a:c","quantity":0}]`), says: "the quantity is zero"},
		{rule: "structure/repeated", doc: shipment("<readPoint>", "<readPoint><id>urn:a:r</id>"), says: "<id> stands twice"},
		{rule: "structure/required", doc: shipment("<eventTimeZoneOffset>-05:00</eventTimeZoneOffset>", ""), says: "ObjectEvent has no eventTimeZoneOffset"},
		{rule: "structure/sbdh-namespace", doc: strings.ReplaceAll(goodXML(), "sbdh:", ""), says: "isn't in the namespace of the SBDH"},
		{rule: "structure/schema-version", doc: shipment(`schemaVersion="1.2"`, `schemaVersion="latest"`), says: `schemaVersion "latest" isn't a version`},
		{rule: "structure/sensor-time", doc: report(`"type":"Angle","time":"2026-01-01T00:00:01Z"`), says: "the sensor reports from after the event"},
		{rule: "structure/sensor-type", doc: report(`"value":5`), says: "has no type"},
		{rule: "structure/time", doc: report(`"type":"Angle","time":"noon"`), says: `time "noon" isn't a date and time`},
		{rule: "structure/unknown-context", doc: spoiled(goodJSON, `epcis-context.jsonld",`, `epcis-context.jsonld","https://x.example.com/terms.jsonld",`), says: `"https://x.example.com/terms.jsonld" isn't fetched`},
		{rule: "structure/uom", doc: member(`"quantityList":[{"epcClass":"urn:a:c","quantity":1,"uom":"kilo"}]`), says: `uom "kilo" isn't a unit`},
		{rule: "structure/urn-in-json", doc: member(`"bizStep":"urn:epcglobal:cbv:bizstep:packing"`), says: "is written as in XML"},
		{rule: "structure/version-namespace", doc: shipment(`schemaVersion="1.2"`, `schemaVersion="2.0"`), says: "the namespace is that of another version"},
	}
}

// identifierSamples break the rules of identifiers and vocabularies.
func identifierSamples() []ruleSample {
	return []ruleSample{
		{rule: "gs1/check-digit", doc: shipment("<epc>"+pack1, "<epc>https://id.gs1.org/01/00399991123456/21/1"), says: "the check digit is 6"},
		{rule: "gs1/class-as-object", doc: shipment("<epc>"+pack1, "<epc>urn:epc:class:lgtin:0399991.012345.A"), says: "is a class and no single object"},
		{rule: "gs1/country", doc: shipment("countryCode\">US", "countryCode\">USA"), says: `countryCode "USA" isn't a country`},
		{rule: "gs1/date", doc: shipment("<cbvmda:lotNumber>", "<cbvmda:sellByDate>soon</cbvmda:sellByDate><cbvmda:lotNumber>"), says: `sellByDate "soon"`},
		{rule: "gs1/expiry", doc: shipment("2028-06-30", "2028-06-31"), says: `itemExpirationDate "2028-06-31"`},
		{rule: "gs1/identifier", doc: shipment("<epc>"+pack1, "<epc>urn:epc:id:sgtin:0399991.1.1"), says: `epcList "urn:epc:id:sgtin:0399991.1.1"`},
		{rule: "gs1/lot", doc: shipment("LOT-7A", "LOT 7A"), says: `lotNumber "LOT 7A"`},
		{rule: "gs1/ndc", doc: shipment("99991-123-45", "99991-12345"), says: `"99991-12345" isn't a National Drug Code`},
		{rule: "gs1/ndc-gtin", doc: shipment("99991-123-45", "99991-124-45"), says: "NDC 99991-124-45 doesn't agree with GTIN 00399991123455, which holds 9999112345"},
		{rule: "gs1/object-as-class", doc: shipment("<ilmd>", "<quantityList><quantityElement><epcClass>"+pack1+"</epcClass></quantityElement></quantityList><ilmd>"), says: "which is a single object"},
		{rule: "gs1/transaction-id", doc: shipment("bt:0614141000012", "bt:0614141000013"), says: "the GLN's check digit is wrong"},
		{rule: "cbv/deprecated-term", doc: shipment("disp:active", "disp:non_sellable_expired"), says: `"non_sellable_expired" has another name now`},
		{rule: "cbv/identifier-kind", doc: shipment("<id>urn:epc:id:sgln:0399991.00001.0", "<id>"+pack1), says: "readPoint is"},
		{rule: "cbv/new-term", doc: shipment("disp:active", "disp:available"), says: `"available" came with CBV 2.0`},
		{rule: "cbv/unit", doc: report(`"type":"Angle","value":5,"uom":"degrees"`), says: `uom "degrees" isn't a code`},
		{rule: "cbv/unit-mismatch", doc: report(`"type":"Temperature","value":5,"uom":"KGM"`), says: "uom KGM isn't a unit of Temperature"},
		{rule: "cbv/unknown-term", doc: shipment("bizstep:packing", "bizstep:packaging"), says: `"packaging" isn't a business step`},
		{rule: "cbv/wrong-vocabulary", doc: shipment("cbv:disp:active", "cbv:bizstep:packing"), says: "stands where a disposition belongs"},
	}
}
