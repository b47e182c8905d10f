package dscsa_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/sharedtest"
)

var now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, doc []byte) *dscsa.Reading {
	t.Helper()
	r, err := dscsa.Read(bytes.NewReader(doc), dscsa.ReadOptions{File: "test.xml", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// write makes a document of a header and events.
func write(t *testing.T, s epcistest.Shipment, events []*epcis.Event) []byte {
	t.Helper()
	h, err := s.Header()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := epcis.NewXMLWriter(&out, h, epcis.XMLOptions{})
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
	return out.Bytes()
}

func TestAShipmentIsUnderstood(t *testing.T) {
	s := epcistest.Shipment{Pallets: 2, CasesPerPallet: 3, PacksPerCase: 4}
	var doc bytes.Buffer
	if err := s.WriteXML(&doc); err != nil {
		t.Fatal(err)
	}
	r := read(t, doc.Bytes())
	if len(r.Findings) > 0 || len(r.Shipments) != 1 || r.Packages != 24 || r.Tree.Len() != 32 || r.Version != dscsa.R13 {
		t.Fatalf("findings %v, %d shipments, %d packages, %d things, version %s", r.Findings, len(r.Shipments), r.Packages, r.Tree.Len(), r.Version)
	}
	got := r.Shipments[0]
	if got.PO != "PO-1001" || got.DESADV != "DEL-2001" || got.Instance != "DEL-2001" || got.DropShipment || got.Return || got.Containers() != 24 || !got.Statement.Affirmed() {
		t.Errorf("shipment %+v", got)
	}
	if got.Seller.Name != "Sample Manufacturer" || got.Seller.Address.City != "Springfield" || got.ShipFrom.Name != "Sample Manufacturer Warehouse" || got.Seller.Place != got.ShipFrom.GLN || len(got.ShipTo.GLN) != 13 {
		t.Errorf("seller %+v, from %+v, to %+v", got.Seller, got.ShipFrom, got.ShipTo)
	}
	want := []dscsa.Product{
		{GTIN: "10399991123457", NDC: "99991-123-45", Name: "Samplium", Strength: "10 mg", Form: "TABLET", NetContent: "100 tablets", Manufacturer: "Sample Manufacturer"},
	}
	if diff := cmp.Diff(want, got.Products[:1], cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "GTIN" }, cmp.Ignore())); diff != "" || len(got.Products) != 2 {
		t.Errorf("products %v: %s", got.Products, diff)
	}
	pallet, caseOf, pack := got.Packages[0], got.Packages[1], got.Packages[2]
	if pallet.Kind != dscsa.KindPallet || pallet.Inferred || pallet.Serial+pallet.Lot+pallet.Expiry+pallet.GTIN != "" {
		t.Errorf("pallet %+v", pallet)
	}
	if caseOf.Kind != dscsa.KindCase || !caseOf.Inferred || caseOf.In != pallet.Path || caseOf.Lot != "LOT-7A" || caseOf.Serial != "500000001" {
		t.Errorf("case %+v", caseOf)
	}
	if pack.Kind != dscsa.KindPack || !pack.Inferred || pack.In != caseOf.Path || pack.Expiry != "2028-06-30" || pack.Serial != "100000000001" {
		t.Errorf("pack %+v", pack)
	}
}

func TestATreeAnswers(t *testing.T) {
	s := epcistest.Shipment{Pallets: 2, CasesPerPallet: 3, PacksPerCase: 4}
	var doc bytes.Buffer
	if err := s.WriteXML(&doc); err != nil {
		t.Fatal(err)
	}
	tree := read(t, doc.Bytes()).Tree
	tops := tree.Tops()
	if len(tops) != 2 || tops[0].Inferred || tree.Packs() != 24 {
		t.Fatalf("tops %v, %d packs", tops, tree.Packs())
	}
	kinds := map[uint64]int{}
	for n := range tree.All(tops[1].Path) {
		kinds[n.Kind]++
		found, ok := tree.Find(n.Path)
		if !ok || cmp.Diff(n, found) != "" {
			t.Errorf("found %v for %v", found, n)
		}
	}
	if diff := cmp.Diff(map[uint64]int{dscsa.KindPallet: 1, dscsa.KindCase: 3, dscsa.KindPack: 12}, kinds); diff != "" {
		t.Error(diff)
	}
	children := 0
	for n := range tree.Children(tops[0].Path) {
		if n.In != tops[0].Path || n.Kind != dscsa.KindCase || n.Known != dscsa.KnownReported {
			t.Errorf("child %+v", n)
		}
		children++
	}
	if children != 3 {
		t.Errorf("%d children", children)
	}
	if _, ok := tree.Find("/00/000000000000000000"); ok {
		t.Error("found what isn't there")
	}
	for range tree.All("/00/000000000000000000") {
		t.Error("yields what isn't there")
	}
}

func TestGS1ExampleIsUnderstood(t *testing.T) {
	doc, err := os.ReadFile(sharedtest.Path(t, "epcis", "openepcis", "1.2", "EPCIS", "XML", "Capture", "Documents", "GS1_US_Pharma_Example_2_2_1_1.xml"))
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, doc)
	if len(r.Shipments) != 1 || r.Packages != 12 || r.Shipments[0].PO != "XYZPO189" || r.Shipments[0].DESADV != "DEL100" || r.Shipments[0].Seller.Name != "GS1 Pharma" || r.Shipments[0].ShipTo.Address.City != "Louisville" {
		t.Fatalf("%d shipments, %d packages, %+v", len(r.Shipments), r.Packages, r.Shipments)
	}
	node, ok := r.Tree.Find("/01/00300010123455/21/11")
	if !ok || node.Lot != "A123" || node.Expiry != "2025-03-27" || !node.Inferred || node.Kind != dscsa.KindPack {
		t.Errorf("pack %+v, %v", node, ok)
	}
	if tops := r.Tree.Tops(); len(tops) != 1 || tops[0].Kind != dscsa.KindPallet {
		t.Errorf("tops %+v", tops)
	}
}

// story is a default shipment's events, to be changed: packs and cases
// commissioned, three cases packed, the pallet commissioned and packed, shipped.
func story(s epcistest.Shipment) []*epcis.Event { return slices.Collect(s.Events()) }

func at(e *epcis.Event, shift time.Duration) *epcis.Event {
	moved := *e
	moved.EventTime = e.EventTime.Add(shift)
	return &moved
}

func TestContentsAreThoseAtShipping(t *testing.T) {
	s := epcistest.Defaults()
	pack := func(n int) string { return s.Pack(n) }
	unpacked := func(events []*epcis.Event, after time.Duration) *epcis.Event {
		ship := events[len(events)-1]
		return &epcis.Event{
			Type: epcis.AggregationEvent, Action: epcis.Delete, EventTime: ship.EventTime.Add(after), EventTimeZoneOffset: "-05:00",
			BizStep: "unpacking", Disposition: "in_progress", ParentID: s.Case(0), Children: []string{pack(0)},
		}
	}
	last := func(events []*epcis.Event) (rest []*epcis.Event, ship *epcis.Event) {
		return events[:len(events)-1], events[len(events)-1]
	}
	tests := map[string]struct {
		change func([]*epcis.Event) []*epcis.Event
		packs  int
	}{
		"as packed": {func(e []*epcis.Event) []*epcis.Event { return e }, 12},
		"what was unpacked before isn't in it": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			return append(rest, unpacked(e, -time.Hour), ship)
		}, 11},
		"what is unpacked afterwards was in it": {func(e []*epcis.Event) []*epcis.Event { return append(e, unpacked(e, time.Hour)) }, 12},
		"shipping may stand before packing": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			return append([]*epcis.Event{ship}, rest...)
		}, 12},
		"a clock that is a day ahead doesn't empty a case": {func(e []*epcis.Event) []*epcis.Event {
			for i := range e[:len(e)-1] {
				e[i] = at(e[i], 24*time.Hour*10)
			}
			return e
		}, 12},
		"a pack that was destroyed isn't in it": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			end := &epcis.Event{Type: epcis.ObjectEvent, Action: epcis.Delete, EventTime: ship.EventTime.Add(-time.Hour), EventTimeZoneOffset: "-05:00", BizStep: "destroying", EPCs: []string{pack(1)}}
			return append(rest, end, ship)
		}, 11},
		"everything unpacked from a case": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			all := unpacked(e, -time.Hour)
			all.Children = nil
			return append(rest, all, ship)
		}, 8},
		"an unpacking that was declared an error doesn't count": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			wrong := unpacked(e, -time.Hour)
			declared := *wrong
			declared.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: ship.EventTime, Reason: "did_not_occur"}
			return append(rest, wrong, &declared, ship)
		}, 12},
		"an observation doesn't move what is elsewhere": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			seen := unpacked(e, -time.Hour)
			seen.Action, seen.BizStep, seen.ParentID = epcis.Observe, "inspecting", s.Case(1)
			return append(rest, seen, ship)
		}, 12},
		"a voided shipment isn't one": {func(e []*epcis.Event) []*epcis.Event {
			void := at(e[len(e)-1], time.Hour)
			void.BizStep = "void_shipping"
			return append(e, void)
		}, 0},
		"shipped by an aggregation event": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			other := *ship
			other.Type, other.ParentID, other.EPCs, other.Children = epcis.AggregationEvent, ship.EPCs[0], nil, []string{s.Case(0)}
			return append(rest, &other)
		}, 12},
		"shipped by a transaction event": {func(e []*epcis.Event) []*epcis.Event {
			rest, ship := last(e)
			other := *ship
			other.Type, other.Action = epcis.TransactionEvent, epcis.Add
			return append(rest, &other)
		}, 12},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := read(t, write(t, s, test.change(story(s))))
			if r.Packages != test.packs {
				t.Errorf("%d packages, want %d; findings %v", r.Packages, test.packs, r.Findings)
			}
		})
	}
}

func TestAPackInTwoCasesStaysInTheFirst(t *testing.T) {
	s := epcistest.Defaults()
	events := story(s)
	for _, e := range events {
		if e.ParentID == s.Case(1) {
			e.Children = append(e.Children, s.Pack(0))
		}
	}
	r := read(t, write(t, s, events))
	var found []epcis.Finding
	for _, f := range r.Findings {
		if f.Rule == "dscsa/two-parents" {
			found = append(found, f)
		}
	}
	if len(found) != 1 || !strings.Contains(found[0].Text, "/21/500000001") || !strings.Contains(found[0].Text, "/21/500000002") || found[0].Where.Line == 0 {
		t.Fatalf("findings %v", r.Findings)
	}
	if n, ok := r.Tree.Find(found[0].Subject); !ok || !strings.HasSuffix(n.In, "/21/500000001") {
		t.Errorf("node %+v", n)
	}
}

func TestSeveralShipmentsOfOneFile(t *testing.T) {
	s := epcistest.Shipment{Pallets: 2}
	events := story(s)
	ship := events[len(events)-1]
	first, second := *ship, *ship
	first.EPCs, second.EPCs = ship.EPCs[:1], ship.EPCs[1:]
	t.Run("an event per pallet is one shipment", func(t *testing.T) {
		r := read(t, write(t, s, append(events[:len(events)-1:len(events)-1], &first, &second)))
		if len(r.Shipments) != 1 || len(r.Shipments[0].Tops) != 2 || r.Packages != 24 {
			t.Errorf("%d shipments, %d packages", len(r.Shipments), r.Packages)
		}
	})
	t.Run("two orders are two shipments with a tree each", func(t *testing.T) {
		other := second
		other.BizTransactions = []epcis.BizTransaction{{Type: "po", ID: dscsa.TransactionURI("0614141000012", "PO-2")}}
		r := read(t, write(t, s, append(events[:len(events)-1:len(events)-1], &first, &other)))
		if len(r.Shipments) != 2 || r.Shipments[0].Tree().Packs() != 12 || r.Shipments[1].Tree().Packs() != 12 || r.Tree.Packs() != 24 {
			t.Fatalf("%d shipments, %d packages", len(r.Shipments), r.Packages)
		}
		if r.Shipments[1].PO != "PO-2" {
			t.Errorf("order %q", r.Shipments[1].PO)
		}
		if _, ok := r.Shipments[0].Tree().Find(r.Shipments[1].Tops[0]); ok {
			t.Error("one tree knows the other's pallet")
		}
	})
}

func TestAFileWithoutAShipmentTellsWhatItNames(t *testing.T) {
	s := epcistest.Defaults()
	r := read(t, write(t, s, story(s)[:2]))
	if len(r.Shipments) != 0 || r.Tree.Len() != 15 || r.Packages != 0 {
		t.Fatalf("%d shipments, %d things", len(r.Shipments), r.Tree.Len())
	}
	for n := range r.Tree.All("") {
		if n.Lot != "LOT-7A" {
			t.Errorf("%+v", n)
		}
	}
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	s := epcistest.Defaults()
	var whole bytes.Buffer
	if err := s.WriteXML(&whole); err != nil {
		t.Fatal(err)
	}
	doc := whole.String()
	for name, test := range map[string]struct{ doc, rule string }{
		"a truncated file":       {doc[:len(doc)/2], "epcis/truncated"},
		"a DOCTYPE":              {strings.Replace(doc, "?>", "?><!DOCTYPE a SYSTEM \"x\">", 1), "epcis/doctype"},
		"an empty file":          {"", "epcis/truncated"},
		"two documents in one":   {doc + doc[strings.Index(doc, "?>")+2:], "epcis/trailing"},
		"something else":         {"ISA*00*856", "epcis/not-epcis"},
		"a file that is too big": {doc, "epcis/limit-bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			o := dscsa.ReadOptions{File: "test.xml"}
			if test.rule == "epcis/limit-bytes" {
				o.Limits.DocumentBytes = int64(len(doc)) - 1
			}
			_, err := dscsa.Read(strings.NewReader(test.doc), o)
			var refused *epcis.Error
			if !errors.As(err, &refused) || refused.Rule != test.rule || refused.File != "test.xml" {
				t.Fatalf("%v, want %s", err, test.rule)
			}
			if remedy, ok := dscsa.RemedyOf(refused.Rule); !ok || remedy.Blocks != dscsa.BlocksGoods {
				t.Errorf("remedy %+v", remedy)
			}
		})
	}
}

func TestBadContentIsFound(t *testing.T) {
	s := epcistest.Defaults()
	var whole bytes.Buffer
	if err := s.WriteXML(&whole); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, new, rule string }{
		"the word null":                   {"<cbvmda:lotNumber>LOT-7A<", "<cbvmda:lotNumber>null<", "dscsa/lot-missing"},
		"a statement not affirmed":        {"affirmTransactionStatement>true<", "affirmTransactionStatement>false<", "dscsa/statement-not-affirmed"},
		"no statement":                    {"dscsaTransactionStatement", "somethingElse", "dscsa/statement-missing"},
		"a receiver that isn't the buyer": {"<sbdh:Receiver>", "<sbdh:Receiver><!-- -->", ""},
		"wrong check digits":              {"urn:epcglobal:cbv:bt:0614141000012:", "urn:epcglobal:cbv:bt:0614141000013:", "gs1/transaction-id"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := strings.ReplaceAll(whole.String(), test.old, test.new)
			if doc == whole.String() {
				t.Fatal("nothing was changed")
			}
			r := read(t, []byte(doc))
			has := slices.ContainsFunc(r.Findings, func(f epcis.Finding) bool { return f.Rule == test.rule })
			if test.rule != "" && !has || test.rule == "" && len(r.Findings) > 0 {
				t.Errorf("findings %v", r.Findings)
			}
		})
	}
}

func ExampleRead() {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 1, PacksPerCase: 2}
	var doc bytes.Buffer
	if err := s.WriteXML(&doc); err != nil {
		panic(err)
	}
	reading, err := dscsa.Read(&doc, dscsa.ReadOptions{File: "asn.xml"})
	if err != nil {
		panic(err)
	}
	for n := range reading.Tree.All("") {
		fmt.Println(n.Kind, n.Path, n.Lot, n.Inferred)
	}
	// Output:
	// 3 /00/003999910000000015  false
	// 2 /01/10399991123452/21/500000001 LOT-7A true
	// 1 /01/00399991123455/21/100000000001 LOT-7A true
	// 1 /01/00399991123455/21/100000000002 LOT-7A true
}
