package traceview

import (
	"fmt"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// scene writes documents of one maker, event by event, a second apart.
type scene struct {
	s      epcistest.Shipment
	at     time.Time
	events []*epcis.Event
}

// newScene begins in September 2026; the test chain's clock says November.
func newScene() *scene {
	s := epcistest.Defaults()
	s.Expiry = "2028-06-30"
	return &scene{s: s, at: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
}

func (s *scene) add(e *epcis.Event) *epcis.Event {
	s.at = s.at.Add(time.Second)
	place := s.s.Sender.SGLN(s.s.Sender.Owner)
	e.EventTime, e.EventTimeZoneOffset = s.at, "+00:00"
	e.ReadPoint, e.BizLocation = epcis.Place{ID: place}, epcis.Place{ID: place}
	s.events = append(s.events, e)
	return e
}

func (s *scene) commission(epcs ...string) *epcis.Event {
	return s.add(&epcis.Event{
		Type: epcis.ObjectEvent, Action: epcis.Add, BizStep: "commissioning", Disposition: "active", EPCs: epcs,
		ILMD: epcis.NewILMD(s.s.Lot, s.s.Expiry),
	})
}

func (s *scene) number(sscc ...string) *epcis.Event {
	return s.add(&epcis.Event{Type: epcis.ObjectEvent, Action: epcis.Add, BizStep: "commissioning", Disposition: "active", EPCs: sscc})
}

func (s *scene) pack(parent string, kids ...string) *epcis.Event {
	return s.add(&epcis.Event{Type: epcis.AggregationEvent, Action: epcis.Add, BizStep: "packing", Disposition: "in_progress", ParentID: parent, Children: kids})
}

func (s *scene) unpack(parent string, kids ...string) *epcis.Event {
	return s.add(&epcis.Event{Type: epcis.AggregationEvent, Action: epcis.Delete, BizStep: "unpacking", Disposition: "in_progress", ParentID: parent, Children: kids})
}

func (s *scene) see(step, disposition string, epcs ...string) *epcis.Event {
	return s.add(&epcis.Event{Type: epcis.ObjectEvent, Action: epcis.Observe, BizStep: step, Disposition: disposition, EPCs: epcs})
}

func (s *scene) remove(step, disposition string, epcs ...string) *epcis.Event {
	return s.add(&epcis.Event{Type: epcis.ObjectEvent, Action: epcis.Delete, BizStep: step, Disposition: disposition, EPCs: epcs})
}

func (s *scene) ship(epcs ...string) *epcis.Event {
	e := s.see("shipping", "in_transit", epcs...)
	e.BizLocation = epcis.Place{}
	e.BizTransactions = []epcis.BizTransaction{{Type: "po", ID: "urn:epcglobal:cbv:bt:0614141000012:PO-1"}}
	from, to := s.s.Sender, s.s.Receiver
	e.Sources = []epcis.Party{{Type: "owning_party", ID: from.SGLN(from.Owner)}, {Type: "location", ID: from.SGLN(from.Location)}}
	e.Destinations = []epcis.Party{{Type: "owning_party", ID: to.SGLN(to.Owner)}, {Type: "location", ID: to.SGLN(to.Location)}}
	return e
}

// file ends the document and begins the next one.
func (s *scene) file(t testing.TB) []byte {
	t.Helper()
	b := document(t, s.events)
	s.events = nil
	return b
}

// packs are the EPCs of n packs from the first on.
func (s *scene) packs(first, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = s.s.Pack(first + i)
	}
	return list
}

// pallet commissions and packs one pallet of cases of packs.
func (s *scene) pallet(n, cases, packs int) string {
	top := s.s.Pallet(n)
	var inside []string
	for c := range cases {
		id := n*cases + c
		units := s.packs(id*packs, packs)
		s.commission(units...)
		s.commission(s.s.Case(id))
		s.pack(s.s.Case(id), units...)
		inside = append(inside, s.s.Case(id))
	}
	s.number(top)
	s.pack(top, inside...)
	return top
}

// taken captures the scene's file and fails unless all of it is done.
func (x *trade) taken(s *scene) CaptureReport {
	x.t.Helper()
	x.made++
	r := x.capture("maker", fmt.Sprintf("file-%d.xml", x.made), s.file(x.t), Rollback)
	if r.Stage != CaptureDone || len(r.Refused) > 0 {
		x.t.Fatalf("the file is %s:\n%s", r.Stage, faultsOf(r))
	}
	x.chain.settle()
	return r
}
