package epcis

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// jsonWith changes a good JSON document in one place.
func jsonWith(old, replacement string) string {
	doc := strings.Replace(jsonEvent(""), old, replacement, 1)
	if doc == jsonEvent("") {
		panic("nothing to change: " + old)
	}
	return doc
}

func xmlWith(old, replacement string) string {
	doc := strings.Replace(xmlEvent(""), old, replacement, 1)
	if doc == xmlEvent("") {
		panic("nothing to change: " + old)
	}
	return doc
}

var nineOClock = time.Date(2026, 1, 1, 9, 30, 0, 0, time.UTC)

// tolerances has faults of senders: the rule by which a strict reader refuses
// each, if it does, the remark of a lenient one, and what it must understand.
var tolerances = []struct {
	name   string
	doc    string
	strict string
	code   string
	got    func(h *Header, e *Event) any
	want   any
}{
	{
		"a DOCTYPE that declares nothing", "<!DOCTYPE project>\n" + xmlEvent(""), "epcis/doctype", LenientDoctype,
		func(_ *Header, e *Event) any { return e.Action }, Observe,
	},
	{
		"UTF-16 declared by a writer of strings", `<?xml version="1.0" encoding="utf-16"?>` + xmlEvent("<x:a>é</x:a>"), "epcis/encoding", LenientEncoding,
		func(_ *Header, e *Event) any { return e.Extensions[0].Text }, "é",
	},
	{
		"another encoding declared for ASCII", `<?xml version="1.0" encoding="ISO-8859-1"?>` + xmlEvent("<x:a>e</x:a>"), "epcis/encoding", LenientEncoding,
		func(_ *Header, e *Event) any { return e.Extensions[0].Text }, "e",
	},
	{
		"a time without seconds in XML", xmlWith("T00:00:00Z</eventTime>", "T09:30Z</eventTime>"), "epcis/bad-time", LenientTime,
		func(_ *Header, e *Event) any { return e.EventTime.Equal(nineOClock) }, true,
	},
	{
		"a time with a space", xmlWith("2026-01-01T00:00:00Z</eventTime>", "2026-01-01 04:30:00-0500</eventTime>"), "epcis/bad-time", LenientTime,
		func(_ *Header, e *Event) any { return e.EventTime.Equal(nineOClock) }, true,
	},
	{
		"a time of more decimals than anybody measures", jsonWith(`"eventTime":"2026-01-01T00:00:00Z"`, `"eventTime":"2026-01-01T09:30:00.12345678901Z"`), "epcis/bad-time", LenientTime,
		func(_ *Header, e *Event) any { return e.EventTime.Equal(nineOClock.Add(123456789)) }, true,
	},
	{
		"a creation date without seconds", jsonWith(`"creationDate":"2026-01-01T00:00:00Z"`, `"creationDate":"2026-01-01T09:30Z"`), "epcis/bad-time", LenientTime,
		func(h *Header, _ *Event) any { return h.CreationDate.Equal(nineOClock) }, true,
	},
	{
		"a time without offset before the zone", xmlWith("2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00", "2026-01-01T04:30:00</eventTime><eventTimeZoneOffset>-05:00"), "epcis/bad-time", LenientOffset,
		func(_ *Header, e *Event) any { return e.EventTime.Equal(nineOClock) }, true,
	},
	{
		"a time without offset in JSON", jsonWith(`"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00"`, `"eventTime":"2026-01-01T04:30:00","eventTimeZoneOffset":"-05:00"`), "epcis/bad-time", LenientOffset,
		func(_ *Header, e *Event) any { return e.EventTime.Equal(nineOClock) }, true,
	},
	{
		"a declaration time without offset", xmlEvent("<errorDeclaration><declarationTime>2026-01-01T09:30:00</declarationTime></errorDeclaration>"), "epcis/bad-time", LenientOffset,
		func(_ *Header, e *Event) any { return e.ErrorDeclaration.DeclarationTime.Equal(nineOClock) }, true,
	},
	{
		"a zone of four digits", xmlWith("<eventTimeZoneOffset>+00:00", "<eventTimeZoneOffset>-0500"), "", LenientZone,
		func(_ *Header, e *Event) any { return e.EventTimeZoneOffset }, "-05:00",
	},
	{
		"a zone called Z", jsonWith(`"eventTimeZoneOffset":"+00:00"`, `"eventTimeZoneOffset":"Z"`), "", LenientZone,
		func(_ *Header, e *Event) any { return e.EventTimeZoneOffset }, "+00:00",
	},
	{
		"an empty record time in XML", xmlEvent("<recordTime/>"), "epcis/bad-time", LenientEmpty,
		func(_ *Header, e *Event) any { return e.RecordTime.IsZero() }, true,
	},
	{
		"an empty record time in JSON", jsonEvent(`,"recordTime":""`), "epcis/bad-time", LenientEmpty,
		func(_ *Header, e *Event) any { return e.RecordTime.IsZero() }, true,
	},
	{
		"null", jsonEvent(`,"bizStep":null`), "epcis/bad-value", LenientEmpty,
		func(_ *Header, e *Event) any { return e.BizStep }, "",
	},
	{
		"null inside a quantity", jsonEvent(`,"quantityList":[{"epcClass":"urn:x:c","quantity":5,"uom":null}]`), "epcis/bad-value", LenientEmpty,
		func(_ *Header, e *Event) any { return e.Quantities[0] },
		Quantity{"urn:x:c", "5", ""},
	},
	{
		"an action in small letters", xmlWith("OBSERVE", "observe"), "", LenientCase,
		func(_ *Header, e *Event) any { return e.Action }, Observe,
	},
	{
		"an event type in small letters in JSON", jsonWith(`"ObjectEvent"`, `"objectEvent"`), "epcis/unknown-event", LenientCase,
		func(_ *Header, e *Event) any { return e.Type }, ObjectEvent,
	},
	{
		"an event type in small letters in XML", strings.ReplaceAll(xmlEvent(""), "ObjectEvent", "objectEvent"), "epcis/unknown-event", LenientCase,
		func(_ *Header, e *Event) any { return e.Type }, ObjectEvent,
	},
	{
		"a document type in small letters", jsonWith(`"EPCISDocument"`, `"epcisDocument"`), "epcis/not-epcis", LenientCase,
		func(h *Header, _ *Event) any { return h.Kind }, CaptureDocument,
	},
	{
		"a document member in another case", jsonWith(`"epcisBody"`, `"EPCISBody"`), "epcis/unknown-field", LenientCase,
		func(_ *Header, e *Event) any { return e.Type }, ObjectEvent,
	},
	{
		"a field in another case in XML", xmlEvent("<bizstep>urn:epcglobal:cbv:bizstep:shipping</bizstep>"), "epcis/unknown-field", LenientCase,
		func(_ *Header, e *Event) any { return e.BizStep }, "shipping",
	},
	{
		"a field in another case in JSON", jsonEvent(`,"BizStep":"shipping"`), "epcis/unknown-field", LenientCase,
		func(_ *Header, e *Event) any { return e.BizStep }, "shipping",
	},
	{
		"an unknown field in XML", xmlEvent("<weight>5</weight>"), "epcis/unknown-field", LenientUnknown,
		func(_ *Header, e *Event) any { return e.Extensions },
		[]Node{{Name: Name{Local: "weight"}, Text: "5"}},
	},
	{
		"an unknown field in JSON", jsonEvent(`,"weight":5`), "epcis/unknown-field", LenientUnknown,
		func(_ *Header, e *Event) any { return e.Extensions },
		[]Node{{Name: Name{Local: "weight"}, Kind: KindNumber, Text: "5"}},
	},
	{
		"an unknown field of a place", xmlEvent("<readPoint><id>urn:x:p</id><name>dock</name></readPoint>"), "epcis/unknown-field", LenientUnknown,
		func(_ *Header, e *Event) any { return e.ReadPoint.Extensions[0].Text }, "dock",
	},
	{
		"ilmd without a namespace in XML", xmlEvent("<ilmd><lotNumber>7</lotNumber></ilmd>"), "epcis/unknown-field", LenientUnknown,
		func(_ *Header, e *Event) any { return e.ILMD.Nodes[0].Text }, "7",
	},
	{
		"ilmd without a namespace in JSON", jsonEvent(`,"ilmd":{"lotNumber":"7"}`), "epcis/unknown-field", LenientUnknown,
		func(_ *Header, e *Event) any { return e.ILMD.Nodes[0].Text }, "7",
	},
	{
		"an unknown field of sensor data", xmlEvent(`<sensorElementList><sensorElement><sensorReport type="gs1:Temperature"/><note>a</note></sensorElement></sensorElementList>`), "epcis/unknown-field", LenientUnknown,
		func(_ *Header, e *Event) any { return e.Sensors[0].Extensions[0].Text }, "a",
	},
	{
		"an unknown member of the document", jsonWith(`"schemaVersion"`, `"sentBy":"me","schemaVersion"`), "epcis/unknown-field", LenientUnknown,
		func(h *Header, _ *Event) any { return h.Document[0].Text }, "me",
	},
	{
		"a number in quotes", jsonEvent(`,"quantityList":[{"epcClass":"urn:x:c","quantity":"5.5"}]`), "epcis/bad-value", LenientNumber,
		func(_ *Header, e *Event) any { return e.Quantities[0].Quantity }, "5.5",
	},
	{
		"a string where a list belongs", jsonEvent(`,"childEPCs":"urn:x:c"`), "epcis/bad-value", LenientSingle,
		func(_ *Header, e *Event) any { return e.Children },
		[]string{"urn:x:c"},
	},
	{
		"an object where a list belongs", jsonEvent(`,"quantityList":{"epcClass":"urn:x:c"}`), "epcis/bad-value", LenientSingle,
		func(_ *Header, e *Event) any { return e.Quantities },
		[]Quantity{{Class: "urn:x:c"}},
	},
	{
		"one event where the list belongs", strings.NewReplacer(`"eventList":[`, `"eventList":`, `}]}}`, `}}}`).Replace(jsonEvent("")), "epcis/bad-value", LenientSingle,
		func(_ *Header, e *Event) any { return e.Type }, ObjectEvent,
	},
	{
		"one vocabulary where the list belongs", jsonWith(`"epcisBody"`, `"epcisHeader":{"epcisMasterData":{"vocabularyList":{"type":"urn:x:t","vocabularyElementList":{"id":"urn:x:a"}}}},"epcisBody"`), "epcis/bad-value", LenientSingle,
		func(h *Header, _ *Event) any { return h.Vocabulary[0].Elements[0].ID }, "urn:x:a",
	},
	{
		"a list of one where a string belongs", jsonEvent(`,"bizStep":["shipping"]`), "epcis/bad-value", LenientList,
		func(_ *Header, e *Event) any { return e.BizStep }, "shipping",
	},
	{
		"no context", jsonWith(`"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"x":"https://x.example.com/"}],`, ""), "epcis/no-context", LenientContext,
		func(_ *Header, e *Event) any { return e.Type }, ObjectEvent,
	},
	{
		"a bare event without context", `{"type":"ObjectEvent","eventTime":"2026-01-01T09:30:00Z","cbvmda:lotNumber":"7"}`, "epcis/no-context", LenientContext,
		func(_ *Header, e *Event) any { return e.Extensions[0].Name.Space }, SpaceMasterData,
	},
	{
		"a QuantityEvent", strings.NewReplacer("ObjectEvent>", "QuantityEvent>", "<epcList/><action>OBSERVE</action>", "<epcClass>urn:x:c</epcClass><quantity>12</quantity>").Replace(xmlEvent("")), "epcis/unknown-event", LenientQuantityEvent,
		func(_ *Header, e *Event) any { return fmt.Sprint(e.Type, e.Action, e.Quantities) }, "ObjectEventOBSERVE[{urn:x:c 12 }]",
	},
	{
		"a document of master data in JSON", `{"@context":[],"type":"EPCISMasterDataDocument","epcisBody":{"vocabularyList":[{"type":"urn:x:t","vocabularyElementList":[{"id":"urn:x:a"}]}]}}`, "epcis/not-epcis", LenientMasterData,
		func(h *Header, _ *Event) any { return h.Vocabulary[0].Elements[0].ID }, "urn:x:a",
	},
}

func TestWhatSendersGetWrongIsToleratedAndRemarkedUpon(t *testing.T) {
	covered := map[string]bool{}
	for _, c := range tolerances {
		t.Run(c.name, func(t *testing.T) {
			covered[c.code] = true
			_, _, err := ReadAll(strings.NewReader(c.doc), Options{})
			var refused *Error
			if c.strict == "" && err != nil || c.strict != "" && (!errors.As(err, &refused) || refused.Rule != c.strict) {
				t.Errorf("a strict reader says %v, want %q", err, c.strict)
			}
			h, events, err := ReadAll(strings.NewReader(c.doc), Options{File: "partner", Lenient: true})
			if err != nil {
				t.Fatal(err)
			}
			remarks, e := h.Remarks(), &Event{}
			if len(events) > 0 {
				e = events[0]
				remarks = append(remarks, e.Remarks()...)
			}
			if diff := cmp.Diff(c.want, c.got(h, e), sameContent); diff != "" {
				t.Error(diff)
			}
			found := 0
			for _, f := range remarks {
				if f.Rule == c.code {
					found++
					if f.Severity != Warning || f.Where.File != "partner" || f.Where.Line < 1 || f.Text == "" || f.Remedy == "" || f.Subject == "" {
						t.Errorf("the remark doesn't say enough: %+v", f)
					}
				} else if strings.HasPrefix(f.Rule, "lenient/") {
					t.Errorf("also remarked: %v", f)
				}
			}
			if want := 1 + strings.Count(c.doc, `"vocabularyElementList":{`); found != want {
				t.Errorf("%d remarks of %s, want %d: %v", found, c.code, want, remarks)
			}
		})
	}
	for _, tolerance := range Tolerances {
		if !covered[tolerance.Code] {
			t.Errorf("%s isn't tried", tolerance.Code)
		}
	}
}

func TestWhatCannotBeUnderstoodIsRefusedByALenientReaderToo(t *testing.T) {
	for _, c := range []struct{ name, doc, rule string }{
		{"a DOCTYPE with declarations", `<!DOCTYPE a [<!ENTITY b "c">]>` + xmlEvent(""), "epcis/doctype"},
		{"a DOCTYPE with an address", `<!DOCTYPE a SYSTEM "https://x.example.com/a.dtd">` + xmlEvent(""), "epcis/doctype"},
		{"a public DOCTYPE", `<!DOCTYPE a PUBLIC "-//X//Y" "z">` + xmlEvent(""), "epcis/doctype"},
		{"two DOCTYPEs", `<!DOCTYPE a><!DOCTYPE b>` + xmlEvent(""), "epcis/doctype"},
		{"a DOCTYPE inside the document", xmlEvent(`<!DOCTYPE a>`), "epcis/doctype"},
		{"a DOCTYPE longer than its limit", "<!DOCTYPE " + strings.Repeat(" ", doctypeBytes) + "a>" + xmlEvent(""), "epcis/doctype"},
		{"a DOCTYPE with nothing", `<!DOCTYPE>` + xmlEvent(""), "epcis/doctype"},
		{"another encoding with characters beyond ASCII", `<?xml version="1.0" encoding="ISO-8859-1"?>` + xmlEvent("<x:a>é</x:a>"), "epcis/encoding"},
		{"an encoding nobody can guess", `<?xml version="1.0" encoding="EBCDIC"?>` + xmlEvent(""), "epcis/encoding"},
		{"a time without any offset", strings.Replace(xmlWith("00Z</eventTime>", "00</eventTime>"), "<eventTimeZoneOffset>+00:00</eventTimeZoneOffset>", "", 1), "epcis/bad-time"},
		{"a time without any offset in JSON", strings.Replace(jsonWith(`"eventTime":"2026-01-01T00:00:00Z"`, `"eventTime":"2026-01-01T00:00:00"`), `,"eventTimeZoneOffset":"+00:00"`, "", 1), "epcis/bad-time"},
		{"a date alone", xmlWith("2026-01-01T00:00:00Z</eventTime>", "2026-01-01</eventTime>"), "epcis/bad-time"},
		{"an empty event time", xmlWith("2026-01-01T00:00:00Z</eventTime>", "</eventTime>"), "epcis/bad-time"},
		{"a creation date without offset", jsonWith(`"creationDate":"2026-01-01T00:00:00Z"`, `"creationDate":"2026-01-01T00:00:00"`), "epcis/bad-time"},
		{"a field twice, in two cases", jsonEvent(`,"bizStep":"shipping","BizStep":"packing"`), "epcis/duplicate-key"},
		{"a field twice, in two other cases", jsonEvent(`,"BIZSTEP":"shipping","BizStep":"packing"`), "epcis/duplicate-key"},
		{"a field twice, in two cases, in XML", xmlEvent("<bizStep>urn:x:a</bizStep><bizstep>urn:x:b</bizstep>"), "epcis/repeated"},
		{"words for a number", jsonEvent(`,"quantityList":[{"epcClass":"urn:x:c","quantity":"five"}]`), "epcis/bad-value"},
		{"a list of two where a string belongs", jsonEvent(`,"bizStep":["shipping","packing"]`), "epcis/bad-value"},
		{"an empty list where a string belongs", jsonEvent(`,"bizStep":[]`), "epcis/bad-value"},
		{"an unknown field of a quantity", jsonEvent(`,"quantityList":[{"epcClass":"urn:x:c","weight":5}]`), "epcis/unknown-field"},
		{"an undeclared prefix", jsonEvent(`,"y:a":1`), "epcis/unknown-prefix"},
		{"an event type nobody knows", jsonWith(`"ObjectEvent"`, `"MoveEvent"`), "epcis/unknown-event"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ReadAll(strings.NewReader(c.doc), Options{File: "partner", Lenient: true})
			var refused *Error
			if !errors.As(err, &refused) || refused.Rule != c.rule || refused.Line < 1 {
				t.Errorf("got %v, want a refusal by %s", err, c.rule)
			}
		})
	}
}

// TestALenientReaderReadsGoodDocumentsAlike takes every reference document that
// a strict reader accepts.
func TestALenientReaderReadsGoodDocumentsAlike(t *testing.T) {
	read := 0
	corpus(t, func(t *testing.T, _ string, data []byte) {
		h, events, err := ReadAll(strings.NewReader(string(data)), Options{})
		if err != nil {
			return
		}
		h2, events2, err := ReadAll(strings.NewReader(string(data)), Options{Lenient: true})
		if err != nil {
			t.Fatal(err)
		}
		read++
		remarked := len(h2.Remarks()) > len(h.Remarks())
		for i := range events2 {
			remarked = remarked || len(events2[i].Remarks()) > len(events[i].Remarks())
		}
		if diff := cmp.Diff(events, events2, sameContent) + cmp.Diff(h, h2, sameContent); diff != "" && !remarked {
			t.Error(diff)
		}
	})
	if read < 100 {
		t.Errorf("only %d documents were read", read)
	}
}

// TestALenientReaderReadsMoreOfTheReferenceDocuments names what becomes readable.
func TestALenientReaderReadsMoreOfTheReferenceDocuments(t *testing.T) {
	corpus(t, func(t *testing.T, name string, data []byte) {
		rule := notAccepted[name]
		if rule != "epcis/doctype" && rule != "epcis/bad-time" {
			return
		}
		h, events, err := ReadAll(strings.NewReader(string(data)), Options{Lenient: true})
		if err != nil {
			t.Fatal(err)
		}
		remarks := h.Remarks()
		for _, e := range events {
			remarks = append(remarks, e.Remarks()...)
		}
		if len(remarks) == 0 {
			t.Error("nothing is remarked")
		}
	})
}
