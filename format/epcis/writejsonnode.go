package epcis

import (
	"fmt"
	"strings"
)

// key returns the member name of a node: prefix and local name.
func (w *JSONWriter) key(name Name, hint string) string {
	if name.Space == "" {
		return name.Local
	}
	if prefix := w.prefix(name.Space, hint); prefix != "" {
		return prefix + ":" + name.Local
	}
	return name.Space + name.Local
}

// topNodes writes extensions where JSON-LD wants every name in a namespace.
func (w *JSONWriter) topNodes(nodes []Node) {
	for i := range nodes {
		if nodes[i].Name.Space == "" {
			w.refuse(fmt.Sprintf("the extension %.60q has no namespace, which JSON-LD needs", nodes[i].Name.Local))
			return
		}
	}
	w.nodes(nodes)
}

// member is what becomes one JSON member: the nodes and attributes of one name.
type member struct {
	key   string
	nodes []*Node
	attrs []string
}

// nodes writes nodes as members; those of one name become an array.
func (w *JSONWriter) nodes(nodes []Node) {
	w.members(w.group(nil, nodes))
}

func (w *JSONWriter) group(attrs []Attr, nodes []Node) []member {
	var list []member
	at := map[string]int{}
	find := func(key string) *member {
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, member{key: key})
		}
		return &list[i]
	}
	for _, a := range attrs {
		if a.Name.Space != SpaceXSI {
			m := find(w.key(a.Name, a.Prefix))
			m.attrs = append(m.attrs, a.Value)
		}
	}
	for i := range nodes {
		key := textMember
		if !isPlainText(&nodes[i]) {
			key = w.key(nodes[i].Name, nodes[i].Prefix)
		}
		m := find(key)
		m.nodes = append(m.nodes, &nodes[i])
	}
	return list
}

func (w *JSONWriter) members(list []member) {
	for _, m := range list {
		w.name(m.key)
		count := len(m.nodes) + len(m.attrs)
		array := count > 1 || len(m.nodes) == 1 && (m.nodes[0].List || m.nodes[0].Kind == KindEmptyList)
		if array {
			w.begin('[')
		}
		for _, value := range m.attrs {
			if array {
				w.item()
			}
			w.quote(value)
		}
		for _, n := range m.nodes {
			if n.Kind == KindEmptyList {
				continue
			}
			if array {
				w.item()
			}
			w.value(n)
		}
		if array {
			w.end(']')
		}
	}
}

// value writes the value of a node.
func (w *JSONWriter) value(n *Node) {
	w.first = false
	switch {
	case n.Kind == KindEmptyList:
		w.begin('[')
		w.end(']')
	case n.Kind == KindArray:
		w.begin('[')
		for i := range n.Children {
			w.item()
			w.value(&n.Children[i])
		}
		w.end(']')
	case n.Kind == KindObject || len(n.Children) > 0 || hasValueAttrs(n.Attrs):
		w.begin('{')
		if strings.TrimSpace(n.Text) != "" {
			w.string(textMember, n.Text)
		}
		w.members(w.group(n.Attrs, n.Children))
		w.end('}')
	default:
		w.scalar(n.Kind, n.Text)
	}
	w.first = false
}

func hasValueAttrs(attrs []Attr) bool {
	for _, a := range attrs {
		if a.Name.Space != SpaceXSI {
			return true
		}
	}
	return false
}

func (w *JSONWriter) scalar(kind Kind, text string) {
	switch {
	case kind == KindNull:
		w.buf = append(w.buf, "null"...)
	case kind == KindNumber && numberLength([]byte(text)) == len(text) && text != "":
		w.buf = append(w.buf, text...)
	case kind == KindBool && (text == "true" || text == "false"):
		w.buf = append(w.buf, text...)
	default:
		w.quote(text)
	}
}

func (w *JSONWriter) vocabularyList() {
	w.name("vocabularyList")
	w.begin('[')
	for i := range w.header.Vocabulary {
		w.vocabulary(&w.header.Vocabulary[i])
	}
	w.end(']')
}

// writeHeader writes the sender, the receiver and epcisHeader with master data
// and the US fields.
func (w *JSONWriter) writeHeader() {
	h := w.header
	if s := h.SBDH; s != nil {
		w.optional("sender", s.Sender.ID)
		w.optional("receiver", s.Receiver.ID)
		w.optional("instanceIdentifier", s.InstanceID)
	}
	if len(h.Vocabulary) == 0 && h.GuidelineVersion == "" && h.Statement == nil && len(h.Extensions) == 0 {
		return
	}
	w.name("epcisHeader")
	w.begin('{')
	if len(h.Vocabulary) > 0 {
		w.name("epcisMasterData")
		w.begin('{')
		w.vocabularyList()
		w.end('}')
	}
	if h.GuidelineVersion != "" {
		w.string(w.key(Name{SpaceUS, "guidelineVersion"}, ""), h.GuidelineVersion)
	}
	if h.Statement != nil {
		w.name(w.key(Name{SpaceUS, "dscsaTransactionStatement"}, ""))
		w.begin('{')
		w.optional(w.key(Name{SpaceUS, "affirmTransactionStatement"}, ""), h.Statement.Affirm)
		w.optional(w.key(Name{SpaceUS, "legalNotice"}, ""), h.Statement.LegalNotice)
		w.end('}')
	}
	w.topNodes(h.Extensions)
	w.end('}')
}

func (w *JSONWriter) vocabulary(v *Vocabulary) {
	w.item()
	w.begin('{')
	w.string("type", v.Type)
	w.name("vocabularyElementList")
	w.begin('[')
	for i := range v.Elements {
		w.vocabularyElement(&v.Elements[i])
	}
	w.end(']')
	w.topNodes(v.Extensions)
	w.end('}')
}

func (w *JSONWriter) vocabularyElement(el *VocabularyElement) {
	w.item()
	w.begin('{')
	w.string("id", el.ID)
	if len(el.Attributes) > 0 {
		w.name("attributes")
		w.begin('[')
		for _, a := range el.Attributes {
			w.item()
			w.begin('{')
			w.string("id", a.ID)
			w.name("attribute")
			w.value(&Node{Kind: a.Kind, Text: a.Value, Attrs: a.Attrs, Children: a.Children})
			w.end('}')
		}
		w.end(']')
	}
	w.strings("children", el.Children)
	w.topNodes(el.Extensions)
	w.end('}')
}
