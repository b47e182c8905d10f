package epcis

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fuzzLimits keep single inputs cheap.
var fuzzLimits = Limits{DocumentBytes: 1 << 20, Events: 1000, NodesPerEvent: 1000, HeaderNodes: 1000}

func addSamples(f *testing.F, file string) {
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
}

// fuzzRead reads a document that may be anything. What is accepted must be
// accepted again, and mean the same, after it was written.
func fuzzRead(t *testing.T, data []byte) {
	h, events, err := ReadAll(bytes.NewReader(data), Options{File: "f", Limits: fuzzLimits})
	var refused *Error
	if err != nil {
		if !errors.As(err, &refused) || refused.Rule == "" || refused.Remedy == "" || refused.Line < 1 {
			t.Fatalf("a refusal that isn't one: %#v", err)
		}
		return
	}
	check := NewChecker(CheckOptions{})
	for _, e := range events {
		check.Event(e)
	}
	check.Finish(h)
	if h.Kind == MasterDataDocument {
		return
	}
	open := openJSON
	if h.Form == XML {
		open = openXML20
	}
	doc, err := write(h, events, open(h))
	if err != nil {
		if !errors.As(err, &refused) || refused.Rule != "epcis/unwritable" {
			t.Fatalf("couldn't write what was read: %v", err)
		}
		return
	}
	_, again, err := ReadAll(strings.NewReader(doc), Options{})
	if err != nil {
		t.Fatalf("couldn't read what was written: %v\n%s", err, doc)
	}
	for i := range events {
		before, err1 := events[i].PreHash()
		after, err2 := again[i].PreHash()
		if before != after || (err1 == nil) != (err2 == nil) {
			t.Fatalf("event %d changed\n%s\n%s\n%s", i, before, after, doc)
		}
	}
}

func FuzzReadXML(f *testing.F) {
	addSamples(f, "shipment.xml")
	for _, c := range refusals {
		if strings.HasPrefix(c.doc, "<") {
			f.Add([]byte(c.doc))
		}
	}
	f.Add([]byte(xmlEvent(`<sensorElementList><sensorElement><sensorMetadata time="2026-01-01T00:00:00Z" x:a="b"/><sensorReport type="gs1:Temperature" value="1"/></sensorElement></sensorElementList>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if i := bytes.IndexByte(data, '<'); i < 0 || i > 3 {
			return
		}
		fuzzRead(t, data)
	})
}

func FuzzReadJSON(f *testing.F) {
	addSamples(f, "shipment.jsonld")
	for _, c := range refusals {
		if strings.HasPrefix(c.doc, "{") {
			f.Add([]byte(c.doc))
		}
	}
	f.Add([]byte(jsonEvent(`,"x:a":[1,-2.5e+3,true,false,null,"\ud83d\ude00",{},[],[[]]]`)))
	f.Add([]byte(jsonEvent(`,"sensorElementList":[{"sensorMetadata":{},"sensorReport":[{"type":"Speed","value":1.0}]}]`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if i := bytes.IndexByte(data, '{'); i < 0 || i > 3 {
			return
		}
		fuzzRead(t, data)
	})
}

// FuzzHash takes values apart that stand in hashed fields. A canonical value
// must stay as it is when it is made canonical again.
func FuzzHash(f *testing.F) {
	for _, s := range []string{"26.0", "1e400", "urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()", "https://example.com/gtin/09780345418913/21/765tz?abc=211121", "gs1:x", "cbv:", "-", "urn:epc:idpat:sgtin:0614141.812345.*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if value == "" {
			return
		}
		once := string(appendCanonical(nil, value))
		if once == "" {
			t.Fatalf("%q became nothing", value)
		}
		twice := string(appendCanonical(nil, once))
		if isDecimal(value) && twice != once || strings.HasPrefix(once, canonicalDomain+"/") && twice != once {
			t.Fatalf("%q became %q and then %q", value, once, twice)
		}
		e := &Event{
			Type: ObjectEvent, EventTime: fixedTime, EPCs: []string{value, once}, BizStep: value,
			ReadPoint: Place{ID: value}, Extensions: []Node{{Name: Name{"https://x.example.com/", "a"}, Text: value}},
		}
		a, err := e.HashBytes()
		if err != nil {
			t.Fatal(err)
		}
		e.EPCs = []string{once, value}
		if b, _ := e.HashBytes(); a != b {
			t.Fatalf("%q: the order of the list changed the hash", value)
		}
	})
}
