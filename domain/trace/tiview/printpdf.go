package tiview

import (
	"fmt"
	"io"
	"strings"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/pdf"
)

// PDF writes the document as pages.
func (p *Printed) PDF(out io.Writer) error {
	d := pdf.New(fmt.Sprintf("Transaction information, document %d, SHA-256 %s", p.Number, p.SHA256))
	if p.Drill {
		markDrill(d)
	}
	p.pdf(d)
	_, err := d.WriteTo(out)
	return err
}

// drillWords stand at the head of what is printed in a drill.
const drillWords = "DRILL: made for practice. It says nothing of real medicine, and no inspector or partner may take it for a record."

// markDrill writes on every page that the network is for practice.
func markDrill(d *pdf.Document) {
	d.Watermark("DRILL")
	d.Line(drillWords)
}

// pdf writes the document onto pages that may have others before it.
func (p *Printed) pdf(d *pdf.Document) {
	d.Heading("Transaction information and transaction statement")
	d.Line(fmt.Sprintf("Document %d: %s, %d bytes", p.Number, p.Name, p.Bytes))
	d.Line("SHA-256 " + p.SHA256)
	if p.Sent {
		d.Line(fmt.Sprintf("Sent %s to %s; %s", p.Came.Format(time.RFC3339), p.Partner, strings.TrimPrefix(p.Outcome+", "+p.State.String(), ", ")))
	} else {
		d.Line(fmt.Sprintf("Came %s from %s (%s); %s", p.Came.Format(time.RFC3339), p.Partner, p.Means, p.State))
	}
	d.Line(fmt.Sprintf("Sender's number %s, %s", p.Instance, p.Version))
	for _, link := range []struct {
		n    int64
		text string
	}{{p.Replaces, "Corrects document %d"}, {p.ReplacedBy, "Corrected by document %d"}} {
		if link.n > 0 {
			d.Line(fmt.Sprintf(link.text, link.n))
		}
	}
	d.Line("Printed " + p.Printed.Format(time.RFC3339))
	d.Line("A package marked * is known to be shipped by inference: through the case or pallet that the shipment names, and what was packed into it.")
	for i := range p.Shipments {
		p.Shipments[i].pdf(d)
	}
	if len(p.Shipments) == 0 {
		d.Line("The document ships nothing.")
	}
	if len(p.Found) > 0 {
		d.Heading("What was found when it was checked")
		for _, f := range p.Found {
			d.Line(fmt.Sprintf("%s [%s]", f.Text, f.Rule))
		}
	}
}

func (s *PrintedShipment) pdf(d *pdf.Document) {
	d.Heading("Shipment " + s.DESADV)
	for _, side := range []struct {
		label string
		party dscsa.Party
	}{{"Sold by", s.Seller}, {"Sold to", s.Buyer}, {"Shipped from", s.ShipFrom}, {"Shipped to", s.ShipTo}} {
		if side.party.GLN != "" {
			d.Line(fmt.Sprintf("%s: %s, GLN %s", side.label, side.party.Name, side.party.GLN))
			d.Indented(strings.Join(addressLines(side.party.Address), ", "))
		}
	}
	d.Line("Date of the transaction: " + day(s.Sold))
	if s.SoldBefore {
		d.Line("Date of the shipment: " + day(s.Shipped))
	}
	if s.PO != "" {
		d.Line("Order: " + s.PO)
	}
	d.Line(fmt.Sprintf("Containers: %d", s.Containers))
	for _, is := range []struct {
		so   bool
		text string
	}{{s.Return, "A return"}, {s.DropShipment, "A drop shipment"}, {s.Direct, "Bought directly: the seller says so of every package"}} {
		if is.so {
			d.Line(is.text)
		}
	}
	for i := range s.Lots {
		s.Lots[i].pdf(d)
	}
	units(d, "logistic units (SSCC):", s.Units)
	d.Space()
	if s.Affirmed {
		d.Line(fmt.Sprintf("Transaction statement, affirmed by %s: %s", s.Seller.Name, s.Statement.LegalNotice))
	} else {
		d.Line("THE DOCUMENT HAS NO AFFIRMED TRANSACTION STATEMENT.")
	}
}

func (l *PrintedLot) pdf(d *pdf.Document) {
	d.Space()
	name := strings.TrimSpace(l.Product.Name + " " + l.Product.Strength)
	if l.Product.Name == "" && l.Known != "" {
		name = l.Known + " (by the catalogue; the document has no name)"
	}
	d.Line(name)
	d.Indented(fmt.Sprintf("NDC %s, GTIN %s; %s, %s; %s", l.Product.NDC, l.GTIN, l.Product.Form, l.Product.NetContent, l.Product.Manufacturer))
	d.Indented(fmt.Sprintf("Lot %s, expiry %s", l.Lot, l.Expiry))
	units(d, "packages, by serial number:", l.Packs)
	units(d, "cases, by serial number:", l.Cases)
}

// units lists serial numbers in as many columns as the page has room for.
func units(d *pdf.Document, label string, list []PrintedUnit) {
	if len(list) == 0 {
		return
	}
	d.Indented(fmt.Sprintf("%d %s", len(list), label))
	const column = pdf.MonoColumns / 4
	var line strings.Builder
	for i := range list {
		text := list[i].Serial
		if list[i].Inferred {
			text += "*"
		}
		if line.Len() > 0 && line.Len()+max(len(text), column) > pdf.MonoColumns {
			d.Mono(line.String())
			line.Reset()
		}
		fmt.Fprintf(&line, "%-*s", column, text+" ")
	}
	d.Mono(line.String())
}
