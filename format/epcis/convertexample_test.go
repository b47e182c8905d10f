package epcis_test

import (
	"fmt"
	"os"
	"strings"

	"pedigree/format/epcis"
)

// A shipment in EPCIS 1.2 XML becomes JSON-LD with Digital Links.
func ExampleConvert() {
	file, err := os.Open("testdata/shipment.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = file.Close() }()
	var out strings.Builder
	report, err := epcis.Convert(&out, file, epcis.ConvertOptions{
		To:     epcis.Target{Form: epcis.JSON, Version: "2.0"},
		IDs:    epcis.AsDigitalLink,
		OnLoss: func(l epcis.Loss) { fmt.Println(l.Rule, l.Field) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Events, "events,", report.Losses, "losses")
	_, events, err := epcis.ReadAll(strings.NewReader(out.String()), epcis.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(events[1].ParentID)
	// Output:
	// loss/comment comment
	// loss/attribute batchFile
	// loss/sbdh Sender/Identifier/@Authority
	// loss/sbdh Receiver/Identifier/@Authority
	// loss/attribute release
	// 3 events, 5 losses
	// https://id.gs1.org/00/003999910000000015
}

// A partner who reads EPCIS 1.2 only gets no sensor data, and one is told so.
func ExampleConvert_loss() {
	const doc = `{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-21T09:00:00Z", "epcisBody": {"eventList": [
{"type": "ObjectEvent", "eventTime": "2026-03-21T09:00:00Z", "eventTimeZoneOffset": "-05:00", "action": "OBSERVE",
"epcList": ["urn:epc:id:sscc:0399991.0000000001"], "bizStep": "receiving",
"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 7.5, "uom": "CEL"}]}]}]}}`
	var losses []epcis.Loss
	_, err := epcis.Convert(os.Stdout, strings.NewReader(doc), epcis.ConvertOptions{
		From: epcis.Options{File: "cold.jsonld"},
		To:   epcis.Target{Form: epcis.XML, Version: "1.2"}, Indent: " ",
		OnLoss: func(l epcis.Loss) { losses = append(losses, l) },
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, l := range losses {
		fmt.Println(l.Where.Line, l.Rule, l.Text)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="1.2" creationDate="2026-03-21T09:00:00Z">
	//  <EPCISBody>
	//   <EventList>
	//    <ObjectEvent>
	//     <eventTime>2026-03-21T09:00:00Z</eventTime>
	//     <eventTimeZoneOffset>-05:00</eventTimeZoneOffset>
	//     <epcList>
	//      <epc>urn:epc:id:sscc:0399991.0000000001</epc>
	//     </epcList>
	//     <action>OBSERVE</action>
	//     <bizStep>urn:epcglobal:cbv:bizstep:receiving</bizStep>
	//    </ObjectEvent>
	//   </EventList>
	//  </EPCISBody>
	// </epcis:EPCISDocument>
	// 3 loss/sensor-element the sensor data is left out: EPCIS 1.2 XML has none
}

// A document with faults that leave no doubt is read, and what was wrong is
// said.
func ExampleOptions_lenient() {
	const doc = `{"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-21T09:00:00Z",
"epcisBody": {"eventList": [
{"type": "ObjectEvent", "eventTime": "2026-03-21T09:00", "eventTimeZoneOffset": "-05:00", "action": "observe",
"epcList": "urn:epc:id:sscc:0399991.0000000001"}]}}`
	if _, _, err := epcis.ReadAll(strings.NewReader(doc), epcis.Options{}); err != nil {
		fmt.Println("strict: ", err)
	}
	h, events, err := epcis.ReadAll(strings.NewReader(doc), epcis.Options{Lenient: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range append(h.Remarks(), events[0].Remarks()...) {
		fmt.Println("lenient:", f.Where.Line, f.Rule, f.Subject)
	}
	fmt.Println(events[0].EventTime, events[0].Action, events[0].EPCs)
	// Output:
	// strict:  2: /epcisBody/eventList: the document has no @context before its events [epcis/no-context]; write "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"] first
	// lenient: 2 lenient/no-context @context
	// lenient: 4 lenient/single-value epcList
	// lenient: 3 lenient/offset eventTime
	// lenient: 4 lenient/letter-case action
	// 2026-03-21 09:00:00 -0500 -0500 OBSERVE [urn:epc:id:sscc:0399991.0000000001]
}
