package epcis

import (
	"slices"
	"strings"
)

// object reads the members of an object the caller expects, one call each.
func (d *jsonDecoder) object(member func(key string) error) error {
	if err := d.beginObject(); err != nil {
		return err
	}
	for {
		key, ok, err := d.nextMember()
		if err != nil || !ok {
			return err
		}
		if strings.IndexByte(key, ':') < 0 {
			if null, err := d.null(key); null {
				continue
			} else if err != nil {
				return err
			}
		}
		if err := member(key); err != nil {
			return err
		}
	}
}

// array reads the items of an array the caller expects, one call each. It
// counts each as an identifier of the event.
func (d *jsonDecoder) array(item func() error) error {
	if err := d.beginArray(); err != nil {
		return err
	}
	for {
		ok, err := d.nextItem()
		if err != nil || !ok {
			return err
		}
		if err := d.spendRoom(); err != nil {
			return err
		}
		if err := item(); err != nil {
			return err
		}
	}
}

func (d *jsonDecoder) errorDeclaration() (*ErrorDeclaration, error) {
	out := &ErrorDeclaration{}
	err := d.object(func(key string) (err error) {
		switch key {
		case "declarationTime":
			out.DeclarationTime, err = d.timeValue()
		case "reason":
			out.Reason, err = d.termValue(termReason)
		case "correctiveEventIDs":
			out.CorrectiveEventIDs, err = d.stringList()
		default:
			err = d.extend(&out.Extensions, "errorDeclaration", key)
		}
		return err
	})
	return out, err
}

func (d *jsonDecoder) quantities() ([]Quantity, error) {
	out := []Quantity{}
	err := d.array(func() error {
		q := Quantity{}
		err := d.object(func(key string) (err error) {
			switch key {
			case "epcClass":
				q.Class, err = d.stringValue()
			case "quantity":
				q.Quantity, err = d.numberValue()
			case "uom":
				q.UOM, err = d.stringValue()
			default:
				err = d.unknownIn("a quantity element", key)
			}
			return err
		})
		out = append(out, q)
		return err
	})
	return out, err
}

func (d *jsonDecoder) persistentDisposition() (*PersistentDisposition, error) {
	out := &PersistentDisposition{}
	err := d.object(func(key string) error {
		var list *[]string
		switch key {
		case "set":
			list = &out.Set
		case "unset":
			list = &out.Unset
		default:
			return d.unknownIn("persistentDisposition", key)
		}
		return d.array(func() error {
			s, err := d.termValue(termDisposition)
			*list = append(*list, s)
			return err
		})
	})
	return out, err
}

func (d *jsonDecoder) location(parent string) (p Place, err error) {
	err = d.object(func(key string) (err error) {
		if key == "id" {
			p.ID, err = d.stringValue()
			return err
		}
		return d.extend(&p.Extensions, parent, key)
	})
	if p.ID == "" && p.Extensions == nil {
		p.Extensions = []Node{} // the mark that there was one
	}
	return p, err
}

func (d *jsonDecoder) transactions() ([]BizTransaction, error) {
	out := []BizTransaction{}
	err := d.array(func() error {
		t := BizTransaction{}
		err := d.object(func(key string) (err error) {
			switch key {
			case "type":
				t.Type, err = d.termValue(termTransaction)
			case "bizTransaction":
				t.ID, err = d.stringValue()
			default:
				err = d.unknownIn("a business transaction", key)
			}
			return err
		})
		out = append(out, t)
		return err
	})
	return out, err
}

func (d *jsonDecoder) parties(name string) ([]Party, error) {
	out := []Party{}
	err := d.array(func() error {
		p := Party{}
		err := d.object(func(key string) (err error) {
			switch key {
			case "type":
				p.Type, err = d.termValue(termParty)
			case name:
				p.ID, err = d.stringValue()
			default:
				err = d.unknownIn("a "+name, key)
			}
			return err
		})
		out = append(out, p)
		return err
	})
	return out, err
}

func (d *jsonDecoder) ilmd() (*ILMD, error) {
	out := &ILMD{}
	return out, d.object(func(key string) error {
		return d.extend(&out.Nodes, "ilmd, whose fields need a namespace", key)
	})
}

func (d *jsonDecoder) sensors() ([]SensorElement, error) {
	out := []SensorElement{}
	err := d.array(func() error {
		s := SensorElement{}
		err := d.object(func(key string) (err error) {
			switch key {
			case "sensorMetadata":
				s.Metadata, err = d.fields(metadataFields, false)
			case "sensorReport":
				err = d.array(func() error {
					fields, err := d.fields(reportFields, true)
					s.Reports = append(s.Reports, fields)
					return err
				})
			default:
				err = d.extend(&s.Extensions, "a sensor element", key)
			}
			return err
		})
		out = append(out, s)
		return err
	})
	return out, err
}

// metadataFields and reportFields are the standard's fields in the order of the
// event hash (CBV 2.0 section 8.9). The last report field has no place there.
var (
	metadataFields = []string{
		"time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
		"dataProcessingMethod", "bizRules",
	}
	reportFields = []string{
		"type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod",
		"time", "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
		"hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom",
		"coordinateReferenceSystem", "bizRules",
	}
)

func (d *jsonDecoder) fields(known []string, report bool) ([]Field, error) {
	out := []Field{}
	err := d.object(func(key string) (err error) {
		if err := d.spend(1); err != nil {
			return err
		}
		f := Field{Name: Name{Local: key}}
		if !slices.Contains(known, key) && strings.IndexByte(key, ':') < 0 {
			return d.unknownIn("sensor data", key)
		}
		f.Value, f.Kind, err = d.scalar()
		if t := fieldTerm(key); t != nil && report {
			f.Value = t.bare(f.Value)
		}
		out = append(out, f)
		return err
	})
	return out, err
}
