package faultcorpus

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"pedigree/format/epcis"
)

// Form is how a document is written.
type Form int

// The forms.
const (
	R12 Form = iota
	R13
	XML2
	JSON2
)

// Forms lists all of them.
var Forms = []Form{R12, R13, XML2, JSON2}

// String names the form as file names do.
func (f Form) String() string { return [...]string{"r1.2.xml", "r1.3.xml", "2.0.xml", "2.0.jsonld"}[f] }

// document is one shipment's data before it is written: what recipes spoil.
type document struct {
	header *epcis.Header
	events []*epcis.Event
}

// writer is a writer of either syntax.
type writer interface {
	Write(*epcis.Event) error
	Close() error
}

func (d *document) write(f Form) ([]byte, error) {
	d.header.GuidelineVersion = guideline(d.header.GuidelineVersion, f)
	var out bytes.Buffer
	w, err := newWriter(&out, d.header, f)
	if err != nil {
		return nil, err
	}
	for _, e := range d.events {
		if err := w.Write(e); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// guideline names the release; none stays none.
func guideline(have string, f Form) string {
	if have != "" && f == R12 {
		return "GS1 US DSCSA R1.2"
	}
	return have
}

func newWriter(out *bytes.Buffer, h *epcis.Header, f Form) (writer, error) {
	switch f {
	case JSON2:
		h.SchemaVersion = "2.0"
		return epcis.NewJSONWriter(out, h, epcis.JSONOptions{})
	case XML2:
		h.SchemaVersion = "2.0"
		return epcis.NewXMLWriter(out, h, epcis.XMLOptions{Version: "2.0", Indent: " "})
	default:
		return epcis.NewXMLWriter(out, h, epcis.XMLOptions{Indent: " "})
	}
}

// step returns the events of a business step, in their order.
func (d *document) step(step string) []*epcis.Event {
	var found []*epcis.Event
	for _, e := range d.events {
		if e.BizStep == step {
			found = append(found, e)
		}
	}
	return found
}

// commissioned returns the events that commission packs (indicator 0), cases
// (indicator 1) or, for "sscc", logistic units.
func (d *document) commissioned(level string) []*epcis.Event {
	var found []*epcis.Event
	for _, e := range d.step("commissioning") {
		if len(e.EPCs) > 0 && levelOf(e.EPCs[0]) == level {
			found = append(found, e)
		}
	}
	return found
}

// packed returns the events that pack into containers of a level.
func (d *document) packed(level string) []*epcis.Event {
	var found []*epcis.Event
	for _, e := range d.step("packing") {
		if levelOf(e.ParentID) == level {
			found = append(found, e)
		}
	}
	return found
}

// levelOf is "0" for a pack, "1" for a case and "sscc" for a logistic unit.
func levelOf(epc string) string {
	rest, isGTIN := strings.CutPrefix(epc, "urn:epc:id:sgtin:")
	if !isGTIN {
		return "sscc"
	}
	_, item, _ := strings.Cut(rest, ".")
	return item[:1]
}

// ship returns the shipping event.
func (d *document) ship() *epcis.Event { return d.step("shipping")[0] }

// pack returns the first pack that stands in a case, and case the one it is in.
func (d *document) pack() string { return d.packed("1")[0].Children[0] }

func (d *document) firstCase() string { return d.packed("1")[0].ParentID }

func (d *document) pallet() string { return d.packed("sscc")[0].ParentID }

// before and after put an event next to another.
func (d *document) before(mark, e *epcis.Event) {
	d.events = slices.Insert(d.events, slices.Index(d.events, mark), e)
}

func (d *document) after(mark, e *epcis.Event) {
	d.events = slices.Insert(d.events, slices.Index(d.events, mark)+1, e)
}

// drop takes events out.
func (d *document) drop(events ...*epcis.Event) {
	d.events = slices.DeleteFunc(d.events, func(e *epcis.Event) bool { return slices.Contains(events, e) })
}

// copyOf copies an event so far that recipes can change the copy's lists.
func copyOf(e *epcis.Event) *epcis.Event {
	c := *e
	c.EPCs, c.Children = slices.Clone(e.EPCs), slices.Clone(e.Children)
	c.Sources, c.Destinations = slices.Clone(e.Sources), slices.Clone(e.Destinations)
	c.BizTransactions, c.Extensions = slices.Clone(e.BizTransactions), slices.Clone(e.Extensions)
	return &c
}

// rename gives a thing another identifier wherever it is named.
func (d *document) rename(old, now string) {
	d.each(func(id string) string {
		if id == old {
			return now
		}
		return id
	})
}

// each replaces every identifier of a thing.
func (d *document) each(with func(string) string) {
	for _, e := range d.events {
		if e.ParentID != "" {
			e.ParentID = with(e.ParentID)
		}
		for _, list := range [][]string{e.EPCs, e.Children} {
			for i := range list {
				list[i] = with(list[i])
			}
		}
	}
}

// serial changes the serial number of an identifier.
func serial(epc string, with func(string) string) string {
	cut := strings.LastIndexByte(epc, '.') + 1
	return epc[:cut] + with(epc[cut:])
}

// element finds master data; a recipe that asks for what isn't there is wrong.
func (d *document) element(vocabulary, id string) *epcis.VocabularyElement {
	el := d.header.Find(vocabulary, id)
	if el == nil {
		panic(fmt.Sprintf("faultcorpus: no master data of %s", id))
	}
	return el
}

// products and places are the two vocabularies.
func (d *document) products() *epcis.Vocabulary { return &d.header.Vocabulary[0] }

func (d *document) places() *epcis.Vocabulary { return &d.header.Vocabulary[1] }

// set changes an attribute of master data; an empty value takes it away.
func set(el *epcis.VocabularyElement, name, value string) {
	i := slices.IndexFunc(el.Attributes, func(a epcis.Attribute) bool { return strings.HasSuffix(a.ID, "#"+name) })
	if i < 0 {
		panic(fmt.Sprintf("faultcorpus: %s has no %s", el.ID, name))
	}
	if value == "" {
		el.Attributes = slices.Delete(el.Attributes, i, i+1)
		return
	}
	el.Attributes[i].Value = value
}
