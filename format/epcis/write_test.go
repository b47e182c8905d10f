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
