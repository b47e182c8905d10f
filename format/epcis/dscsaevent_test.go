package epcis_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// declared is a copy of an event that says it was wrong.
func declared(e *epcis.Event) *epcis.Event {
	again := *e
	again.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: e.EventTime.Add(time.Hour), Reason: "incorrect_data"}
	return &again
}

func TestEventsDeclaredAnErrorAreTakenBack(t *testing.T) {
	runChanges(t, []changed{
		{"packs commissioned with a wrong lot, declared, and commissioned anew", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[packs]
			wrong.ILMD = epcis.NewILMD("WRONG", "2028-06-30")
			return slices.Insert(e, packs, &wrong, declared(&wrong))
		}, nil},
		{"a wrong expiry of the right lot, declared, and corrected", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[packs]
			wrong.ILMD = epcis.NewILMD("LOT-7A", "2029-06-30")
			return slices.Insert(e, packs, &wrong, declared(&wrong))
		}, nil},
		{"the declaration names the identifiers in another order", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[packs]
			wrong.ILMD = epcis.NewILMD("WRONG", "2028-06-30")
			turned := declared(&wrong)
			turned.EPCs = slices.Clone(wrong.EPCs)
			slices.Reverse(turned.EPCs)
			return slices.Insert(e, packs, &wrong, turned)
		}, nil},
		{"a declaration of another event takes nothing back", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[packs]
			wrong.ILMD = epcis.NewILMD("WRONG", "2028-06-30")
			other := declared(&wrong)
			other.EPCs = wrong.EPCs[1:]
			return slices.Insert(e, packs, &wrong, other)
		}, []string{"dscsa/commissioned-twice", "dscsa/lot-conflict"}},
		{"packs packed into the wrong case, declared", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[case1]
			wrong.ParentID = e[case2].ParentID
			return slices.Insert(e, case1, &wrong, declared(&wrong))
		}, nil},
		{"packs of another document packed, declared", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[case1]
			wrong.Children = []string{"urn:epc:id:sgtin:0399991.012345.X9"}
			return slices.Insert(e, case1, &wrong, declared(&wrong))
		}, nil},
		{"shipped to the wrong buyer, declared, and shipped anew", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			wrong := *e[shipped]
			wrong.EventTime = wrong.EventTime.Add(-time.Minute)
			return slices.Insert(e, shipped, &wrong, declared(&wrong))
		}, nil},
		{"the only shipment, declared, leaves nothing to state", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			h.Statement = nil
			return append(e, declared(e[shipped]))
		}, nil},
		{"packs destroyed by mistake, declared", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			gone := *e[packs]
			gone.ILMD, gone.Action, gone.BizStep, gone.EventTime = nil, epcis.Delete, "destroying", e[packs].EventTime.Add(time.Minute)
			return slices.Insert(e, cases, &gone, declared(&gone))
		}, nil},
	}, epcis.SetDSCSA)
}

func TestStepsAcrossADocument(t *testing.T) {
	runChanges(t, []changed{
		{"an event repeated word for word", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			again := *e[palletPacked]
			return slices.Insert(e, shipped, &again)
		}, []string{"dscsa/packed-twice", "dscsa/repeated-event"}},
		{"the same event a minute later", repeated(palletPacked, func(e *epcis.Event) { e.EventTime = e.EventTime.Add(-time.Minute) }), []string{"dscsa/packed-twice"}},
		{"a shipping made void and done again", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			void, again := *e[shipped], *e[shipped]
			void.BizStep, void.EventTime = "void_shipping", void.EventTime.Add(time.Hour)
			again.EventTime = again.EventTime.Add(2 * time.Hour)
			h.CreationDate = again.EventTime
			return append(e, &void, &again)
		}, nil},
		{"a void shipping of what wasn't shipped", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			void := *e[shipped]
			void.BizStep, void.EventTime = "void_shipping", void.EventTime.Add(-time.Hour)
			return slices.Insert(e, shipped, &void)
		}, []string{"dscsa/void-not-shipped"}},
		{"a pack unpacked that nobody packed", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			out := *e[case1]
			out.Action, out.BizStep, out.EventTime = epcis.Delete, "unpacking", e[case1].EventTime.Add(-time.Minute)
			return slices.Insert(e, case1, &out)
		}, []string{"dscsa/not-in-parent"}},
		{"a pack destroyed inside its case", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			gone := *e[packs]
			gone.EPCs, gone.ILMD, gone.Action, gone.BizStep, gone.EventTime = e[case1].Children[:1], nil, epcis.Delete, "destroying", e[case3].EventTime.Add(time.Minute)
			return slices.Insert(e, pallet, &gone)
		}, []string{"dscsa/ended-inside"}},
		{"a pack unpacked and then destroyed", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			out, gone := *e[case1], *e[packs]
			out.Action, out.BizStep, out.Children, out.EventTime = epcis.Delete, "unpacking", e[case1].Children[:1], e[case3].EventTime.Add(time.Minute)
			gone.EPCs, gone.ILMD, gone.Action, gone.BizStep, gone.EventTime = out.Children, nil, epcis.Delete, "destroying", e[case3].EventTime.Add(2*time.Minute)
			return slices.Insert(e, pallet, &out, &gone)
		}, nil},
		{"decommissioning that observes", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			gone := *e[packs]
			gone.ILMD, gone.Action, gone.BizStep, gone.EventTime = nil, epcis.Observe, "decommissioning", e[packs].EventTime.Add(time.Minute)
			return slices.Insert(e, cases, &gone)
		}, []string{"dscsa/action"}},
		{"another sender than the owner", header(func(h *epcis.Header) { h.SBDH.Sender.ID = "urn:epc:id:sgln:0399991.00009.0" }), []string{"dscsa/sender-owner"}},
		{"another receiver than the buyer", header(func(h *epcis.Header) { h.SBDH.Receiver.ID = "urn:epc:id:sgln:0614141.00009.0" }), []string{"dscsa/receiver-owner"}},
		{"the owner as party and as place", header(func(h *epcis.Header) { h.SBDH.Sender.ID = "urn:epc:id:pgln:0399991.00001" }), nil},
		{"a document older than its events", header(func(h *epcis.Header) { h.CreationDate = h.CreationDate.AddDate(0, 0, -1) }), []string{"dscsa/after-creation"}},
		{"the count of the serials named", at(packs, func(e *epcis.Event) {
			e.Quantities = []epcis.Quantity{{Class: "urn:epc:idpat:sgtin:0399991.012345.*", Quantity: "12"}}
		}), nil},
		{"another count than the serials named", at(packs, func(e *epcis.Event) {
			e.Quantities = []epcis.Quantity{{Class: "urn:epc:idpat:sgtin:0399991.012345.*", Quantity: "13"}}
		}), []string{"dscsa/quantity-mismatch"}},
		{"a weight beside the serials", at(packs, func(e *epcis.Event) {
			e.Quantities = []epcis.Quantity{{Class: "urn:epc:idpat:sgtin:0399991.012345.*", Quantity: "1.5", UOM: "KGM"}}
		}), nil},
	}, epcis.SetDSCSA)
}

// TestAGoodShipmentHasNoFinding makes shipments of any size with all that may
// happen to one by right, and checks them with every rule.
func TestAGoodShipmentHasNoFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := epcistest.Defaults()
		s.Pallets = rapid.IntRange(1, 3).Draw(t, "pallets")
		s.CasesPerPallet = rapid.IntRange(2, 4).Draw(t, "cases")
		s.PacksPerCase = rapid.IntRange(2, 5).Draw(t, "packs")
		s.EventEPCs = rapid.IntRange(1, 30).Draw(t, "identifiers of an event")
		h, err := s.Header()
		if err != nil {
			t.Fatal(err)
		}
		events := slices.Collect(s.Events())
		if rapid.Bool().Draw(t, "repacked") {
			events = repack(s, events)
		}
		if rapid.Bool().Draw(t, "a mistake declared") {
			n := rapid.IntRange(0, len(events)-1).Draw(t, "mistaken event")
			wrong := *events[n]
			wrong.EventTime = wrong.EventTime.Add(-time.Microsecond)
			events = slices.Insert(events, n, &wrong, declared(&wrong))
		}
		if rapid.Bool().Draw(t, "received and sent on") {
			in := *events[len(events)-1]
			in.BizStep, in.Disposition, in.EventTime = "receiving", "in_progress", in.EventTime.Add(time.Hour)
			events = append(events, &in)
			h.CreationDate = in.EventTime
		}
		if rapid.Bool().Draw(t, "Digital Links") {
			asLinks(t, events)
		}
		check := epcis.NewChecker(epcis.CheckOptions{Now: now})
		for i, e := range events {
			e.Where.Event = i + 1
			for _, f := range check.Event(e) {
				t.Error(f)
			}
		}
		for _, f := range check.Finish(h) {
			t.Error(f)
		}
	})
}

// repack takes the first pack out of the first case and puts it into the second.
func repack(s epcistest.Shipment, events []*epcis.Event) []*epcis.Event {
	last := slices.IndexFunc(events, func(e *epcis.Event) bool { return len(e.EPCs) == 1 && e.EPCs[0] == s.Pallet(0) })
	at := events[last-1].EventTime
	out := *events[last-1]
	out.Action, out.BizStep, out.ParentID, out.Children, out.EventTime = epcis.Delete, "unpacking", s.Case(0), []string{s.Pack(0)}, at.Add(time.Minute)
	in := out
	in.Action, in.BizStep, in.ParentID, in.EventTime = epcis.Add, "packing", s.Case(1), at.Add(2*time.Minute)
	return slices.Insert(events, last, &out, &in)
}

// asLinks writes the packs of commissioning events as Digital Links.
func asLinks(t *rapid.T, events []*epcis.Event) {
	for _, e := range events {
		for i, id := range e.EPCs {
			var serial int
			if n, _ := fmt.Sscanf(id, "urn:epc:id:sgtin:0399991.012345.%d", &serial); n == 1 && rapid.Bool().Draw(t, "as a link") {
				e.EPCs = slices.Clone(e.EPCs)
				e.EPCs[i] = fmt.Sprintf("https://id.example.com/01/00399991123455/21/%d", serial)
			}
		}
	}
}
