package epcis

// writeHeader writes EPCISHeader, if the document has one.
func (w *XMLWriter) writeHeader() {
	h := w.header
	vocabulary := len(h.Vocabulary) > 0 && h.Kind != MasterDataDocument
	spaced := w.old && (h.GuidelineVersion != "" || h.Statement != nil || hasSpaced(h.Extensions))
	if h.SBDH == nil && !vocabulary && !spaced && !hasBare(h.Extensions) {
		return
	}
	w.open("EPCISHeader")
	if h.SBDH != nil {
		w.writeSBDH(h.SBDH)
	}
	if vocabulary || hasBare(h.Extensions) {
		w.open("extension")
		if vocabulary {
			w.open("EPCISMasterData")
			w.vocabularyList(h.Vocabulary)
			w.close("EPCISMasterData")
		}
		if hasBare(h.Extensions) {
			w.open("extension")
			w.nodes(h.Extensions, false)
			w.close("extension")
		}
		w.close("extension")
	}
	if spaced {
		w.headerExtensions()
	}
	w.close("EPCISHeader")
}

// headerExtensions writes the fields of other namespaces. EPCIS 1.x has them in
// the header; the schema of 2.0 has room for them only beside the body.
func (w *XMLWriter) headerExtensions() {
	h := w.header
	w.optional("gs1ushc:guidelineVersion", h.GuidelineVersion)
	if h.Statement != nil {
		w.open("gs1ushc:dscsaTransactionStatement")
		w.optional("gs1ushc:affirmTransactionStatement", h.Statement.Affirm)
		w.optional("gs1ushc:legalNotice", h.Statement.LegalNotice)
		w.close("gs1ushc:dscsaTransactionStatement")
	}
	w.nodes(h.Extensions, true)
}

// writeDocument writes what stands behind the body: first the extension of
// elements without a namespace, then the others.
func (w *XMLWriter) writeDocument() {
	if hasBare(w.header.Document) {
		w.open("extension")
		w.nodes(w.header.Document, false)
		w.close("extension")
	}
	if !w.old {
		w.headerExtensions()
	}
	for i := range w.header.Document {
		if n := &w.header.Document[i]; n.Name.Space != "" && !isIgnoreFields(n) {
			w.node(n)
		}
	}
}

func (w *XMLWriter) writeSBDH(s *SBDH) {
	w.open("sbdh:StandardBusinessDocumentHeader")
	w.leaf("sbdh:HeaderVersion", orDefault(s.HeaderVersion, "1.0"))
	w.partner("sbdh:Sender", s.Sender)
	w.partner("sbdh:Receiver", s.Receiver)
	w.open("sbdh:DocumentIdentification")
	w.leaf("sbdh:Standard", orDefault(s.Standard, "EPCglobal"))
	w.leaf("sbdh:TypeVersion", orDefault(s.TypeVersion, "1.0"))
	w.leaf("sbdh:InstanceIdentifier", s.InstanceID)
	w.leaf("sbdh:Type", orDefault(s.Type, "Events"))
	for i := range s.Rest {
		if s.Rest[i].Name.Local == "MultipleType" {
			w.node(&s.Rest[i])
		}
	}
	created := s.Created
	if created.IsZero() {
		created = w.header.CreationDate
	}
	w.time("sbdh:CreationDateAndTime", created)
	w.close("sbdh:DocumentIdentification")
	for i := range s.Rest {
		if s.Rest[i].Name.Local != "MultipleType" {
			w.node(&s.Rest[i])
		}
	}
	w.close("sbdh:StandardBusinessDocumentHeader")
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (w *XMLWriter) partner(name string, p Partner) {
	w.open(name)
	w.start("sbdh:Identifier")
	if p.Authority != "" {
		w.attr("Authority", p.Authority)
	}
	w.buf = append(w.buf, '>')
	w.text(p.ID)
	w.endTag("sbdh:Identifier")
	for i := range p.Rest {
		w.node(&p.Rest[i])
	}
	w.close(name)
}

func (w *XMLWriter) vocabularyList(list []Vocabulary) {
	w.open("VocabularyList")
	for i := range list {
		v := &list[i]
		w.start("Vocabulary")
		w.attr("type", v.Type)
		w.endStart()
		if len(v.Elements) > 0 {
			w.open("VocabularyElementList")
			for j := range v.Elements {
				w.vocabularyElement(&v.Elements[j])
			}
			w.close("VocabularyElementList")
		}
		w.extensions(v.Extensions)
		w.close("Vocabulary")
	}
	w.close("VocabularyList")
}

func (w *XMLWriter) vocabularyElement(el *VocabularyElement) {
	w.start("VocabularyElement")
	w.attr("id", el.ID)
	w.endStart()
	for _, a := range el.Attributes {
		w.start("attribute")
		w.attr("id", a.ID)
		scope := len(w.scope)
		w.attributes(a.Attrs, a.Kind == KindNull)
		if a.Value == "" && len(a.Children) == 0 {
			w.buf = append(w.buf, '>')
			w.endTag("attribute")
		} else {
			w.content(&Node{Text: a.Value, Children: a.Children}, "attribute")
		}
		w.scope = w.scope[:scope]
	}
	if len(el.Children) > 0 {
		w.list("children", "id", el.Children)
	}
	w.extensions(el.Extensions)
	w.close("VocabularyElement")
}
