package epcis

import (
	"fmt"
	"strings"
)

func (w *JSONWriter) writeEvent(e *Event) {
	w.begin('{')
	w.eventContext(e)
	w.string("type", string(e.Type))
	w.time("eventTime", e.EventTime)
	w.optional("eventTimeZoneOffset", e.EventTimeZoneOffset)
	w.time("recordTime", e.RecordTime)
	w.optional("eventID", e.EventID)
	w.errorDeclaration(e.ErrorDeclaration)
	if len(e.CertificationInfo) == 1 {
		w.string("certificationInfo", e.CertificationInfo[0])
	} else {
		w.strings("certificationInfo", e.CertificationInfo)
	}
	w.strings("epcList", e.EPCs)
	w.quantities("quantityList", e.Quantities)
	w.optional("parentID", e.ParentID)
	w.strings("childEPCs", e.Children)
	w.quantities("childQuantityList", e.ChildQuantities)
	w.strings("inputEPCList", e.Inputs)
	w.quantities("inputQuantityList", e.InputQuantities)
	w.strings("outputEPCList", e.Outputs)
	w.quantities("outputQuantityList", e.OutputQuantities)
	w.optional("action", string(e.Action))
	w.optional("transformationID", e.TransformationID)
	w.optional("bizStep", e.BizStep)
	w.optional("disposition", e.Disposition)
	w.persistent(e.PersistentDisposition)
	w.place("readPoint", e.ReadPoint)
	w.place("bizLocation", e.BizLocation)
	w.transactions(e.BizTransactions)
	w.parties("sourceList", "source", e.Sources)
	w.parties("destinationList", "destination", e.Destinations)
	w.sensors(e.Sensors)
	if e.ILMD != nil {
		w.name("ilmd")
		w.begin('{')
		w.topNodes(e.ILMD.Nodes)
		w.end('}')
	}
	w.topNodes(e.Extensions)
	w.end('}')
}

// eventContext declares the prefixes only this event needs.
func (w *JSONWriter) eventContext(e *Event) {
	var need []Namespace
	w.collect(e.Extensions, &need)
	w.collect(e.ReadPoint.Extensions, &need)
	w.collect(e.BizLocation.Extensions, &need)
	if e.ILMD != nil {
		w.collect(e.ILMD.Nodes, &need)
	}
	if e.ErrorDeclaration != nil {
		w.collect(e.ErrorDeclaration.Extensions, &need)
	}
	for i := range e.Sensors {
		w.collect(e.Sensors[i].Extensions, &need)
		for _, f := range e.Sensors[i].Metadata {
			w.collectName(f.Name, f.Prefix, &need)
		}
		for _, r := range e.Sensors[i].Reports {
			for _, f := range r {
				w.collectName(f.Name, f.Prefix, &need)
			}
		}
	}
	if len(need) == 0 {
		return
	}
	w.name("@context")
	w.begin('[')
	for _, n := range need {
		w.object(n)
	}
	w.end(']')
}

// strings writes a list; nil is absent.
func (w *JSONWriter) strings(name string, values []string) {
	if values == nil {
		return
	}
	w.name(name)
	w.begin('[')
	for _, v := range values {
		w.item()
		w.quote(v)
	}
	w.end(']')
}

func (w *JSONWriter) errorDeclaration(d *ErrorDeclaration) {
	if d == nil {
		return
	}
	w.name("errorDeclaration")
	w.begin('{')
	w.time("declarationTime", d.DeclarationTime)
	w.optional("reason", d.Reason)
	w.strings("correctiveEventIDs", d.CorrectiveEventIDs)
	w.topNodes(d.Extensions)
	w.end('}')
}

func (w *JSONWriter) quantities(name string, list []Quantity) {
	if list == nil {
		return
	}
	w.name(name)
	w.begin('[')
	for _, q := range list {
		w.item()
		w.begin('{')
		w.string("epcClass", q.Class)
		if q.Quantity != "" {
			w.name("quantity")
			w.number(q.Quantity)
		}
		w.optional("uom", q.UOM)
		w.end('}')
	}
	w.end(']')
}

// number writes a decimal of XML as a number of JSON, which has no leading plus,
// no leading zeros and no bare point.
func (w *JSONWriter) number(s string) {
	if s != "" && numberLength([]byte(s)) == len(s) {
		w.buf = append(w.buf, s...)
		return
	}
	if s == "" || !isDecimal(s) {
		w.refuse(fmt.Sprintf("the number %.40q isn't one", s))
		return
	}
	if s[0] == '-' {
		w.buf = append(w.buf, '-')
	}
	s = strings.TrimLeft(s, "+-")
	whole := len(s)
	if i := strings.IndexAny(s, ".eE"); i >= 0 {
		whole = i
	}
	digits := strings.TrimLeft(s[:whole], "0")
	w.buf = append(w.buf, orDefault(digits, "0")...)
	rest := s[whole:]
	if rest != "" && rest[0] == '.' && (len(rest) == 1 || rest[1] < '0' || rest[1] > '9') {
		rest = rest[1:]
	}
	w.buf = append(w.buf, rest...)
}

func (w *JSONWriter) persistent(p *PersistentDisposition) {
	if p == nil {
		return
	}
	w.name("persistentDisposition")
	w.begin('{')
	w.strings("set", p.Set)
	w.strings("unset", p.Unset)
	w.end('}')
}

func (w *JSONWriter) place(name string, p Place) {
	if p.ID == "" && len(p.Extensions) == 0 {
		return
	}
	w.name(name)
	w.begin('{')
	w.string("id", p.ID)
	w.topNodes(p.Extensions)
	w.end('}')
}

func (w *JSONWriter) transactions(list []BizTransaction) {
	if list == nil {
		return
	}
	w.name("bizTransactionList")
	w.begin('[')
	for _, t := range list {
		w.item()
		w.begin('{')
		w.optional("type", t.Type)
		w.string("bizTransaction", t.ID)
		w.end('}')
	}
	w.end(']')
}

func (w *JSONWriter) parties(name, item string, list []Party) {
	if list == nil {
		return
	}
	w.name(name)
	w.begin('[')
	for _, p := range list {
		w.item()
		w.begin('{')
		w.optional("type", p.Type)
		w.string(item, p.ID)
		w.end('}')
	}
	w.end(']')
}

func (w *JSONWriter) sensors(list []SensorElement) {
	if len(list) == 0 {
		return
	}
	w.name("sensorElementList")
	w.begin('[')
	for i := range list {
		w.item()
		w.begin('{')
		if list[i].Metadata != nil {
			w.name("sensorMetadata")
			w.fields(list[i].Metadata)
		}
		w.name("sensorReport")
		w.begin('[')
		for _, r := range list[i].Reports {
			w.item()
			w.fields(r)
		}
		w.end(']')
		w.topNodes(list[i].Extensions)
		w.end('}')
	}
	w.end(']')
}

func (w *JSONWriter) fields(list []Field) {
	w.begin('{')
	for _, f := range list {
		if f.Name.Space == SpaceXSI {
			continue
		}
		w.name(w.key(f.Name, f.Prefix))
		switch {
		case f.Name.Space != "":
			w.scalar(f.Kind, f.Value)
		case isNumberField(f.Name.Local):
			w.number(f.Value)
		case f.Name.Local == "booleanValue":
			w.boolean(f.Value)
		default:
			w.quote(f.Value)
		}
		w.first = false
	}
	w.end('}')
}

func (w *JSONWriter) boolean(s string) {
	switch s {
	case "true", "1":
		w.buf = append(w.buf, "true"...)
	case "false", "0":
		w.buf = append(w.buf, "false"...)
	default:
		w.refuse(fmt.Sprintf("booleanValue %.20q is neither true nor false", s))
	}
}

// isNumberField tells the sensor fields that hold numbers.
func isNumberField(name string) bool {
	switch name {
	case "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue":
		return true
	}
	return false
}
