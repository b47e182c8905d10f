package epcis_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

var now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

// sample returns the header and events of a shipment: packs, cases, three
// packings, the pallet, its packing and the shipping, in this order.
func sample(t *testing.T) (*epcis.Header, []*epcis.Event) {
	t.Helper()
	s := epcistest.Defaults()
	h, err := s.Header()
	if err != nil {
		t.Fatal(err)
	}
	return h, slices.Collect(s.Events())
}

// The events of the sample.
const (
	packs = iota
	cases
	case1
	case2
	case3
	pallet
	palletPacked
	shipped
)

// rules checks events and returns the codes of what was found, sorted.
func rules(h *epcis.Header, events []*epcis.Event, sets ...epcis.Set) []string {
	check := epcis.NewChecker(epcis.CheckOptions{Now: now, Sets: sets})
	var found []epcis.Finding
	for i, e := range events {
		e.Where.Event = i + 1
		found = append(found, check.Event(e)...)
	}
	found = append(found, check.Finish(h)...)
	var codes []string
	for _, f := range found {
		if !slices.Contains(codes, f.Rule) {
			codes = append(codes, f.Rule)
		}
	}
	slices.Sort(codes)
	return codes
}

// changed is one way to spoil the sample, and the codes that must be found.
type changed struct {
	name   string
	change func(h *epcis.Header, e []*epcis.Event) []*epcis.Event
	want   []string
}

func runChanges(t *testing.T, list []changed, sets ...epcis.Set) {
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			h, events := sample(t)
			events = c.change(h, events)
			got := rules(h, events, sets...)
			if !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

// at changes one event.
func at(n int, f func(e *epcis.Event)) func(*epcis.Header, []*epcis.Event) []*epcis.Event {
	return func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
		f(e[n])
		return e
	}
}

// header changes the header.
func header(f func(h *epcis.Header)) func(*epcis.Header, []*epcis.Event) []*epcis.Event {
	return func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
		f(h)
		return e
	}
}

// repeated adds a copy of an event at the end, changed.
func repeated(n int, f func(e *epcis.Event)) func(*epcis.Header, []*epcis.Event) []*epcis.Event {
	return func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
		again := *e[n]
		again.EventTime = e[len(e)-1].EventTime.Add(time.Minute)
		f(&again)
		return append(e, &again)
	}
}

func TestDSCSARules(t *testing.T) {
	runChanges(t, []changed{
		{"the sample as it is", at(packs, func(*epcis.Event) {}), nil},
		{"packs commissioned without a lot", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("", "2028-06-30") }), []string{"dscsa/lot-missing"}},
		{"cases commissioned without ilmd", at(cases, func(e *epcis.Event) { e.ILMD = nil }), []string{"dscsa/expiry-missing", "dscsa/lot-missing"}},
		{"a pallet needs neither lot nor expiry", at(pallet, func(e *epcis.Event) { e.ILMD = nil }), nil},
		{"a pallet with a lot", at(pallet, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("L", "") }), []string{"dscsa/sscc-lot"}},
		{"packs commissioned twice", repeated(packs, func(*epcis.Event) {}), []string{"dscsa/commissioned-twice"}},
		{"packs commissioned twice with another lot", repeated(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("LOT-8", "2028-06-30") }), []string{"dscsa/commissioned-twice", "dscsa/lot-conflict"}},
		{"packs commissioned twice with another expiry", repeated(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("LOT-7A", "2029-06-30") }), []string{"dscsa/commissioned-twice", "dscsa/expiry-conflict", "dscsa/lot-two-dates"}},
		{"a pallet commissioned twice", repeated(pallet, func(*epcis.Event) {}), []string{"dscsa/commissioned-twice"}},
		{"a pack in two cases", at(case2, func(e *epcis.Event) { e.Children = append(e.Children, "urn:epc:id:sgtin:0399991.012345.100000000001") }), []string{"dscsa/two-parents"}},
		{"a pack in two cases, once as Digital Link", at(case2, func(e *epcis.Event) {
			e.Children = append(e.Children, "https://id.gs1.org/01/00399991123455/21/100000000001")
		}), []string{"dscsa/two-parents"}},
		{"a pack moved to another case after unpacking", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			out := *e[case1]
			out.Action, out.BizStep, out.EventTime = epcis.Delete, "unpacking", e[case3].EventTime.Add(time.Minute)
			in := *e[case2]
			in.Children, in.EventTime = e[case1].Children, e[case3].EventTime.Add(2*time.Minute)
			return slices.Insert(e, pallet, &out, &in)
		}, nil},
		{"a case emptied without naming its packs", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			out := *e[case1]
			out.Action, out.BizStep, out.Children, out.EventTime = epcis.Delete, "unpacking", nil, e[case3].EventTime.Add(time.Minute)
			in := *e[case2]
			in.Children, in.EventTime = e[case1].Children, e[case3].EventTime.Add(2*time.Minute)
			return slices.Insert(e, pallet, &out, &in)
		}, nil},
		{"a pack taken out of a case it isn't in", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			out := *e[case2]
			out.Action, out.BizStep, out.Children, out.EventTime = epcis.Delete, "unpacking", e[case1].Children, e[case3].EventTime.Add(time.Minute)
			return slices.Insert(e, pallet, &out)
		}, []string{"dscsa/unpacked-elsewhere"}},
		{"packed into the same case twice", repeated(case1, func(*epcis.Event) {}), []string{"dscsa/packed-twice"}},
		{"a case without packs", at(case1, func(e *epcis.Event) { e.Children = nil }), []string{"dscsa/no-children"}},
		{"a pallet shipped with nothing in it", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			return slices.Delete(e, palletPacked, palletPacked+1)
		}, []string{"dscsa/no-children"}},
		{"a case inside itself", at(case1, func(e *epcis.Event) { e.Children = []string{e.ParentID} }), []string{"dscsa/own-parent"}},
		{"a pallet inside its case", repeated(palletPacked, func(e *epcis.Event) { e.ParentID, e.Children = e.Children[0], []string{e.ParentID} }), []string{"dscsa/own-parent"}},
		{"packs that nobody commissioned", at(packs, func(e *epcis.Event) { e.EPCs = e.EPCs[1:] }), []string{"dscsa/not-commissioned"}},
		{"a case that nobody commissioned", at(cases, func(e *epcis.Event) { e.EPCs = e.EPCs[1:] }), []string{"dscsa/not-commissioned"}},
		{"a pallet that nobody commissioned, like all pallets", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event { return slices.Delete(e, pallet, pallet+1) }, []string{"dscsa/sscc-not-commissioned"}},
		{"a wholesaler's document commissions nothing", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			return []*epcis.Event{e[palletPacked], e[shipped]}
		}, []string{"dscsa/nothing-commissioned"}},
		{"shipped before it was commissioned", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			return append([]*epcis.Event{e[shipped]}, e[:shipped]...)
		}, []string{"dscsa/shipped-before-commissioned", "dscsa/time-order"}},
		{"a case shipped before it was packed into the pallet", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			early := *e[shipped]
			early.EPCs, early.EventTime = e[palletPacked].Children[:1], e[pallet].EventTime
			return slices.Insert(e, palletPacked, &early)
		}, []string{"dscsa/packed-after-shipped"}},
		{"one lot with two expiry dates", at(cases, func(e *epcis.Event) {
			e.EPCs = append(e.EPCs, "urn:epc:id:sgtin:0399991.012345.X1")
			e.ILMD = epcis.NewILMD("LOT-7A", "2029-06-30")
		}), []string{"dscsa/lot-two-dates"}},
		{"packed before it was commissioned", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			e[packs], e[case1] = e[case1], e[packs]
			return e
		}, []string{"dscsa/packed-before-commissioned", "dscsa/time-order"}},
		{"packed, by its time, before it was commissioned", at(case1, func(e *epcis.Event) { e.EventTime = e.EventTime.AddDate(-1, 0, 0) }), []string{"dscsa/time-order"}},
		{"shipped, by its time, before it was packed", at(shipped, func(e *epcis.Event) { e.EventTime = e.EventTime.AddDate(0, 0, -10) }), []string{"dscsa/time-order"}},
		{"an event in the future", at(shipped, func(e *epcis.Event) { e.EventTime = now.Add(time.Hour) }), []string{"dscsa/after-creation", "dscsa/future"}},
		{"a clock five minutes ahead", at(shipped, func(e *epcis.Event) { e.EventTime = now.Add(4 * time.Minute) }), []string{"dscsa/after-creation"}},
		{"received before it was shipped", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			in := *e[shipped]
			in.BizStep, in.Disposition, in.EventTime = "receiving", "in_progress", in.EventTime.Add(-time.Hour)
			return slices.Insert(e, shipped, &in)
		}, []string{"dscsa/received-before-shipped"}},
		{"received after it was shipped, and shipped on", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			in, on := *e[shipped], *e[shipped]
			in.BizStep, in.Disposition, in.EventTime = "receiving", "in_progress", in.EventTime.Add(time.Hour)
			on.EventTime = on.EventTime.Add(2 * time.Hour)
			h.CreationDate = on.EventTime
			return append(e, &in, &on)
		}, nil},
		{"shipped twice", repeated(shipped, func(*epcis.Event) {}), []string{"dscsa/shipped-twice"}},
		{"a pack shipped while it is in a case", repeated(shipped, func(e *epcis.Event) { e.EPCs = []string{"urn:epc:id:sgtin:0399991.012345.100000000001"} }), []string{"dscsa/shipped-packed"}},
		{"an event on a destroyed pack", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			gone := *e[packs]
			gone.ILMD, gone.Action, gone.BizStep, gone.EventTime = nil, epcis.Delete, "destroying", e[packs].EventTime.Add(time.Minute)
			return slices.Insert(e, cases, &gone)
		}, []string{"dscsa/after-end"}},
		{"an expired lot", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			e[packs].ILMD = epcis.NewILMD("LOT-7A", "2026-03-31")
			return e
		}, []string{"dscsa/expired"}},
		{"a lot that expires today", func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
			e[packs].ILMD = epcis.NewILMD("LOT-7A", "2026-04-01")
			return e
		}, nil},
		{"commissioning that only observes", at(packs, func(e *epcis.Event) { e.Action = epcis.Observe }), []string{"dscsa/action", "dscsa/not-commissioned"}},
		{"shipping that adds", at(shipped, func(e *epcis.Event) { e.Action = epcis.Add }), []string{"dscsa/action"}},
		{"packing that deletes", at(case1, func(e *epcis.Event) { e.Action = epcis.Delete }), []string{"dscsa/action", "dscsa/not-in-parent"}},
		{"unpacking that adds", at(case1, func(e *epcis.Event) { e.BizStep = "unpacking" }), []string{"dscsa/action"}},
		{"shipping without the buyer", at(shipped, func(e *epcis.Event) { e.Destinations = e.Destinations[1:] }), []string{"dscsa/party-missing"}},
		{"shipping without the place it left", at(shipped, func(e *epcis.Event) { e.Sources = e.Sources[:1] }), []string{"dscsa/location-missing"}},
		{"shipping without an order", at(shipped, func(e *epcis.Event) { e.BizTransactions = nil }), []string{"dscsa/transaction-missing"}},
		{"the word null as a lot", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("null", "2028-06-30") }), []string{"dscsa/lot-missing"}},
		{"the word NULL at the end of an identifier", at(shipped, func(e *epcis.Event) { e.BizTransactions[0].ID = "urn:epcglobal:cbv:bt:0614141000012:NULL" }), []string{"dscsa/null"}},
		{"a serial that only ends in null", at(shipped, func(e *epcis.Event) { e.BizTransactions[0].ID = "urn:epcglobal:cbv:bt:0614141000012:ANNULL" }), nil},
		{"no transaction statement", header(func(h *epcis.Header) { h.Statement = nil }), []string{"dscsa/statement-missing"}},
		{"a statement that isn't affirmed", header(func(h *epcis.Header) { h.Statement.Affirm = "false" }), []string{"dscsa/statement-not-affirmed"}},
		{"a statement without the notice", header(func(h *epcis.Header) { h.Statement.LegalNotice = "" }), []string{"dscsa/legal-notice"}},
		{"no statement where nothing is shipped", func(h *epcis.Header, e []*epcis.Event) []*epcis.Event {
			h.Statement, h.SBDH, h.GuidelineVersion = nil, nil, ""
			return e[:shipped]
		}, nil},
		{"no sender", header(func(h *epcis.Header) { h.SBDH = nil }), []string{"dscsa/sender-receiver"}},
		{"no guideline version", header(func(h *epcis.Header) { h.GuidelineVersion = "" }), []string{"dscsa/guideline"}},
		{"no master data of the packs", header(func(h *epcis.Header) { h.Vocabulary[0].Elements = h.Vocabulary[0].Elements[1:] }), []string{"dscsa/product-master-data"}},
		{"no NDC", header(func(h *epcis.Header) { a := h.Vocabulary[0].Elements[0].Attributes; a[0].Value = "" }), []string{"dscsa/product-attribute"}},
		{"no strength", header(func(h *epcis.Header) { a := h.Vocabulary[0].Elements[0].Attributes; a[5].Value = "" }), []string{"dscsa/product-attribute"}},
		{"the word null as a product's name", header(func(h *epcis.Header) { a := h.Vocabulary[0].Elements[0].Attributes; a[2].Value = "Null" }), []string{"dscsa/product-attribute"}},
		{"no master data of the buyer", header(func(h *epcis.Header) { h.Vocabulary[1].Elements = h.Vocabulary[1].Elements[:3] }), []string{"dscsa/place-master-data"}},
		{"no city", header(func(h *epcis.Header) { h.Vocabulary[1].Elements[0].Attributes[2].Value = "" }), []string{"dscsa/place-attribute"}},
		{"one product with two names", header(func(h *epcis.Header) {
			again := h.Vocabulary[0].Elements[0]
			again.Attributes = slices.Clone(again.Attributes)
			again.Attributes[2].Value = "Otherium"
			h.Vocabulary[0].Elements = append(h.Vocabulary[0].Elements, again)
		}), []string{"dscsa/product-two-names"}},
		{"an event declared an error doesn't count", repeated(packs, func(e *epcis.Event) { e.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: now} }), nil},
	}, epcis.SetDSCSA)
}

// nested packs pallets into one another, n levels deep.
func nested(n int) func(*epcis.Header, []*epcis.Event) []*epcis.Event {
	return func(_ *epcis.Header, e []*epcis.Event) []*epcis.Event {
		var out []*epcis.Event
		s := epcistest.Defaults()
		for i := range n {
			in := *e[palletPacked]
			in.ParentID, in.Children = s.Pallet(i), []string{s.Pallet(i + 1)}
			out = append(out, &in)
		}
		return out
	}
}

func TestPackingLevelsHaveALimit(t *testing.T) {
	runChanges(t, []changed{
		{"32 levels", nested(32), nil},
		{"33 levels", nested(33), []string{"dscsa/too-deep"}},
	}, epcis.SetDSCSA)
}

func TestManyPacksThatNobodyCommissionedAreCounted(t *testing.T) {
	const packs = 12_000
	h, events := sample(t)
	e := *events[case1]
	e.Children = nil
	for i := range packs {
		e.Children = append(e.Children, fmt.Sprintf("urn:epc:id:sgtin:0399991.012345.N%d", i))
	}
	check := epcis.NewChecker(epcis.CheckOptions{Sets: []epcis.Set{epcis.SetDSCSA}})
	check.Event(events[cases])
	e.Where.Event = 2
	check.Event(&e)
	for _, f := range check.Finish(h) {
		if strings.HasPrefix(f.Text, "12000 packs or cases") {
			return
		}
	}
	if found := check.Finish(h); len(found) == 0 {
		t.Error("nothing was found")
	}
	t.Error("the number isn't told")
}

func TestProductsBeyondTheLimitAreNotPassedOver(t *testing.T) {
	const limit = 100_000
	for n, want := range map[int]bool{limit: false, limit + 1: true} {
		e := &epcis.Event{Type: epcis.ObjectEvent, EventTime: now.Add(-time.Hour), Action: epcis.Observe}
		for i := range n {
			e.Quantities = append(e.Quantities, epcis.Quantity{Class: fmt.Sprintf("urn:epc:idpat:sgtin:0399991.%06d.*", i)})
		}
		if got := slices.Contains(rules(&epcis.Header{}, []*epcis.Event{e}, epcis.SetDSCSA), "dscsa/too-many"); got != want {
			t.Errorf("%d products: %v", n, got)
		}
	}
}

func TestGS1Rules(t *testing.T) {
	pack := func(id string) func(*epcis.Header, []*epcis.Event) []*epcis.Event {
		return at(packs, func(e *epcis.Event) { e.EPCs[0] = id })
	}
	runChanges(t, []changed{
		{"the sample as it is", at(packs, func(*epcis.Event) {}), nil},
		{"a Digital Link with a wrong check digit", pack("https://id.gs1.org/01/00399991123456/21/1"), []string{"gs1/check-digit"}},
		{"a Digital Link with the right one", pack("https://id.gs1.org/01/00399991123455/21/1"), nil},
		{"a Digital Link of the first version, in words", pack("https://maker.example.com/gtin/00399991123455/ser/1"), nil},
		{"an SSCC with a wrong check digit", at(shipped, func(e *epcis.Event) { e.EPCs[0] = "https://id.gs1.org/00/003999910000000014" }), []string{"gs1/check-digit"}},
		{"a URN with too few digits", pack("urn:epc:id:sgtin:039999.012345.1"), []string{"gs1/identifier"}},
		{"a serial of 21 characters", pack("urn:epc:id:sgtin:0399991.012345.123456789012345678901"), []string{"gs1/identifier"}},
		{"an unknown scheme", pack("urn:epc:id:thing:0399991.012345.1"), []string{"gs1/identifier"}},
		{"an identifier of another system", pack("urn:uuid:8f6f0f0a-5d5e-4f1b-9a3e-2f1f6f0c0a01"), nil},
		{"an address that isn't a Digital Link", pack("https://maker.example.com/packs/1"), nil},
		{"a lot of 20 characters", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("12345678901234567890", "2028-06-30") }), nil},
		{"a lot of 21 characters", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("123456789012345678901", "2028-06-30") }), []string{"gs1/lot"}},
		{"a lot with a space", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("A 1", "2028-06-30") }), []string{"gs1/lot"}},
		{"an expiry on 31 February", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("A1", "2028-02-31") }), []string{"gs1/expiry"}},
		{"an expiry on 29 February of a leap year", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("A1", "2028-02-29") }), nil},
		{"an expiry with a time", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("A1", "2028-06-30T00:00:00Z") }), nil},
		{"an expiry in the American order", at(packs, func(e *epcis.Event) { e.ILMD = epcis.NewILMD("A1", "06/30/2028") }), []string{"gs1/expiry"}},
		{"a wrong place", at(packs, func(e *epcis.Event) { e.ReadPoint.ID = "urn:epc:id:sgln:1.2.3" }), []string{"gs1/identifier"}},
		{"a wrong class", at(packs, func(e *epcis.Event) { e.Quantities = []epcis.Quantity{{Class: "urn:epc:class:lgtin:1.2.3"}} }), []string{"gs1/identifier"}},
		{"a wrong party", at(shipped, func(e *epcis.Event) { e.Sources[0].ID = "urn:epc:id:pgln:1.2" }), []string{"gs1/identifier"}},
		{"a wrong document", at(shipped, func(e *epcis.Event) { e.BizTransactions[0].ID = "urn:epc:id:gdti:1.2.3" }), []string{"gs1/identifier"}},
		{"a wrong product in the master data", header(func(h *epcis.Header) { h.Vocabulary[0].Elements[0].ID = "urn:epc:idpat:sgtin:1.2.*" }), []string{"gs1/identifier"}},
		{"a wrong sender", header(func(h *epcis.Header) { h.SBDH.Sender.ID = "urn:epc:id:sgln:1.2.3" }), []string{"gs1/identifier"}},
	}, epcis.SetGS1)
}

func TestCBVRules(t *testing.T) {
	runChanges(t, []changed{
		{"the sample as it is", at(packs, func(*epcis.Event) {}), nil},
		{"an unknown step", at(packs, func(e *epcis.Event) { e.BizStep = "comissioning" }), []string{"cbv/unknown-term"}},
		{"a step of one's own", at(packs, func(e *epcis.Event) { e.BizStep = "https://maker.example.com/steps/blending" }), nil},
		{"an unknown disposition", at(packs, func(e *epcis.Event) { e.Disposition = "in_transport" }), []string{"cbv/unknown-term"}},
		{"an unknown persistent disposition", at(packs, func(e *epcis.Event) { e.PersistentDisposition = &epcis.PersistentDisposition{Unset: []string{"gone"}} }), []string{"cbv/unknown-term"}},
		{"an unknown transaction type", at(shipped, func(e *epcis.Event) { e.BizTransactions[0].Type = "order" }), []string{"cbv/unknown-term"}},
		{"an unknown party type", at(shipped, func(e *epcis.Event) { e.Sources[0].Type = "place" }), []string{"cbv/unknown-term"}},
		{"an unknown reason", at(packs, func(e *epcis.Event) { e.ErrorDeclaration = &epcis.ErrorDeclaration{Reason: "typo"} }), []string{"cbv/unknown-term"}},
		{"an unknown sensor component", at(packs, func(e *epcis.Event) {
			e.Sensors = []epcis.SensorElement{{Reports: []epcis.SensorReport{{{Name: epcis.Name{Local: "component"}, Value: "up"}}}}}
		}), []string{"cbv/unknown-term"}},
	}, epcis.SetCBV)
}

func TestFindingsOfOneRuleAreCountedBeyondAThousand(t *testing.T) {
	h, events := sample(t)
	e := events[packs]
	e.EPCs = nil
	for i := range 1500 {
		e.EPCs = append(e.EPCs, fmt.Sprintf("urn:epc:id:sgtin:1.2.%d", i))
	}
	check := epcis.NewChecker(epcis.CheckOptions{Sets: []epcis.Set{epcis.SetGS1}})
	if n := len(check.Event(e)); n != 1000 {
		t.Errorf("%d findings, want 1000", n)
	}
	last := check.Finish(h)
	if len(last) != 1 || !strings.Contains(last[0].Text, "500 further") || last[0].Rule != "gs1/identifier" {
		t.Errorf("%v", last)
	}
	if check.Passed() {
		t.Error("passed")
	}
}

func TestAFindingSaysWhereAndWhatToDo(t *testing.T) {
	h, events := sample(t)
	events[packs].ILMD = nil
	var doc bytes.Buffer
	w, err := epcis.NewXMLWriter(&doc, h, epcis.XMLOptions{Indent: " "})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(doc.String(), "<ObjectEvent>")
	line := 1 + strings.Count(before, "\n")
	r, err := epcis.NewReader(&doc, epcis.Options{File: "d.xml"})
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	found := epcis.NewChecker(epcis.CheckOptions{Sets: []epcis.Set{epcis.SetDSCSA}}).Event(e)
	want := fmt.Sprintf("d.xml:%d: event 1: error: a product is commissioned without lotNumber [dscsa/lot-missing]; add cbvmda:lotNumber to ilmd", line)
	if len(found) != 2 || found[0].String() != want {
		t.Errorf("%v\nwant %s", found, want)
	}
}
