package epcistest

import (
	"fmt"
	"io"
	"iter"
	"time"

	"pedigree/format/epcis"
)

// MaxObjects is how many packs, cases and pallets one shipment may have: what
// fits the serials this package can make.
const MaxObjects = 100_000_000

// Party is the sender or receiver of a shipment.
type Party struct {
	Prefix   string // GS1 company prefix of 6 to 11 digits
	Name     string
	Owner    string // location reference of the owning party's GLN
	Location string // location reference of the shipping or receiving place
	Street   string
	City     string
	State    string
	Postal   string
}

// Shipment describes one delivery of one product. Zero fields get the defaults
// of Defaults.
type Shipment struct {
	Pallets        int
	CasesPerPallet int
	PacksPerCase   int
	EventEPCs      int // packs commissioned by one event at most

	Sender   Party
	Receiver Party

	Item        string // item reference without indicator: its length completes the prefix to 12 digits
	Product     string
	NDC         string
	Dosage      string
	Strength    string
	NetContent  string
	Lot         string
	Expiry      string    // CCYY-MM-DD
	Made        time.Time // when the first pack was commissioned
	Shipped     time.Time // when the shipment left
	Zone        string    // eventTimeZoneOffset
	FirstSerial int       // serial number of the first pack and case
	Order       string    // purchase order number
	Delivery    string    // delivery number
}

// Defaults returns a small complete shipment.
func Defaults() Shipment {
	return Shipment{
		Pallets: 1, CasesPerPallet: 3, PacksPerCase: 4, EventEPCs: 1000,
		Sender:   Party{Prefix: "0399991", Name: "Sample Manufacturer", Owner: "00001", Location: "00002", Street: "1 Sample Street", City: "Springfield", State: "IL", Postal: "62701"},
		Receiver: Party{Prefix: "0614141", Name: "Sample Wholesaler", Owner: "00001", Location: "00002", Street: "2 Sample Street", City: "Columbus", State: "OH", Postal: "43004"},
		Item:     "12345", Product: "Samplium", NDC: "99991-123-45", Dosage: "TABLET", Strength: "10 mg", NetContent: "100 tablets",
		Lot: "LOT-7A", Expiry: "2028-06-30", Zone: "-05:00", FirstSerial: 1, Order: "PO-1001", Delivery: "DEL-2001",
		Made:    time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		Shipped: time.Date(2026, 3, 20, 15, 0, 0, 0, time.UTC),
	}
}

func (s Shipment) withDefaults() Shipment {
	d := Defaults()
	for _, f := range []struct {
		have *int
		want int
	}{
		{&s.Pallets, d.Pallets},
		{&s.CasesPerPallet, d.CasesPerPallet},
		{&s.PacksPerCase, d.PacksPerCase},
		{&s.EventEPCs, d.EventEPCs},
		{&s.FirstSerial, d.FirstSerial},
	} {
		if *f.have == 0 {
			*f.have = f.want
		}
	}
	for _, f := range []struct {
		have *string
		want string
	}{
		{&s.Item, d.Item},
		{&s.Product, d.Product},
		{&s.NDC, d.NDC},
		{&s.Dosage, d.Dosage},
		{&s.Strength, d.Strength},
		{&s.NetContent, d.NetContent},
		{&s.Lot, d.Lot},
		{&s.Expiry, d.Expiry},
		{&s.Zone, d.Zone},
		{&s.Order, d.Order},
		{&s.Delivery, d.Delivery},
	} {
		if *f.have == "" {
			*f.have = f.want
		}
	}
	if s.Sender.Prefix == "" {
		s.Sender = d.Sender
	}
	if s.Receiver.Prefix == "" {
		s.Receiver = d.Receiver
	}
	if s.Made.IsZero() {
		s.Made = d.Made
	}
	if s.Shipped.IsZero() {
		s.Shipped = d.Shipped
	}
	return s
}

// Packs returns how many packs the shipment has.
func (s Shipment) Packs() int {
	s = s.withDefaults()
	return s.Pallets * s.CasesPerPallet * s.PacksPerCase
}

// Objects returns how many packs, cases and pallets the shipment has.
func (s Shipment) Objects() int {
	s = s.withDefaults()
	return s.Packs() + s.Pallets*s.CasesPerPallet + s.Pallets
}

// check refuses shipments this package can't number.
func (s Shipment) check() error {
	if s.Objects() > MaxObjects || s.Pallets < 0 || s.CasesPerPallet < 0 || s.PacksPerCase < 0 {
		return fmt.Errorf("couldn't make a shipment of %d x %d x %d: more than %d objects, or a negative number", s.Pallets, s.CasesPerPallet, s.PacksPerCase, MaxObjects)
	}
	if s.Shipped.Sub(s.Made) < 72*time.Hour {
		return fmt.Errorf("couldn't make a shipment that leaves %s after it was made: commissioning and packing take three days here", s.Shipped.Sub(s.Made))
	}
	if n := len(s.Sender.Prefix) + len(s.Item); n != 12 {
		return fmt.Errorf("couldn't make a shipment: prefix %q and item %q have %d digits together, not 12", s.Sender.Prefix, s.Item, n)
	}
	for _, p := range []Party{s.Sender, s.Receiver} {
		if len(p.Prefix)+len(p.Owner) != 12 || len(p.Prefix)+len(p.Location) != 12 {
			return fmt.Errorf("couldn't make a shipment: prefix %q and location references %q, %q don't have 12 digits", p.Prefix, p.Owner, p.Location)
		}
	}
	return nil
}

// Pack returns the EPC of the n-th pack, from 0.
func (s Shipment) Pack(n int) string {
	s = s.withDefaults()
	return fmt.Sprintf("urn:epc:id:sgtin:%s.0%s.%d", s.Sender.Prefix, s.Item, 100_000_000_000+s.FirstSerial+n)
}

// Case returns the EPC of the n-th case, from 0.
func (s Shipment) Case(n int) string {
	s = s.withDefaults()
	return fmt.Sprintf("urn:epc:id:sgtin:%s.1%s.%d", s.Sender.Prefix, s.Item, 500_000_000+s.FirstSerial+n)
}

// Pallet returns the EPC of the n-th pallet, from 0.
func (s Shipment) Pallet(n int) string {
	s = s.withDefaults()
	return fmt.Sprintf("urn:epc:id:sscc:%s.%0*d", s.Sender.Prefix, 17-len(s.Sender.Prefix), s.FirstSerial+n)
}

// SGLN returns the EPC of a place of a party.
func (p Party) SGLN(reference string) string {
	return fmt.Sprintf("urn:epc:id:sgln:%s.%s.0", p.Prefix, reference)
}

// WriteXML writes the shipment as EPCIS 1.2 XML.
func (s Shipment) WriteXML(out io.Writer) error {
	header, err := s.Header()
	if err != nil {
		return err
	}
	w, err := epcis.NewXMLWriter(out, header, epcis.XMLOptions{Indent: "  "})
	if err != nil {
		return err
	}
	for e := range s.Events() {
		if err := w.Write(e); err != nil {
			return err
		}
	}
	return w.Close()
}

// WriteJSON writes the shipment as EPCIS 2.0 JSON-LD.
func (s Shipment) WriteJSON(out io.Writer) error {
	header, err := s.Header()
	if err != nil {
		return err
	}
	w, err := epcis.NewJSONWriter(out, header, epcis.JSONOptions{})
	if err != nil {
		return err
	}
	for e := range s.Events() {
		if err := w.Write(e); err != nil {
			return err
		}
	}
	return w.Close()
}

// Events yields the events of the shipment: packs and cases commissioned, packs
// packed into cases, pallets commissioned and packed, everything shipped.
func (s Shipment) Events() iter.Seq[*epcis.Event] {
	s = s.withDefaults()
	return func(yield func(*epcis.Event) bool) {
		n := 0
		send := func(e *epcis.Event) bool {
			n++
			e.Where.Event = n
			return yield(e)
		}
		_ = s.commission(send) && s.packCases(send) && s.packPallets(send) && send(s.ship())
	}
}
