package epcis

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// openDocument reads everything up to the first event.
func (d *xmlDecoder) openDocument() error {
	d.budget, d.nodes = d.limits.HeaderNodes, d.limits.HeaderNodes
	token, err := d.next()
	if err != nil {
		return err
	}
	if token != xmlStart {
		return d.fail("epcis/truncated", "the document is empty", "send the whole file again")
	}
	d.settleProlog()
	if !isCoreSpace(d.space) {
		return d.notEPCIS()
	}
	if err := d.documentAttrs(); err != nil {
		return err
	}
	switch string(d.local) {
	case "EPCISDocument":
		d.header.Kind = CaptureDocument
	case "EPCISQueryDocument":
		d.header.Kind = QueryDocument
	case "EPCISMasterDataDocument":
		d.header.Kind = MasterDataDocument
	default:
		if _, ok := eventType(d.local); !ok {
			return d.notEPCIS()
		}
		d.header.Kind = BareEvent
		d.phase = phaseBare
		return nil
	}
	return d.seekEvents()
}

func (d *xmlDecoder) notEPCIS() error {
	return d.fail("epcis/not-epcis", fmt.Sprintf("the document is a <%.60s> of namespace %.80q, not an EPCISDocument", d.local, d.space), "send a document of EPCIS events; the namespace of EPCIS 1.2 is "+SpaceEPCIS1)
}

func (d *xmlDecoder) documentAttrs() error {
	for _, s := range d.spaces[2:] {
		d.header.Namespaces = append(d.header.Namespaces, Namespace{Prefix: s.prefix, URI: s.uri})
	}
	d.header.SchemaVersion, _ = d.attr("schemaVersion")
	created, ok := d.attr("creationDate")
	if !ok {
		return nil
	}
	t, ok := d.wallTime("creationDate", d.startLine, []byte(created))
	if !ok {
		return d.fail("epcis/bad-time", fmt.Sprintf("creationDate %.40q isn't a date and time", created), "write it like 2026-01-31T13:45:00.000-05:00")
	}
	d.header.CreationDate = t
	return nil
}

// documentTime reads the open element's time, which is of the document and not of
// an event.
func (d *xmlDecoder) documentTime(name string) (time.Time, error) {
	line := d.startLine
	raw, err := d.rawText()
	if err != nil {
		return time.Time{}, err
	}
	t, ok := d.wallTime(name, line, trimSpace(raw))
	if !ok {
		return t, d.badTime(line, name, raw)
	}
	return t, nil
}

// wallTime reads a time of the document. The schemas have xsd:dateTime there, so
// that it may lack an offset; it is then in UTC.
func (d *xmlDecoder) wallTime(name string, line int, raw []byte) (t time.Time, ok bool) {
	text := string(raw)
	if t, ok = d.clock.parse(text); ok {
		return t, true
	}
	if t, ok = d.clock.parse(text + "Z"); !ok {
		return d.lateOrLenient(name, line, raw)
	}
	d.header.wall = d.header.wall || name == "creationDate"
	if len(d.header.remarks) < remarksKept {
		d.header.remarks = append(d.header.remarks, Finding{
			Severity: Warning, Set: SetStructure, Rule: "structure/no-offset", Where: Where{File: d.file, Line: line}, Subject: name,
			Text: fmt.Sprintf("%s %.40q has no offset; it is taken as UTC", name, text), Remedy: "write it like 2026-01-31T13:45:00.000-05:00",
		})
	}
	return t, true
}

// seekEvents reads the children of the document until the event list is open.
func (d *xmlDecoder) seekEvents() error {
	for {
		more, err := d.child()
		if err != nil {
			return err
		}
		if !more {
			return d.fail("epcis/no-body", "the document has no EPCISBody", "send a document of EPCIS events")
		}
		name := ""
		if isCoreSpace(d.space) {
			name = string(d.local)
		}
		switch name {
		case "EPCISHeader":
			err = d.headerFields()
		case "EPCISBody":
			return d.seekList()
		case "extension":
			err = d.keepChildren(&d.header.Document)
		default:
			err = d.documentNode()
		}
		if err != nil {
			return err
		}
	}
}

// documentNode keeps an unknown element beside header and body.
func (d *xmlDecoder) documentNode() error {
	if known, err := d.usField(); known || err != nil {
		return err
	}
	n, err := d.node()
	if err != nil {
		return err
	}
	if isIgnoreFields(&n) {
		for i := range n.Children {
			d.header.ignored = append(d.header.ignored, n.Children[i].Name)
		}
	}
	d.header.Document = append(d.header.Document, n)
	return nil
}

func (d *xmlDecoder) keepChildren(to *[]Node) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		if err := d.keep(to); err != nil {
			return err
		}
	}
}

// seekList reads the body until the event list is open; query documents have it
// inside the results.
func (d *xmlDecoder) seekList() error {
	for {
		more, err := d.child()
		if err != nil {
			return err
		}
		if !more {
			if len(d.open) > 1 {
				continue // the end of resultsBody or QueryResults
			}
			return d.closeDocument()
		}
		name := ""
		if isCoreSpace(d.space) {
			name = string(d.local)
		}
		switch name {
		case "EventList":
			d.lists, d.phase = 1, phaseEvents
			return nil
		case "QueryResults", "resultsBody":
			if d.header.Kind == CaptureDocument {
				return d.unknownIn("EPCISBody")
			}
		case "queryName":
			d.header.QueryName, err = d.textValue()
		case "subscriptionID":
			d.header.SubscriptionID, err = d.textValue()
		case "VocabularyList":
			err = d.vocabularies()
		case "extension":
			err = d.keepChildren(&d.header.Document)
		case "":
			err = d.documentNode()
		default:
			return d.fail("epcis/no-events", fmt.Sprintf("the body holds <%.60s> instead of events", d.local), "send a document of EPCIS events; queries go to the query interface")
		}
		if err != nil {
			return err
		}
	}
}

// nextEvent returns the next event or io.EOF.
func (d *xmlDecoder) nextEvent() (*Event, error) {
	switch d.phase {
	case phaseDone:
		return nil, io.EOF
	case phaseBare:
		e, err := d.event()
		if err != nil {
			return nil, err
		}
		return e, d.expectEnd()
	}
	for d.lists > 0 {
		more, err := d.child()
		if err != nil {
			return nil, err
		}
		switch {
		case !more:
			d.lists--
		case isCoreSpace(d.space) && string(d.local) == "extension":
			d.lists++
		default:
			return d.event()
		}
	}
	if err := d.closeDocument(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// closeDocument reads what stands behind the events up to the end of the input.
func (d *xmlDecoder) closeDocument() error {
	d.budget, d.nodes = d.limits.HeaderNodes, d.limits.HeaderNodes
	for len(d.open) > 0 {
		more, err := d.child()
		if err != nil {
			return err
		}
		switch {
		case !more:
		case isCoreSpace(d.space) && string(d.local) == "extension":
			err = d.keepChildren(&d.header.Document)
		case isCoreSpace(d.space) && bytes.HasPrefix(d.local, []byte("EPCIS")), isCoreSpace(d.space) && string(d.local) == "EventList":
			return d.fail("epcis/repeated", fmt.Sprintf("<%.60s> stands behind the events", d.local), "keep one list of events, behind the header")
		default:
			err = d.documentNode()
		}
		if err != nil {
			return err
		}
	}
	return d.expectEnd()
}

// expectEnd makes sure that nothing follows the root element.
func (d *xmlDecoder) expectEnd() error {
	d.phase = phaseDone
	token, err := d.next()
	if err != nil {
		return err
	}
	if token != xmlEOF {
		return d.fail("epcis/trailing", "something follows the document", "remove what stands behind the last end tag")
	}
	return nil
}
