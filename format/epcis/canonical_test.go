package epcis

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCanonicalValues(t *testing.T) {
	for value, want := range map[string]string{
		"26.0": "26", "26.10": "26.1", "0.100": "0.1", "007": "7", "+5": "5", "-0.50": "-0.5", "-0": "0", ".5": "0.5", "5.": "5",
		"1e3": "1000", "0.00001": "1e-05", "0.0001": "0.0001",
		"111100001111000011110000": "111100001111000003641344", // as in the published vectors
		"1.2.3":                    "1.2.3", "1e": "1e", "+": "+", ".": ".", "12E": "12E", "1_000": "1_000", "0x10": "0x10", "2026-01-01": "2026-01-01",
		"urn:epcglobal:cbv:bizstep:shipping":                     "https://ref.gs1.org/cbv/BizStep-shipping",
		"urn:epcglobal:cbv:bt:061:7":                             "urn:epcglobal:cbv:bt:061:7",
		"gs1:Temperature":                                        "https://gs1.org/voc/Temperature",
		"cbv:Comp-x":                                             "https://ref.gs1.org/cbv/Comp-x",
		"x:y":                                                    "x:y",
		"urn:epc:id:sgtin:0614141.812345.a!":                     "https://id.gs1.org/01/80614141123458/21/a%21",
		"urn:epc:id:sgtin:0614141.812345.a;b=c'd":                "https://id.gs1.org/01/80614141123458/21/a;b=c'd",
		"urn:epc:id:sgtin:bad":                                   "urn:epc:id:sgtin:bad",
		"https://x.example.com/gtin/9780345418913/ser/7?a=b":     "https://id.gs1.org/01/09780345418913/21/7",
		"https://x.example.com/01/09780345418913/22/V/10/L/21/S": "https://id.gs1.org/01/09780345418913/21/S",
		"https://x.example.com/some/stem/01/09780345418913/10/L": "https://id.gs1.org/01/09780345418913/10/L",
		"https://x.example.com/01/09780345418913/21/a(b)":        "https://id.gs1.org/01/09780345418913/21/a%28b%29",
		"https://x.example.com/01/09780345418913/21/a%2fb":       "https://id.gs1.org/01/09780345418913/21/a%2Fb",
		"https://x.example.com/01/12345":                         "https://x.example.com/01/12345",
		"https://x.example.com/01/09780345418913/99/x":           "https://x.example.com/01/09780345418913/99/x",
		"https://x.example.com/":                                 "https://x.example.com/",
		"http://x.example.com/414/4012345000115/254/7":           "https://id.gs1.org/414/4012345000115/254/7",
		"https://x.example.com/8004/4000001111":                  "https://id.gs1.org/8004/4000001111",
		"httpx":                                                  "httpx",
	} {
		if got := string(appendCanonical(nil, value)); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}

func TestTimesAreReadWithTheirOffsetAndHashedInUTC(t *testing.T) {
	var c clock
	for text, want := range map[string]string{
		"2026-01-31T13:45:00Z":            "2026-01-31T13:45:00.000Z",
		"2026-01-31T13:45:00+01:00":       "2026-01-31T12:45:00.000Z",
		"2026-01-31T23:45:00-14:00":       "2026-02-01T13:45:00.000Z",
		"2026-01-31T13:45:00.1234Z":       "2026-01-31T13:45:00.123Z",
		"2026-01-31T13:45:00.1235Z":       "2026-01-31T13:45:00.124Z",
		"2026-01-31T13:45:00.9995Z":       "2026-01-31T13:45:01.000Z",
		"2026-12-31T23:59:59.999500000Z":  "2027-01-01T00:00:00.000Z",
		"2024-02-29T00:00:00Z":            "2024-02-29T00:00:00.000Z",
		"2026-01-31T13:45:00":             "",
		"2026-01-31T13:45Z":               "",
		"2026-01-31 13:45:00Z":            "",
		"2026-02-29T00:00:00Z":            "",
		"2100-02-29T00:00:00Z":            "",
		"2026-13-01T00:00:00Z":            "",
		"2026-01-00T00:00:00Z":            "",
		"2026-04-31T00:00:00Z":            "",
		"2026-01-01T24:00:00Z":            "",
		"2026-01-01T00:60:00Z":            "",
		"2026-01-01T00:00:60Z":            "",
		"2026-01-01T00:00:00+14:01":       "",
		"2026-01-01T00:00:00+0100":        "",
		"2026-01-01T00:00:00.Z":           "",
		"2026-01-01T00:00:00.1234567890Z": "",
		"2026-01-01T00:00:00Zx":           "",
		"20260-01-01T00:00:00Z":           "",
		"":                                "",
	} {
		got := ""
		if at, ok := c.parse(text); ok {
			got = string(appendUTC(nil, at))
			if again, ok := c.parse(at.Format(timeFormat)); !ok || !again.Equal(at) || at.Format(time.RFC3339Nano) != again.Format(time.RFC3339Nano) {
				t.Errorf("%q is written as %q", text, at.Format(timeFormat))
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTermsGoToTheirWordAndBack(t *testing.T) {
	for _, value := range []string{"urn:epcglobal:cbv:bizstep:shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "cbv:BizStep-shipping", "shipping"} {
		if got := termBizStep.bare(value); got != "shipping" {
			t.Errorf("%s: %s", value, got)
		}
	}
	for _, value := range []string{"https://x.example.com/shipping", "urn:epcglobal:cbv:bizstep:", "urn:epcglobal:cbv:bizstep:a:b", "urn:epcglobal:cbv:disp:active"} {
		if got := termBizStep.bare(value); got != value {
			t.Errorf("%s: %s", value, got)
		}
	}
	for _, term := range []*term{termBizStep, termDisposition, termTransaction, termParty, termReason, termComponent, termMeasurement, termAlert} {
		for _, word := range append([]string{"other_word"}, term.words...) {
			if got := term.bare(term.uri(word)); got != word {
				t.Errorf("%s %s: %s", term.name, word, got)
			}
			if got := term.bare(term.web + word); got != word {
				t.Errorf("%s %s: %s", term.name, word, got)
			}
		}
	}
}

func TestTheFieldsAreHashedInTheOrderOfTheStandard(t *testing.T) {
	e := &Event{
		Type: ObjectEvent, EventTime: fixedTime, EventTimeZoneOffset: "+00:00", Action: Add, BizStep: "shipping", Disposition: "in_transit",
		Extensions: []Node{{Name: Name{"https://x.example.com/", "b"}}, {Name: Name{"https://x.example.com/", "a"}, Text: "1.0"}},
		ILMD:       NewILMD("L", ""), CertificationInfo: []string{"urn:c"}, EPCs: []string{"urn:b", "", "urn:a"},
		Destinations: []Party{{"location", "urn:d"}}, Sources: []Party{{"location", "urn:s"}, {"", "urn:s"}},
		BizTransactions: []BizTransaction{{"po", "urn:2"}, {"desadv", "urn:1"}},
		ReadPoint:       Place{ID: "urn:r"}, BizLocation: Place{ID: "urn:l"},
		PersistentDisposition: &PersistentDisposition{Unset: []string{"active"}, Set: []string{"damaged", "https://x.example.com/d"}},
		Quantities:            []Quantity{{Class: "urn:q", Quantity: "2.50", UOM: "KGM"}},
	}
	const want = "eventType=ObjectEvent" + "eventTime=2026-03-02T08:00:00.000Z" + "eventTimeZoneOffset=+00:00" + "certificationInfo=urn:c" +
		"epcList" + "epc=urn:a" + "epc=urn:b" + "quantityList" + "quantityElement" + "epcClass=urn:q" + "quantity=2.5" + "uom=KGM" +
		"action=ADD" + "bizStep=https://ref.gs1.org/cbv/BizStep-shipping" + "disposition=https://ref.gs1.org/cbv/Disp-in_transit" +
		"persistentDisposition" + "set=https://ref.gs1.org/cbv/Disp-damaged" + "set=https://x.example.com/d" + "unset=https://ref.gs1.org/cbv/Disp-active" +
		"readPoint" + "id=urn:r" + "bizLocation" + "id=urn:l" +
		"bizTransactionList" + "type=https://ref.gs1.org/cbv/BTT-desadv" + "bizTransaction=urn:1" + "type=https://ref.gs1.org/cbv/BTT-po" + "bizTransaction=urn:2" +
		"sourceList" + "source=urn:s" + "type=https://ref.gs1.org/cbv/SDT-location" + "source=urn:s" +
		"destinationList" + "type=https://ref.gs1.org/cbv/SDT-location" + "destination=urn:d" +
		"ilmd" + "{urn:epcglobal:cbv:mda}lotNumber=L" + "{https://x.example.com/}a=1" + "{https://x.example.com/}b"
	got, err := e.PreHash()
	if err != nil || got != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
}

// drawEvent makes an event with lists in any order.
func drawEvent(t *rapid.T) *Event {
	id := rapid.Custom(func(t *rapid.T) string {
		return "urn:epc:id:sgtin:0614141.812345." + rapid.StringMatching(`[A-Za-z0-9!'()*+,:;=_.-]{1,20}`).Draw(t, "serial")
	})
	node := rapid.Custom(func(t *rapid.T) Node {
		n := Node{Name: Name{"https://x.example.com/", rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "name")}, Prefix: "x", Text: rapid.StringMatching(`[ -~]{0,10}`).Draw(t, "text")}
		if rapid.Bool().Draw(t, "nested") {
			n.Kind, n.Text = KindObject, ""
			for range rapid.IntRange(1, 3).Draw(t, "children") {
				n.Children = append(n.Children, Node{Name: Name{"https://y.example.com/", "b"}, Prefix: "y", Text: rapid.StringMatching(`[0-9.]{1,5}`).Draw(t, "number")})
			}
		}
		return n
	})
	return &Event{
		Type: ObjectEvent, Action: Add, EventTime: time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "time"), rapid.Int64Range(0, 999).Draw(t, "ms")*1e6).UTC(),
		EventTimeZoneOffset: "-05:00", BizStep: "commissioning",
		EPCs:       rapid.SliceOfN(id, 0, 10).Draw(t, "epcs"),
		Sources:    []Party{{"location", id.Draw(t, "source")}, {"owning_party", id.Draw(t, "owner")}},
		ILMD:       &ILMD{Nodes: rapid.SliceOfN(node, 0, 4).Draw(t, "ilmd")},
		Extensions: rapid.SliceOfN(node, 0, 4).Draw(t, "extensions"),
	}
}

func TestTheOrderOfListsDoesNotChangeTheHash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEvent(t)
		before, err := e.HashBytes()
		if err != nil {
			t.Fatal(err)
		}
		other := *e
		other.EPCs = rapid.Permutation(e.EPCs).Draw(t, "other epcs")
		other.Sources = rapid.Permutation(e.Sources).Draw(t, "other sources")
		other.ILMD = &ILMD{Nodes: rapid.Permutation(e.ILMD.Nodes).Draw(t, "other ilmd")}
		other.Extensions = rapid.Permutation(e.Extensions).Draw(t, "other extensions")
		other.EventTime = e.EventTime.In(time.FixedZone("", 3600))
		other.EventID, other.RecordTime = "urn:uuid:8f6f0f0a-5d5e-4f1b-9a3e-2f1f6f0c0a01", e.EventTime
		after, err := other.HashBytes()
		if err != nil || after != before {
			t.Fatalf("another hash (%v)", err)
		}
		other.EPCs = append(slices.Clone(other.EPCs), "urn:epc:id:sgtin:0614141.812345.one-more-than-before")
		if after, _ = other.HashBytes(); after == before {
			t.Fatal("one more object, the same hash")
		}
	})
}

func TestAnyEventSurvivesEachForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEvent(t)
		before, err := e.PreHash()
		if err != nil {
			t.Fatal(err)
		}
		h := &Header{SchemaVersion: "2.0", CreationDate: e.EventTime}
		for name, doc := range map[string]string{
			"1.2 XML": mustWrite(t, h, e, "1.2"), "2.0 XML": mustWrite(t, h, e, "2.0"), "JSON": mustWrite(t, h, e, ""),
		} {
			_, events, err := ReadAll(strings.NewReader(doc), Options{})
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, doc)
			}
			after, err := events[0].PreHash()
			if err != nil || after != before {
				t.Fatalf("%s: %v\n%s\n%s\n%s", name, err, before, after, doc)
			}
		}
	})
}

func mustWrite(t *rapid.T, h *Header, e *Event, version string) string {
	open := openJSON(h)
	if version != "" {
		open = openXML(h, XMLOptions{Version: version})
	}
	doc, err := write(h, []*Event{e}, open)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
