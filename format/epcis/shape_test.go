package epcis

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	timesXML  = `<eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>`
	epcsXML   = `<epcList><epc>urn:a:b</epc></epcList>`
	actionXML = `<action>OBSERVE</action>`
	stepXML   = `<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>`
	countXML  = `<quantityList><quantityElement><epcClass>urn:a:c</epcClass><quantity>1</quantity></quantityElement></quantityList>`
)

// shapeDoc wraps a header and the inside of an event list into a document.
func shapeDoc(version, header, events string) string {
	return `<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:` + version[:1] + `" xmlns:x="https://x.example.com/"` +
		` xmlns:s="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"` +
		` schemaVersion="` + version + `" creationDate="2026-01-01T00:00:00Z">` + header +
		`<EPCISBody><EventList>` + events + `</EventList></EPCISBody></e:EPCISDocument>`
}

func objectXML(inside ...string) string {
	return "<ObjectEvent>" + strings.Join(inside, "") + "</ObjectEvent>"
}

// structureOf reads a document and returns the structure rules it breaks, in the
// order found, each once.
func structureOf(t *testing.T, doc string) []string {
	t.Helper()
	var codes []string
	seen := map[string]bool{}
	note := func(found []Finding) {
		for _, f := range found {
			if !seen[f.Rule] {
				seen[f.Rule] = true
				codes = append(codes, f.Rule)
			}
		}
	}
	check := NewChecker(CheckOptions{Sets: []Set{SetStructure}})
	r, err := NewReader(strings.NewReader(doc), Options{File: "d"})
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		note(check.Event(e))
	}
	note(check.Finish(r.Header()))
	return codes
}

func TestXMLStandsAsItsSchemaSays(t *testing.T) {
	sbdh := `<s:StandardBusinessDocumentHeader><s:HeaderVersion>1.0</s:HeaderVersion><s:Sender><s:Identifier>a</s:Identifier></s:Sender>` +
		`<s:Receiver><s:Identifier>b</s:Identifier></s:Receiver><s:DocumentIdentification><s:Standard>a</s:Standard><s:TypeVersion>1</s:TypeVersion>` +
		`<s:InstanceIdentifier>1</s:InstanceIdentifier><s:Type>a</s:Type><s:CreationDateAndTime>2026-01-01T00:00:00Z</s:CreationDateAndTime>` +
		`</s:DocumentIdentification></s:StandardBusinessDocumentHeader>`
	master := `<extension><EPCISMasterData><VocabularyList><Vocabulary type="urn:a:v"><VocabularyElementList><VocabularyElement id="urn:a:e">` +
		`<attribute id="urn:a:a">1</attribute><children><id>urn:a:c</id></children></VocabularyElement></VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension>`
	good := objectXML(timesXML, epcsXML, actionXML, stepXML)
	for _, c := range []struct {
		name string
		doc  string
		want []string
	}{
		{"a good event of 1.2", shapeDoc("1.2", "", good), nil},
		{"a good event of 2.0", shapeDoc("2.0", "", good), nil},
		{"the step before the action", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, stepXML, actionXML)), []string{"structure/order"}},
		{"the time last", shapeDoc("1.2", "", objectXML(epcsXML, actionXML, timesXML)), []string{"structure/order"}},
		{"a field behind an extension", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, "<x:a/>", stepXML)), []string{"structure/order"}},
		{"an extension last", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, stepXML, "<x:a/>")), nil},
		{"quantities of 1.2 in the extension", shapeDoc("1.2", "", objectXML(timesXML, epcsXML, actionXML, "<extension>", countXML, "</extension>")), nil},
		{"quantities of 1.2 in the event", shapeDoc("1.2", "", objectXML(timesXML, epcsXML, actionXML, countXML)), []string{"structure/misplaced"}},
		{"quantities of 2.0 in the extension", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, "<extension>", countXML, "</extension>")), []string{"structure/misplaced"}},
		{"an event id of 1.2 in the event", shapeDoc("1.2", "", objectXML(timesXML, "<eventID>urn:a:i</eventID>", epcsXML, actionXML)), []string{"structure/misplaced"}},
		{"an event id of 1.2 in the base extension", shapeDoc("1.2", "", objectXML(timesXML, "<baseExtension><eventID>urn:a:i</eventID></baseExtension>", epcsXML, actionXML)), nil},
		{"sensors in 1.2, in an extension of the extension", shapeDoc("1.2", "", objectXML(timesXML, epcsXML, actionXML, `<extension><extension><sensorElementList><sensorElement><sensorReport type="gs1:Mass"/></sensorElement></sensorElementList></extension></extension>`)), nil},
		{"no epcList in 1.2", shapeDoc("1.2", "", objectXML(timesXML, actionXML, "<extension>", countXML, "</extension>")), []string{"structure/incomplete"}},
		{"no epcList in 2.0", shapeDoc("2.0", "", objectXML(timesXML, actionXML, countXML)), nil},
		{"an empty list of transactions", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, "<bizTransactionList/>")), []string{"structure/incomplete"}},
		{"the unit before the quantity", shapeDoc("2.0", "", objectXML(timesXML, actionXML, "<quantityList><quantityElement><epcClass>urn:a:c</epcClass><uom>KGM</uom><quantity>1</quantity></quantityElement></quantityList>")), []string{"structure/order"}},
		{"two classes in one quantity", shapeDoc("2.0", "", objectXML(timesXML, actionXML, "<quantityList><quantityElement><epcClass>urn:a:c</epcClass><epcClass>urn:a:d</epcClass></quantityElement></quantityList>")), []string{"structure/repeated"}},
		{"a place without an id", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, "<readPoint/>")), []string{"structure/required"}},
		{"a place with two ids", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, "<readPoint><id>urn:a:p</id><id>urn:a:q</id></readPoint>")), []string{"structure/repeated"}},
		{"set before unset", shapeDoc("2.0", "", objectXML(timesXML, epcsXML, actionXML, "<persistentDisposition><set>urn:a:d</set><unset>urn:a:e</unset></persistentDisposition>")), []string{"structure/order"}},
		{"an error declaration of 2.0 in any order", shapeDoc("2.0", "", objectXML(timesXML, "<errorDeclaration><reason>urn:a:r</reason><declarationTime>2026-01-01T00:00:00Z</declarationTime></errorDeclaration>", epcsXML, actionXML)), nil},
		{"an error declaration of 1.2 in another order", shapeDoc("1.2", "", objectXML(timesXML, "<baseExtension><errorDeclaration><reason>urn:a:r</reason><declarationTime>2026-01-01T00:00:00Z</declarationTime></errorDeclaration></baseExtension>", epcsXML, actionXML)), []string{"structure/order"}},
		{"a transformation in a list of 1.2", shapeDoc("1.2", "", "<TransformationEvent>"+timesXML+"<inputEPCList><epc>urn:a:i</epc></inputEPCList><outputEPCList><epc>urn:a:o</epc></outputEPCList></TransformationEvent>"), []string{"structure/misplaced"}},
		{"a transformation in the extension of a list of 1.2", shapeDoc("1.2", "", "<extension><TransformationEvent>"+timesXML+"<inputEPCList><epc>urn:a:i</epc></inputEPCList><outputEPCList><epc>urn:a:o</epc></outputEPCList></TransformationEvent></extension>"), nil},
		{"qualified fields", shapeDoc("2.0", "", objectXML("<e:eventTime>2026-01-01T00:00:00Z</e:eventTime>", "<e:eventTimeZoneOffset>+00:00</e:eventTimeZoneOffset>", epcsXML, actionXML)), []string{"structure/qualified"}},
		{"a header", shapeDoc("1.2", "<EPCISHeader>"+sbdh+master+"<x:a/></EPCISHeader>", good), nil},
		{"a header of 1.2 without SBDH", shapeDoc("1.2", "<EPCISHeader>"+master+"</EPCISHeader>", good), []string{"structure/incomplete"}},
		{"a header of 2.0 without SBDH", shapeDoc("2.0", "<EPCISHeader>"+master+"</EPCISHeader>", good), nil},
		{"a header with the SBDH last", shapeDoc("1.2", "<EPCISHeader>"+master+sbdh+"</EPCISHeader>", good), []string{"structure/order"}},
		{"an SBDH without a sender", shapeDoc("1.2", "<EPCISHeader>"+strings.Replace(sbdh, "<s:Sender><s:Identifier>a</s:Identifier></s:Sender>", "", 1)+"</EPCISHeader>", good), []string{"structure/incomplete"}},
		{"master data beside the extension", shapeDoc("2.0", "<EPCISHeader>"+strings.NewReplacer("<extension>", "", "</extension>", "").Replace(master)+"</EPCISHeader>", good), []string{"structure/misplaced"}},
		{"children before the attributes", shapeDoc("2.0", "<EPCISHeader>"+strings.Replace(strings.Replace(master, "<children><id>urn:a:c</id></children>", "", 1), `<attribute`, "<children><id>urn:a:c</id></children><attribute", 1)+"</EPCISHeader>", good), []string{"structure/order"}},
		{"an attribute without an id", shapeDoc("2.0", "<EPCISHeader>"+strings.Replace(master, `<attribute id="urn:a:a">`, "<attribute>", 1)+"</EPCISHeader>", good), []string{"structure/empty"}},
		{"an event alone", `<ObjectEvent>` + timesXML + epcsXML + stepXML + actionXML + `</ObjectEvent>`, []string{"structure/order"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := structureOf(t, c.doc)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestARemarkOnXMLSaysWhere(t *testing.T) {
	doc := shapeDoc("2.0", "", objectXML(timesXML, epcsXML, "\n", stepXML, "\n", actionXML))
	h, events, err := ReadAll(strings.NewReader(doc), Options{File: "d.xml"})
	if err != nil {
		t.Fatal(err)
	}
	found := NewChecker(CheckOptions{Sets: []Set{SetStructure}}).Event(events[0])
	want := []Finding{{
		Severity: Warning, Set: SetStructure, Rule: "structure/order", Where: Where{File: "d.xml", Line: 3, Event: 1},
		Subject: "/EPCISDocument/EPCISBody/EventList/ObjectEvent/action",
		Text:    "<action> stands behind <bizStep>: the schema has it before", Remedy: "write the elements in the schema's order",
	}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(h.remarks) != 0 {
		t.Errorf("remarks on the header: %v", h.remarks)
	}
}

func TestRemarksHaveALimit(t *testing.T) {
	for n, want := range map[int]int{remarksKept: remarksKept, remarksKept + 1: remarksKept} {
		quantity := `<quantityElement><quantity>1</quantity><epcClass>urn:a:c</epcClass></quantityElement>`
		_, events, err := ReadAll(strings.NewReader(shapeDoc("2.0", "", objectXML(timesXML, actionXML, "<quantityList>", strings.Repeat(quantity, n), "</quantityList>"))), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(events[0].remarks); got != want {
			t.Errorf("%d faults: %d remarks, want %d", n, got, want)
		}
	}
}

func TestJSONIsAsItsSchemaSays(t *testing.T) {
	const event = `{"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","epcList":["urn:a:b"],"action":"OBSERVE"`
	document := func(kind, members, inside string) string {
		return `{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"` + kind + `","creationDate":"2026-01-01T00:00:00Z"` + members + `,"epcisBody":` + inside + `}`
	}
	withEvent := func(members string) string {
		return document("EPCISDocument", `,"schemaVersion":"2.0"`, `{"eventList":[`+event+members+`}]}`)
	}
	for _, c := range []struct {
		name string
		doc  string
		want []string
	}{
		{"a good event", withEvent(""), nil},
		{"a place without an id", withEvent(`,"readPoint":{}`), []string{"structure/required"}},
		{"an empty list of dispositions", withEvent(`,"persistentDisposition":{"set":[]}`), []string{"structure/required"}},
		{"a sensor report without a type", withEvent(`,"sensorElementList":[{"sensorReport":[{"exception":"ALARM_CONDITION"}]}]`), []string{"structure/sensor-type"}},
		{"a sensor report with an empty type", withEvent(`,"sensorElementList":[{"sensorReport":[{"type":"","value":1}]}]`), []string{"structure/sensor-type"}},
		{"a device named by a number", withEvent(`,"sensorElementList":[{"sensorMetadata":{"deviceID":5},"sensorReport":[{"type":"Mass"}]}]`), []string{"structure/json-type", "structure/not-a-uri"}},
		{"a type that is no URI", withEvent(`,"bizTransactionList":[{"type":"+15:00","bizTransaction":"urn:a:t"}]`), []string{"structure/not-a-uri"}},
		{"a document's id that is no URI", document("EPCISDocument", `,"schemaVersion":"2.0","id":"doc 7"`, `{"eventList":[]}`), []string{"structure/not-a-uri"}},
		{"a document without a version", document("EPCISDocument", "", `{"eventList":[]}`), []string{"structure/schema-version"}},
		{"query results without a version", document("EPCISQueryDocument", "", `{"queryResults":{"queryName":"q","resultsBody":{"eventList":[]}}}`), nil},
		{"query results without a name", document("EPCISQueryDocument", "", `{"queryResults":{"resultsBody":{"eventList":[]}}}`), []string{"structure/incomplete"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, structureOf(t, c.doc)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
