package main

import (
	"bytes"
	"fmt"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// totePacks is how many packs of the first case go into the tote.
const totePacks = 20

// wholesalerPlace is the wholesaler's SGLN, as its events name it.
func (s *story) wholesalerPlace() string { return s.lot.Receiver.SGLN(s.lot.Receiver.Owner) }

// tote is the wholesaler's own SSCC.
func (s *story) tote() string {
	const body = "06141410000000042"
	check, err := gs1.CheckDigit(body[:17])
	if err != nil {
		panic(err) // fixed digits
	}
	urn, err := gs1.SSCCURN(7, gs1.SSCC(body[:17]+string(check)))
	if err != nil {
		panic(err) // fixed digits
	}
	return urn
}

// pickTote writes the wholesaler's own EPCIS document: a pallet and a case are
// unpacked, twenty packs go into a tote.
func (s *story) pickTote() error {
	s.tell("The wholesaler opens a pallet and a case and packs %d packs into a tote.", totePacks)
	at := time.Now().Add(-20 * time.Minute)
	event := func(kind epcis.EventType, action epcis.Action, step, disposition string) *epcis.Event {
		at = at.Add(time.Minute)
		place := epcis.Place{ID: s.wholesalerPlace()}
		return &epcis.Event{
			Type: kind, Action: action, EventTime: at.UTC().Truncate(time.Millisecond), EventTimeZoneOffset: "-05:00",
			BizStep: step, Disposition: disposition, ReadPoint: place, BizLocation: place,
		}
	}
	pallet := event(epcis.AggregationEvent, epcis.Delete, "unpacking", "in_progress")
	pallet.ParentID = s.lot.Pallet(0)
	for n := range demoCases {
		pallet.Children = append(pallet.Children, s.lot.Case(n))
	}
	opened := event(epcis.AggregationEvent, epcis.Delete, "unpacking", "in_progress")
	opened.ParentID = s.lot.Case(0)
	for n := range demoPacks {
		opened.Children = append(opened.Children, s.lot.Pack(n))
	}
	tote := event(epcis.ObjectEvent, epcis.Add, "commissioning", "active")
	tote.EPCs = []string{s.tote()}
	packed := event(epcis.AggregationEvent, epcis.Add, "packing", "in_progress")
	packed.ParentID = s.tote()
	for n := range totePacks {
		packed.Children = append(packed.Children, s.lot.Pack(n))
	}
	document, err := s.wholesalerDocument(pallet, opened, tote, packed)
	if err != nil {
		return err
	}
	r, err := s.capture(s.net.of("wholesaler"), "wholesaler-pick.xml", document)
	if err != nil {
		return err
	}
	if r.Faults > 0 || len(r.Refused) > 0 || r.Operations == 0 {
		return fmt.Errorf("the capture found %d faults, %d refusals: %v %v", r.Faults, len(r.Refused), r.Findings, r.Refused)
	}
	s.because("%d events became %d acts in %d entries: opening surfaces each child once, packing gives it one parent.", r.Events, r.Operations, r.Envelopes)
	return nil
}

func (s *story) wholesalerDocument(events ...*epcis.Event) ([]byte, error) {
	h, err := s.lot.Header()
	if err != nil {
		return nil, err
	}
	h.SBDH.Sender, h.SBDH.Receiver = h.SBDH.Receiver, h.SBDH.Sender
	h.SBDH.InstanceID = "wholesaler-pick-1"
	h.Vocabulary = append(h.Vocabulary, s.pharmacyPlace())
	h.CreationDate = time.Now().UTC().Truncate(time.Second)
	var out bytes.Buffer
	w, err := epcis.NewXMLWriter(&out, h, epcis.XMLOptions{})
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// pharmacyPlace is the customer's address as the wholesaler's own system has it.
func (s *story) pharmacyPlace() epcis.Vocabulary {
	place := epcis.VocabularyElement{ID: "urn:epc:id:sgln:0860001.00000.0"}
	for _, a := range [][2]string{
		{"name", s.net.of("pharmacy").name},
		{"streetAddressOne", "3 Sample Street"},
		{"city", "Springfield"},
		{"state", "IL"},
		{"postalCode", "62701"},
		{"countryCode", "US"},
	} {
		place.Attributes = append(place.Attributes, epcis.Attribute{ID: epcis.SpaceMasterData + "#" + a[0], Value: a[1]})
	}
	return epcis.Vocabulary{Type: epcis.VocabularyLocation, Elements: []epcis.VocabularyElement{place}}
}
