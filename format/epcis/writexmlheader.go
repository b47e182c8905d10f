package epcis

// writeHeader writes EPCISHeader, if the document has one.
func (w *XMLWriter) writeHeader() {
	h := w.header
	if h.SBDH == nil && len(h.Vocabulary) == 0 && h.GuidelineVersion == "" && h.Statement == nil && len(h.Extensions) == 0 {
		return
	}
	w.open("EPCISHeader")
	if h.SBDH != nil {
		w.writeSBDH(h.SBDH)
	}
	if len(h.Vocabulary) > 0 || hasBare(h.Extensions) {
		w.open("extension")
		w.writeMasterData(h.Vocabulary)
		w.nodes(h.Extensions, false)
		w.close("extension")
	}
	w.optional("gs1ushc:guidelineVersion", h.GuidelineVersion)
	if h.Statement != nil {
		w.open("gs1ushc:dscsaTransactionStatement")
		w.optional("gs1ushc:affirmTransactionStatement", h.Statement.Affirm)
		w.optional("gs1ushc:legalNotice", h.Statement.LegalNotice)
		w.close("gs1ushc:dscsaTransactionStatement")
	}
	w.nodes(h.Extensions, true)
	w.close("EPCISHeader")
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

func (w *XMLWriter) writeMasterData(list []Vocabulary) {
	if len(list) == 0 {
		return
	}
	w.open("EPCISMasterData")
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
		for j := range v.Extensions {
			w.node(&v.Extensions[j])
		}
		w.close("Vocabulary")
	}
	w.close("VocabularyList")
	w.close("EPCISMasterData")
}

func (w *XMLWriter) vocabularyElement(el *VocabularyElement) {
	w.start("VocabularyElement")
	w.attr("id", el.ID)
	w.endStart()
	for _, a := range el.Attributes {
		w.start("attribute")
		w.attr("id", a.ID)
		if len(a.Children) == 0 {
			w.buf = append(w.buf, '>')
			w.text(a.Value)
			w.endTag("attribute")
			continue
		}
		w.endStart()
		for i := range a.Children {
			w.node(&a.Children[i])
		}
		w.close("attribute")
	}
	if len(el.Children) > 0 {
		w.list("children", "id", el.Children)
	}
	for i := range el.Extensions {
		w.node(&el.Extensions[i])
	}
	w.close("VocabularyElement")
}
