package tiview

import (
	"context"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
)

// ErrTooMany says that a document has more packages than are printed.
var ErrTooMany = errors.New("the document has too many packages to be printed")

// Printed is a document as an inspector reads it: TI of each package and TS.
type Printed struct {
	Entry
	Name      string
	SHA256    string
	Bytes     int64
	Printed   time.Time
	Shipments []PrintedShipment
	Outcome   string // what became of one that left
	Found     []Found
	Drill     bool // the network is for practice
}

// PrintedShipment is one change of owner.
type PrintedShipment struct {
	*dscsa.Shipment
	SoldBefore bool // over 24 hours before it was shipped, so that both days are told
	Containers int
	Lots       []PrintedLot
	Units      []PrintedUnit
	Affirmed   bool
}

// PrintedLot are the packages and cases of one lot, each named: a range of serial
// numbers would name some that aren't there.
type PrintedLot struct {
	Product dscsa.Product
	GTIN    string
	Known   string // what the catalogue calls it, where the document doesn't say
	Lot     string
	Expiry  string
	Packs   []PrintedUnit
	Cases   []PrintedUnit
}

// PrintedUnit is one package, case or logistic unit.
type PrintedUnit struct {
	Serial   string // or the whole path, where it has none
	Inferred bool   // known to be shipped only through what it is in
}

// Form makes a document ready to be printed.
func (d *Documents) Form(ctx context.Context, n int64) (*Printed, error) {
	e, err := d.Entry(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("couldn't print the document: %w", err)
	}
	if e.Packages > PrintPackagesMax {
		return nil, fmt.Errorf("couldn't print document %d: %w: it has %d, and at most %d are; take it out as it is", n, ErrTooMany, e.Packages, PrintPackagesMax)
	}
	content, kept, err := d.Vault.OpenDocument(ctx, e.doc)
	if err != nil {
		return nil, fmt.Errorf("couldn't print document %d: %w", n, err)
	}
	defer content.Close()
	p := &Printed{Entry: e, Name: kept.Name, SHA256: hex.EncodeToString(kept.SHA256[:]), Bytes: kept.Size, Printed: d.Now().UTC(), Drill: d.Drill}
	reading, err := dscsa.Read(content, dscsa.ReadOptions{File: kept.Name, Now: e.Came, Lean: true})
	if err != nil {
		return nil, fmt.Errorf("couldn't print document %d: %w", n, err)
	}
	if e.aside() {
		said, err := d.outcome(ctx, n)
		if p.Outcome = said.Text; err != nil {
			return nil, fmt.Errorf("couldn't print document %d: %w", n, err)
		}
	}
	for _, s := range reading.Shipments {
		p.Shipments = append(p.Shipments, printed(s))
	}
	if err := d.nameUnnamed(ctx, p); err != nil {
		return nil, fmt.Errorf("couldn't print document %d: %w", n, err)
	}
	detail, err := d.Show(ctx, n)
	p.Found = detail.Found
	return p, err
}

// printed lists the things of a shipment by product and lot, in the order of the
// document.
func printed(s *dscsa.Shipment) PrintedShipment {
	out := PrintedShipment{Shipment: s, SoldBefore: s.Shipped.Sub(s.Sold) > 24*time.Hour, Containers: s.Tree().Packs(), Affirmed: s.Statement.Affirmed()}
	products := map[string]dscsa.Product{}
	for _, p := range s.Products {
		products[p.GTIN] = p
	}
	type key struct{ gtin, lot, expiry string }
	index := map[key]int{}
	for n := range s.Tree().All("") {
		unit := PrintedUnit{n.Serial, n.Inferred}
		if n.GTIN == "" {
			unit.Serial = strings.TrimPrefix(n.Path, "/00/")
			out.Units = append(out.Units, unit)
			continue
		}
		k := key{n.GTIN, n.Lot, n.Expiry}
		at, ok := index[k]
		if !ok {
			at = len(out.Lots)
			index[k] = at
			out.Lots = append(out.Lots, PrintedLot{Product: products[n.GTIN], GTIN: n.GTIN, Lot: n.Lot, Expiry: n.Expiry})
		}
		if lot := &out.Lots[at]; n.Kind == dscsa.KindPack {
			lot.Packs = append(lot.Packs, unit)
		} else {
			lot.Cases = append(lot.Cases, unit)
		}
	}
	return out
}

//go:embed page.html answer.html
var pages embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"address": func(a epcis.Address) string { return strings.Join(addressLines(a), ", ") },
	"day":     day,
	"minute":  minute,
	"dayOf":   dayOf, "shownLots": shownLots, "moreLots": moreLots,
}).ParseFS(pages, "page.html"))

// HTML writes a page without any script.
func (p *Printed) HTML(out io.Writer) error { return page.Execute(out, p) }

func minute(t time.Time) string { return t.Format("2006-01-02 15:04 -07:00") }

func day(t time.Time) string { return t.Format(time.DateOnly) }

// addressLines are the parts of an address that are there.
func addressLines(a epcis.Address) []string {
	var lines []string
	for _, part := range []string{a.Street1, a.Street2, a.City, strings.TrimSpace(a.State + " " + a.Postal), a.Country} {
		if part != "" {
			lines = append(lines, part)
		}
	}
	return lines
}
