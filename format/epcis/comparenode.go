package epcis

import (
	"slices"
	"strings"
)

// nodes compares unknown elements in any order. Where one of a name is left on
// each side it goes into them, to name the smallest part that differs.
func (d *differences) nodes(path string, a, b []Node) {
	a, b = onlyHere(a, b), onlyHere(b, a)
	for len(a)+len(b) > 0 {
		first := slices.Concat(a, b)[0]
		var x, y []Node
		x, a = named(a, first.Name)
		y, b = named(b, first.Name)
		field := path + "/" + label(first.Name)
		if len(x) != 1 || len(y) != 1 || !d.within(field, &x[0], &y[0]) {
			d.values(field, renderings(x), renderings(y))
		}
	}
}

// onlyHere returns the nodes of the first list that have no equal in the second.
func onlyHere(list, other []Node) []Node {
	count := map[string]int{}
	for i := range other {
		count[string(appendNode(nil, &other[i]))]++
	}
	var out []Node
	for i := range list {
		canonical := appendNode(nil, &list[i])
		if len(canonical) > 0 && count[string(canonical)] == 0 {
			out = append(out, list[i])
			continue
		}
		count[string(canonical)]--
	}
	return out
}

// named splits a list into the nodes of a name and the others.
func named(list []Node, name Name) (with, without []Node) {
	for _, n := range list {
		if sameName(n.Name, name) {
			with = append(with, n)
		} else {
			without = append(without, n)
		}
	}
	return with, without
}

func sameName(a, b Name) bool {
	return a == b || a.Local == b.Local && isMasterDataSpace(a.Space) && isMasterDataSpace(b.Space)
}

// label names an element: with its namespace, unless that is the standard's.
func label(name Name) string {
	if name.Space == "" || isMasterDataSpace(name.Space) {
		return name.Local
	}
	return "{" + name.Space + "}" + name.Local
}

// within adds what differs inside of two nodes of one name. It returns false
// when it found nothing that could be named.
func (d *differences) within(field string, a, b *Node) bool {
	before := len(d.list)
	d.values(field, plain(ownText(a)), plain(ownText(b)))
	if a.Kind != KindArray && b.Kind != KindArray {
		d.nodes(field, inner(a), inner(b))
	}
	return len(d.list) > before
}

// ownText is the text that a node's canonical form gives as its own.
func ownText(n *Node) string {
	if len(n.Children) > 0 && isPlainText(&n.Children[0]) {
		return n.Children[0].Text
	}
	return n.Text
}

// inner are the elements in a node, and its attributes as if they were some: JSON
// knows no other way to write them, and the hash makes no difference.
func inner(n *Node) []Node {
	var out []Node
	for _, a := range n.Attrs {
		if a.Name.Space != SpaceXSI {
			out = append(out, Node{Name: a.Name, Text: a.Value})
		}
	}
	for i := range n.Children {
		if !isPlainText(&n.Children[i]) {
			out = append(out, n.Children[i])
		}
	}
	return out
}

// renderings shows nodes: their text, or all they hold in the form of the hash.
func renderings(list []Node) []compared {
	var out []compared
	for i := range list {
		n := &list[i]
		canonical := string(appendNode(nil, n))
		shown := strings.TrimSpace(ownText(n))
		if len(n.Children) > 0 || len(n.Attrs) > 0 || shown == "" {
			shown = canonical
		}
		out = append(out, compared{canonical, shown})
	}
	return out
}

// sensors compares sensor elements; where one is left on each side it goes into
// them.
func (d *differences) sensors(a, b []SensorElement) {
	a, b = otherSensors(a, b), otherSensors(b, a)
	if len(a) != 1 || len(b) != 1 {
		d.values("sensorElement", shownSensors(a), shownSensors(b))
		return
	}
	d.fields("sensorElement/sensorMetadata", a[0].Metadata, b[0].Metadata)
	d.values("sensorElement/sensorReport", shownReports(a[0].Reports), shownReports(b[0].Reports))
	d.nodes("sensorElement", a[0].Extensions, b[0].Extensions)
}

func otherSensors(list, other []SensorElement) []SensorElement {
	count := map[string]int{}
	for i := range other {
		count[canonicalSensor(&other[i])]++
	}
	var out []SensorElement
	for i := range list {
		canonical := canonicalSensor(&list[i])
		if count[canonical] == 0 {
			out = append(out, list[i])
		}
		count[canonical]--
	}
	return out
}

func canonicalSensor(s *SensorElement) string {
	return string(append(appendSensor(nil, s), sensorRest([]SensorElement{*s})...))
}

func shownSensors(list []SensorElement) []compared {
	var out []compared
	for i := range list {
		canonical := canonicalSensor(&list[i])
		out = append(out, compared{canonical, canonical})
	}
	return out
}

func (d *differences) fields(field string, a, b []Field) {
	var names []Name
	for _, f := range slices.Concat(a, b) {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	for _, name := range names {
		d.values(field+"/"+label(name), fieldOf(a, name), fieldOf(b, name))
	}
}

func fieldOf(fields []Field, name Name) []compared {
	for i := range fields {
		if f := &fields[i]; f.Name == name && f.Value != "" {
			return []compared{{string(appendSensorField(nil, f)), f.Value}}
		}
	}
	return nil
}

func shownReports(list []SensorReport) []compared {
	var out []compared
	for _, r := range list {
		canonical := append(appendFields(nil, r, orderedReportFields), fieldsRest("", r, orderedReportFields)...)
		parts := make([]string, 0, len(r))
		for _, f := range r {
			parts = append(parts, label(f.Name)+"="+f.Value)
		}
		out = append(out, compared{string(canonical), strings.Join(parts, " ")})
	}
	return out
}
