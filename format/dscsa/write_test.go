package dscsa_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
)

// ignored are fields that say how to write, not what.
var ignored = []cmp.Option{
	cmpopts.IgnoreUnexported(dscsa.Shipment{}), cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0),
	cmpopts.IgnoreFields(dscsa.Shipment{}, "MasterData", "Prefixes", "Made"),
}

// drawText draws what a person may write into a field. What begins like markup is a
// finding of its own.
func drawText(t *rapid.T, label string) string {
	return markup.ReplaceAllString(strings.TrimSpace(rapid.StringMatching(`[A-Za-z0-9][ -~éü漢]{0,18}[A-Za-z0-9.]`).Draw(t, label)), "< $1")
}

var markup = regexp.MustCompile(`<([A-Za-z/!?])`)

func drawParty(t *rapid.T, reference string) dscsa.Party {
	digits := "0614141" + reference
	check, err := gs1.CheckDigit(digits)
	if err != nil {
		t.Fatal(err)
	}
	name := drawText(t, "name")
	return dscsa.Party{
		GLN: digits + string(rune(check)), Name: name,
		Address: epcis.Address{Name: name, Street1: drawText(t, "street"), City: drawText(t, "city"), State: "OH", Postal: "43004", Country: "US"},
	}
}

const caseGTIN, packGTIN = "10399991123452", "00399991123455"

func drawShipment(t *rapid.T) *dscsa.Shipment {
	shipped := time.Date(2026, 3, 20, 15, 0, 0, 0, time.FixedZone("", -5*3600)).Add(time.Duration(rapid.IntRange(0, 1_000_000).Draw(t, "second")) * time.Second)
	s := &dscsa.Shipment{
		Instance: drawText(t, "instance"), PO: rapid.StringMatching(`[A-Z0-9/_.-]{1,12}`).Draw(t, "po"), DESADV: rapid.StringMatching(`[A-Z0-9]{1,12}`).Draw(t, "desadv"),
		Seller: drawParty(t, "00001"), ShipFrom: drawParty(t, "00002"), Buyer: drawParty(t, "00003"), ShipTo: drawParty(t, "00004"),
		Shipped: shipped, Sold: shipped, DropShipment: rapid.Bool().Draw(t, "drop"), Direct: rapid.Bool().Draw(t, "direct"), Return: rapid.Bool().Draw(t, "return"),
		Statement: dscsa.Affirmed(), Made: shipped.Add(-48 * time.Hour),
	}
	s.Seller.Place, s.Buyer.Place = s.ShipFrom.GLN, s.ShipTo.GLN
	if s.Return && rapid.Bool().Draw(t, "authorised") {
		s.RMA = "RMA-1"
	}
	if rapid.Bool().Draw(t, "sold before") {
		s.Sold = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	}
	if rapid.Bool().Draw(t, "urns") {
		prefixes, err := gs1.NewPrefixTable([]string{"0614141", "0399991"})
		if err != nil {
			t.Fatal(err)
		}
		s.Prefixes = prefixes
	}
	drawGoods(t, s)
	return s
}

// drawGoods fills pallets with cases and cases with packs.
func drawGoods(t *rapid.T, s *dscsa.Shipment) {
	text := func(label string) string { return rapid.StringMatching(`[A-Z0-9/%._-]{1,20}`).Draw(t, label) }
	lot, serial := text("lot"), 0
	add := func(p dscsa.Package) dscsa.Package {
		s.Packages = append(s.Packages, p)
		return p
	}
	item := func(kind uint64, gtin, in string) dscsa.Package {
		serial++
		p := dscsa.Package{Kind: kind, GTIN: gtin, Serial: fmt.Sprintf("%d/%s", serial, lot)[:min(20, len(lot)+2)], Lot: lot, Expiry: "2028-06-30", In: in, Inferred: true}
		p.Path = "/01/" + gtin + "/21/" + gs1.EscapePath(p.Serial)
		return add(p)
	}
	for pallet := range rapid.IntRange(1, 3).Draw(t, "pallets") {
		digits := fmt.Sprintf("00614141%09d", pallet+1)
		check, err := gs1.CheckDigit(digits)
		if err != nil {
			t.Fatal(err)
		}
		top := add(dscsa.Package{Kind: dscsa.KindPallet, Path: "/00/" + digits + string(rune(check))})
		s.Tops = append(s.Tops, top.Path)
		for range rapid.IntRange(1, 2).Draw(t, "cases") {
			in := item(dscsa.KindCase, caseGTIN, top.Path)
			for range rapid.IntRange(1, 2).Draw(t, "packs") {
				item(dscsa.KindPack, packGTIN, in.Path)
			}
		}
	}
	for _, gtin := range []string{caseGTIN, packGTIN} {
		s.Products = append(s.Products, dscsa.Product{
			GTIN: gtin, NDC: "99991-123-45", Name: drawText(t, "product"), Strength: drawText(t, "strength"), Form: "TABLET", NetContent: drawText(t, "content"), Manufacturer: drawText(t, "maker"),
		})
	}
}

func TestAShipmentReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShipment(t)
		hashes := map[dscsa.Version][][32]byte{}
		for _, v := range dscsa.Versions {
			var doc bytes.Buffer
			if err := dscsa.Write(&doc, v, s, nil); err != nil {
				t.Fatal(err)
			}
			r, err := dscsa.Read(bytes.NewReader(doc.Bytes()), dscsa.ReadOptions{Now: s.Shipped.Add(time.Hour)})
			if err != nil {
				t.Fatalf("%v\n%s", err, doc.String())
			}
			if r.Version != v || len(r.Shipments) != 1 || !slices.Contains(dscsa.Versions, r.Version) {
				t.Fatalf("version %s, %d shipments, want %s", r.Version, len(r.Shipments), v)
			}
			for _, f := range r.Findings {
				if s.DropShipment && f.Rule == "dscsa/drop-shipment" {
					continue // all parties drawn are of one company
				}
				t.Errorf("%s: %v", v, f)
			}
			if diff := cmp.Diff(s, r.Shipments[0], ignored...); diff != "" {
				t.Fatalf("%s: %s\n%s", v, diff, doc.String())
			}
			hashes[v] = r.Hashes
		}
		if diff := cmp.Diff(hashes[dscsa.R13], hashes[dscsa.EPCIS2]); diff != "" {
			t.Errorf("XML and JSON have different events: %s", diff)
		}
	})
}

func TestAHistoryIsHandedOn(t *testing.T) {
	maker := epcistest.Defaults()
	var first bytes.Buffer
	if err := maker.WriteXML(&first); err != nil {
		t.Fatal(err)
	}
	var history []*epcis.Event
	r, err := dscsa.Read(&first, dscsa.ReadOptions{Each: func(e *epcis.Event) error {
		if e.BizStep != "shipping" {
			history = append(history, e)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := *r.Shipments[0]
	s.Seller, s.Buyer = s.Buyer, dscsa.Party{GLN: "0860000000011", Name: "Sample Pharmacy", Address: s.Seller.Address}
	s.ShipFrom, s.ShipTo = s.ShipTo, dscsa.Party{}
	s.MasterData = r.Header.Vocabulary
	s.Shipped = s.Shipped.Add(240 * time.Hour)
	s.Sold = s.Shipped
	for _, v := range dscsa.Versions {
		var doc bytes.Buffer
		if err := dscsa.Write(&doc, v, &s, history); err != nil {
			t.Fatal(err)
		}
		again, err := dscsa.Read(&doc, dscsa.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if again.Events != len(history)+1 || again.Packages != 12 || again.Shipments[0].Buyer.Name != "Sample Pharmacy" {
			t.Errorf("%s: %d events for %d of the history, %d packages, %+v", v, again.Events, len(history), again.Packages, again.Shipments[0].Buyer)
		}
		for i := range history {
			if want, _ := history[i].HashBytes(); again.Hashes[i] != want {
				t.Errorf("%s: event %d was changed", v, i+1)
			}
		}
	}
}

func TestAShippingEventOfTheHistoryIsKept(t *testing.T) {
	s := epcistest.Defaults()
	r := read(t, write(t, s, story(s)))
	var doc bytes.Buffer
	if err := dscsa.Write(&doc, dscsa.R12, r.Shipments[0], story(s)); err != nil {
		t.Fatal(err)
	}
	again := read(t, doc.Bytes())
	if again.Version != dscsa.R12 || cmp.Diff(r.Hashes, again.Hashes) != "" {
		t.Errorf("version %s; %s", again.Version, cmp.Diff(r.Hashes, again.Hashes))
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		version dscsa.Version
		s       dscsa.Shipment
	}{
		"an unknown version":    {"R1.1", dscsa.Shipment{Tops: []string{"/00/003999910000000015"}}},
		"a shipment of nothing": {dscsa.R13, dscsa.Shipment{}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := dscsa.Write(&out, test.version, &test.s, nil); err == nil || out.Len() > 0 {
				t.Errorf("%v, %d bytes", err, out.Len())
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	s := epcistest.Shipment{Pallets: 1, CasesPerPallet: 2, PacksPerCase: 2}
	var x, j bytes.Buffer
	if err := s.WriteXML(&x); err != nil {
		f.Fatal(err)
	}
	if err := s.WriteJSON(&j); err != nil {
		f.Fatal(err)
	}
	f.Add(x.Bytes())
	f.Add(j.Bytes())
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, err := dscsa.Read(bytes.NewReader(doc), dscsa.ReadOptions{File: "f", Lenient: true})
		if err != nil {
			return
		}
		seen := 0
		for n := range r.Tree.All("") {
			seen++
			if n.Kind == dscsa.KindPallet && n.Lot+n.Expiry+n.Serial != "" {
				t.Fatalf("a logistic unit has %+v", n)
			}
			if n.In != "" {
				if _, ok := r.Tree.Find(n.In); !ok {
					t.Fatalf("%s is in %s, which isn't in the tree", n.Path, n.In)
				}
			}
		}
		if seen != r.Tree.Len() {
			t.Fatalf("%d nodes, %d counted", seen, r.Tree.Len())
		}
		for _, f := range r.Findings {
			if _, ok := dscsa.RemedyOf(f.Rule); !ok {
				t.Fatalf("%s has no remedy", f.Rule)
			}
		}
	})
}
