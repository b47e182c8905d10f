package epcis

import "fmt"

// headerFields reads the children of EPCISHeader and of the extension in it.
func (d *xmlDecoder) headerFields() error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		name := string(d.local)
		known, err := d.usField()
		switch {
		case known || err != nil:
		case isSBDHSpace(d.space) && name == "StandardBusinessDocumentHeader":
			err = d.standardHeader()
		case isCoreSpace(d.space) && name == "extension":
			err = d.headerFields()
		case isCoreSpace(d.space) && name == "EPCISMasterData":
			err = d.masterData()
		default:
			err = d.keep(&d.header.Extensions)
		}
		if err != nil {
			return err
		}
	}
}

// usField reads the open element if it is one of the US header fields, which
// XML 2.0 has beside the body.
func (d *xmlDecoder) usField() (ok bool, err error) {
	switch {
	case d.space != SpaceUS:
		return false, nil
	case string(d.local) == "guidelineVersion" && d.header.GuidelineVersion == "":
		d.header.GuidelineVersion, err = d.textValue()
		return true, err
	case string(d.local) == "dscsaTransactionStatement" && d.header.Statement == nil:
		return true, d.statement()
	}
	return false, nil
}

func (d *xmlDecoder) statement() error {
	out := &TransactionStatement{}
	d.header.Statement = out
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		switch string(d.local) {
		case "affirmTransactionStatement":
			out.Affirm, err = d.textValue()
		case "legalNotice":
			out.LegalNotice, err = d.textValue()
		default:
			err = d.unknownIn("dscsaTransactionStatement")
		}
		if err != nil {
			return err
		}
	}
}

// isSBDHSpace takes the elements of the SBDH without their namespace too: it is
// what a sender forgets who builds the document from strings.
func isSBDHSpace(space string) bool { return space == SpaceSBDH || isCoreSpace(space) }

// keepSBDH keeps an element of the SBDH in its namespace.
func (d *xmlDecoder) keepSBDH(to *[]Node) error {
	n := len(*to)
	if err := d.keep(to); err != nil {
		return err
	}
	qualifySBDH((*to)[n:])
	return nil
}

func qualifySBDH(nodes []Node) {
	for i := range nodes {
		if n := &nodes[i]; n.Name.Local != "" && isCoreSpace(n.Name.Space) {
			n.Name.Space, n.Prefix = SpaceSBDH, "sbdh"
			qualifySBDH(n.Children)
		}
	}
}

func (d *xmlDecoder) standardHeader() error {
	out := &SBDH{}
	d.header.SBDH = out
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		name := string(d.local)
		switch {
		case !isSBDHSpace(d.space):
			err = d.keep(&out.Rest)
		case name == "HeaderVersion":
			out.HeaderVersion, err = d.textValue()
		case name == "Sender" && out.Sender.ID == "":
			err = d.partner(&out.Sender)
		case name == "Receiver" && out.Receiver.ID == "":
			err = d.partner(&out.Receiver)
		case name == "DocumentIdentification":
			err = d.identification(out)
		default:
			err = d.keepSBDH(&out.Rest)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) partner(p *Partner) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		if isSBDHSpace(d.space) && string(d.local) == "Identifier" && p.ID == "" {
			p.Authority, _ = d.attr("Authority")
			p.ID, err = d.textValue()
		} else {
			err = d.keepSBDH(&p.Rest)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) identification(out *SBDH) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		switch string(d.local) {
		case "Standard":
			out.Standard, err = d.textValue()
		case "TypeVersion":
			out.TypeVersion, err = d.textValue()
		case "InstanceIdentifier":
			out.InstanceID, err = d.textValue()
		case "Type":
			out.Type, err = d.textValue()
		case "CreationDateAndTime":
			out.Created, err = d.documentTime("CreationDateAndTime")
		default:
			err = d.keepSBDH(&out.Rest)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) masterData() error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		if isCoreSpace(d.space) && string(d.local) == "VocabularyList" {
			err = d.vocabularies()
		} else {
			err = d.keep(&d.header.Extensions)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) vocabularies() error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		if !isCoreSpace(d.space) || string(d.local) != "Vocabulary" {
			return d.unknownIn("VocabularyList")
		}
		v := Vocabulary{}
		v.Type, _ = d.attr("type")
		if err := d.vocabulary(&v); err != nil {
			return err
		}
		d.header.Vocabulary = append(d.header.Vocabulary, v)
		if err := d.spend(1); err != nil {
			return err
		}
	}
}

// spend takes n from what the header may still have.
func (d *xmlDecoder) spend(n int) error {
	if d.budget -= n; d.budget < 0 {
		return d.fail("epcis/limit-nodes", fmt.Sprintf("the header has more than %d attributes and extensions", d.nodes), "send less master data")
	}
	return nil
}

func (d *xmlDecoder) vocabulary(v *Vocabulary) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		switch {
		case isCoreSpace(d.space) && string(d.local) == "VocabularyElementList":
			err = d.vocabularyElements(v)
		case isCoreSpace(d.space) && string(d.local) == "extension":
			err = d.keepChildren(&v.Extensions)
		default:
			err = d.keep(&v.Extensions)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) vocabularyElements(v *Vocabulary) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		if !isCoreSpace(d.space) || string(d.local) != "VocabularyElement" {
			return d.unknownIn("VocabularyElementList")
		}
		if d.entries++; d.entries > d.limits.VocabularyEntries {
			return d.fail("epcis/limit-vocabulary", fmt.Sprintf("the master data has more than %d elements", d.limits.VocabularyEntries), "send only the master data the events need")
		}
		el := VocabularyElement{Line: d.startLine}
		el.ID, _ = d.attr("id")
		if err := d.vocabularyElement(&el); err != nil {
			return err
		}
		v.Elements = append(v.Elements, el)
	}
}

func (d *xmlDecoder) vocabularyElement(el *VocabularyElement) error {
	for {
		more, err := d.child()
		if err != nil || !more {
			return err
		}
		name := ""
		if isCoreSpace(d.space) {
			name = string(d.local)
		}
		switch name {
		case "attribute":
			err = d.vocabularyAttribute(el)
		case "children":
			d.room = d.limits.EPCsPerEvent
			el.Children, err = d.stringList("id")
		case "extension":
			err = d.keepChildren(&el.Extensions)
		default:
			err = d.keep(&el.Extensions)
		}
		if err != nil {
			return err
		}
	}
}

func (d *xmlDecoder) vocabularyAttribute(el *VocabularyElement) error {
	a := Attribute{}
	a.ID, _ = d.attr("id")
	n, err := d.node()
	if err != nil {
		return err
	}
	for _, attr := range n.Attrs {
		if attr.Name != (Name{Local: "id"}) {
			a.Attrs = append(a.Attrs, attr)
		}
	}
	if a.Children = n.Children; a.Children == nil {
		a.Value = string(trimSpace([]byte(n.Text)))
	} else {
		a.Kind = KindObject
	}
	el.Attributes = append(el.Attributes, a)
	return nil
}
