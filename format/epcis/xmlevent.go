package epcis

import (
	"fmt"
)

// fields of an event, for refusing repeats.
const (
	fieldEventTime = iota
	fieldRecordTime
	fieldZone
	fieldID
	fieldError
	fieldCertification
	fieldEPCs
	fieldParent
	fieldChildren
	fieldInputs
	fieldOutputs
	fieldQuantities
	fieldChildQuantities
	fieldInputQuantities
	fieldOutputQuantities
	fieldAction
	fieldTransformation
	fieldBizStep
	fieldDisposition
	fieldPersistent
	fieldReadPoint
	fieldBizLocation
	fieldTransactions
	fieldSources
	fieldDestinations
	fieldILMD
	fieldSensors
	fieldUnknown
)

// eventField maps the standard's names; they are the same in XML and JSON.
func eventField(name string) int {
	switch name {
	case "eventTime":
		return fieldEventTime
	case "recordTime":
		return fieldRecordTime
	case "eventTimeZoneOffset":
		return fieldZone
	case "eventID":
		return fieldID
	case "errorDeclaration":
		return fieldError
	case "certificationInfo":
		return fieldCertification
	case "epcList":
		return fieldEPCs
	case "parentID":
		return fieldParent
	case "childEPCs":
		return fieldChildren
	case "inputEPCList":
		return fieldInputs
	case "outputEPCList":
		return fieldOutputs
	case "quantityList":
		return fieldQuantities
	case "childQuantityList":
		return fieldChildQuantities
	case "inputQuantityList":
		return fieldInputQuantities
	case "outputQuantityList":
		return fieldOutputQuantities
	case "action":
		return fieldAction
	case "transformationID":
		return fieldTransformation
	case "bizStep":
		return fieldBizStep
	case "disposition":
		return fieldDisposition
	case "persistentDisposition":
		return fieldPersistent
	case "readPoint":
		return fieldReadPoint
	case "bizLocation":
		return fieldBizLocation
	case "bizTransactionList":
		return fieldTransactions
	case "sourceList":
		return fieldSources
	case "destinationList":
		return fieldDestinations
	case "ilmd":
		return fieldILMD
	case "sensorElementList":
		return fieldSensors
	}
	return fieldUnknown
}

func eventType(name []byte) (EventType, bool) {
	switch t := EventType(name); t {
	case ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent, AssociationEvent:
		return t, true
	}
	return "", false
}

// event reads the open event element.
func (d *xmlDecoder) event() (*Event, error) {
	kind, ok := eventType(d.local)
	name := string(d.local)
	if d.counted = d.isQuantityEvent(); d.counted {
		kind, ok = ObjectEvent, true
	} else if !ok {
		kind, ok = d.lenientType()
	}
	if !ok || !isCoreSpace(d.space) {
		return nil, d.fail("epcis/unknown-event", fmt.Sprintf("<%.60s> isn't an event type", d.local), "use ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent")
	}
	if d.events++; d.events > d.limits.Events {
		return nil, d.fail("epcis/limit-events", fmt.Sprintf("the document has more than %d events", d.limits.Events), "send it in several documents")
	}
	e := &Event{Type: kind, Where: Where{File: d.file, Line: d.startLine, Event: d.events}, ignored: &d.header.ignored}
	d.budget, d.nodes = d.limits.NodesPerEvent, d.limits.NodesPerEvent
	d.room = d.limits.EPCsPerEvent
	seen := uint32(0)
	d.shapes.event, d.late = e, d.late[:0]
	defer func() { d.shapes.event = nil }()
	switch {
	case d.counted:
		d.tolerate(LenientQuantityEvent, name, "the QuantityEvent is taken as an ObjectEvent that observes a quantity")
		e.Action, e.EPCs, e.Quantities = Observe, []string{}, []Quantity{{}}
		seen = 1<<fieldAction | 1<<fieldEPCs
	case name != string(kind):
		d.tolerate(LenientCase, name, fmt.Sprintf("<%s> is taken as <%s>", name, kind))
	}
	err := d.eventFields(e, &seen, false)
	if err == nil && d.lenient {
		err = d.settleEvent(e)
	}
	if err != nil {
		if refused, ok := err.(*Error); ok {
			refused.Event = d.events
		}
		return nil, err
	}
	return e, nil
}

// eventFields reads the children of an event, or of an extension element inside
// it: EPCIS 1.x put the fields it added later there.
func (d *xmlDecoder) eventFields(e *Event, seen *uint32, extension bool) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		if err := d.eventChild(e, seen, extension); err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) eventChild(e *Event, seen *uint32, extension bool) error {
	if !isCoreSpace(d.space) {
		return d.keep(&e.Extensions)
	}
	name := string(d.local)
	if name == "extension" || name == "baseExtension" {
		return d.eventFields(e, seen, true)
	}
	if d.counted && !extension {
		if ok, err := d.quantityField(e, name, seen); ok {
			return err
		}
	}
	if eventField(name) == fieldUnknown {
		switch {
		case extension && d.space == "":
			return d.keep(&e.Extensions)
		case d.lenient:
			return d.lenientField(e, name, seen)
		}
		return d.fail("epcis/unknown-field", fmt.Sprintf("<%.60s> isn't a field of an event", name), "correct its name, or put it in a namespace of its own")
	}
	return d.knownField(e, name, seen)
}

// knownField reads a field of the standard, once per event.
func (d *xmlDecoder) knownField(e *Event, name string, seen *uint32) error {
	field := eventField(name)
	if *seen&(1<<field) != 0 {
		if field != fieldCertification {
			return d.fail("epcis/repeated", fmt.Sprintf("<%s> stands twice in one event", name), "keep one")
		}
	}
	*seen |= 1 << field
	return d.eventValue(e, field)
}

func (d *xmlDecoder) keep(to *[]Node) error {
	n, err := d.node()
	if err != nil {
		return err
	}
	*to = append(*to, n)
	return nil
}

func (d *xmlDecoder) eventValue(e *Event, field int) (err error) {
	switch field {
	case fieldEventTime:
		e.EventTime, err = d.timeValue()
	case fieldRecordTime:
		e.RecordTime, err = d.timeValue()
	case fieldZone:
		e.EventTimeZoneOffset, err = d.textValue()
	case fieldID:
		e.EventID, err = d.textValue()
	case fieldError:
		e.ErrorDeclaration, err = d.errorDeclaration()
	case fieldCertification:
		var s string
		s, err = d.textValue()
		e.CertificationInfo = append(e.CertificationInfo, s)
	case fieldParent:
		e.ParentID, err = d.textValue()
	case fieldAction:
		var s string
		s, err = d.textValue()
		e.Action = Action(s)
	case fieldTransformation:
		e.TransformationID, err = d.textValue()
	case fieldBizStep:
		e.BizStep, err = d.eventTerm(e, termBizStep)
	case fieldDisposition:
		e.Disposition, err = d.eventTerm(e, termDisposition)
	default:
		err = d.eventList(e, field)
	}
	return err
}

// eventTerm reads a vocabulary value. A bare word is JSON's form: it is taken,
// and remarked upon.
func (d *xmlDecoder) eventTerm(e *Event, t *term) (string, error) {
	s, err := d.textValue()
	if err != nil {
		return "", err
	}
	if isBare(s) {
		e.remarks = append(e.remarks, Finding{
			Severity: Fault, Set: SetStructure, Rule: "structure/not-a-uri", Where: e.Where, Subject: s,
			Text: fmt.Sprintf("the %s %q isn't a URI", t.name, s), Remedy: "in XML write " + t.urn + s,
		})
	}
	return t.bare(s), nil
}

func (d *xmlDecoder) eventList(e *Event, field int) (err error) {
	switch field {
	case fieldEPCs:
		e.EPCs, err = d.stringList("epc")
	case fieldChildren:
		e.Children, err = d.stringList("epc")
	case fieldInputs:
		e.Inputs, err = d.stringList("epc")
	case fieldOutputs:
		e.Outputs, err = d.stringList("epc")
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
		e.ReadPoint, err = d.place()
	case fieldBizLocation:
		e.BizLocation, err = d.place()
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
