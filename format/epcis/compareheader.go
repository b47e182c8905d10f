package epcis

import (
	"cmp"
	"slices"
	"strings"
)

// headerDifferences compares what stands outside the events. How a document is
// written (form, version, prefixes, one event without a document) isn't compared, and a field that one of the
// two can't hold isn't either: the type of an SBDH in JSON, the id of a document in
// XML, the creation date of an event by itself.
func headerDifferences(a, b *Header) []Difference {
	d := &differences{list: []Difference{}}
	d.values("document", plain(kindWord(a.Kind)), plain(kindWord(b.Kind)))
	if a.Kind != BareEvent && b.Kind != BareEvent {
		d.values("creationDate", moment(a.CreationDate), moment(b.CreationDate))
	}
	if a.Form == JSON && b.Form == JSON {
		d.values("id", plain(a.ID), plain(b.ID))
	}
	d.values("queryName", plain(a.QueryName), plain(b.QueryName))
	d.values("subscriptionID", plain(a.SubscriptionID), plain(b.SubscriptionID))
	d.businessHeader(a, b)
	d.values("guidelineVersion", plain(a.GuidelineVersion), plain(b.GuidelineVersion))
	d.statement(a.Statement, b.Statement)
	d.values("ignoreFields", ignoredNames(a), ignoredNames(b))
	d.masterData(a.Vocabulary, b.Vocabulary)
	d.nodes("header", a.Extensions, b.Extensions)
	d.nodes("document", unlisted(a.Document), unlisted(b.Document))
	return d.list
}

// kindWord names the kind of a document.
func kindWord(k DocumentKind) string {
	switch k {
	case QueryDocument:
		return "EPCISQueryDocument"
	case MasterDataDocument:
		return "EPCISMasterDataDocument"
	default:
		return "EPCISDocument"
	}
}

func (d *differences) businessHeader(a, b *Header) {
	var x, y SBDH
	if a.SBDH != nil {
		x = *a.SBDH
	}
	if b.SBDH != nil {
		y = *b.SBDH
	}
	d.values("sender", plain(x.Sender.ID), plain(y.Sender.ID))
	d.values("receiver", plain(x.Receiver.ID), plain(y.Receiver.ID))
	d.values("instanceIdentifier", plain(x.InstanceID), plain(y.InstanceID))
	if a.Form == JSON || b.Form == JSON {
		return
	}
	d.values("sbdh/HeaderVersion", plain(x.HeaderVersion), plain(y.HeaderVersion))
	d.values("sbdh/Sender/Authority", plain(x.Sender.Authority), plain(y.Sender.Authority))
	d.nodes("sbdh/Sender", x.Sender.Rest, y.Sender.Rest)
	d.values("sbdh/Receiver/Authority", plain(x.Receiver.Authority), plain(y.Receiver.Authority))
	d.nodes("sbdh/Receiver", x.Receiver.Rest, y.Receiver.Rest)
	d.values("sbdh/Standard", plain(x.Standard), plain(y.Standard))
	d.values("sbdh/TypeVersion", plain(x.TypeVersion), plain(y.TypeVersion))
	d.values("sbdh/Type", plain(x.Type), plain(y.Type))
	d.values("sbdh/CreationDateAndTime", moment(x.Created), moment(y.Created))
	d.nodes("sbdh", x.Rest, y.Rest)
}

func (d *differences) statement(a, b *TransactionStatement) {
	var x, y TransactionStatement
	if a != nil {
		x = *a
	}
	if b != nil {
		y = *b
	}
	d.values("dscsaTransactionStatement/affirmTransactionStatement", plain(x.Affirm), plain(y.Affirm))
	d.values("dscsaTransactionStatement/legalNotice", plain(x.LegalNotice), plain(y.LegalNotice))
}

func ignoredNames(h *Header) []compared {
	var out []compared
	for _, name := range h.ignored {
		out = append(out, plain(label(name))...)
	}
	return out
}

// unlisted leaves out the list of ignored names, which is compared by itself.
func unlisted(nodes []Node) []Node {
	var out []Node
	for i := range nodes {
		if !isIgnoreFields(&nodes[i]) {
			out = append(out, nodes[i])
		}
	}
	return out
}

// masterEntry is an element of master data under the name it is compared by.
type masterEntry struct {
	kind, canonical string
	element         *VocabularyElement
}

// masterData compares the elements of all vocabularies by type and identifier.
func (d *differences) masterData(a, b []Vocabulary) {
	x, y := masterEntries(a), masterEntries(b)
	for i, j := 0, 0; i < len(x) || j < len(y); {
		switch order := compareEntries(x[i:], y[j:]); {
		case order < 0:
			d.line = [2]int{x[i].element.Line, 0}
			d.add("masterData/"+x[i].kind, []string{x[i].element.ID}, nil)
			i++
		case order > 0:
			d.line = [2]int{0, y[j].element.Line}
			d.add("masterData/"+y[j].kind, nil, []string{y[j].element.ID})
			j++
		default:
			d.line = [2]int{x[i].element.Line, y[j].element.Line}
			d.element("masterData/"+x[i].kind+"/"+x[i].element.ID, x[i].element, y[j].element)
			i, j = i+1, j+1
		}
	}
	d.line = [2]int{}
	d.nodes("masterData", vocabularyNodes(a), vocabularyNodes(b))
}

func masterEntries(list []Vocabulary) []masterEntry {
	var out []masterEntry
	for i := range list {
		kind := strings.TrimPrefix(list[i].Type, strings.TrimSuffix(VocabularyEPCClass, "EPCClass"))
		for j := range list[i].Elements {
			el := &list[i].Elements[j]
			out = append(out, masterEntry{kind, string(appendField(nil, "", el.ID)), el})
		}
	}
	slices.SortStableFunc(out, func(x, y masterEntry) int {
		return cmp.Or(strings.Compare(x.kind, y.kind), strings.Compare(x.canonical, y.canonical))
	})
	return out
}

// compareEntries compares the first of two lists; an empty one comes last.
func compareEntries(x, y []masterEntry) int {
	switch {
	case len(x) == 0:
		return 1
	case len(y) == 0:
		return -1
	}
	return cmp.Or(strings.Compare(x[0].kind, y[0].kind), strings.Compare(x[0].canonical, y[0].canonical))
}

// element compares the attributes, children and extensions of one identifier.
func (d *differences) element(field string, a, b *VocabularyElement) {
	var names []string
	for _, at := range slices.Concat(a.Attributes, b.Attributes) {
		if name := attributeLabel(at.ID); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		d.values(field+"/"+name, attributeValues(a, name), attributeValues(b, name))
	}
	d.values(field+"/children", plain(a.Children...), plain(b.Children...))
	d.nodes(field, a.Extensions, b.Extensions)
}

func attributeLabel(id string) string { return cmp.Or(attributeName(id), id) }

func attributeValues(v *VocabularyElement, name string) []compared {
	var out []compared
	for i := range v.Attributes {
		at := &v.Attributes[i]
		if attributeLabel(at.ID) != name {
			continue
		}
		canonical := appendNodes(appendField([]byte{'='}, "", at.Value), at.Children)
		shown := at.Value
		if len(at.Children) > 0 {
			shown = string(canonical[1:])
		}
		out = append(out, compared{string(canonical), shown})
	}
	return out
}

func vocabularyNodes(list []Vocabulary) []Node {
	var out []Node
	for i := range list {
		out = append(out, list[i].Extensions...)
	}
	return out
}
