package epcis

import (
	"fmt"
	"slices"
)

// nodes looks at extensions that stand together. spaced says that the target
// demands namespaces of them. What can't be written is left out of the result;
// the list itself is returned when nothing is.
func (f *fitter) nodes(list []Node, field string, spaced bool) []Node {
	cut := false
	kept := list[:0:0]
	for i := range list {
		n := &list[i]
		keep := true
		switch {
		case spaced && n.Name.Space == "" && !isPlainText(n):
			f.lose(LossNoNamespace, field, fmt.Sprintf("%.60q is left out: it has no namespace", n.Name.Local))
			keep = false
		case f.json:
			f.jsonNode(n)
		default:
			keep = f.xmlNode(n, field)
		}
		out := *n
		if keep {
			out.Children = f.nodes(n.Children, n.Name.Local, false)
		}
		if !cut && (!keep || len(out.Children) != len(n.Children)) {
			cut = true
			kept = append(kept, list[:i]...)
		}
		if cut && keep {
			kept = append(kept, out)
		}
	}
	f.siblings(list, field)
	if !cut {
		return list
	}
	return kept
}

// siblings looks at how nodes stand together: JSON brings those of one name
// together, XML doesn't tell one from a list of one.
func (f *fitter) siblings(list []Node, field string) {
	for i := range list {
		n := &list[i]
		if !f.json {
			single := (i == 0 || list[i-1].Name != n.Name) && (i+1 == len(list) || list[i+1].Name != n.Name)
			if n.List && single && n.Kind != KindEmptyList && n.Kind != KindArray && n.Name != (Name{}) {
				f.lose(LossList, n.Name.Local, "a list of one becomes a single value")
			}
			continue
		}
		if i > 0 && list[i-1].Name != n.Name && (n.Name != Name{}) &&
			slices.ContainsFunc(list[:i-1], func(o Node) bool { return o.Name == n.Name }) {
			f.lose(LossOrder, field, fmt.Sprintf("%.60q is brought together with those before it", n.Name.Local))
		}
	}
}

// jsonNode names what of an XML element a JSON value doesn't show.
func (f *fitter) jsonNode(n *Node) {
	for _, a := range n.Attrs {
		if a.Name.Space == SpaceXSI {
			f.lose(LossAttribute, n.Name.Local, fmt.Sprintf("the attribute xsi:%.60s is left out", a.Name.Local))
		} else {
			f.lose(LossAttribute, n.Name.Local, fmt.Sprintf("the attribute %.60q becomes a member", a.Name.Local))
		}
	}
	if n.Kind != KindArray && slices.ContainsFunc(n.Children, func(c Node) bool { return isPlainText(&c) }) {
		f.lose(LossMixed, n.Name.Local, "its text is gathered in the member "+textMember)
	}
}

// xmlNode names what of a JSON value an XML element doesn't show. It returns
// false for what can't be an element.
func (f *fitter) xmlNode(n *Node, field string) bool {
	switch {
	case isPlainText(n):
		return true
	case n.Kind == KindArray:
		f.lose(LossNestedList, orDefault(n.Name.Local, field), "a list inside a list is left out")
		return false
	case n.Kind == KindEmptyList:
		f.lose(LossList, n.Name.Local, "an empty list is left out")
		return false
	case !validName([]byte(n.Name.Local)):
		f.lose(LossName, field, fmt.Sprintf("%.60q is left out: it can't be a name in XML", n.Name.Local))
		return false
	case n.Kind == KindNumber, n.Kind == KindBool:
		f.lose(LossValueKind, n.Name.Local, fmt.Sprintf("%.60s becomes text", n.Text))
	case n.Kind == KindNull:
		f.lose(LossValueKind, n.Name.Local, "null becomes an empty element marked as nil")
	case n.Kind == KindObject && len(n.Children) == 0:
		f.lose(LossValueKind, n.Name.Local, "an object without members becomes an element")
	}
	return true
}
