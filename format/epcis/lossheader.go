package epcis

import (
	"fmt"
	"slices"
)

// header returns what the target can hold of a header, as a copy.
func (f *fitter) header(h *Header) *Header {
	f.where = Where{File: h.File}
	out := *h
	out.Extensions = f.nodes(h.Extensions, "EPCISHeader", f.json)
	out.Document = f.documentNodes(h.Document)
	f.vocabulary(&out)
	if f.json {
		f.jsonHeader(&out)
		return &out
	}
	if h.ID != "" {
		f.lose(LossDocumentID, "id", fmt.Sprintf("%.80q is left out", h.ID))
		out.ID = ""
	}
	if f.first && len(out.Vocabulary) > 0 && h.Kind != MasterDataDocument {
		f.lose(LossMasterData, "EPCISMasterData", fmt.Sprintf("%d vocabularies are left out: %s has none in the header", len(out.Vocabulary), f.name))
		out.Vocabulary = nil
	}
	if h.SBDH != nil {
		sbdh := *h.SBDH
		sbdh.Rest = f.nodes(sbdh.Rest, "StandardBusinessDocumentHeader", false)
		out.SBDH = &sbdh
	}
	if !f.old {
		f.movedExtensions(&out)
	}
	return &out
}

// movedExtensions names the header extensions that XML 2.0 has behind the
// events. Those the package knows come back as what they were.
func (f *fitter) movedExtensions(h *Header) {
	for i := range h.Extensions {
		if n := &h.Extensions[i]; n.Name.Space != "" {
			f.lose(LossHeaderExtension, n.Name.Local, "it is written behind the events, beside the body")
		}
	}
}

// documentNodes looks at the elements beside header and body.
func (f *fitter) documentNodes(list []Node) []Node {
	f.where = Where{File: f.where.File}
	if !f.json {
		return f.nodes(list, "the document", false)
	}
	kept := list[:0:0]
	for i := range list {
		if list[i].Name.Space == "" {
			f.lose(LossDocumentExtension, list[i].Name.Local, "it is left out: it has no namespace")
			continue
		}
		kept = append(kept, list[i])
	}
	var ignore []Node // lists of names become lists of strings, all kept
	rest := kept[:0:0]
	for i := range kept {
		if isIgnoreFields(&kept[i]) {
			ignore = append(ignore, kept[i])
		} else {
			rest = append(rest, kept[i])
		}
	}
	return append(ignore, f.nodes(rest, "the document", true)...)
}

// vocabulary looks at the master data.
func (f *fitter) vocabulary(h *Header) {
	h.Vocabulary = slices.Clone(h.Vocabulary)
	for i := range h.Vocabulary {
		v := &h.Vocabulary[i]
		v.Extensions = f.nodes(v.Extensions, "Vocabulary", f.json)
		v.Elements = slices.Clone(v.Elements)
		for j := range v.Elements {
			f.vocabularyElement(&v.Elements[j])
		}
	}
}

func (f *fitter) vocabularyElement(el *VocabularyElement) {
	f.where.Line = el.Line
	el.Extensions = f.nodes(el.Extensions, "VocabularyElement", f.json)
	el.Attributes = slices.Clone(el.Attributes)
	kept := el.Attributes[:0]
	for _, a := range el.Attributes {
		n := Node{Name: Name{Local: "attribute"}, Kind: a.Kind, Text: a.Value, Attrs: a.Attrs, Children: a.Children}
		keep := true
		if f.json {
			f.jsonNode(&n)
		} else {
			keep = f.xmlNode(&n, a.ID)
		}
		if keep {
			a.Children = f.nodes(a.Children, a.ID, false)
			kept = append(kept, a)
		}
	}
	el.Attributes = kept
	f.where.Line = 0
}

// jsonHeader names what of a header JSON has no place for.
func (f *fitter) jsonHeader(h *Header) {
	if h.SBDH != nil {
		f.sbdh(h)
	}
	if h.Kind == MasterDataDocument {
		f.lose(LossMasterDocument, "EPCISMasterDataDocument", "it becomes an EPCISDocument without events")
	}
	if h.Kind != QueryDocument {
		return
	}
	for _, field := range []struct {
		name  string
		there bool
	}{
		{"sender, receiver, instanceIdentifier", h.SBDH != nil && (h.Sender() != "" || h.Receiver() != "" || h.SBDH.InstanceID != "")},
		{"guidelineVersion", h.GuidelineVersion != ""},
		{"dscsaTransactionStatement", h.Statement != nil},
		{"epcisHeader", len(h.Extensions) > 0},
	} {
		if field.there {
			f.lose(LossQueryHeader, field.name, "it is left out: a query document in JSON has no header")
		}
	}
	h.SBDH, h.GuidelineVersion, h.Statement, h.Extensions = nil, "", nil, nil
}

// sbdh names what JSON doesn't keep of the Standard Business Document Header and
// writers don't put back by themselves.
func (f *fitter) sbdh(h *Header) {
	s := h.SBDH
	for _, field := range []struct{ name, value, usual string }{
		{"HeaderVersion", s.HeaderVersion, "1.0"},
		{"Standard", s.Standard, "EPCglobal"},
		{"TypeVersion", s.TypeVersion, "1.0"},
		{"Type", s.Type, "Events"},
		{"Sender/Identifier/@Authority", s.Sender.Authority, ""},
		{"Receiver/Identifier/@Authority", s.Receiver.Authority, ""},
	} {
		if field.value != "" && field.value != field.usual {
			f.lose(LossSBDH, field.name, fmt.Sprintf("%.80q is left out", field.value))
		}
	}
	if !s.Created.IsZero() && !s.Created.Equal(h.CreationDate) {
		f.lose(LossSBDH, "CreationDateAndTime", s.Created.Format(timeFormat)+" is left out")
	}
	for _, rest := range [][]Node{s.Rest, s.Sender.Rest, s.Receiver.Rest} {
		for i := range rest {
			f.lose(LossSBDH, rest[i].Name.Local, "it is left out")
		}
	}
}
