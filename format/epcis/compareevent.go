package epcis

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// compared is one value of a field: its canonical form, by which it is compared,
// and the text that is shown.
type compared struct{ canonical, shown string }

// differences gathers what differs between two events or headers.
type differences struct {
	list []Difference
	line [2]int // of the master data at hand
}

// eventDifferences names the fields in which two events differ.
func eventDifferences(a, b *Event, hashOnly bool) []Difference {
	d := &differences{list: []Difference{}}
	if !hashOnly {
		d.values("eventID", plain(a.EventID), plain(b.EventID))
		d.values("recordTime", moment(a.RecordTime), moment(b.RecordTime))
		d.declaration(a.ErrorDeclaration, b.ErrorDeclaration)
	}
	d.values("type", plain(string(a.Type)), plain(string(b.Type)))
	d.values("eventTime", moment(a.EventTime), moment(b.EventTime))
	d.values("eventTimeZoneOffset", plain(a.EventTimeZoneOffset), plain(b.EventTimeZoneOffset))
	d.values("certificationInfo", plain(a.CertificationInfo...), plain(b.CertificationInfo...))
	d.values("parentID", plain(a.ParentID), plain(b.ParentID))
	d.values("epcList", plain(a.EPCs...), plain(b.EPCs...))
	d.values("inputEPCList", plain(a.Inputs...), plain(b.Inputs...))
	d.values("childEPCs", plain(a.Children...), plain(b.Children...))
	d.values("outputEPCList", plain(a.Outputs...), plain(b.Outputs...))
	d.values("quantityList", amounts(a.Quantities), amounts(b.Quantities))
	d.values("childQuantityList", amounts(a.ChildQuantities), amounts(b.ChildQuantities))
	d.values("inputQuantityList", amounts(a.InputQuantities), amounts(b.InputQuantities))
	d.values("outputQuantityList", amounts(a.OutputQuantities), amounts(b.OutputQuantities))
	d.values("action", plain(string(a.Action)), plain(string(b.Action)))
	d.values("transformationID", plain(a.TransformationID), plain(b.TransformationID))
	d.values("bizStep", terms(termBizStep, a.BizStep), terms(termBizStep, b.BizStep))
	d.values("disposition", terms(termDisposition, a.Disposition), terms(termDisposition, b.Disposition))
	d.dispositions(a.PersistentDisposition, b.PersistentDisposition)
	d.place("readPoint", a.ReadPoint, b.ReadPoint)
	d.place("bizLocation", a.BizLocation, b.BizLocation)
	d.values("bizTransactionList", transactions(a.BizTransactions), transactions(b.BizTransactions))
	d.values("sourceList", parties(a.Sources), parties(b.Sources))
	d.values("destinationList", parties(a.Destinations), parties(b.Destinations))
	d.sensors(a.Sensors, b.Sensors)
	d.nodes("ilmd", ilmdNodes(a), ilmdNodes(b))
	d.nodes("extension", a.counted(), b.counted())
	if len(d.list) == 0 {
		d.values("pre-hash", whole(a), whole(b))
	}
	return d.list
}

func (d *differences) declaration(a, b *ErrorDeclaration) {
	x, y := orNone(a), orNone(b)
	if (a == nil) != (b == nil) {
		d.add("errorDeclaration", presence(a != nil), presence(b != nil))
	}
	d.values("errorDeclaration/declarationTime", moment(x.DeclarationTime), moment(y.DeclarationTime))
	d.values("errorDeclaration/reason", terms(termReason, x.Reason), terms(termReason, y.Reason))
	d.values("errorDeclaration/correctiveEventIDs", plain(x.CorrectiveEventIDs...), plain(y.CorrectiveEventIDs...))
	d.nodes("errorDeclaration", x.Extensions, y.Extensions)
}

func orNone(d *ErrorDeclaration) ErrorDeclaration {
	if d == nil {
		return ErrorDeclaration{}
	}
	return *d
}

func presence(present bool) []string {
	if present {
		return []string{"present"}
	}
	return nil
}

func (d *differences) dispositions(a, b *PersistentDisposition) {
	var x, y PersistentDisposition
	if a != nil {
		x = *a
	}
	if b != nil {
		y = *b
	}
	d.values("persistentDisposition/set", terms(termDisposition, x.Set...), terms(termDisposition, y.Set...))
	d.values("persistentDisposition/unset", terms(termDisposition, x.Unset...), terms(termDisposition, y.Unset...))
}

func (d *differences) place(field string, a, b Place) {
	d.values(field, plain(a.ID), plain(b.ID))
	d.nodes(field, a.Extensions, b.Extensions)
}

// values compares two lists in any order and adds what stands on one side only.
func (d *differences) values(field string, a, b []compared) {
	order := func(x, y compared) int { return strings.Compare(x.canonical, y.canonical) }
	slices.SortStableFunc(a, order)
	slices.SortStableFunc(b, order)
	var onlyA, onlyB []string
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i].canonical < b[j].canonical:
			onlyA = append(onlyA, a[i].shown)
			i++
		case i == len(a) || a[i].canonical > b[j].canonical:
			onlyB = append(onlyB, b[j].shown)
			j++
		default:
			i, j = i+1, j+1
		}
	}
	if len(onlyA)+len(onlyB) > 0 {
		d.add(field, onlyA, onlyB)
	}
}

func (d *differences) add(field string, a, b []string) {
	out := Difference{Field: field, LineA: d.line[0], LineB: d.line[1]}
	out.A, out.MoreA = listed(a)
	out.B, out.MoreB = listed(b)
	d.list = append(d.list, out)
}

// listed returns the first values, cut to a length that can be shown, and how
// many there are behind them.
func listed(values []string) ([]string, int) {
	shown := make([]string, 0, min(len(values), comparedValues))
	for _, v := range values[:min(len(values), comparedValues)] {
		if len(v) > comparedText {
			v = strings.ToValidUTF8(v[:comparedText], "") + "…"
		}
		shown = append(shown, v)
	}
	return shown, len(values) - len(shown)
}

// plain takes values as the event hash does: identifiers in any form are equal
// to their canonical one, and empty ones count as absent.
func plain(values ...string) []compared {
	out := make([]compared, 0, len(values))
	for _, v := range values {
		if canonical := appendField(nil, "", v); len(canonical) > 0 {
			out = append(out, compared{string(canonical), v})
		}
	}
	return out
}

func terms(t *term, values ...string) []compared {
	var out []compared
	for _, v := range values {
		if v != "" {
			out = append(out, compared{string(appendTerm(nil, "", t, v)), v})
		}
	}
	return out
}

func moment(t time.Time) []compared {
	if t.IsZero() {
		return nil
	}
	return []compared{{string(appendUTC(nil, t)), t.Format(timeFormat)}}
}

func amounts(list []Quantity) []compared {
	var out []compared
	for _, q := range list {
		canonical := appendField(nil, "epcClass", q.Class)
		canonical = appendField(canonical, "quantity", q.Quantity)
		canonical = appendField(canonical, "uom", q.UOM)
		out = append(out, compared{string(canonical), strings.TrimSpace(fmt.Sprintf("%s %s %s", q.Class, q.Quantity, q.UOM))})
	}
	return out
}

func transactions(list []BizTransaction) []compared {
	var out []compared
	for _, t := range list {
		canonical := appendTerm(nil, "type=", termTransaction, t.Type)
		out = append(out, compared{string(appendField(canonical, "", t.ID)), strings.TrimSpace(t.Type + " " + t.ID)})
	}
	return out
}

func parties(list []Party) []compared {
	var out []compared
	for _, p := range list {
		canonical := appendTerm(nil, "type=", termParty, p.Type)
		out = append(out, compared{string(appendField(canonical, "", p.ID)), strings.TrimSpace(p.Type + " " + p.ID)})
	}
	return out
}

func ilmdNodes(e *Event) []Node {
	if e.ILMD == nil {
		return nil
	}
	return e.ILMD.Nodes
}

// counted are the extensions that the event's hash takes in.
func (e *Event) counted() []Node {
	var out []Node
	for i := range e.Extensions {
		if !e.leftOut(e.Extensions[i].Name) {
			out = append(out, e.Extensions[i])
		}
	}
	return out
}

// whole is the text that an event's hash is taken of.
func whole(e *Event) []compared {
	text, err := e.PreHash()
	if err != nil {
		return nil
	}
	return plain(text)
}
