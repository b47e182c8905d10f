package epcis

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// drawWhole makes an event of any type with any of its fields, as a reader of
// the form could have read it. Extensions may be of any shape that form has.
func drawWhole(t *rapid.T, form Form) *Event {
	g := generator{t: t, form: form}
	kind := rapid.SampledFrom([]EventType{ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent, AssociationEvent}).Draw(t, "type")
	e := &Event{
		Type: kind, EventTime: g.time("eventTime"), EventTimeZoneOffset: rapid.SampledFrom([]string{"+00:00", "-05:00", "+05:30"}).Draw(t, "zone"),
		BizStep:     rapid.SampledFrom([]string{"", "shipping", "sampling", "https://x.example.com/step"}).Draw(t, "bizStep"),
		Disposition: rapid.SampledFrom([]string{"", "in_transit", "available", "urn:x:disposition"}).Draw(t, "disposition"),
	}
	if g.some("recordTime") {
		e.RecordTime = g.time("recordTime")
	}
	if g.some("eventID") {
		e.EventID = "urn:uuid:" + g.word("eventID")
	}
	if g.some("error") {
		e.ErrorDeclaration = &ErrorDeclaration{DeclarationTime: g.time("declarationTime"), Reason: "incorrect_data", CorrectiveEventIDs: g.ids("corrective"), Extensions: g.nodes("error", 1)}
	}
	if g.some("persistent") {
		e.PersistentDisposition = &PersistentDisposition{Set: []string{"completeness_verified"}, Unset: []string{"completeness_inferred"}}
	}
	if g.some("certification") {
		e.CertificationInfo = []string{"https://x.example.com/" + g.word("certification")}
	}
	e.ReadPoint, e.BizLocation = g.place("readPoint"), g.place("bizLocation")
	if g.some("transactions") || kind == TransactionEvent {
		e.BizTransactions = []BizTransaction{{"po", "urn:x:" + g.word("po")}, {"", "urn:x:" + g.word("other")}}
	}
	if g.some("parties") {
		e.Sources = []Party{{"owning_party", "urn:x:" + g.word("source")}}
		e.Destinations = []Party{{"location", "urn:x:" + g.word("destination")}}
	}
	if g.some("sensors") {
		e.Sensors = []SensorElement{g.sensor()}
	}
	if kind != TransformationEvent {
		e.Action = rapid.SampledFrom([]Action{Add, Observe, Delete}).Draw(t, "action")
	}
	g.objects(e)
	e.Extensions = g.nodes("extension", 2)
	return e
}

type generator struct {
	t    *rapid.T
	form Form
	made int
}

func (g *generator) label(s string) string { g.made++; return fmt.Sprint(s, g.made) }

func (g *generator) some(label string) bool { return rapid.Bool().Draw(g.t, g.label(label)) }

func (g *generator) word(label string) string {
	return rapid.StringMatching(`[A-Za-z0-9._-]{1,8}`).Draw(g.t, g.label(label))
}

// text is what a person may have typed: no outer white space, which readers drop.
func (g *generator) text(label string) string {
	return rapid.StringMatching(`([!-~é€😀]([ -~é€😀]{0,6}[!-~é€😀])?)?`).Draw(g.t, g.label(label))
}

func (g *generator) time(label string) time.Time {
	offset := rapid.IntRange(-14*60, 14*60).Draw(g.t, g.label(label))
	at := rapid.Int64Range(0, 4e9).Draw(g.t, g.label(label))
	nanos := rapid.SampledFrom([]int64{0, 1_000_000, 999_999_999}).Draw(g.t, g.label(label))
	return time.Unix(at, nanos).In(time.FixedZone("", offset*60))
}

func (g *generator) ids(label string) []string {
	var out []string
	for range rapid.IntRange(0, 3).Draw(g.t, g.label(label)) {
		out = append(out, "urn:x:"+g.word(label))
	}
	return out
}

func (g *generator) quantities(label string) []Quantity {
	if !g.some(label) {
		return nil
	}
	number := rapid.SampledFrom([]string{"1", "0.5", "-3", "120.250", "123456789012345678901234567890"}).Draw(g.t, g.label(label))
	return []Quantity{{"urn:x:" + g.word(label), number, "KGM"}, {"urn:x:" + g.word(label), "", ""}}
}

func (g *generator) place(label string) Place {
	if !g.some(label) {
		return Place{}
	}
	return Place{ID: "urn:x:" + g.word(label), Extensions: g.nodes(label, 1)}
}

func (g *generator) objects(e *Event) {
	if e.Type != TransformationEvent && e.Type != ObjectEvent && (g.some("parent") || e.Type == AssociationEvent) {
		e.ParentID = "urn:x:" + g.word("parent")
	}
	switch e.Type {
	case ObjectEvent, TransactionEvent:
		e.EPCs, e.Quantities = g.ids("epc"), g.quantities("quantity")
	case AggregationEvent, AssociationEvent:
		e.Children, e.ChildQuantities = g.ids("child"), g.quantities("quantity")
	case TransformationEvent:
		e.Inputs, e.InputQuantities = g.ids("input"), g.quantities("input")
		e.Outputs, e.OutputQuantities = g.ids("output"), g.quantities("output")
		e.TransformationID = "urn:x:" + g.word("transformation")
	}
	if (e.Type == ObjectEvent || e.Type == TransformationEvent) && g.some("ilmd") {
		e.ILMD = NewILMD(g.word("lot"), "2028-06-30", g.nodes("ilmd", 2)...)
	}
	if g.some("field of another type") {
		e.Children = append(e.Children, "urn:x:"+g.word("stray"))
	}
}

func (g *generator) sensor() SensorElement {
	s := SensorElement{Extensions: g.nodes("sensor", 1)}
	if g.some("metadata") {
		s.Metadata = []Field{{Name: Name{Local: "time"}, Value: "2026-01-01T00:00:00Z"}, {Name: Name{Local: "deviceID"}, Value: "urn:x:" + g.word("device")}}
	}
	report := SensorReport{
		{Name: Name{Local: "type"}, Value: "Temperature"},
		{Name: Name{Local: "value"}, Value: rapid.SampledFrom([]string{"26", "-0.5", "1e3"}).Draw(g.t, g.label("value"))},
		{Name: Name{Local: "uom"}, Value: "CEL"},
	}
	if g.some("foreign field") {
		report = append(report, Field{Name: Name{"https://x.example.com/", "field"}, Prefix: "x", Value: g.text("field")})
	}
	s.Reports = []SensorReport{report}
	return s
}

// nodes makes extensions in the shapes of the form.
func (g *generator) nodes(label string, depth int) []Node {
	var out []Node
	for range rapid.IntRange(0, 2).Draw(g.t, g.label(label)) {
		space := rapid.SampledFrom([]string{"https://x.example.com/", "https://y.example.com/ns#"}).Draw(g.t, g.label(label))
		if g.form == XML && g.made%7 == 0 {
			space = ""
		}
		n := Node{Name: Name{space, "e" + rapid.StringMatching(`[a-c]`).Draw(g.t, g.label(label))}, Prefix: "x"}
		g.fill(&n, label, depth)
		out = append(out, n)
	}
	return out
}

func (g *generator) fill(n *Node, label string, depth int) {
	kinds := []Kind{KindText, KindObject}
	if g.form == JSON {
		kinds = append(kinds, KindNumber, KindBool, KindNull)
		n.List = g.some(label)
	}
	n.Kind = rapid.SampledFrom(kinds).Draw(g.t, g.label(label))
	switch {
	case n.Kind == KindNumber:
		n.Text = "12.50"
	case n.Kind == KindBool:
		n.Text = "true"
	case n.Kind == KindText:
		n.Text = g.text(label)
	case n.Kind == KindObject && depth > 0:
		n.Children = g.nodes(label, depth-1)
	}
	if n.Kind == KindObject && len(n.Children) == 0 && g.form == XML {
		n.Kind, n.Text = KindText, ""
	}
	if g.form == XML && g.some("attribute") {
		n.Attrs = []Attr{{Name: Name{Local: "a"}, Value: g.text(label)}}
	}
}
