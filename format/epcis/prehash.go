package epcis

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// prehash builds the pre-hash string of CBV 2.0 section 8.9 for one event: its
// fields in a fixed order, values in one canonical form, lists sorted by code
// point. The order is that of the standard but for one point: the published
// vectors have the sensors before the business transactions, and the standard
// has them behind the destinations. The vectors are followed; for events without
// sensors there is no difference.
type prehash struct {
	HashOptions
	out    []byte
	pieces []byte
	spans  []span
}

type span struct{ from, to int }

func (p *prehash) event(e *Event) {
	p.out = append(p.out[:0], "eventType="...)
	p.out = append(p.out, e.Type...)
	p.out = append(p.out, "eventTime="...)
	p.out = appendUTC(p.out, e.EventTime)
	p.field("eventTimeZoneOffset", e.EventTimeZoneOffset)
	if p.Version == HashCBV20 {
		p.list("", "certificationInfo", e.CertificationInfo)
	}
	p.field("parentID", e.ParentID)
	p.list("epcList", "epc", e.EPCs)
	p.list("inputEPCList", "epc", e.Inputs)
	p.list("childEPCs", "epc", e.Children)
	p.quantities("quantityList", e.Quantities)
	p.quantities("childQuantityList", e.ChildQuantities)
	p.quantities("inputQuantityList", e.InputQuantities)
	p.list("outputEPCList", "epc", e.Outputs)
	p.quantities("outputQuantityList", e.OutputQuantities)
	p.field("action", string(e.Action))
	p.field("transformationID", e.TransformationID)
	p.out = appendTerm(p.out, "bizStep=", termBizStep, e.BizStep)
	p.out = appendTerm(p.out, "disposition=", termDisposition, e.Disposition)
	p.dispositions(e.PersistentDisposition)
	p.place("readPoint", e.ReadPoint)
	p.place("bizLocation", e.BizLocation)
	if p.Version == HashCBV20 {
		p.out = appendSensors(p.out, e.Sensors)
	}
	p.rest(e)
}

func (p *prehash) field(name, value string) {
	p.out = appendField(p.out, name, value)
}

// appendField appends name=value, or nothing for an empty value.
func appendField(out []byte, name, value string) []byte {
	value = strings.Trim(value, " \t\r\n")
	if value == "" {
		return out
	}
	out = append(out, name...)
	out = append(out, '=')
	return appendCanonical(out, value)
}

func appendTerm(out []byte, name string, t *term, value string) []byte {
	if value == "" {
		return out
	}
	out = append(out, name...)
	if isBare(value) {
		return append(append(out, t.web...), value...)
	}
	return appendCanonical(out, value)
}

// list appends the name of a list and its items, sorted. Empty items count as
// absent, and so does a list without others.
func (p *prehash) list(list, item string, values []string) {
	if len(values) == 1 {
		if values[0] != "" {
			p.out = append(p.out, list...)
			p.field(item, values[0])
		}
		return
	}
	p.pieces, p.spans = p.pieces[:0], p.spans[:0]
	for _, v := range values {
		from := len(p.pieces)
		p.pieces = appendField(p.pieces, item, v)
		p.span(from)
	}
	p.flush(list)
}

// span closes a piece that began at from, unless it is empty.
func (p *prehash) span(from int) {
	if len(p.pieces) > from {
		p.spans = append(p.spans, span{from, len(p.pieces)})
	}
}

// flush appends a name and the pieces, sorted, unless there are none.
func (p *prehash) flush(name string) {
	if len(p.spans) == 0 {
		return
	}
	p.out = append(p.out, name...)
	slices.SortFunc(p.spans, func(a, b span) int {
		return bytes.Compare(p.pieces[a.from:a.to], p.pieces[b.from:b.to])
	})
	for _, s := range p.spans {
		p.out = append(p.out, p.pieces[s.from:s.to]...)
	}
}

func (p *prehash) quantities(name string, list []Quantity) {
	if len(list) == 0 {
		return
	}
	p.pieces, p.spans = p.pieces[:0], p.spans[:0]
	for i := range list {
		from := len(p.pieces)
		p.pieces = append(p.pieces, "quantityElement"...)
		p.pieces = appendField(p.pieces, "epcClass", list[i].Class)
		p.pieces = appendField(p.pieces, "quantity", list[i].Quantity)
		p.pieces = appendField(p.pieces, "uom", list[i].UOM)
		p.span(from)
	}
	p.flush(name)
}

func (p *prehash) dispositions(d *PersistentDisposition) {
	if d == nil || len(d.Set)+len(d.Unset) == 0 {
		return
	}
	p.out = append(p.out, "persistentDisposition"...)
	for _, list := range []struct {
		name   string
		values []string
	}{{"set=", d.Set}, {"unset=", d.Unset}} {
		p.pieces, p.spans = p.pieces[:0], p.spans[:0]
		for _, v := range list.values {
			from := len(p.pieces)
			p.pieces = appendTerm(p.pieces, list.name, termDisposition, v)
			p.span(from)
		}
		p.flush("")
	}
}

func (p *prehash) place(name string, place Place) {
	if place.ID == "" && len(place.Extensions) == 0 {
		return
	}
	p.out = append(p.out, name...)
	p.field("id", place.ID)
	p.out = p.nodes(p.out, place.Extensions)
}

// rest appends what stands behind the sensors; extensions come last, sorted as
// text.
func (p *prehash) rest(e *Event) {
	p.out = append(p.out, transactionsPart(e.BizTransactions)...)
	p.out = append(p.out, partiesPart("sourceList", "source", e.Sources)...)
	p.out = append(p.out, partiesPart("destinationList", "destination", e.Destinations)...)
	if p.Version == HashCBV21 {
		from := len(p.out)
		p.out = newWebVocabulary(appendSensors(p.out, e.Sensors), from)
	}
	if e.ILMD != nil && len(e.ILMD.Nodes) > 0 {
		p.out = p.nodes(append(p.out, "ilmd"...), e.ILMD.Nodes)
	}
	p.out = append(p.out, sensorRest(e.Sensors)...)
	var parts [][]byte
	for i := range e.Extensions {
		if name := e.Extensions[i].Name; !e.leftOut(name) && !slices.Contains(p.Ignore, name) {
			parts = append(parts, appendNode(nil, &e.Extensions[i]))
		}
	}
	p.out = appendSorted(p.out, parts)
}

// leftOut tells whether an extension doesn't count: comments, and what the
// document told its readers to ignore.
func (e *Event) leftOut(name Name) bool {
	if name.Local == "comment" && (name.Space == spaceRDFS || name.Space == "") {
		return true
	}
	return e.ignored != nil && slices.Contains(*e.ignored, name)
}

// nodes appends the nodes that count, sorted as text.
func (p *prehash) nodes(out []byte, nodes []Node) []byte {
	ignored := func(n Node) bool { return slices.Contains(p.Ignore, n.Name) }
	if slices.ContainsFunc(nodes, ignored) {
		nodes = slices.DeleteFunc(slices.Clone(nodes), ignored)
	}
	return appendNodes(out, nodes)
}

func appendSorted(out []byte, parts [][]byte) []byte {
	if len(parts) > 1 {
		slices.SortFunc(parts, bytes.Compare)
	}
	for _, part := range parts {
		out = append(out, part...)
	}
	return out
}

func transactionsPart(list []BizTransaction) []byte {
	if len(list) == 0 {
		return nil
	}
	parts := make([][]byte, len(list))
	for i, t := range list {
		parts[i] = appendTerm(nil, "type=", termTransaction, t.Type)
		parts[i] = appendField(parts[i], "bizTransaction", t.ID)
	}
	return appendSorted([]byte("bizTransactionList"), parts)
}

func partiesPart(name, item string, list []Party) []byte {
	if len(list) == 0 {
		return nil
	}
	parts := make([][]byte, len(list))
	for i, party := range list {
		parts[i] = appendTerm(nil, "type=", termParty, party.Type)
		parts[i] = appendField(parts[i], item, party.ID)
	}
	return appendSorted([]byte(name), parts)
}

// appendNodes appends the nodes, sorted as text.
func appendNodes(out []byte, nodes []Node) []byte {
	switch len(nodes) {
	case 0:
		return out
	case 1:
		return appendNode(out, &nodes[0])
	}
	parts := make([][]byte, len(nodes))
	for i := range nodes {
		parts[i] = appendNode(nil, &nodes[i])
	}
	return appendSorted(out, parts)
}

// appendNode appends {namespace}name=value and what the node holds. Attributes
// count like children, those of the XML Schema instance namespace not at all.
func appendNode(out []byte, n *Node) []byte {
	if n.Kind == KindEmptyList {
		return out
	}
	out = appendName(out, n.Name)
	text, children := n.Text, n.Children
	if len(children) > 0 && isPlainText(&children[0]) {
		text = children[0].Text
	}
	if text = strings.Trim(text, " \t\r\n"); text != "" {
		out = append(out, '=')
		out = appendCanonical(out, text)
	}
	if len(n.Attrs) == 0 && len(children) == 0 {
		return out
	}
	var parts [][]byte
	for _, a := range n.Attrs {
		if a.Name.Space == SpaceXSI {
			continue
		}
		part := appendName(nil, a.Name)
		if value := strings.Trim(a.Value, " \t\r\n"); value != "" {
			part = appendCanonical(append(part, '='), value)
		}
		parts = append(parts, part)
	}
	for i := range children {
		if !isPlainText(&children[i]) || n.Kind == KindArray {
			parts = append(parts, appendNode(nil, &children[i]))
		}
	}
	return appendSorted(out, parts)
}

// isPlainText tells a piece of mixed content from an element.
func isPlainText(n *Node) bool { return n.Name == Name{} && n.Kind == KindText }

func appendName(out []byte, name Name) []byte {
	space := name.Space
	if space != "" {
		if isMasterDataSpace(space) {
			space = SpaceMasterData
		}
		out = append(out, '{')
		out = append(out, space...)
		out = append(out, '}')
	}
	return append(out, name.Local...)
}

// appendUTC writes a time in UTC with milliseconds, rounded half up.
func appendUTC(out []byte, t time.Time) []byte {
	t = t.UTC()
	if rest := t.Nanosecond() % int(time.Millisecond); rest >= int(time.Millisecond)/2 {
		t = t.Add(time.Millisecond - time.Duration(rest))
	} else {
		t = t.Add(-time.Duration(rest))
	}
	return t.AppendFormat(out, "2006-01-02T15:04:05.000Z")
}
