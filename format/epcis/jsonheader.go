package epcis

import "fmt"

func (d *jsonDecoder) headerMembers() error {
	if err := d.beginObject(); err != nil {
		return err
	}
	for {
		key, ok, err := d.nextMember()
		if err != nil || !ok {
			return err
		}
		if key == "epcisMasterData" {
			err = d.masterData()
		} else {
			err = d.headerExtension(key)
		}
		if err != nil {
			return err
		}
	}
}

// headerExtension keeps an unknown header member; the US ones become fields.
func (d *jsonDecoder) headerExtension(key string) error {
	var nodes []Node
	if err := d.extend(&nodes, "epcisHeader", key); err != nil {
		return err
	}
	if err := d.resolveAll(nodes); err != nil {
		return err
	}
	for _, n := range nodes {
		switch {
		case n.Name == Name{SpaceUS, "guidelineVersion"} && d.header.GuidelineVersion == "":
			d.header.GuidelineVersion = n.Text
		case n.Name == Name{SpaceUS, "dscsaTransactionStatement"} && d.header.Statement == nil:
			d.header.Statement = &TransactionStatement{}
			if c := n.Child(Name{SpaceUS, "affirmTransactionStatement"}); c != nil {
				d.header.Statement.Affirm = c.Text
			}
			if c := n.Child(Name{SpaceUS, "legalNotice"}); c != nil {
				d.header.Statement.LegalNotice = c.Text
			}
		default:
			d.header.Extensions = append(d.header.Extensions, n)
		}
	}
	return nil
}

func (d *jsonDecoder) masterData() error {
	if err := d.beginObject(); err != nil {
		return err
	}
	for {
		key, ok, err := d.nextMember()
		if err != nil || !ok {
			return err
		}
		if key == "vocabularyList" {
			err = d.vocabularies()
		} else {
			err = d.headerExtension(key)
		}
		if err != nil {
			return err
		}
	}
}

func (d *jsonDecoder) vocabularies() error {
	if err := d.beginArray(); err != nil {
		return err
	}
	for {
		ok, err := d.nextItem()
		if err != nil || !ok {
			return err
		}
		v := Vocabulary{}
		if err := d.vocabulary(&v); err != nil {
			return err
		}
		if err := d.spend(1); err != nil {
			return err
		}
		d.header.Vocabulary = append(d.header.Vocabulary, v)
	}
}

func (d *jsonDecoder) vocabulary(v *Vocabulary) error {
	if err := d.beginObject(); err != nil {
		return err
	}
	for {
		key, ok, err := d.nextMember()
		if err != nil || !ok {
			return err
		}
		switch key {
		case "type":
			v.Type, err = d.stringValue()
		case "vocabularyElementList":
			err = d.vocabularyElements(v)
		default:
			err = d.keepResolved(&v.Extensions, "a vocabulary", key)
		}
		if err != nil {
			return err
		}
	}
}

func (d *jsonDecoder) keepResolved(to *[]Node, parent, key string) error {
	from := len(*to)
	if err := d.extend(to, parent, key); err != nil {
		return err
	}
	return d.resolveAll((*to)[from:])
}

func (d *jsonDecoder) vocabularyElements(v *Vocabulary) error {
	if err := d.beginArray(); err != nil {
		return err
	}
	for {
		ok, err := d.nextItem()
		if err != nil || !ok {
			return err
		}
		if d.entries++; d.entries > d.limits.VocabularyEntries {
			return d.fail("epcis/limit-vocabulary", fmt.Sprintf("the master data has more than %d elements", d.limits.VocabularyEntries), "send only the master data the events need")
		}
		el := VocabularyElement{Line: d.line}
		if err := d.vocabularyElement(&el); err != nil {
			return err
		}
		v.Elements = append(v.Elements, el)
	}
}

func (d *jsonDecoder) vocabularyElement(el *VocabularyElement) error {
	if err := d.beginObject(); err != nil {
		return err
	}
	for {
		key, ok, err := d.nextMember()
		if err != nil || !ok {
			return err
		}
		switch key {
		case "id":
			el.ID, err = d.stringValue()
		case "attributes":
			err = d.vocabularyAttributes(el)
		case "children":
			d.room = d.limits.EPCsPerEvent
			el.Children, err = d.stringList()
		default:
			err = d.keepResolved(&el.Extensions, "a vocabulary element", key)
		}
		if err != nil {
			return err
		}
	}
}

func (d *jsonDecoder) vocabularyAttributes(el *VocabularyElement) error {
	if err := d.beginArray(); err != nil {
		return err
	}
	for {
		ok, err := d.nextItem()
		if err != nil || !ok {
			return err
		}
		if err := d.vocabularyAttribute(el); err != nil {
			return err
		}
	}
}

// vocabularyAttribute reads one attribute; an array as its value makes several.
func (d *jsonDecoder) vocabularyAttribute(el *VocabularyElement) error {
	if err := d.beginObject(); err != nil {
		return err
	}
	id := ""
	var values []Node
	for {
		key, ok, err := d.nextMember()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch key {
		case "id":
			id, err = d.stringValue()
		case "attribute":
			err = d.member(&values, "")
		default:
			err = d.unknownIn("an attribute", key)
		}
		if err != nil {
			return err
		}
	}
	if err := d.resolveAll(values); err != nil {
		return err
	}
	if len(values) == 0 {
		values = []Node{{}}
	}
	for _, v := range values {
		el.Attributes = append(el.Attributes, Attribute{ID: id, Value: v.Text, Kind: v.Kind, Children: v.Children})
	}
	return nil
}
