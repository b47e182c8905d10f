package tiview_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// edition is a document about a shipment under a number of its own, made so much after the
// shipment left, with each event put through change.
func edition(t testing.TB, s epcistest.Shipment, number string, later time.Duration, change func(*epcis.Event) []*epcis.Event) []byte {
	t.Helper()
	header, err := s.Header()
	if err != nil {
		t.Fatal(err)
	}
	header.CreationDate = header.CreationDate.Add(later)
	header.SBDH.Created, header.SBDH.InstanceID = header.CreationDate, number
	var doc bytes.Buffer
	out, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for e := range s.Events() {
		for _, e := range change(e) {
			err = errors.Join(err, out.Write(e))
		}
	}
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return doc.Bytes()
}

func unchanged(e *epcis.Event) []*epcis.Event { return []*epcis.Event{e} }

// relotted gives everything that is commissioned another lot.
func relotted(lot string) func(*epcis.Event) []*epcis.Event {
	return func(e *epcis.Event) []*epcis.Event {
		if e.ILMD != nil {
			e.ILMD = epcis.NewILMD(lot, "2028-06-30")
		}
		return unchanged(e)
	}
}

// declared declares all that is commissioned an error, and has it anew with another lot.
func declared(lot string) func(*epcis.Event) []*epcis.Event {
	return func(e *epcis.Event) []*epcis.Event {
		if e.ILMD == nil {
			return nil
		}
		wrong := *e
		wrong.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: e.EventTime.Add(time.Hour), Reason: "incorrect_data"}
		return append([]*epcis.Event{&wrong}, relotted(lot)(e)...)
	}
}

func TestSeveralDocumentsAboutOneShipment(t *testing.T) {
	var shipment epcistest.Shipment
	lots := func(s *scene, n int64) (list []string) {
		for _, l := range s.show(n).Lots {
			list = append(list, l.Lot)
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	tests := map[string]func(t *testing.T, s *scene){
		"corrected under another number": func(t *testing.T, s *scene) {
			first := s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			right := s.take(edition(t, shipment, "B", time.Hour, relotted("LOT-7B")), "maker")
			if right.Replaces != first.Number || right.State != tiview.Waiting || s.has(right.Number, tiview.RuleSSCCReused) || s.show(first.Number).State != tiview.Superseded {
				t.Errorf("%+v", right)
			}
		},
		"corrected by events that are declared errors": func(t *testing.T, s *scene) {
			first := s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			right := s.take(edition(t, shipment, "B", time.Hour, declared("LOT-7B")), "maker")
			if right.Replaces != first.Number || right.State != tiview.Waiting || right.Packages != 12 || !slices.Equal(lots(s, right.Number), []string{"LOT-7B"}) {
				t.Errorf("%+v, lots %v", right, lots(s, right.Number))
			}
			if _, r, err := s.d.Reading(t.Context(), right.Number); err != nil || r.Packages != 12 || len(r.Declared) > 0 {
				t.Errorf("read again: %+v, %v", r, err)
			}
			twice := s.take(edition(t, shipment, "C", 2*time.Hour, func(e *epcis.Event) []*epcis.Event {
				if e.ILMD != nil {
					e.ILMD = epcis.NewILMD("LOT-7B", "2028-06-30")
				}
				return declared("LOT-7C")(e)
			}), "maker")
			if twice.Replaces != right.Number || !slices.Equal(lots(s, twice.Number), []string{"LOT-7C"}) {
				t.Errorf("corrected twice: %+v, lots %v", twice, lots(s, twice.Number))
			}
		},
		"events declared errors that no document has": func(t *testing.T, s *scene) {
			e := s.take(edition(t, shipment, "B", time.Hour, declared("LOT-7B")), "maker")
			if e.Replaces != 0 || e.State != tiview.Checked {
				t.Errorf("%+v", e)
			}
		},
		"another partner's events declared errors": func(t *testing.T, s *scene) {
			s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			if e := s.take(edition(t, shipment, "B", time.Hour, declared("LOT-7B")), "stranger"); e.Replaces != 0 || e.State != tiview.Checked {
				t.Errorf("%+v", e)
			}
		},
		"out of order: the correction before the document it corrects": func(t *testing.T, s *scene) {
			right := s.take(edition(t, shipment, "A", time.Hour, relotted("LOT-7B")), "maker")
			first := s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			if first.State != tiview.Superseded || first.ReplacedBy != right.Number || !s.has(first.Number, tiview.RuleOlder) {
				t.Errorf("%+v", first)
			}
			if now := s.show(right.Number); now.State != tiview.Waiting || now.Replaces != first.Number {
				t.Errorf("%+v", now.Entry)
			}
		},
		"out of order: the older of two corrections last": func(t *testing.T, s *scene) {
			first := s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			last := s.take(edition(t, shipment, "A", 2*time.Hour, relotted("LOT-7C")), "maker")
			between := s.take(edition(t, shipment, "A", time.Hour, relotted("LOT-7B")), "maker")
			if between.State != tiview.Superseded || between.Replaces != first.Number || between.ReplacedBy != last.Number {
				t.Errorf("%+v", between)
			}
			e, err := s.d.Newest(t.Context(), first.Number)
			if err != nil || e.Number != last.Number || e.State != tiview.Waiting {
				t.Errorf("in force: %+v, %v", e, err)
			}
			if chain, err := s.d.Corrected(t.Context(), e); err != nil || !slices.Equal(chain, []int64{between.Number, first.Number}) {
				t.Errorf("it corrects %v, %v", chain, err)
			}
		},
		"corrected, and corrected back": func(t *testing.T, s *scene) {
			s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			wrong := s.take(edition(t, shipment, "A", time.Hour, relotted("LOT-7B")), "maker")
			back := s.take(edition(t, shipment, "A", 2*time.Hour, unchanged), "maker")
			if back.Replaces != wrong.Number || back.State != tiview.Waiting {
				t.Errorf("%+v", back)
			}
			if again := s.take(edition(t, shipment, "A", 3*time.Hour, unchanged), "maker"); again.State != tiview.Duplicate || again.SameAs != back.Number {
				t.Errorf("the same once more: %+v", again)
			}
		},
		"the same moment and pallet under another order is another unit": func(t *testing.T, s *scene) {
			s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			another := shipment
			another.Order = "PO-2"
			if e := s.take(edition(t, another, "B", time.Hour, unchanged), "maker"); e.Replaces != 0 || !s.has(e.Number, tiview.RuleSSCCReused) {
				t.Errorf("%+v", e)
			}
		},
		"the same moment and order with other pallets is the rest of a shipment": func(t *testing.T, s *scene) {
			s.take(edition(t, shipment, "A", 0, unchanged), "maker")
			rest := shipment
			rest.FirstSerial = 100
			if e := s.take(edition(t, rest, "B", time.Hour, unchanged), "maker"); e.Replaces != 0 || e.State != tiview.Waiting || e.Faults > 0 {
				t.Errorf("%+v", e)
			}
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { onBoth(t, test) })
	}
}
