package faultcorpus

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// Now is the day on which the corpus is read: the goods left a fortnight ago.
var Now = time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)

// shape makes a good document; the variant changes sizes, numbers and dates.
type shape struct {
	name string
	make func(variant int) (*document, error)
}

// Shapes of good shipments. A recipe may ask for one by name.
var shapes = []shape{
	{"plain", func(v int) (*document, error) { return of(shipment(v)) }},
	{"pallets", pallets},
	{"loose-packs", loosePacks},
	{"mixed-pallet", mixedPallet},
	{"many-lots", manyLots},
	{"drop-shipment", dropShipment},
	{"return", returned},
	{"non-ascii", nonASCII},
	{"odd-serials", oddSerials},
	{"month-end", monthEnd},
	{"resale", resale},
	{"opened-case", openedCase},
}

// pharmacy and wholesaler are further parties; the prefixes are GS1's own for
// examples and demonstrations.
var pharmacy = epcistest.Party{
	Prefix: "9521321", Name: "Sample Pharmacy", Owner: "00001", Location: "00002",
	Street: "3 Sample Street", City: "Portland", State: "ME", Postal: "04101",
}

var zones = []string{"-05:00", "+00:00", "-08:00", "-10:00", "+05:30", "-04:00", "+09:30"}

// shipment is a pallet or more of one product.
func shipment(v int) epcistest.Shipment {
	s := epcistest.Defaults()
	s.Pallets, s.CasesPerPallet, s.PacksPerCase = 1+v%2, 2+v%4, 2+(5*v)%7
	s.EventEPCs = 10 + 100*(v%3)
	if v == GoodVariants-1 {
		s.Pallets, s.CasesPerPallet, s.PacksPerCase = 2, 12, 48
	}
	s.FirstSerial = 1 + 10_000*v
	s.Lot, s.Expiry = fmt.Sprintf("L%d/%c", 700+v, 'A'+rune(v)), fmt.Sprintf("%d-0%d-15", 2027+v%3, 1+v)
	s.Zone, s.Order, s.Delivery = zones[v%len(zones)], fmt.Sprintf("PO-%d", 1001+v), fmt.Sprintf("DEL-%d", 2001+v)
	return s
}

func of(s epcistest.Shipment) (*document, error) {
	h, err := s.Header()
	if err != nil {
		return nil, err
	}
	return &document{header: h, events: slices.Collect(s.Events())}, nil
}

func pallets(v int) (*document, error) {
	s := shipment(v)
	s.Pallets, s.CasesPerPallet = 2+v, 3
	return of(s)
}

// loosePacks ships packs that stand in no case, alone or beside a pallet.
func loosePacks(v int) (*document, error) {
	s := shipment(v)
	d, err := of(s)
	if err != nil {
		return nil, err
	}
	loose := copyOf(d.commissioned("0")[0])
	loose.EPCs = nil
	for n := range 1 + v {
		loose.EPCs = append(loose.EPCs, s.Pack(9_000_000+n))
	}
	ship := d.ship()
	if v%2 == 0 {
		d.events, ship.EPCs = []*epcis.Event{ship}, nil
		set := d.products()
		set.Elements = set.Elements[:1]
	}
	d.events = slices.Insert(d.events, 0, loose)
	ship.EPCs = append(ship.EPCs, loose.EPCs...)
	return d, nil
}

// mixedPallet has cases of two products on its first pallet.
func mixedPallet(v int) (*document, error) {
	s := shipment(v)
	other := s
	other.Item, other.NDC, other.Product, other.Strength, other.Lot = "67890", "99991-678-90", "Samplium Forte", "40 mg", "F"+s.Lot
	other.Pallets, other.FirstSerial = 1, s.FirstSerial+5_000
	d, err := of(s)
	if err != nil {
		return nil, err
	}
	more, err := of(other)
	if err != nil {
		return nil, err
	}
	d.products().Elements = append(d.products().Elements, more.products().Elements...)
	cases := more.packed("1")
	made := slices.Concat(more.commissioned("0"), more.commissioned("1"), cases)
	d.events = slices.Insert(d.events, slices.Index(d.events, d.commissioned("sscc")[0]), made...)
	pallet := d.packed("sscc")[0]
	for _, e := range cases {
		pallet.Children = append(pallet.Children, e.ParentID)
	}
	return d, nil
}

// manyLots has another lot, with its own expiry date, in each case.
func manyLots(v int) (*document, error) {
	s := shipment(v)
	d, err := of(s)
	if err != nil {
		return nil, err
	}
	packs, cases := d.commissioned("0"), d.commissioned("1")
	first := slices.Index(d.events, packs[0])
	var made []*epcis.Event
	for n, e := range d.packed("1") {
		ilmd := epcis.NewILMD(fmt.Sprintf("%s-%d", s.Lot, n), fmt.Sprintf("2028-%02d-28", 1+n%12))
		for _, like := range []struct {
			event *epcis.Event
			epcs  []string
		}{{packs[0], e.Children}, {cases[0], []string{e.ParentID}}} {
			c := copyOf(like.event)
			c.EPCs, c.ILMD = slices.Clone(like.epcs), ilmd
			made = append(made, c)
		}
	}
	d.drop(packs...)
	d.drop(cases...)
	d.events = slices.Insert(d.events, first, made...)
	return d, nil
}

// nonASCII has names as people write them, in and outside the USA.
func nonASCII(v int) (*document, error) {
	s := shipment(v)
	s.Product = []string{"Sämplium", "Échantillon 5 µg", "Δοκιμή", "见本 <10 mg>", "Proba & Próba", `"Sample" 'Ñandú'`, "Ампула №1"}[v%7]
	s.Strength, s.Sender.Name, s.Receiver.Name = "5 µg/mL ± 2 %", "Probe Straße Köln", "Muestra & Cía."
	s.Receiver.Street, s.Receiver.City = "Calle 8 Nº 2", "Mayagüez"
	s.Receiver.State, s.Receiver.Postal = "PR", "00680"
	return of(s)
}

// oddSerials uses every character that a serial number may have (CSET 82).
func oddSerials(v int) (*document, error) {
	d, err := of(shipment(v))
	if err != nil {
		return nil, err
	}
	marks := []string{"%22", "%25%26", "'(*)", "+,-.", "%2F:;", "%3C%3E=", "!_%3F"}[v%7]
	d.each(func(epc string) string {
		if !strings.HasPrefix(epc, "urn:epc:id:sgtin:") {
			return epc
		}
		return serial(epc, func(n string) string { return "aZ" + marks + n })
	})
	return d, nil
}

// monthEnd has expiry dates on the last day of a month: what the day 00 of a
// barcode means. 2028 is a leap year.
func monthEnd(v int) (*document, error) {
	s := shipment(v)
	s.Expiry = []string{"2028-02-29", "2027-02-28", "2026-04-30", "2027-12-31", "2029-06-30", "2032-02-29", "2026-05-31"}[v%7]
	return of(s)
}
