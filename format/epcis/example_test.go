package epcis_test

import (
	"fmt"
	"io"
	"os"
	"time"

	"pedigree/format/epcis"
)

func ExampleNewReader() {
	file, err := os.Open("testdata/shipment.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = file.Close() }()
	r, err := epcis.NewReader(file, epcis.Options{File: "shipment.xml"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("from", r.Header().Sender())
	for {
		e, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Where.Line, e.Type, e.BizStep, len(e.EPCs)+len(e.Children))
	}
	// Output:
	// from urn:epc:id:sgln:0399991.00001.0
	// 61 ObjectEvent commissioning 2
	// 83 AggregationEvent packing 2
	// 96 ObjectEvent shipping 1
}

func ExampleNewChecker() {
	file, err := os.Open("testdata/shipment.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = file.Close() }()
	h, events, err := epcis.ReadAll(file, epcis.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	check := epcis.NewChecker(epcis.CheckOptions{
		Now:  time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
		Sets: []epcis.Set{epcis.SetDSCSA},
	})
	var found []epcis.Finding
	for _, e := range events {
		found = append(found, check.Event(e)...)
	}
	for _, f := range append(found, check.Finish(h)...) {
		fmt.Println(f.Severity, f.Rule, f.Subject)
	}
	// Output:
	// warning dscsa/drop-shipment urn:epc:id:sgln:0399991.00001.0
	// info dscsa/delivery-missing desadv
	// info dscsa/sscc-not-commissioned urn:epc:id:sscc:0399991.0000000001
	// warning dscsa/place-master-data 0614141000012
}

func ExampleEvent_HashID() {
	e := &epcis.Event{
		Type: epcis.ObjectEvent, Action: epcis.Observe, BizStep: "receiving",
		EventTime: time.Date(2026, 3, 21, 9, 0, 0, 0, time.UTC), EventTimeZoneOffset: "-05:00",
		EPCs: []string{"urn:epc:id:sscc:0399991.0000000001"},
	}
	text, err := e.PreHash()
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := e.HashID()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text)
	fmt.Println(id)
	// Output:
	// eventType=ObjectEventeventTime=2026-03-21T09:00:00.000ZeventTimeZoneOffset=-05:00epcListepc=https://id.gs1.org/00/003999910000000015action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-receiving
	// ni:///sha-256;1afb874b548dd7388f8e2066d8890f1d5c918db5f343212296f1a63ecc785d7e?ver=CBV2.0
}

func ExampleNewJSONWriter() {
	w, err := epcis.NewJSONWriter(os.Stdout, &epcis.Header{CreationDate: time.Date(2026, 3, 21, 9, 0, 0, 0, time.UTC)}, epcis.JSONOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = w.Write(&epcis.Event{
		Type: epcis.ObjectEvent, Action: epcis.Observe, BizStep: "receiving",
		EventTime: time.Date(2026, 3, 21, 9, 0, 0, 0, time.UTC), EventTimeZoneOffset: "-05:00",
		EPCs: []string{"urn:epc:id:sscc:0399991.0000000001"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-21T09:00:00Z","epcisBody":{"eventList":[{"type":"ObjectEvent","eventTime":"2026-03-21T09:00:00Z","eventTimeZoneOffset":"-05:00","epcList":["urn:epc:id:sscc:0399991.0000000001"],"action":"OBSERVE","bizStep":"receiving"}]}}
}
