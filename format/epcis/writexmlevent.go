package epcis

// writeEvent writes an event in the order of the schema of its version.
func (w *XMLWriter) writeEvent(e *Event) {
	name := string(e.Type)
	w.open(name)
	w.writeBase(e)
	old := w.old
	switch e.Type {
	case ObjectEvent:
		w.list("epcList", "epc", w.required(e.EPCs))
		w.optional("action", string(e.Action))
	case AggregationEvent:
		w.optional("parentID", e.ParentID)
		w.list("childEPCs", "epc", w.required(e.Children))
		w.optional("action", string(e.Action))
	case AssociationEvent:
		w.optional("parentID", e.ParentID)
		w.list("childEPCs", "epc", e.Children)
		w.quantities("childQuantityList", e.ChildQuantities)
		w.optional("action", string(e.Action))
	case TransactionEvent:
		w.transactions(e)
		w.optional("parentID", e.ParentID)
		w.list("epcList", "epc", w.required(e.EPCs))
		w.optional("action", string(e.Action))
	case TransformationEvent:
		w.list("inputEPCList", "epc", e.Inputs)
		w.quantities("inputQuantityList", e.InputQuantities)
		w.list("outputEPCList", "epc", e.Outputs)
		w.quantities("outputQuantityList", e.OutputQuantities)
		w.optional("transformationID", e.TransformationID)
	}
	w.term("bizStep", termBizStep, e.BizStep)
	w.term("disposition", termDisposition, e.Disposition)
	w.place("readPoint", e.ReadPoint)
	w.place("bizLocation", e.BizLocation)
	if e.Type != TransactionEvent {
		w.transactions(e)
	}
	if old && e.Type != TransformationEvent {
		w.writeExtension12(e)
	} else {
		w.writeLists(e)
		w.writeNew(e, old)
	}
	w.nodes(e.Extensions, true)
	w.close(name)
}

// required makes an absent list an empty one where EPCIS 1.x demands the element.
func (w *XMLWriter) required(list []string) []string {
	if list == nil && w.old {
		return []string{}
	}
	return list
}

// writeBase writes what all event types begin with.
func (w *XMLWriter) writeBase(e *Event) {
	w.time("eventTime", e.EventTime)
	w.time("recordTime", e.RecordTime)
	w.optional("eventTimeZoneOffset", e.EventTimeZoneOffset)
	wrap := w.old && (e.EventID != "" || e.ErrorDeclaration != nil)
	if wrap {
		w.open("baseExtension")
	}
	w.optional("eventID", e.EventID)
	w.errorDeclaration(e.ErrorDeclaration)
	if wrap {
		w.close("baseExtension")
	}
	if !w.old {
		for _, s := range e.CertificationInfo {
			w.leaf("certificationInfo", s)
		}
	}
}

// writeExtension12 writes the fields EPCIS 1.1 and 1.2 put into extension, and
// those of 2.0 into the extension inside it.
func (w *XMLWriter) writeExtension12(e *Event) {
	later := hasLater(e)
	if e.Quantities == nil && e.ChildQuantities == nil && e.Sources == nil && e.Destinations == nil && e.ILMD == nil && !later {
		return
	}
	w.open("extension")
	w.writeLists(e)
	if e.ILMD != nil {
		w.ilmd(e.ILMD)
	}
	if later {
		w.open("extension")
		w.writeLater(e)
		w.close("extension")
	}
	w.close("extension")
}

func hasLater(e *Event) bool {
	return len(e.Sensors) > 0 || e.PersistentDisposition != nil || len(e.CertificationInfo) > 0 || hasBare(e.Extensions)
}

// writeLater writes what 1.2 doesn't know, where its readers skip it.
func (w *XMLWriter) writeLater(e *Event) {
	w.sensors(e.Sensors)
	w.persistent(e.PersistentDisposition)
	for _, s := range e.CertificationInfo {
		w.leaf("certificationInfo", s)
	}
	w.nodes(e.Extensions, false)
}

// writeNew writes the tail of a 2.0 event, or of a 1.2 transformation event.
func (w *XMLWriter) writeNew(e *Event, old bool) {
	if old {
		if e.ILMD != nil {
			w.ilmd(e.ILMD)
		}
		if hasLater(e) {
			w.open("extension")
			w.writeLater(e)
			w.close("extension")
		}
		return
	}
	w.sensors(e.Sensors)
	w.persistent(e.PersistentDisposition)
	if e.ILMD != nil {
		w.ilmd(e.ILMD)
	}
	if hasBare(e.Extensions) {
		w.open("extension")
		w.nodes(e.Extensions, false)
		w.close("extension")
	}
}

func (w *XMLWriter) writeLists(e *Event) {
	if e.Type == ObjectEvent || e.Type == TransactionEvent {
		w.quantities("quantityList", e.Quantities)
	}
	if e.Type == AggregationEvent {
		w.quantities("childQuantityList", e.ChildQuantities)
	}
	w.parties("sourceList", "source", e.Sources)
	w.parties("destinationList", "destination", e.Destinations)
}

func (w *XMLWriter) errorDeclaration(d *ErrorDeclaration) {
	if d == nil {
		return
	}
	w.open("errorDeclaration")
	w.time("declarationTime", d.DeclarationTime)
	w.term("reason", termReason, d.Reason)
	w.list("correctiveEventIDs", "correctiveEventID", d.CorrectiveEventIDs)
	w.extensions(d.Extensions)
	w.close("errorDeclaration")
}

// list writes a list of identifiers; nil is absent, empty is an empty element.
func (w *XMLWriter) list(name, item string, values []string) {
	if values == nil {
		return
	}
	if len(values) == 0 {
		w.start(name)
		w.buf = append(w.buf, '/', '>')
		return
	}
	w.open(name)
	for _, v := range values {
		w.leaf(item, v)
	}
	w.close(name)
}

func (w *XMLWriter) quantities(name string, list []Quantity) {
	if list == nil {
		return
	}
	w.open(name)
	for _, q := range list {
		w.open("quantityElement")
		w.leaf("epcClass", q.Class)
		w.optional("quantity", q.Quantity)
		w.optional("uom", q.UOM)
		w.close("quantityElement")
	}
	w.close(name)
}

func (w *XMLWriter) term(name string, t *term, value string) {
	if value != "" {
		w.leaf(name, t.uri(value))
	}
}

func (w *XMLWriter) persistent(p *PersistentDisposition) {
	if p == nil {
		return
	}
	w.open("persistentDisposition")
	for _, s := range p.Unset {
		w.term("unset", termDisposition, s)
	}
	for _, s := range p.Set {
		w.term("set", termDisposition, s)
	}
	w.close("persistentDisposition")
}

func (w *XMLWriter) place(name string, p Place) {
	if p.ID == "" && len(p.Extensions) == 0 {
		return
	}
	w.open(name)
	w.leaf("id", p.ID)
	w.extensions(p.Extensions)
	w.close(name)
}

func (w *XMLWriter) transactions(e *Event) {
	if e.BizTransactions == nil {
		return
	}
	w.open("bizTransactionList")
	for _, t := range e.BizTransactions {
		w.typed("bizTransaction", termTransaction, t.Type, t.ID)
	}
	w.close("bizTransactionList")
}

func (w *XMLWriter) parties(name, item string, list []Party) {
	if list == nil {
		return
	}
	w.open(name)
	for _, p := range list {
		w.typed(item, termParty, p.Type, p.ID)
	}
	w.close(name)
}

func (w *XMLWriter) typed(name string, t *term, kind, text string) {
	w.start(name)
	if kind != "" {
		w.attr("type", t.uri(kind))
	}
	w.buf = append(w.buf, '>')
	w.text(text)
	w.endTag(name)
}

func (w *XMLWriter) ilmd(m *ILMD) {
	w.open("ilmd")
	w.extensions(m.Nodes)
	w.close("ilmd")
}

func (w *XMLWriter) sensors(list []SensorElement) {
	if len(list) == 0 {
		return
	}
	w.open("sensorElementList")
	for i := range list {
		w.open("sensorElement")
		if list[i].Metadata != nil {
			w.fields("sensorMetadata", list[i].Metadata)
		}
		for _, r := range list[i].Reports {
			w.fields("sensorReport", r)
		}
		w.extensions(list[i].Extensions)
		w.close("sensorElement")
	}
	w.close("sensorElementList")
}

func (w *XMLWriter) fields(name string, list []Field) {
	scope := len(w.scope)
	w.start(name)
	for _, f := range list {
		var need []Namespace
		attr := w.qualified(f.Name, f.Prefix, &need)
		for _, n := range need {
			w.attr("xmlns:"+n.Prefix, n.URI)
		}
		value := f.Value
		if t := fieldTerm(f.Name.Local); t != nil && f.Name.Space == "" {
			value = t.uri(value)
		}
		w.attr(attr, value)
	}
	w.buf = append(w.buf, '/', '>')
	w.scope = w.scope[:scope]
}
