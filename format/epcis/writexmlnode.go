package epcis

import (
	"fmt"
	"strconv"
)

// uri returns the namespace a prefix stands for, or "".
func (w *XMLWriter) uri(prefix string) string {
	for i := len(w.scope) - 1; i >= 0; i-- {
		if w.scope[i].Prefix == prefix {
			return w.scope[i].URI
		}
	}
	return ""
}

// prefixOf returns a prefix for a namespace. declare is true when it is new and
// the caller has to declare it.
func (w *XMLWriter) prefixOf(space, hint string) (prefix string, declare bool) {
	if hint != "" && w.uri(hint) == space {
		return hint, false
	}
	for i := len(w.scope) - 1; i >= 0; i-- {
		if n := w.scope[i]; n.URI == space && w.uri(n.Prefix) == space {
			return n.Prefix, false
		}
	}
	if hint == "" || !validName([]byte(hint)) || hint == "xmlns" || w.uri(hint) != "" {
		for hint = ""; hint == "" || w.uri(hint) != ""; {
			w.made++
			hint = "ns" + strconv.Itoa(w.made)
		}
	}
	w.scope = append(w.scope, Namespace{hint, space})
	return hint, true
}

// qualified writes the name of an element or attribute and remembers the
// declaration it needs.
func (w *XMLWriter) qualified(name Name, hint string, need *[]Namespace) string {
	if !validName([]byte(name.Local)) {
		w.refuse(fmt.Sprintf("%.60q can't be a name in XML", name.Local))
		return "invalid"
	}
	if name.Space == "" {
		return name.Local
	}
	prefix, declare := w.prefixOf(name.Space, hint)
	if declare {
		*need = append(*need, Namespace{prefix, name.Space})
	}
	return prefix + ":" + name.Local
}

// node writes an unknown element with all it holds.
func (w *XMLWriter) node(n *Node) {
	if isPlainText(n) {
		w.text(n.Text)
		return
	}
	if n.Kind == KindEmptyList {
		return // XML has no way to say it
	}
	scope := len(w.scope)
	var need []Namespace
	name := w.qualified(n.Name, n.Prefix, &need)
	w.start(name)
	for _, d := range need {
		w.attr("xmlns:"+d.Prefix, d.URI)
	}
	w.attributes(n.Attrs, n.Kind == KindNull)
	w.content(n, name)
	w.scope = w.scope[:scope]
}

// attributes writes the attributes of an element and declares the prefixes they
// need on it.
func (w *XMLWriter) attributes(list []Attr, null bool) {
	var need []Namespace
	type attribute struct{ name, value string }
	attrs := make([]attribute, 0, len(list))
	for _, a := range list {
		attrs = append(attrs, attribute{w.qualified(a.Name, a.Prefix, &need), a.Value})
	}
	if null {
		attrs = append(attrs, attribute{w.qualified(Name{SpaceXSI, "nil"}, "xsi", &need), "true"})
	}
	for _, d := range need {
		w.attr("xmlns:"+d.Prefix, d.URI)
	}
	for _, a := range attrs {
		w.attr(a.name, a.value)
	}
}

// extensions writes nodes where the schema has an extension element for those
// without a namespace.
func (w *XMLWriter) extensions(list []Node) {
	if hasBare(list) {
		w.open("extension")
		w.nodes(list, false)
		w.close("extension")
	}
	w.nodes(list, true)
}

func hasSpaced(list []Node) bool {
	for i := range list {
		if list[i].Name.Space != "" {
			return true
		}
	}
	return false
}

func (w *XMLWriter) content(n *Node, name string) {
	if len(n.Children) == 0 {
		if n.Text == "" {
			w.buf = append(w.buf, '/', '>')
			return
		}
		w.buf = append(w.buf, '>')
		w.text(n.Text)
		w.endTag(name)
		return
	}
	w.endStart()
	mixed := n.Text != ""
	w.text(n.Text)
	for i := range n.Children {
		mixed = mixed || isPlainText(&n.Children[i])
	}
	indent := w.indent
	if mixed {
		w.indent = ""
	}
	for i := range n.Children {
		w.node(&n.Children[i])
	}
	w.close(name)
	w.indent = indent
}

// nodes writes those nodes that have a namespace, or those that have none.
func (w *XMLWriter) nodes(list []Node, spaced bool) {
	for i := range list {
		if (list[i].Name.Space != "") == spaced {
			w.node(&list[i])
		}
	}
}

func hasBare(list []Node) bool {
	for i := range list {
		if list[i].Name.Space == "" {
			return true
		}
	}
	return false
}
