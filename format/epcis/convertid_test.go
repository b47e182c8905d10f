package epcis

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/gs1"
)

// TestTheStyleOfIdentifiersDoesNotChangeTheHash takes every readable reference
// document to Digital Links and from there to EPC URNs.
func TestTheStyleOfIdentifiersDoesNotChangeTheHash(t *testing.T) {
	changed := 0
	corpus(t, func(t *testing.T, _ string, data []byte) {
		h, events, err := ReadAll(bytes.NewReader(data), Options{})
		if err != nil || slices.ContainsFunc(events, func(e *Event) bool { return e.EventTime.IsZero() }) {
			return
		}
		links, err := convert(t, data, ConvertOptions{To: Target{Form: JSON}, IDs: AsDigitalLink})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(links.text, canonicalDomain) {
			changed++
		}
		urns, err := convert(t, []byte(links.text), ConvertOptions{To: Target{Form: JSON}, IDs: AsEPCURN, Prefixes: h.LearnPrefixes(events)})
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range events {
			if links.lost(e.Where.Event, keepsHash...) {
				continue
			}
			want := preHashes(t, []*Event{e})[0]
			for style, got := range map[string]*Event{"links": links.events[i], "URNs": urns.events[i]} {
				if text := preHashes(t, []*Event{got})[0]; text != want {
					t.Errorf("event %d as %s\n%s\n%s", i+1, style, want, text)
				}
			}
		}
	})
	if changed < 50 {
		t.Errorf("only %d documents had identifiers to change", changed)
	}
}

func TestIdentifiersOfOwnSamplesReturnAsTheyWere(t *testing.T) {
	h, events := readFile(t, filepath.Join("testdata", "shipment.xml"))
	links, err := convert(t, readBytes(t, filepath.Join("testdata", "shipment.xml")), ConvertOptions{IDs: AsDigitalLink})
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(links.text, "</sbdh:StandardBusinessDocumentHeader>")
	if strings.Contains(body, "urn:epc:") {
		t.Errorf("an EPC URN is left:\n%s", body)
	}
	back, err := convert(t, []byte(links.text), ConvertOptions{IDs: AsEPCURN, Prefixes: h.Prefixes()})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, h, events, back)
	if len(back.losses) != 0 {
		t.Errorf("losses: %v", back.losses)
	}
}

// everyPosition is an event of a type with identifiers wherever there can be one.
func everyPosition(kind EventType) *Event {
	const (
		item, class, place, doc = "urn:epc:id:sgtin:0399991.012345.7", "urn:epc:class:lgtin:0399991.012345.L", "urn:epc:id:sgln:0399991.00001.A%2F1", "urn:epc:id:gdti:0399991.12345.9"
		pattern, party          = "urn:epc:idpat:sgtin:0399991.012345.*", "urn:epc:id:pgln:0399991.00001"
	)
	e := &Event{
		Type: kind, EventTime: fixedTime, EventTimeZoneOffset: "+00:00", Action: Observe,
		ReadPoint: Place{ID: place}, BizLocation: Place{ID: place},
		BizTransactions:   []BizTransaction{{"po", "urn:epcglobal:cbv:bt:0399991000012:A"}, {"inv", doc}},
		Sources:           []Party{{"owning_party", party}},
		Destinations:      []Party{{"location", place}},
		CertificationInfo: []string{doc},
		Sensors: []SensorElement{{
			Metadata: []Field{{Name: Name{Local: "deviceID"}, Value: "urn:epc:id:giai:0399991.55"}},
			Reports:  []SensorReport{{{Name: Name{Local: "type"}, Value: "Temperature"}, {Name: Name{Local: "rawData"}, Value: doc}, {Name: Name{Local: "uriValue"}, Value: item}}},
		}},
	}
	quantities := []Quantity{{class, "5", ""}, {pattern, "1.5", "KGM"}}
	switch kind {
	case ObjectEvent:
		e.EPCs, e.Quantities = []string{item}, quantities
	case AggregationEvent, AssociationEvent:
		e.ParentID, e.Children, e.ChildQuantities = "urn:epc:id:sscc:0399991.0000000001", []string{item}, quantities
	case TransactionEvent:
		e.ParentID, e.EPCs, e.Quantities = "urn:epc:id:sscc:0399991.0000000001", []string{item}, quantities
	case TransformationEvent:
		e.Action, e.TransformationID = "", doc
		e.Inputs, e.Outputs, e.InputQuantities, e.OutputQuantities = []string{item}, []string{item}, quantities, quantities
	}
	return e
}

func TestEveryPositionOfAnIdentifierIsConverted(t *testing.T) {
	h := &Header{CreationDate: fixedTime, Vocabulary: []Vocabulary{{Type: VocabularyLocation, Elements: []VocabularyElement{
		{ID: "urn:epc:id:sgln:0399991.00001.0", Children: []string{"urn:epc:id:sgln:0399991.00001.7"}},
	}}}}
	for _, kind := range []EventType{ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent, AssociationEvent} {
		t.Run(string(kind), func(t *testing.T) {
			e := everyPosition(kind)
			e.Where.Event = 1
			doc, err := write(h, []*Event{e}, openJSON(h))
			if err != nil {
				t.Fatal(err)
			}
			links, err := convert(t, []byte(doc), ConvertOptions{To: Target{Form: JSON}, IDs: AsDigitalLink})
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(links.text, "urn:epc:"); n != 1 || len(links.losses) > 0 { // the uriValue is a measurement
				t.Errorf("%d EPC URNs are left, losses %v:\n%s", n, links.losses, links.text)
			}
			urns, err := convert(t, []byte(links.text), ConvertOptions{To: Target{Form: JSON}, IDs: AsEPCURN, Prefixes: h.Prefixes()})
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, h, []*Event{e}, urns)
			if diff := cmp.Diff(preHashes(t, []*Event{e}), preHashes(t, links.events)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatANewStyleCannotSayIsNamed(t *testing.T) {
	known, err := gs1.NewPrefixTable([]string{"0399991"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		style  IDStyle
		id     string
		want   string
		losses []string
	}{
		{"a link of a known prefix", AsEPCURN, "https://id.gs1.org/01/00399991123455/21/7", "urn:epc:id:sgtin:0399991.012345.7", nil},
		{"a link of an unknown prefix", AsEPCURN, "https://id.gs1.org/00/006141411234567890", "https://id.gs1.org/00/006141411234567890", []string{LossPrefixUnknown}},
		{"a link with a query", AsEPCURN, "https://id.gs1.org/01/00399991123455/21/7?17=280630", "urn:epc:id:sgtin:0399991.012345.7", []string{LossLinkDetail}},
		{"a link of another domain", AsEPCURN, "https://example.com/01/00399991123455/21/7", "urn:epc:id:sgtin:0399991.012345.7", []string{LossLinkDetail}},
		{"a link with lot and serial", AsEPCURN, "https://id.gs1.org/01/00399991123455/10/L/21/7", "urn:epc:id:sgtin:0399991.012345.7", []string{LossLinkDetail}},
		{"a link with a wrong check digit", AsEPCURN, "https://id.gs1.org/01/00399991123450/21/7", "https://id.gs1.org/01/00399991123450/21/7", []string{LossNoURN}},
		{"an address that is no link", AsEPCURN, "https://example.com/things/7", "https://example.com/things/7", nil},
		{"a URN as link", AsDigitalLink, "urn:epc:id:sgtin:0399991.012345.7", "https://id.gs1.org/01/00399991123455/21/7", nil},
		{"a URN without a link", AsDigitalLink, "urn:epc:id:gid:1.2.3", "urn:epc:id:gid:1.2.3", []string{LossNoDigitalLink}},
		{"another URN", AsDigitalLink, "urn:uuid:1", "urn:uuid:1", nil},
		{"nothing to do", KeepIDs, "urn:epc:id:gid:1.2.3", "urn:epc:id:gid:1.2.3", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &Event{Type: ObjectEvent, EventTime: fixedTime, EventTimeZoneOffset: "+00:00", Action: Observe, EPCs: []string{c.id}}
			h := &Header{CreationDate: fixedTime}
			doc, err := write(h, []*Event{e}, openXML20(h))
			if err != nil {
				t.Fatal(err)
			}
			got, err := convert(t, []byte(doc), ConvertOptions{To: Target{Form: XML, Version: "2.0"}, IDs: c.style, Prefixes: known})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{c.want}, got.events[0].EPCs); diff != "" {
				t.Error(diff)
			}
			var rules []string
			for _, l := range got.losses {
				rules = append(rules, l.Rule)
			}
			if diff := cmp.Diff(c.losses, rules); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPrefixesAreLearnedFromTheDocument(t *testing.T) {
	h, events := readFile(t, filepath.Join("testdata", "shipment.xml"))
	for digits, want := range map[string]int{"0399991000001": 7, "0614141000001": 7, "0123456000001": 0} {
		if n, _ := h.Prefixes().PrefixLength(digits); n != want {
			t.Errorf("%s: %d digits, want %d", digits, n, want)
		}
	}
	events[0].EPCs = append(events[0].EPCs, "urn:epc:id:sgtin:061414.0012345.1", "urn:epc:id:sgtin:01234567.12345.1")
	table := h.LearnPrefixes(events)
	for digits, want := range map[string]int{"0399991000001": 7, "0614141000001": 0, "0123456700001": 8} {
		if n, _ := table.PrefixLength(digits); n != want {
			t.Errorf("%s: %d digits, want %d", digits, n, want)
		}
	}
}
