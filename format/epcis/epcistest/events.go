package epcistest

import (
	"time"

	"pedigree/format/epcis"
)

// send passes an event on; it returns false when no more are wanted.
type send func(*epcis.Event) bool

func (s Shipment) event(kind epcis.EventType, at time.Time, step, disposition string) *epcis.Event {
	place := s.Sender.SGLN(s.Sender.Owner)
	return &epcis.Event{
		Type: kind, EventTime: at.UTC().Truncate(time.Millisecond), EventTimeZoneOffset: s.Zone,
		Action: epcis.Add, BizStep: step, Disposition: disposition,
		ReadPoint: epcis.Place{ID: place}, BizLocation: epcis.Place{ID: place},
	}
}

// commission makes the packs in events of EventEPCs each, then the cases.
func (s Shipment) commission(to send) bool {
	at := s.Made
	for _, level := range []struct {
		count int
		id    func(int) string
	}{{s.Packs(), s.Pack}, {s.Pallets * s.CasesPerPallet, s.Case}} {
		for from := 0; from < level.count; from += s.EventEPCs {
			e := s.event(epcis.ObjectEvent, at, "commissioning", "active")
			e.ILMD = epcis.NewILMD(s.Lot, s.Expiry)
			for n := from; n < min(from+s.EventEPCs, level.count); n++ {
				e.EPCs = append(e.EPCs, level.id(n))
			}
			if !to(e) {
				return false
			}
			at = at.Add(100 * time.Microsecond)
		}
	}
	return true
}

func (s Shipment) packCases(to send) bool {
	at := s.Made.Add(24 * time.Hour)
	for c := range s.Pallets * s.CasesPerPallet {
		e := s.event(epcis.AggregationEvent, at.Add(time.Duration(c)*time.Millisecond), "packing", "in_progress")
		e.ParentID = s.Case(c)
		for n := range s.PacksPerCase {
			e.Children = append(e.Children, s.Pack(c*s.PacksPerCase+n))
		}
		if !to(e) {
			return false
		}
	}
	return true
}

func (s Shipment) packPallets(to send) bool {
	at := s.Shipped.Add(-2 * time.Hour)
	for p := range s.Pallets {
		made := s.event(epcis.ObjectEvent, at.Add(time.Duration(2*p)*time.Millisecond), "commissioning", "active")
		made.EPCs = []string{s.Pallet(p)}
		packed := s.event(epcis.AggregationEvent, at.Add(time.Duration(2*p+1)*time.Millisecond), "packing", "in_progress")
		packed.ParentID = s.Pallet(p)
		for n := range s.CasesPerPallet {
			packed.Children = append(packed.Children, s.Case(p*s.CasesPerPallet+n))
		}
		for _, e := range []*epcis.Event{made, packed} {
			e.ReadPoint.ID = s.Sender.SGLN(s.Sender.Location)
			e.BizLocation.ID = e.ReadPoint.ID
			if !to(e) {
				return false
			}
		}
	}
	return true
}

func (s Shipment) ship() *epcis.Event {
	e := s.event(epcis.ObjectEvent, s.Shipped, "shipping", "in_transit")
	e.Action, e.BizLocation = epcis.Observe, epcis.Place{}
	e.ReadPoint.ID = s.Sender.SGLN(s.Sender.Location)
	for p := range s.Pallets {
		e.EPCs = append(e.EPCs, s.Pallet(p))
	}
	e.BizTransactions = []epcis.BizTransaction{
		{Type: "po", ID: "urn:epcglobal:cbv:bt:" + s.Receiver.Prefix + s.Receiver.Owner + checkDigit(s.Receiver) + ":" + s.Order},
		{Type: "desadv", ID: "urn:epcglobal:cbv:bt:" + s.Sender.Prefix + s.Sender.Owner + checkDigit(s.Sender) + ":" + s.Delivery},
	}
	e.Sources = []epcis.Party{
		{Type: "owning_party", ID: s.Sender.SGLN(s.Sender.Owner)},
		{Type: "location", ID: s.Sender.SGLN(s.Sender.Location)},
	}
	e.Destinations = []epcis.Party{
		{Type: "owning_party", ID: s.Receiver.SGLN(s.Receiver.Owner)},
		{Type: "location", ID: s.Receiver.SGLN(s.Receiver.Location)},
	}
	e.SetDropShipment(false)
	return e
}
