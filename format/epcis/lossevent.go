package epcis

import (
	"fmt"
	"slices"
)

// fitter cuts a header or an event down to what the target holds, and names
// what it cuts.
type fitter struct {
	json   bool
	old    bool // XML of EPCIS 1.1 or 1.2
	first  bool // XML of EPCIS 1.1
	name   string
	where  Where
	losses []Loss
}

func newFitter(t Target) fitter {
	f := fitter{json: t.Form == JSON, name: "EPCIS " + t.Version + " " + t.Form.String()}
	f.old = !f.json && t.Version != "2.0"
	f.first = f.old && t.Version == "1.1"
	return f
}

func (f *fitter) lose(code, field, text string) {
	f.losses = append(f.losses, Loss{Where: f.where, Rule: code, Field: field, Text: text, Remedy: lossRemedy(code)})
}

// event returns what the target can hold of an event: the event itself, a
// changed copy, or nil.
func (f *fitter) event(e *Event) *Event {
	f.where = e.Where
	out := *e
	if f.old && e.Type == AssociationEvent {
		f.lose(LossAssociation, string(e.Type), "the event is left out: "+f.name+" has no association events")
		return nil
	}
	if f.first && e.ErrorDeclaration != nil {
		f.lose(LossErrorDeclaration, "errorDeclaration", "the event, which was declared an error, is left out: "+f.name+" can't declare errors")
		return nil
	}
	if f.old {
		f.newer(&out)
	}
	if !f.json {
		f.otherTypes(&out)
	}
	f.eventNodes(&out)
	return &out
}

// newer takes out what came with EPCIS 2.0, and what came with 1.2 for 1.1.
func (f *fitter) newer(e *Event) {
	if len(e.Sensors) > 0 {
		f.lose(LossSensor, "sensorElementList", "the sensor data is left out: "+f.name+" has none")
	}
	if e.PersistentDisposition != nil {
		f.lose(LossPersistent, "persistentDisposition", "it is left out: "+f.name+" has none")
	}
	if len(e.CertificationInfo) > 0 {
		f.lose(LossCertification, "certificationInfo", "it is left out: "+f.name+" has none")
	}
	e.Sensors, e.PersistentDisposition, e.CertificationInfo = nil, nil, nil
	if f.first && e.EventID != "" {
		f.lose(LossEventID, "eventID", fmt.Sprintf("%.80q is left out: %s has no event identifiers", e.EventID, f.name))
		e.EventID = ""
	}
	f.word("bizStep", termBizStep, e.BizStep)
	f.word("disposition", termDisposition, e.Disposition)
	for _, t := range e.BizTransactions {
		f.word("bizTransaction type", termTransaction, t.Type)
	}
}

func (f *fitter) word(field string, t *term, word string) {
	if word != "" && t.isNew(word) {
		f.lose(LossWord, field, fmt.Sprintf("%q came with CBV 2.0; it is written as %s", word, t.uri(word)))
	}
}

// otherTypes takes out fields that XML has no place for in this type of event.
func (f *fitter) otherTypes(e *Event) {
	kind := e.Type
	object, aggregation, transaction := kind == ObjectEvent, kind == AggregationEvent, kind == TransactionEvent
	transformation, association := kind == TransformationEvent, kind == AssociationEvent
	keepIn(f, e, "epcList", &e.EPCs, object || transaction)
	keepIn(f, e, "childEPCs", &e.Children, aggregation || association)
	keepIn(f, e, "inputEPCList", &e.Inputs, transformation)
	keepIn(f, e, "outputEPCList", &e.Outputs, transformation)
	keepIn(f, e, "quantityList", &e.Quantities, object || transaction)
	keepIn(f, e, "childQuantityList", &e.ChildQuantities, aggregation || association)
	keepIn(f, e, "inputQuantityList", &e.InputQuantities, transformation)
	keepIn(f, e, "outputQuantityList", &e.OutputQuantities, transformation)
	if e.ParentID != "" && !aggregation && !association && !transaction {
		f.other(e, "parentID")
		e.ParentID = ""
	}
	if e.Action != "" && transformation {
		f.other(e, "action")
		e.Action = ""
	}
	if e.TransformationID != "" && !transformation {
		f.other(e, "transformationID")
		e.TransformationID = ""
	}
	if e.ILMD != nil && !object && !transformation {
		f.other(e, "ilmd")
		e.ILMD = nil
	}
}

func keepIn[T any](f *fitter, e *Event, field string, list *[]T, belongs bool) {
	if belongs || *list == nil {
		return
	}
	if len(*list) > 0 {
		f.other(e, field)
	}
	*list = nil
}

func (f *fitter) other(e *Event, field string) {
	f.lose(LossOtherType, field, fmt.Sprintf("%s has no such field; it is left out", e.Type))
}

// eventNodes looks at the extensions of an event, wherever they stand.
func (f *fitter) eventNodes(e *Event) {
	e.Extensions = f.nodes(e.Extensions, "extension", f.json || !f.old)
	e.ReadPoint.Extensions = f.nodes(e.ReadPoint.Extensions, "readPoint", f.json)
	e.BizLocation.Extensions = f.nodes(e.BizLocation.Extensions, "bizLocation", f.json)
	if e.ILMD != nil {
		if kept := f.nodes(e.ILMD.Nodes, "ilmd", f.json); len(kept) != len(e.ILMD.Nodes) {
			e.ILMD = &ILMD{Nodes: kept}
		}
	}
	if e.ErrorDeclaration != nil {
		if kept := f.nodes(e.ErrorDeclaration.Extensions, "errorDeclaration", f.json); len(kept) != len(e.ErrorDeclaration.Extensions) {
			out := *e.ErrorDeclaration
			out.Extensions = kept
			e.ErrorDeclaration = &out
		}
	}
	if len(e.Sensors) == 0 {
		return
	}
	e.Sensors = slices.Clone(e.Sensors)
	for i := range e.Sensors {
		s := &e.Sensors[i]
		s.Extensions = f.nodes(s.Extensions, "sensorElement", f.json)
		s.Metadata = f.fields(s.Metadata, "sensorMetadata", metadataFields)
		s.Reports = slices.Clone(s.Reports)
		for j := range s.Reports {
			s.Reports[j] = f.fields(s.Reports[j], "sensorReport", reportFields)
		}
	}
}

// fields looks at the fields of sensor data that aren't the standard's.
func (f *fitter) fields(list []Field, parent string, known []string) []Field {
	kept, cut := list[:0:0], false
	for i := range list {
		field := &list[i]
		keep := true
		switch {
		case field.Name.Space == "" && slices.Contains(known, field.Name.Local):
		case f.json:
			keep = f.jsonField(field, parent)
		case !validName([]byte(field.Name.Local)):
			f.lose(LossName, parent, fmt.Sprintf("the field %.60q is left out: it can't be a name in XML", field.Name.Local))
			keep = false
		case field.Kind != KindText:
			f.lose(LossValueKind, field.Name.Local, fmt.Sprintf("%.60q becomes text", field.Value))
		}
		if !keep && !cut {
			cut = true
			kept = append(kept, list[:i]...)
		} else if keep && cut {
			kept = append(kept, *field)
		}
	}
	if !cut {
		return list
	}
	if kept == nil {
		kept = []Field{}
	}
	return kept
}

func (f *fitter) jsonField(field *Field, parent string) bool {
	switch field.Name.Space {
	case "":
		f.lose(LossNoNamespace, parent, fmt.Sprintf("the field %.60q is left out: it has no namespace", field.Name.Local))
		return false
	case SpaceXSI:
		f.lose(LossAttribute, parent, fmt.Sprintf("the attribute xsi:%.60s is left out", field.Name.Local))
		return false
	}
	return true
}
