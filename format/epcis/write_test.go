package epcis

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameContent compares events and headers but for where they stood and for the
// prefixes of namespaces, which are a hint.
var sameContent = cmp.Options{sameText, cmpopts.IgnoreFields(Node{}, "Prefix"), cmpopts.IgnoreFields(Attr{}, "Prefix")}

// sameText also compares the prefixes.
var sameText = cmp.Options{
	cmpopts.IgnoreFields(Event{}, "Where"),
	cmpopts.IgnoreUnexported(Event{}, Header{}),
	cmpopts.IgnoreFields(Header{}, "File", "Form", "Namespaces"),
	cmpopts.IgnoreFields(VocabularyElement{}, "Line"),
	cmpopts.EquateEmpty(),
}

type documentWriter interface {
	Write(*Event) error
	Close() error
}

func write(h *Header, events []*Event, open func(io.Writer) (documentWriter, error)) (string, error) {
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		return "", err
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			return "", err
		}
	}
	err = w.Close()
	return out.String(), err
}

func openXML(h *Header, opts XMLOptions) func(io.Writer) (documentWriter, error) {
	return func(out io.Writer) (documentWriter, error) { return NewXMLWriter(out, h, opts) }
}

func openJSON(h *Header) func(io.Writer) (documentWriter, error) {
	return func(out io.Writer) (documentWriter, error) { return NewJSONWriter(out, h, JSONOptions{}) }
}

// again writes events, reads them back, and writes and reads them once more.
func again(t *testing.T, h *Header, events []*Event, open func(*Header) func(io.Writer) (documentWriter, error)) (*Header, []*Event) {
	t.Helper()
	doc, err := write(h, events, open(h))
	if err != nil {
		t.Fatal(err)
	}
	h2, events2, err := ReadAll(strings.NewReader(doc), Options{File: "again"})
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	return h2, events2
}

func openXML12(h *Header) func(io.Writer) (documentWriter, error) {
	return openXML(h, XMLOptions{Indent: " "})
}

func openXML20(h *Header) func(io.Writer) (documentWriter, error) {
	return openXML(h, XMLOptions{Version: "2.0"})
}

// TestWhatIsWrittenInTheSameFormReadsBackEqual takes every reference document.
func TestWhatIsWrittenInTheSameFormReadsBackEqual(t *testing.T) {
	corpus(t, func(t *testing.T, name string, data []byte) {
		h, events, err := ReadAll(bytes.NewReader(data), Options{})
		if err != nil || h.Kind == BareEvent && len(events) == 0 || h.Kind == MasterDataDocument {
			return
		}
		open := openJSON
		if h.Form == XML {
			open = openXML20
			if h.SchemaVersion == "1.2" {
				open = openXML12
			}
		}
		kind, version := h.Kind, h.SchemaVersion
		h2, events2 := again(t, h, events, open)
		if diff := cmp.Diff(events, events2, sameContent); diff != "" {
			t.Error(diff)
		}
		h2.Kind, h2.SchemaVersion = kind, version
		if diff := cmp.Diff(h, h2, sameContent); diff != "" {
			t.Error(diff)
		}
	})
}

// TestEveryFormKeepsTheHash writes every reference document in every form.
func TestEveryFormKeepsTheHash(t *testing.T) {
	corpus(t, func(t *testing.T, _ string, data []byte) {
		h, events, err := ReadAll(bytes.NewReader(data), Options{})
		if err != nil {
			return
		}
		for _, e := range events {
			if e.EventTime.IsZero() {
				return // one of the invalid documents
			}
		}
		before := preHashes(t, events)
		for form, open := range map[string]func(*Header) func(io.Writer) (documentWriter, error){"1.2 XML": openXML12, "2.0 XML": openXML20, "JSON": openJSON} {
			doc, err := write(h, events, open(h))
			if err != nil {
				if !strings.Contains(err.Error(), "epcis/unwritable") {
					t.Errorf("%s: %v", form, err)
				}
				continue
			}
			_, events2, err := ReadAll(strings.NewReader(doc), Options{})
			if err != nil {
				t.Errorf("%s: %v\n%s", form, err, doc)
				continue
			}
			if diff := cmp.Diff(before, preHashes(t, events2)); diff != "" {
				t.Errorf("%s: %s", form, diff)
			}
		}
	})
}

func TestOwnSamplesSurviveWriting(t *testing.T) {
	for file, c := range map[string]struct {
		open func(*Header) func(io.Writer) (documentWriter, error)
		same cmp.Options
	}{
		"shipment.xml":    {openXML12, sameText},
		"shipment.jsonld": {openJSON, sameContent}, // an event's own prefix gives way to the document's
	} {
		t.Run(file, func(t *testing.T) {
			h, events := readFile(t, filepath.Join("testdata", file))
			h2, events2 := again(t, h, events, c.open)
			if diff := cmp.Diff(events, events2, c.same); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(h, h2, c.same); diff != "" {
				t.Error(diff)
			}
		})
	}
}

type fullDisk struct{ room int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.room -= len(b); d.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

func TestWritersRefuseWhatTheirFormCannotSay(t *testing.T) {
	node := func(n Node) *Event {
		return &Event{Type: ObjectEvent, EventTime: fixedTime, Extensions: []Node{n}}
	}
	space := Name{"https://x.example.com/", "a"}
	for _, c := range []struct {
		name      string
		event     *Event
		xml, json bool // written
	}{
		{"a usual extension", node(Node{Name: space, Text: "a"}), true, true},
		{"another type", &Event{Type: "QuantityEvent", EventTime: fixedTime}, false, false},
		{"a name XML doesn't allow", node(Node{Name: Name{"https://x.example.com/", "1 a"}}), false, true},
		{"a character XML doesn't allow", node(Node{Name: space, Text: "\x01"}), false, true},
		{"text that isn't UTF-8", node(Node{Name: space, Text: "\xff"}), false, false},
		{"an extension without a namespace", node(Node{Name: Name{Local: "a"}}), true, false},
		{"a quantity that isn't a number", &Event{Type: ObjectEvent, EventTime: fixedTime, Quantities: []Quantity{{Class: "urn:a:b", Quantity: "many"}}}, true, false},
		{"a quantity JSON writes another way", &Event{Type: ObjectEvent, EventTime: fixedTime, Quantities: []Quantity{{Class: "urn:a:b", Quantity: "+07.50"}}}, true, true},
		{"a boolean that isn't one", &Event{Type: ObjectEvent, EventTime: fixedTime, Sensors: []SensorElement{{Reports: []SensorReport{{{Name: Name{Local: "booleanValue"}, Value: "perhaps"}}}}}}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &Header{CreationDate: fixedTime}
			for form, expect := range map[string]bool{"XML": c.xml, "JSON": c.json} {
				open := openXML12(h)
				if form == "JSON" {
					open = openJSON(h)
				}
				doc, err := write(h, []*Event{c.event}, open)
				if (err == nil) != expect {
					t.Errorf("%s: %v", form, err)
				}
				if err == nil {
					if _, _, err := ReadAll(strings.NewReader(doc), Options{}); err != nil {
						t.Errorf("%s: %v\n%s", form, err, doc)
					}
				}
			}
		})
	}
	if _, err := NewXMLWriter(io.Discard, &Header{}, XMLOptions{Version: "3.0"}); err == nil {
		t.Error("version 3.0 was accepted")
	}
}

func TestAFullDiskIsReported(t *testing.T) {
	h, events := readFile(t, filepath.Join("testdata", "shipment.xml"))
	for _, room := range []int{0, 100, 5000} {
		for _, open := range []func(*Header) func(io.Writer) (documentWriter, error){openXML12, openJSON} {
			w, err := open(h)(&fullDisk{room: room})
			for i := 0; err == nil && i < 100; i++ {
				err = w.Write(events[i%len(events)])
			}
			if err == nil {
				err = w.Close()
			}
			if err == nil {
				t.Errorf("room for %d bytes was enough", room)
			}
		}
	}
}
