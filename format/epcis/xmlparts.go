package epcis

import "fmt"

func (d *xmlDecoder) errorDeclaration() (*ErrorDeclaration, error) {
	out := &ErrorDeclaration{}
	return out, d.errorFields(out)
}

func (d *xmlDecoder) errorFields(out *ErrorDeclaration) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		name := ""
		if isCoreSpace(d.space) {
			name = string(d.local)
		}
		switch name {
		case "declarationTime":
			out.DeclarationTime, err = d.timeValue()
		case "reason":
			out.Reason, err = d.termValue(termReason)
		case "correctiveEventIDs":
			out.CorrectiveEventIDs, err = d.stringList("correctiveEventID")
		case "extension":
			err = d.errorFields(out)
		default:
			err = d.keep(&out.Extensions)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) unknownIn(parent string) error {
	return d.fail("epcis/unknown-field", fmt.Sprintf("<%.60s> isn't a field of %s", d.local, parent), "remove it or correct its name")
}

func (d *xmlDecoder) quantities() ([]Quantity, error) {
	out := []Quantity{}
	for {
		more, err := d.child()
		if err != nil || !more {
			return out, err
		}
		if string(d.local) != "quantityElement" || !isCoreSpace(d.space) {
			return nil, d.unknownIn("a quantity list")
		}
		if d.room--; d.room < 0 {
			return nil, d.fail("epcis/limit-epcs", fmt.Sprintf("an event has more than %d identifiers", d.limits.EPCsPerEvent), "split the event")
		}
		q, err := d.quantity()
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
}

func (d *xmlDecoder) quantity() (q Quantity, err error) {
	for {
		more, err := d.child()
		if err != nil || !more {
			return q, err
		}
		if !isCoreSpace(d.space) {
			return q, d.unknownIn("quantityElement")
		}
		switch string(d.local) {
		case "epcClass":
			q.Class, err = d.textValue()
		case "quantity":
			q.Quantity, err = d.textValue()
		case "uom":
			q.UOM, err = d.textValue()
		default:
			err = d.unknownIn("quantityElement")
		}
		if err != nil {
			return q, err
		}
	}
}

func (d *xmlDecoder) persistentDisposition() (*PersistentDisposition, error) {
	out := &PersistentDisposition{}
	for {
		more, err := d.child()
		if err != nil || !more {
			return out, err
		}
		name := string(d.local)
		if !isCoreSpace(d.space) || name != "set" && name != "unset" {
			return nil, d.unknownIn("persistentDisposition")
		}
		value, err := d.termValue(termDisposition)
		if err != nil {
			return nil, err
		}
		if name == "set" {
			out.Set = append(out.Set, value)
		} else {
			out.Unset = append(out.Unset, value)
		}
		if d.room--; d.room < 0 {
			return nil, d.fail("epcis/limit-epcs", "persistentDisposition has too many values", "split the event")
		}
	}
}

func (d *xmlDecoder) place() (p Place, err error) {
	err = d.placeFields(&p, false)
	if p.ID == "" && p.Extensions == nil {
		p.Extensions = []Node{} // the mark that there was one
	}
	return p, err
}

func (d *xmlDecoder) placeFields(p *Place, extension bool) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		switch {
		case !isCoreSpace(d.space):
			err = d.keep(&p.Extensions)
		case string(d.local) == "id" && !extension:
			p.ID, err = d.textValue()
		case string(d.local) == "extension":
			err = d.placeFields(p, true)
		case extension:
			err = d.keep(&p.Extensions)
		case d.lenient:
			err = d.lenientChild(&p.Extensions, "a place")
		default:
			err = d.unknownIn("a place")
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) transactions() ([]BizTransaction, error) {
	out := []BizTransaction{}
	for {
		more, err := d.child()
		if err != nil || !more {
			return out, err
		}
		if string(d.local) != "bizTransaction" || !isCoreSpace(d.space) {
			return nil, d.unknownIn("bizTransactionList")
		}
		if d.room--; d.room < 0 {
			return nil, d.fail("epcis/limit-epcs", "bizTransactionList is too long", "split the event")
		}
		kind, _ := d.attr("type")
		id, err := d.textValue()
		if err != nil {
			return nil, err
		}
		out = append(out, BizTransaction{Type: termTransaction.bare(kind), ID: id})
	}
}

func (d *xmlDecoder) parties(item string) ([]Party, error) {
	out := []Party{}
	for {
		more, err := d.child()
		if err != nil || !more {
			return out, err
		}
		if string(d.local) != item || !isCoreSpace(d.space) {
			return nil, d.unknownIn(item + "List")
		}
		if d.room--; d.room < 0 {
			return nil, d.fail("epcis/limit-epcs", item+"List is too long", "split the event")
		}
		kind, _ := d.attr("type")
		id, err := d.textValue()
		if err != nil {
			return nil, err
		}
		out = append(out, Party{Type: termParty.bare(kind), ID: id})
	}
}

func (d *xmlDecoder) ilmd() (*ILMD, error) {
	out := &ILMD{}
	return out, d.ilmdFields(out, false)
}

func (d *xmlDecoder) ilmdFields(out *ILMD, extension bool) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		switch {
		case isCoreSpace(d.space) && string(d.local) == "extension":
			err = d.ilmdFields(out, true)
		case isCoreSpace(d.space) && !extension && d.lenient:
			err = d.lenientChild(&out.Nodes, "ilmd, whose fields need a namespace")
		case isCoreSpace(d.space) && !extension:
			err = d.fail("epcis/unknown-field", fmt.Sprintf("<%.60s> in ilmd has no namespace", d.local), "put it in a namespace of its own, such as "+SpaceMasterData)
		default:
			err = d.keep(&out.Nodes)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) sensors() ([]SensorElement, error) {
	out := []SensorElement{}
	for {
		more, err := d.child()
		if err != nil || !more {
			return out, err
		}
		if string(d.local) != "sensorElement" || !isCoreSpace(d.space) {
			return nil, d.unknownIn("sensorElementList")
		}
		if d.budget--; d.budget < 0 {
			return nil, d.fail("epcis/limit-nodes", "sensorElementList is too long", "split the event")
		}
		e := SensorElement{}
		if err := d.sensorElement(&e, false); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
}

func (d *xmlDecoder) sensorElement(e *SensorElement, extension bool) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		name := ""
		if isCoreSpace(d.space) {
			name = string(d.local)
		}
		switch {
		case name == "sensorMetadata" && !extension:
			e.Metadata, err = d.fields(false)
		case name == "sensorReport" && !extension:
			var fields []Field
			fields, err = d.fields(true)
			e.Reports = append(e.Reports, fields)
		case name == "extension":
			err = d.sensorElement(e, true)
		case name != "" && !extension && d.lenient:
			err = d.lenientChild(&e.Extensions, "sensorElement")
		case name != "" && !extension:
			err = d.unknownIn("sensorElement")
		default:
			err = d.keep(&e.Extensions)
		}
		if err != nil {
			return err
		}
	}
}

// fields reads the attributes of sensorMetadata or a sensorReport.
func (d *xmlDecoder) fields(report bool) ([]Field, error) {
	if d.budget -= 1 + len(d.attrs); d.budget < 0 {
		return nil, d.fail("epcis/limit-nodes", "an event has too many sensor values", "split the event")
	}
	out := make([]Field, 0, len(d.attrs))
	for i, a := range d.attrs {
		d.attrs[i].used = true
		f := Field{Name: Name{Space: a.space, Local: a.local}, Prefix: a.prefix, Value: d.names.intern(a.value)}
		if t := fieldTerm(a.local); t != nil && report && a.space == "" {
			f.Value = t.bare(f.Value)
		}
		out = append(out, f)
	}
	raw, err := d.rawText()
	if err != nil {
		return nil, err
	}
	if len(trimSpace(raw)) > 0 {
		return nil, d.fail("epcis/unexpected-text", "a sensor element has text", "write its values as attributes")
	}
	return out, nil
}
