package epcis_test

import (
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
)

// structureRules checks one event against the schemas.
func structureRules(e epcis.Event) []string {
	h := &epcis.Header{SchemaVersion: "2.0", CreationDate: now}
	return rules(h, []*epcis.Event{&e}, epcis.SetStructure)
}

func TestStructureRules(t *testing.T) {
	base := func(kind epcis.EventType, f func(e *epcis.Event)) epcis.Event {
		e := epcis.Event{Type: kind, EventTime: now, EventTimeZoneOffset: "+00:00", Action: epcis.Add}
		switch kind {
		case epcis.ObjectEvent:
			e.EPCs = []string{"urn:a:b"}
		case epcis.AggregationEvent, epcis.AssociationEvent:
			e.ParentID, e.Children = "urn:a:p", []string{"urn:a:b"}
		case epcis.TransactionEvent:
			e.EPCs, e.BizTransactions = []string{"urn:a:b"}, []epcis.BizTransaction{{ID: "urn:a:t"}}
		case epcis.TransformationEvent:
			e.Action, e.Inputs, e.Outputs = "", []string{"urn:a:i"}, []string{"urn:a:o"}
		}
		f(&e)
		return e
	}
	none := func(*epcis.Event) {}
	report := func(fields ...epcis.Field) func(*epcis.Event) {
		fields = append([]epcis.Field{{Name: epcis.Name{Local: "type"}, Value: "Temperature"}}, fields...)
		return func(e *epcis.Event) { e.Sensors = []epcis.SensorElement{{Reports: []epcis.SensorReport{fields}}} }
	}
	for _, c := range []struct {
		name  string
		event epcis.Event
		want  string
	}{
		{"an object event", base(epcis.ObjectEvent, none), ""},
		{"an aggregation event", base(epcis.AggregationEvent, none), ""},
		{"an association event", base(epcis.AssociationEvent, none), ""},
		{"a transaction event", base(epcis.TransactionEvent, none), ""},
		{"a transformation event", base(epcis.TransformationEvent, none), ""},
		{"no time", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EventTime = time.Time{} }), "structure/required"},
		{"no offset", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EventTimeZoneOffset = "" }), "structure/required"},
		{"an offset of 15 hours", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EventTimeZoneOffset = "+15:00" }), "structure/offset"},
		{"an offset named Z", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EventTimeZoneOffset = "Z" }), "structure/offset"},
		{"no action", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Action = "" }), "structure/required"},
		{"a nearly right action", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Action = "OBSERV" }), "structure/action"},
		{"an action in lower case", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Action = "add" }), "structure/action"},
		{"a transformation with an action", base(epcis.TransformationEvent, func(e *epcis.Event) { e.Action = epcis.Add }), "structure/foreign-field"},
		{"an object event about nothing", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EPCs = nil }), "structure/required"},
		{"an object event with an empty list", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EPCs = []string{} }), ""},
		{"ilmd of observed objects", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Action, e.ILMD = epcis.Observe, epcis.NewILMD("1", "") }), "structure/ilmd"},
		{"an aggregation without a parent", base(epcis.AggregationEvent, func(e *epcis.Event) { e.ParentID = "" }), "structure/required"},
		{"an observed aggregation without a parent", base(epcis.AggregationEvent, func(e *epcis.Event) { e.ParentID, e.Action = "", epcis.Observe }), ""},
		{"an association without a parent", base(epcis.AssociationEvent, func(e *epcis.Event) { e.ParentID, e.Action = "", epcis.Observe }), "structure/required"},
		{"an aggregation without children", base(epcis.AggregationEvent, func(e *epcis.Event) { e.Children = nil }), "structure/required"},
		{"an aggregation dissolved without naming children", base(epcis.AggregationEvent, func(e *epcis.Event) { e.Children, e.Action = nil, epcis.Delete }), ""},
		{"an aggregation of quantities", base(epcis.AggregationEvent, func(e *epcis.Event) { e.Children, e.ChildQuantities = nil, []epcis.Quantity{{Class: "urn:a:c"}} }), ""},
		{"a transaction event without transactions", base(epcis.TransactionEvent, func(e *epcis.Event) { e.BizTransactions = nil }), "structure/required"},
		{"a transaction event about nothing", base(epcis.TransactionEvent, func(e *epcis.Event) { e.EPCs = nil }), "structure/required"},
		{"a transformation without inputs", base(epcis.TransformationEvent, func(e *epcis.Event) { e.Inputs = nil }), "structure/required"},
		{"a transformation without outputs", base(epcis.TransformationEvent, func(e *epcis.Event) { e.Outputs = nil }), "structure/required"},
		{"a part of a named transformation", base(epcis.TransformationEvent, func(e *epcis.Event) { e.Outputs, e.TransformationID = nil, "urn:a:x" }), ""},
		{"a transformation of nothing", base(epcis.TransformationEvent, func(e *epcis.Event) { e.Inputs, e.Outputs, e.TransformationID = nil, nil, "urn:a:x" }), "structure/required"},
		{"an object event with a parent", base(epcis.ObjectEvent, func(e *epcis.Event) { e.ParentID = "urn:a:p" }), "structure/foreign-field"},
		{"an aggregation with an epcList", base(epcis.AggregationEvent, func(e *epcis.Event) { e.EPCs = []string{} }), "structure/foreign-field"},
		{"an identifier that isn't a URI", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EPCs[0] = "12345" }), "structure/not-a-uri"},
		{"an identifier with a space", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EPCs[0] = "urn:a:b c" }), "structure/not-a-uri"},
		{"an empty identifier", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EPCs[0] = "" }), "structure/empty"},
		{"an identifier twice", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EPCs = append(e.EPCs, e.EPCs[0]) }), "structure/duplicate-identifier"},
		{"the same identifier in two lists", base(epcis.TransformationEvent, func(e *epcis.Event) { e.Outputs = e.Inputs }), ""},
		{"an event id that isn't a URI", base(epcis.ObjectEvent, func(e *epcis.Event) { e.EventID = "7" }), "structure/not-a-uri"},
		{"a quantity that isn't a number", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Quantities = []epcis.Quantity{{Class: "urn:a:c", Quantity: "many"}} }), "structure/quantity"},
		{"a unit in words", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Quantities = []epcis.Quantity{{Class: "urn:a:c", Quantity: "1", UOM: "kilo"}} }), "structure/uom"},
		{"a unit of nothing", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Quantities = []epcis.Quantity{{Class: "urn:a:c", UOM: "KGM"}} }), "structure/uom"},
		{"an error declaration without a time", base(epcis.ObjectEvent, func(e *epcis.Event) { e.ErrorDeclaration = &epcis.ErrorDeclaration{} }), "structure/required"},
		{"an empty persistent disposition", base(epcis.ObjectEvent, func(e *epcis.Event) { e.PersistentDisposition = &epcis.PersistentDisposition{} }), "structure/required"},
		{"a source without a type", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Sources = []epcis.Party{{ID: "urn:a:s"}} }), "structure/required"},
		{"a sensor element without reports", base(epcis.ObjectEvent, func(e *epcis.Event) { e.Sensors = []epcis.SensorElement{{}} }), "structure/required"},
		{"a sensor value in words", base(epcis.ObjectEvent, report(epcis.Field{Name: epcis.Name{Local: "value"}, Value: "warm"})), "structure/number"},
		{"a sensor time without offset", base(epcis.ObjectEvent, report(epcis.Field{Name: epcis.Name{Local: "time"}, Value: "2026-01-01T00:00:00"})), "structure/time"},
		{"a sensor report of later", base(epcis.ObjectEvent, report(epcis.Field{Name: epcis.Name{Local: "time"}, Value: "2026-12-01T00:00:00Z"})), "structure/sensor-time"},
		{"a boolean in words", base(epcis.ObjectEvent, report(epcis.Field{Name: epcis.Name{Local: "booleanValue"}, Value: "yes"})), "structure/boolean"},
		{"a certificate that isn't a URI", base(epcis.ObjectEvent, func(e *epcis.Event) { e.CertificationInfo = []string{"good"} }), "structure/not-a-uri"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(structureRules(c.event), " "); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestStructureRulesOfTheHeader(t *testing.T) {
	for name, h := range map[string]*epcis.Header{
		"structure/schema-version": {CreationDate: now, SchemaVersion: "two"},
		"structure/required":       {SchemaVersion: "2.0"},
		"structure/not-a-uri":      {SchemaVersion: "2.0", CreationDate: now, Vocabulary: []epcis.Vocabulary{{Type: epcis.VocabularyLocation, Elements: []epcis.VocabularyElement{{ID: "x"}}}}},
		"":                         {SchemaVersion: "1.2", CreationDate: now},
	} {
		if got := strings.Join(rules(h, nil, epcis.SetStructure), " "); got != name {
			t.Errorf("found %q, want %q", got, name)
		}
	}
}

func TestTheFormOfWordsIsChecked(t *testing.T) {
	for doc, want := range map[string]string{
		`<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-01-01T00:00:00Z"><EPCISBody><EventList><ObjectEvent>` +
			`<eventTime>2026-01-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList/><action>ADD</action><bizStep>packing</bizStep>` +
			`</ObjectEvent></EventList></EPCISBody></e:EPCISDocument>`: "structure/not-a-uri",
		`{"@context":[],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[{"type":"ObjectEvent",` +
			`"eventTime":"2026-01-01T00:00:00Z","eventTimeZoneOffset":"+00:00","epcList":[],"action":"ADD","bizStep":"urn:epcglobal:cbv:bizstep:packing"}]}}`: "structure/urn-in-json",
	} {
		h, events, err := epcis.ReadAll(strings.NewReader(doc), epcis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if events[0].BizStep != "packing" {
			t.Errorf("bizStep %q", events[0].BizStep)
		}
		if got := strings.Join(rules(h, events, epcis.SetStructure), " "); got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
}
