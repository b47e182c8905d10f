package epcis

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/sharedtest"
)

// compareDocs compares two documents in memory.
func compareDocs(t *testing.T, a, b string, opts CompareOptions) *Comparison {
	t.Helper()
	c, err := Compare(source("a", a), source("b", b), opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func source(name, doc string) Source {
	return Source{In: strings.NewReader(doc), Options: Options{File: name}}
}

func ownDocument(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// told writes the differences of a comparison as lines.
func told(c *Comparison) []string {
	var out []string
	tell := func(list []Difference) {
		for _, d := range list {
			out = append(out, fmt.Sprintf("  %s: %s | %s", d.Field, strings.Join(d.A, ", "), strings.Join(d.B, ", ")))
		}
	}
	tell(c.Header)
	for _, p := range c.Pairs {
		out = append(out, fmt.Sprintf("%s %d %d", p.By, p.A.Where.Event, p.B.Where.Event))
		tell(p.Differences)
	}
	for _, e := range c.OnlyA {
		out = append(out, fmt.Sprintf("only a %d", e.Where.Event))
	}
	for _, e := range c.OnlyB {
		out = append(out, fmt.Sprintf("only b %d", e.Where.Event))
	}
	return out
}

// asJSON writes a document anew as JSON.
func asJSON(t *testing.T, doc string) string {
	t.Helper()
	h, events, err := ReadAll(strings.NewReader(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w, err := NewJSONWriter(&out, h, JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheTwinsOfADocumentAreEqual(t *testing.T) {
	doc := ownDocument(t, "shipment.xml")
	c := compareDocs(t, doc, asJSON(t, doc), CompareOptions{})
	if !c.Equal || c.Same != 3 || c.A.Form != "XML" || c.B.Form != "JSON" || c.B.Version != "2.0" {
		t.Errorf("%+v\n%s", c, strings.Join(told(c), "\n"))
	}
}

func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	doc := ownDocument(t, "shipment.xml")
	from, to := strings.Index(doc, "<AggregationEvent>"), strings.Index(doc, "</AggregationEvent>")+len("</AggregationEvent>")
	moved := strings.Replace(doc[:from]+doc[to:], "<EventList>", "<EventList>"+doc[from:to], 1)
	if c := compareDocs(t, doc, moved, CompareOptions{}); !c.Equal || c.Same != 3 {
		t.Errorf("%+v", c)
	}
}

func TestEachChangeIsNamed(t *testing.T) {
	good := ownDocument(t, "shipment.xml")
	for name, c := range map[string]struct {
		change []string // of each two texts the first becomes the second, once
		want   []string
	}{
		"nothing":                           {},
		"the same time with another offset": {[]string{"<eventTime>2026-03-03T08:00:00-05:00", "<eventTime>2026-03-03T13:00:00Z"}, nil},
		"an identifier as a link":           {[]string{"<parentID>urn:epc:id:sscc:0399991.0000000001", "<parentID>https://id.example.com/00/003999910000000015"}, nil},
		"the order of identifiers": {[]string{
			"<epc>urn:epc:id:sgtin:0399991.012345.A%2F1</epc>", "<epc>urn:epc:id:sgtin:0399991.012345.A2</epc>",
			"<epc>urn:epc:id:sgtin:0399991.012345.A2</epc>\n        </epcList>", "<epc>urn:epc:id:sgtin:0399991.012345.A%2F1</epc></epcList>",
		}, nil},
		"a time": {
			[]string{"<eventTime>2026-03-03T08:00:00-05:00", "<eventTime>2026-03-03T08:00:00-06:00"},
			[]string{"step-and-objects 2 2", "  eventTime: 2026-03-03T08:00:00-05:00 | 2026-03-03T08:00:00-06:00"},
		},
		"a step": {
			[]string{"bizstep:packing", "bizstep:loading"},
			[]string{"time-and-objects 2 2", "  bizStep: packing | loading"},
		},
		"an identifier": {
			[]string{"<epc>urn:epc:id:sscc:0399991.0000000001", "<epc>urn:epc:id:sscc:0399991.0000000002"},
			[]string{"time-and-step 3 3", "  epcList: urn:epc:id:sscc:0399991.0000000001 | urn:epc:id:sscc:0399991.0000000002"},
		},
		"an identifier of an event that has an id": {
			[]string{"<epc>urn:epc:id:sgtin:0399991.012345.A2</epc>", ""},
			[]string{"event-id 1 1", "  epcList: urn:epc:id:sgtin:0399991.012345.A2 | "},
		},
		"an eventID": {
			[]string{"2f1f6f0c0a01", "2f1f6f0c0a02"},
			[]string{"hash 1 1", "  eventID: urn:uuid:8f6f0f0a-5d5e-4f1b-9a3e-2f1f6f0c0a01 | urn:uuid:8f6f0f0a-5d5e-4f1b-9a3e-2f1f6f0c0a02"},
		},
		"a recordTime": {
			[]string{"<recordTime>2026-03-02T13:00:01Z</recordTime>", ""},
			[]string{"hash 1 1", "  recordTime: 2026-03-02T13:00:01Z | "},
		},
		"an error declaration": {
			[]string{"<baseExtension>", "<baseExtension><errorDeclaration><declarationTime>2026-03-03T00:00:00Z</declarationTime><reason>urn:epcglobal:cbv:er:incorrect_data</reason></errorDeclaration>"},
			[]string{"hash 1 1", "  errorDeclaration:  | present", "  errorDeclaration/declarationTime:  | 2026-03-03T00:00:00Z", "  errorDeclaration/reason:  | incorrect_data"},
		},
		"a lot": {
			[]string{"LOT-7A", "LOT-7B"},
			[]string{"event-id 1 1", "  ilmd/lotNumber: LOT-7A | LOT-7B"},
		},
		"an attribute of an extension": {
			[]string{`by="qa"`, `by="qc"`},
			[]string{"event-id 1 1", "  ilmd/{https://lab.example.com/ns/}release/by: qa | qc"},
		},
		"one of two elements in an extension": {
			[]string{"<lab:line>4</lab:line>", "<lab:line>5</lab:line>"},
			[]string{"event-id 1 1", "  extension/{https://lab.example.com/ns/}run/{https://lab.example.com/ns/}line: 4 | 5"},
		},
		"a party and its type": {
			[]string{`type="urn:epcglobal:cbv:sdt:location">urn:epc:id:sgln:0614141.00001.0`, `type="urn:epcglobal:cbv:sdt:possessing_party">urn:epc:id:sgln:0614141.00001.1`},
			[]string{"time-and-objects 3 3", "  destinationList: location urn:epc:id:sgln:0614141.00001.0 | possessing_party urn:epc:id:sgln:0614141.00001.1"},
		},
		"a business transaction": {
			[]string{":PO-1<", ":PO-2<"},
			[]string{"time-and-objects 3 3", "  bizTransactionList: po urn:epcglobal:cbv:bt:0614141000012:PO-1 | po urn:epcglobal:cbv:bt:0614141000012:PO-2"},
		},
		"the drop shipment mark": {
			[]string{"<gs1ushc:dropShipment>true</gs1ushc:dropShipment>", ""},
			[]string{"time-and-objects 3 3", "  extension/{http://epcis.gs1us.org/hc/ns}dropShipment: true | "},
		},
		"the sender": {
			[]string{"sgln:0399991.00001.0</sbdh:Identifier>", "sgln:0399991.00002.0</sbdh:Identifier>"},
			[]string{"  sender: urn:epc:id:sgln:0399991.00001.0 | urn:epc:id:sgln:0399991.00002.0"},
		},
		"the statement": {
			[]string{"<gs1ushc:affirmTransactionStatement>true", "<gs1ushc:affirmTransactionStatement>false"},
			[]string{"  dscsaTransactionStatement/affirmTransactionStatement: true | false"},
		},
		"an attribute of master data": {
			[]string{">Samplium<", ">Sampliumin<"},
			[]string{"  masterData/EPCClass/urn:epc:idpat:sgtin:0399991.012345.*/regulatedProductName: Samplium | Sampliumin"},
		},
		"a child in master data": {
			[]string{"<children><id>urn:epc:id:sgln:0399991.00001.7</id></children>", ""},
			[]string{"  masterData/Location/urn:epc:id:sgln:0399991.00001.0/children: urn:epc:id:sgln:0399991.00001.7 | "},
		},
		"an element of master data": {
			[]string{`<VocabularyElement id="urn:epc:id:sgln:0399991.00001.0">`, `<VocabularyElement id="urn:epc:id:sgln:0399991.00003.0">`},
			[]string{"  masterData/Location: urn:epc:id:sgln:0399991.00001.0 | ", "  masterData/Location:  | urn:epc:id:sgln:0399991.00003.0"},
		},
		"an element beside the header": {
			[]string{`<lab:batchFile number="7">first`, `<lab:batchFile number="8">first`},
			[]string{"  header/{https://lab.example.com/ns/}batchFile/number: 7 | 8"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			changed := good
			for i := 0; i < len(c.change); i += 2 {
				if !strings.Contains(changed, c.change[i]) {
					t.Fatalf("the document has no %q", c.change[i])
				}
				changed = strings.Replace(changed, c.change[i], c.change[i+1], 1)
			}
			found := compareDocs(t, good, changed, CompareOptions{})
			if diff := cmp.Diff(c.want, told(found)); diff != "" {
				t.Error(diff)
			}
			if found.Equal != (len(c.want) == 0) {
				t.Errorf("equal: %v", found.Equal)
			}
		})
	}
}

// twinsDiffer are pairs of the reference set that were not written from one
// another: what is left out in XML, or says another time.
var twinsDiffer = map[string][]string{
	"Capture/Documents/AggregationEvent_all_possible_fields.xml": {"sender", "receiver", "instanceIdentifier"},
	"Capture/Documents/ObjectEvent_all_possible_fields.xml":      {"sender", "receiver", "instanceIdentifier"},
	"Capture/Documents/Combination_of_different_event.xml":       {"errorDeclaration/declarationTime"},
	"Capture/Events/TransformationEvent.xml":                     {"errorDeclaration/declarationTime"},
	"Query/CurieString_document.xml":                             {"creationDate", "queryName", "subscriptionID"},
	"Query/SensorData_with_combined_events.xml":                  {"creationDate", "queryName", "subscriptionID"},
}

func TestXMLAndJSONTwinsOfTheReferenceSetAreEqual(t *testing.T) {
	root := sharedtest.Path(t, "epcis", "openepcis", "2.0", "EPCIS")
	pairs := 0
	err := filepath.WalkDir(filepath.Join(root, "XML"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "Invalid") {
			return err
		}
		rel, _ := filepath.Rel(filepath.Join(root, "XML"), path)
		rel = filepath.ToSlash(rel)
		twin, err := os.ReadFile(filepath.Join(root, "JSON", strings.TrimSuffix(rel, ".xml")+".json"))
		if err != nil || notAccepted["openepcis/2.0/EPCIS/XML/"+rel] != "" {
			return nil
		}
		doc, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		t.Run(rel, func(t *testing.T) {
			pairs++
			c := compareDocs(t, string(doc), string(twin), CompareOptions{})
			var fields []string
			for _, list := range append([][]Difference{c.Header}, differencesOf(c)...) {
				for _, d := range list {
					fields = append(fields, d.Field)
				}
			}
			if diff := cmp.Diff(twinsDiffer[rel], fields); diff != "" || c.A.Alone+c.B.Alone > 0 {
				t.Errorf("%s\n%s", diff, strings.Join(told(c), "\n"))
			}
			if c := compareDocs(t, string(doc), string(twin), CompareOptions{HashOnly: true}); c.Differ+c.A.Alone+c.B.Alone > 0 {
				t.Errorf("by the hash alone:\n%s", strings.Join(told(c), "\n"))
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pairs < 15 {
		t.Errorf("only %d pairs were compared", pairs)
	}
}

func differencesOf(c *Comparison) (list [][]Difference) {
	for _, p := range c.Pairs {
		list = append(list, p.Differences)
	}
	return list
}

// TestEveryChangeOfAnEventIsNamedByItsField changes one field at a time. What the
// hash takes for equal is no difference.
func TestEveryChangeOfAnEventIsNamedByItsField(t *testing.T) {
	base := func() *Event {
		return &Event{
			Type: ObjectEvent, EventTime: compareTime, EventTimeZoneOffset: "-05:00", Action: Add, BizStep: "commissioning", Disposition: "active",
			EPCs: []string{"urn:epc:id:sgtin:0399991.012345.1"}, Children: []string{}, CertificationInfo: []string{"https://cert.example.com/1"},
			Quantities:            []Quantity{{Class: "urn:epc:class:lgtin:0399991.012345.L1", Quantity: "2.0", UOM: "KGM"}},
			PersistentDisposition: &PersistentDisposition{Set: []string{"completeness_verified"}, Unset: []string{"completeness_inferred"}},
			ReadPoint:             Place{ID: "urn:epc:id:sgln:0399991.00001.0"},
			Sensors: []SensorElement{{
				Metadata: []Field{{Name: Name{Local: "deviceID"}, Value: "urn:epc:id:giai:0399991.401"}},
				Reports:  []SensorReport{{{Name: Name{Local: "type"}, Value: "Temperature"}, {Name: Name{Local: "value"}, Kind: KindNumber, Value: "26.0"}}},
			}},
			ILMD: NewILMD("LOT-7A", "2028-06-30", Node{Name: Name{"urn:x", "deep"}, Children: []Node{{Name: Name{"urn:x", "a"}, Text: "1"}, {Name: Name{"urn:x", "a"}, Text: "2"}}}),
		}
	}
	for field, change := range map[string]func(e *Event){
		"":                                      func(e *Event) { e.Quantities[0].Quantity = "2"; e.Sensors[0].Reports[0][1].Value = "26" },
		"type":                                  func(e *Event) { e.Type = TransactionEvent },
		"eventTime":                             func(e *Event) { e.EventTime = compareTime.Add(time.Millisecond) },
		"eventTimeZoneOffset":                   func(e *Event) { e.EventTimeZoneOffset = "-06:00" },
		"certificationInfo":                     func(e *Event) { e.CertificationInfo = nil },
		"parentID":                              func(e *Event) { e.ParentID = "urn:epc:id:sscc:0399991.0000000001" },
		"epcList":                               func(e *Event) { e.EPCs = append(e.EPCs, e.EPCs[0]) },
		"childEPCs":                             func(e *Event) { e.Children = e.EPCs },
		"inputEPCList":                          func(e *Event) { e.Inputs = e.EPCs },
		"outputEPCList":                         func(e *Event) { e.Outputs = e.EPCs },
		"quantityList":                          func(e *Event) { e.Quantities[0].UOM = "LBR" },
		"childQuantityList":                     func(e *Event) { e.ChildQuantities = e.Quantities },
		"inputQuantityList":                     func(e *Event) { e.InputQuantities = e.Quantities },
		"outputQuantityList":                    func(e *Event) { e.OutputQuantities = e.Quantities },
		"action":                                func(e *Event) { e.Action = Observe },
		"transformationID":                      func(e *Event) { e.TransformationID = "urn:x:1" },
		"bizStep":                               func(e *Event) { e.BizStep = "https://steps.example.com/own" },
		"disposition":                           func(e *Event) { e.Disposition = "" },
		"persistentDisposition/set":             func(e *Event) { e.PersistentDisposition.Set[0] = "damaged" },
		"persistentDisposition/unset":           func(e *Event) { e.PersistentDisposition.Unset = nil },
		"readPoint":                             func(e *Event) { e.ReadPoint.ID = "urn:epc:id:sgln:0399991.00002.0" },
		"readPoint/{urn:x}door":                 func(e *Event) { e.ReadPoint.Extensions = []Node{{Name: Name{"urn:x", "door"}, Text: "3"}} },
		"bizLocation":                           func(e *Event) { e.BizLocation = e.ReadPoint },
		"bizTransactionList":                    func(e *Event) { e.BizTransactions = []BizTransaction{{"po", "urn:x:1"}} },
		"sourceList":                            func(e *Event) { e.Sources = []Party{{"location", "urn:x:1"}} },
		"destinationList":                       func(e *Event) { e.Destinations = []Party{{"location", "urn:x:1"}} },
		"sensorElement":                         func(e *Event) { e.Sensors = append(e.Sensors, e.Sensors[0]) },
		"sensorElement/sensorReport":            func(e *Event) { e.Sensors[0].Reports[0][1].Value = "27" },
		"sensorElement/sensorMetadata/deviceID": func(e *Event) { e.Sensors[0].Metadata = nil },
		"ilmd/itemExpirationDate":               func(e *Event) { e.ILMD.Nodes[1].Text = "2028-07-31" },
		"ilmd/{urn:x}deep/{urn:x}a":             func(e *Event) { e.ILMD.Nodes[2].Children[1].Text = "3" },
		"ilmd/{urn:x}deep":                      func(e *Event) { e.ILMD.Nodes = e.ILMD.Nodes[:2] },
		"extension/{urn:x}note":                 func(e *Event) { e.Extensions = []Node{{Name: Name{"urn:x", "note"}}} },
	} {
		t.Run(field, func(t *testing.T) {
			a, b := base(), base()
			change(b)
			var fields []string
			if halfHash(a) != halfHash(b) {
				for _, d := range eventDifferences(a, b, true) {
					fields = append(fields, d.Field)
				}
			}
			if got := strings.Join(fields, " "); got != field {
				t.Errorf("the hashes differ in %q", got)
			}
		})
	}
}

var compareTime = time.Date(2026, 3, 21, 9, 0, 0, 0, time.UTC)

func TestOnlyTheFirstDifferencesAreListed(t *testing.T) {
	write := func(step string, events int) string {
		var doc strings.Builder
		w, err := NewXMLWriter(&doc, &Header{CreationDate: compareTime}, XMLOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for n := range events {
			err := w.Write(&Event{
				Type: ObjectEvent, Action: Observe, BizStep: step, EventTime: compareTime, EventTimeZoneOffset: "+00:00",
				EPCs: []string{fmt.Sprintf("urn:epc:id:sgtin:0399991.012345.%d", n)},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return doc.String()
	}
	c := compareDocs(t, write("storing", 20), write("picking", 25), CompareOptions{Listed: 4})
	if c.Differ != 20 || c.A.Alone != 0 || c.B.Alone != 5 || len(c.Pairs) != 4 || len(c.OnlyB) != 4 || c.OnlyB[0].Where.Event != 21 || c.Equal {
		t.Errorf("%+v", c)
	}
	rounds := compareDocs(t, write("storing", 20), write("picking", 25), CompareOptions{held: 3})
	whole := compareDocs(t, write("storing", 20), write("picking", 25), CompareOptions{})
	if diff := cmp.Diff(whole, rounds); diff != "" || len(whole.Pairs) != 20 {
		t.Errorf("in rounds of three events: %s", diff)
	}
	c = compareDocs(t, write("storing", 3), write("storing", 5), CompareOptions{})
	if c.Same != 3 || c.Differ != 0 || c.B.Alone != 2 {
		t.Errorf("%+v", c)
	}
}

func TestValuesOfADifferenceAreListedUpToANumber(t *testing.T) {
	many := make([]string, comparedValues+1)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	d := &differences{}
	d.values("epcList", plain(many...), plain(many[:1]...))
	d.values("epcList", plain(strings.Repeat("x", comparedText), strings.Repeat("y", comparedText+1)), nil)
	if len(d.list[0].A) != comparedValues || d.list[0].MoreA != 0 || len(d.list[1].A[0]) != comparedText || !strings.HasSuffix(d.list[1].A[1], "…") {
		t.Errorf("%+v", d.list)
	}
	d.list = nil
	d.values("epcList", plain(many...), nil)
	if len(d.list[0].A) != comparedValues || d.list[0].MoreA != 1 {
		t.Errorf("%+v", d.list)
	}
}

// changing gives another document each time it is read from its start.
type changing struct {
	io.ReadSeeker
	docs []string
}

func (c *changing) Seek(int64, int) (int64, error) {
	c.ReadSeeker = strings.NewReader(c.docs[0])
	if len(c.docs) > 1 {
		c.docs = c.docs[1:]
	}
	return 0, nil
}

func TestADocumentThatCannotBeReadIsNotCompared(t *testing.T) {
	good := ownDocument(t, "shipment.xml")
	for name, doc := range map[string]string{"cut": good[:len(good)/2], "empty": "", "something else": "<html/>"} {
		for _, turn := range []bool{false, true} {
			a, b := source("good.xml", good), source("bad.xml", doc)
			if turn {
				a, b = b, a
			}
			if _, err := Compare(a, b, CompareOptions{}); err == nil || !strings.HasPrefix(err.Error(), "bad.xml:") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	moved := &changing{docs: []string{strings.Replace(good, ":packing", ":loading", 1), good[:strings.LastIndex(good, "<AggregationEvent>")] + "</EventList></EPCISBody></epcis:EPCISDocument>"}}
	if c, err := Compare(source("good.xml", good), Source{In: moved}, CompareOptions{}); err == nil {
		t.Errorf("a document that changed meanwhile: %+v", c)
	}
}

// BenchmarkCompare compares a document of 4,200 events with itself.
func BenchmarkCompare(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join("testdata", "shipment.xml"))
	if err != nil {
		b.Fatal(err)
	}
	from, to := bytes.Index(raw, []byte("<ObjectEvent>")), bytes.Index(raw, []byte("</EventList>"))
	doc := slices.Concat(raw[:from], bytes.Repeat(raw[from:to], 1400), raw[to:])
	b.SetBytes(int64(2 * len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		c, err := Compare(Source{In: bytes.NewReader(doc)}, Source{In: bytes.NewReader(doc)}, CompareOptions{})
		if err != nil || !c.Equal || c.Same != 4200 {
			b.Fatalf("%+v, %v", c, err)
		}
	}
}

func TestAnObjectIsCountedOnceInWhateverForm(t *testing.T) {
	var c ObjectCount
	if c.Objects() != 0 {
		t.Errorf("%d objects before the first event", c.Objects())
	}
	c.Add(&Event{ParentID: "urn:epc:id:sscc:0399991.0000000001", Children: []string{"urn:epc:id:sgtin:0399991.012345.A2", "urn:x:1", ""}})
	c.Add(&Event{EPCs: []string{"https://id.example.com/00/003999910000000015", "https://id.gs1.org/01/00399991123455/21/A2?17=280630", "urn:x:2"}})
	if c.Objects() != 4 {
		t.Errorf("%d objects", c.Objects())
	}
}
