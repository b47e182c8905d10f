package epcis

import (
	"fmt"
	"strconv"
	"strings"
)

// event reads one event of the list.
func (d *jsonDecoder) event() (*Event, error) {
	if err := d.beginObject(); err != nil {
		return nil, err
	}
	e, err := d.startEvent()
	if err != nil {
		return nil, err
	}
	return e, d.place(d.readEvent(e, ""))
}

// bareEvent reads the event that is the document. Its object is already open.
func (d *jsonDecoder) bareEvent() (*Event, error) {
	e, err := d.startEvent()
	if err != nil {
		return nil, err
	}
	e.Type = EventType(d.kind)
	if err := d.place(d.readEvent(e, d.pendingKey)); err != nil {
		return nil, err
	}
	d.kind = string(e.Type)
	return e, d.finish()
}

// place adds the event's number to a refusal.
func (d *jsonDecoder) place(err error) error {
	d.current = nil
	if refused, ok := err.(*Error); ok {
		refused.Event = d.events
	}
	return err
}

func (d *jsonDecoder) startEvent() (*Event, error) {
	if d.events++; d.events > d.limits.Events {
		return nil, d.fail("epcis/limit-events", fmt.Sprintf("the document has more than %d events", d.limits.Events), "send it in several documents")
	}
	d.budget, d.nodes = d.limits.NodesPerEvent, d.limits.NodesPerEvent
	d.room = d.limits.EPCsPerEvent
	d.eventSpaces = d.eventSpaces[:0]
	e := &Event{Where: Where{File: d.file, Line: d.line, Event: d.events}, ignored: &d.header.ignored, json: true}
	e.Where.Path = d.eventPath()
	d.current, d.late = e, d.late[:0]
	return e, nil
}

func (d *jsonDecoder) eventPath() string {
	n := "/" + strconv.Itoa(d.events-1)
	switch {
	case d.phase == phaseBare:
		return ""
	case len(d.scopes) > 2:
		return "/epcisBody/queryResults/resultsBody/eventList" + n
	}
	return "/epcisBody/eventList" + n
}

func (d *jsonDecoder) readEvent(e *Event, pending string) error {
	for {
		key, ok, err := pending, true, error(nil)
		if pending == "" {
			key, ok, err = d.nextMember()
		}
		pending = ""
		if err != nil {
			return err
		}
		if !ok {
			return d.closeEvent(e)
		}
		if err := d.eventMember(e, key); err != nil {
			return err
		}
	}
}

// closeEvent resolves names, now that the event's own context is known, and
// checks the type.
func (d *jsonDecoder) closeEvent(e *Event) error {
	if d.lenient {
		if err := d.settleEvent(e); err != nil {
			return err
		}
	}
	if _, ok := eventType([]byte(e.Type)); !ok {
		return d.fail("epcis/unknown-event", fmt.Sprintf("the type %.60q isn't an event type", e.Type), "use ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent")
	}
	if d.phase == phaseBare && !d.context {
		if err := d.assumeContext(d.noContext()); err != nil {
			return err
		}
	}
	lists := [][]Node{e.Extensions, e.ReadPoint.Extensions, e.BizLocation.Extensions}
	if e.ILMD != nil {
		lists = append(lists, e.ILMD.Nodes)
	}
	if e.ErrorDeclaration != nil {
		lists = append(lists, e.ErrorDeclaration.Extensions)
	}
	for i := range e.Sensors {
		lists = append(lists, e.Sensors[i].Extensions)
		if err := d.resolveFields(&e.Sensors[i]); err != nil {
			return err
		}
	}
	for _, list := range lists {
		if err := d.resolveAll(list); err != nil {
			return err
		}
	}
	return nil
}

func (d *jsonDecoder) resolveFields(s *SensorElement) error {
	for i := range s.Metadata {
		if err := d.resolveName(&s.Metadata[i].Name, &s.Metadata[i].Prefix); err != nil {
			return err
		}
	}
	for _, r := range s.Reports {
		for i := range r {
			if err := d.resolveName(&r[i].Name, &r[i].Prefix); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *jsonDecoder) eventMember(e *Event, key string) (err error) {
	switch key {
	case "type":
		var kind string
		kind, err = d.stringValue()
		e.Type = EventType(kind)
		return err
	case "@context":
		if d.phase == phaseBare {
			d.context = true
		}
		return d.contextValue(&d.eventSpaces)
	}
	if d.phase == phaseBare && (key == "schemaVersion" || key == "creationDate" || key == "id") {
		_, err = d.documentMember(key)
		return err
	}
	if eventField(key) == fieldUnknown {
		if key, err = d.folded(key, eventNames); err != nil {
			return err
		}
	}
	field := eventField(key)
	if field != fieldUnknown {
		if null, err := d.null(key); null || err != nil {
			return err
		}
	}
	if field == fieldUnknown {
		return d.extend(&e.Extensions, "an event", key)
	}
	return d.eventValue(e, field)
}

func (d *jsonDecoder) eventValue(e *Event, field int) (err error) {
	switch field {
	case fieldEventTime:
		e.EventTime, err = d.timeValue()
	case fieldRecordTime:
		e.RecordTime, err = d.timeValue()
	case fieldZone:
		e.EventTimeZoneOffset, err = d.stringValue()
	case fieldID:
		e.EventID, err = d.stringValue()
	case fieldError:
		e.ErrorDeclaration, err = d.errorDeclaration()
	case fieldCertification:
		e.CertificationInfo, err = d.oneOrMore()
	case fieldParent:
		e.ParentID, err = d.stringValue()
	case fieldAction:
		var s string
		s, err = d.stringValue()
		e.Action = Action(s)
	case fieldTransformation:
		e.TransformationID, err = d.stringValue()
	case fieldBizStep:
		e.BizStep, err = d.eventTerm(e, termBizStep)
	case fieldDisposition:
		e.Disposition, err = d.eventTerm(e, termDisposition)
	default:
		err = d.eventList(e, field)
	}
	return err
}

// eventTerm reads a vocabulary value. The CBV's old URN form isn't JSON's: it is
// taken, and remarked upon.
func (d *jsonDecoder) eventTerm(e *Event, t *term) (string, error) {
	s, err := d.stringValue()
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(s, t.urn) {
		e.remarks = append(e.remarks, Finding{
			Severity: Warning, Set: SetStructure, Rule: "structure/urn-in-json", Where: e.Where, Subject: s,
			Text: fmt.Sprintf("the %s %q is written as in XML", t.name, s), Remedy: fmt.Sprintf("in JSON write %q", t.bare(s)),
		})
	}
	return t.bare(s), nil
}

// oneOrMore takes a string or an array of strings.
func (d *jsonDecoder) oneOrMore() ([]string, error) {
	c, err := d.need()
	if err != nil {
		return nil, err
	}
	if c == '"' {
		s, err := d.stringValue()
		return []string{s}, err
	}
	return d.stringList()
}

func (d *jsonDecoder) eventList(e *Event, field int) (err error) {
	switch field {
	case fieldEPCs:
		e.EPCs, err = d.stringList()
	case fieldChildren:
		e.Children, err = d.stringList()
	case fieldInputs:
		e.Inputs, err = d.stringList()
	case fieldOutputs:
		e.Outputs, err = d.stringList()
	case fieldQuantities:
		e.Quantities, err = d.quantities()
	case fieldChildQuantities:
		e.ChildQuantities, err = d.quantities()
	case fieldInputQuantities:
		e.InputQuantities, err = d.quantities()
	case fieldOutputQuantities:
		e.OutputQuantities, err = d.quantities()
	case fieldPersistent:
		e.PersistentDisposition, err = d.persistentDisposition()
	case fieldReadPoint:
		e.ReadPoint, err = d.location("readPoint")
	case fieldBizLocation:
		e.BizLocation, err = d.location("bizLocation")
	case fieldTransactions:
		e.BizTransactions, err = d.transactions()
	case fieldSources:
		e.Sources, err = d.parties("source")
	case fieldDestinations:
		e.Destinations, err = d.parties("destination")
	case fieldILMD:
		e.ILMD, err = d.ilmd()
	case fieldSensors:
		e.Sensors, err = d.sensors()
	}
	return err
}
