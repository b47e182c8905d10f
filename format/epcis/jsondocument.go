package epcis

import (
	"fmt"
	"io"
	"strings"
)

// jsonScope is an open object on the way to the event list.
type jsonScope uint8

const (
	scopeDocument jsonScope = iota
	scopeBody
	scopeResults
	scopeResultsBody
)

// openDocument reads everything up to the first event.
func (d *jsonDecoder) openDocument() error {
	if err := d.beginObject(); err != nil {
		return err
	}
	d.scopes = append(d.scopes, scopeDocument)
	return d.seekEvents()
}

// seekEvents reads members until an event list is open, a bare event begins, or
// the document ends.
func (d *jsonDecoder) seekEvents() error {
	for len(d.scopes) > 0 {
		key, ok, err := d.nextMember()
		if err != nil {
			return err
		}
		if !ok {
			d.scopes = d.scopes[:len(d.scopes)-1]
			continue
		}
		found, err := d.scopeMember(d.scopes[len(d.scopes)-1], key)
		if err != nil || found {
			return err
		}
	}
	return d.finish()
}

// finish checks the whole document and that nothing follows it.
func (d *jsonDecoder) finish() error {
	d.phase = phaseDone
	c, err := d.peek()
	if err != nil {
		return err
	}
	if c != 0 {
		return d.fail("epcis/trailing", "something follows the document", "remove what stands behind the last brace")
	}
	if d.kind == "" {
		return d.fail("epcis/not-epcis", "the document has no type", `write "type": "EPCISDocument"`)
	}
	if !d.context {
		if err := d.assumeContext(d.noContext()); err != nil {
			return err
		}
	}
	if !d.listed && d.header.Kind != BareEvent && d.header.Vocabulary == nil {
		return d.fail("epcis/no-body", "the document has no eventList in its epcisBody", `send a document of EPCIS events; without any, write "eventList": []`)
	}
	return nil
}

func (d *jsonDecoder) noContext() error {
	return d.fail("epcis/no-context", "the document has no @context before its events", `write "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"] first`)
}

func (d *jsonDecoder) scopeMember(scope jsonScope, key string) (found bool, err error) {
	switch scope {
	case scopeDocument:
		return d.documentMember(key)
	case scopeBody:
		return d.bodyMember(key)
	case scopeResults:
		return false, d.resultsMember(key)
	default:
		return d.resultsBodyMember(key)
	}
}

func (d *jsonDecoder) documentMember(key string) (found bool, err error) {
	if key, err = d.folded(key, documentNames); err != nil {
		return false, err
	}
	if strings.IndexByte(key, ':') < 0 {
		if null, err := d.null(key); null || err != nil {
			return false, err
		}
	}
	switch key {
	case "@context":
		d.context = true
		return false, d.contextValue(&d.header.Namespaces)
	case "type":
		return d.documentType()
	case "id":
		d.header.ID, err = d.stringValue()
	case "schemaVersion":
		d.header.SchemaVersion, err = d.stringValue()
	case "creationDate":
		d.header.CreationDate, err = d.timeValue()
	case "sender":
		d.sbdh().Sender.ID, err = d.stringValue()
	case "receiver":
		d.sbdh().Receiver.ID, err = d.stringValue()
	case "instanceIdentifier":
		d.sbdh().InstanceID, err = d.stringValue()
	case "epcisHeader":
		err = d.headerMembers()
	case "epcisBody":
		return false, d.openScope(scopeBody)
	default:
		if eventField(key) != fieldUnknown && d.kind == "" {
			d.pendingKey = key
			return true, d.bare("")
		}
		return false, d.documentExtension(key)
	}
	return false, err
}

// documentType reads the type. An event type makes the document a bare event.
func (d *jsonDecoder) documentType() (found bool, err error) {
	kind, err := d.stringValue()
	if err != nil {
		return false, err
	}
	if known := fold(kind, documentTypes); d.lenient && known != "" && known != kind {
		d.tolerate(LenientCase, "type", fmt.Sprintf("the type %q is taken as %s", kind, known))
		kind = known
	}
	d.kind = kind
	switch {
	case kind == "EPCISDocument":
		d.header.Kind = CaptureDocument
		return false, nil
	case kind == "EPCISQueryDocument":
		d.header.Kind = QueryDocument
		return false, nil
	case kind == "EPCISMasterDataDocument" && d.lenient:
		d.tolerate(LenientMasterData, "type", "the document holds master data alone")
		d.header.Kind = MasterDataDocument
		return false, nil
	}
	if _, ok := eventType([]byte(kind)); ok || d.lenient && fold(kind, eventTypes) != "" {
		return true, d.bare(kind)
	}
	return false, d.fail("epcis/not-epcis", fmt.Sprintf("the document's type %.60q isn't known", kind), "send an EPCISDocument, an EPCISQueryDocument or one standard event")
}

func (d *jsonDecoder) bare(kind string) error {
	d.kind = kind
	d.header.Kind, d.phase = BareEvent, phaseBare
	return nil
}

func (d *jsonDecoder) sbdh() *SBDH {
	if d.header.SBDH == nil {
		d.header.SBDH = &SBDH{}
	}
	return d.header.SBDH
}

func (d *jsonDecoder) openScope(scope jsonScope) error {
	if err := d.beginObject(); err != nil {
		return err
	}
	d.scopes = append(d.scopes, scope)
	return nil
}

func (d *jsonDecoder) documentExtension(key string) error {
	var nodes []Node
	if err := d.extend(&nodes, "the document", key); err != nil {
		return err
	}
	if err := d.resolveAll(nodes); err != nil {
		return err
	}
	for i := range nodes {
		if !isIgnoreFields(&nodes[i]) {
			continue
		}
		name, prefix := Name{Local: nodes[i].Text}, ""
		if err := d.resolveName(&name, &prefix); err != nil {
			return err
		}
		d.header.ignored = append(d.header.ignored, name)
	}
	d.header.Document = append(d.header.Document, nodes...)
	return nil
}

func (d *jsonDecoder) bodyMember(key string) (found bool, err error) {
	switch key {
	case "eventList":
		return true, d.openList()
	case "queryResults":
		return false, d.openScope(scopeResults)
	case "vocabularyList":
		if d.lenient && d.header.Kind == MasterDataDocument {
			return false, d.vocabularies()
		}
	}
	return false, d.documentExtension(key)
}

func (d *jsonDecoder) resultsMember(key string) (err error) {
	switch key {
	case "queryName":
		d.header.QueryName, err = d.stringValue()
	case "subscriptionID":
		d.header.SubscriptionID, err = d.stringValue()
	case "resultsBody":
		err = d.openScope(scopeResultsBody)
	default:
		err = d.documentExtension(key)
	}
	return err
}

func (d *jsonDecoder) resultsBodyMember(key string) (found bool, err error) {
	switch key {
	case "eventList":
		return true, d.openList()
	case "vocabularyList":
		return false, d.vocabularies()
	}
	return false, d.documentExtension(key)
}

func (d *jsonDecoder) openList() error {
	if !d.context {
		if err := d.assumeContext(d.lateContext()); err != nil {
			return err
		}
	}
	d.phase, d.listed = phaseEvents, true
	return d.beginArray()
}

// nextEvent returns the next event or io.EOF.
func (d *jsonDecoder) nextEvent() (*Event, error) {
	switch d.phase {
	case phaseDone:
		return nil, io.EOF
	case phaseBare:
		return d.bareEvent()
	}
	ok, err := d.nextItem()
	if err != nil {
		return nil, err
	}
	if ok {
		return d.event()
	}
	d.budget, d.nodes = d.limits.HeaderNodes, d.limits.HeaderNodes
	if err := d.seekEvents(); err != nil {
		return nil, err
	}
	if d.phase == phaseDone {
		return nil, io.EOF
	}
	return nil, d.fail("epcis/repeated", "the document has a second list of events", "keep one list of events")
}
