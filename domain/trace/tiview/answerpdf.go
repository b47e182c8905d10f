package tiview

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"pedigree/format/pdf"
)

// WritePDF writes an answer as pages: what was asked, the table, and the TI and TS of each
// document on pages of its own, each with a bookmark. Nothing is written before all of it
// could be read.
func (d *Documents) WritePDF(ctx context.Context, a *Answer, out io.Writer) error {
	doc := pdf.New("Answer to an inspector, as of " + a.At.Format(time.RFC3339))
	if a.Drill {
		markDrill(doc)
	}
	doc.Bookmark("What was asked, and what was found")
	doc.Heading("Transaction information and transaction statements: answer to an inspector")
	a.cover(doc)
	doc.Bookmark("Transactions")
	doc.Heading("Transactions, in the order of shipment")
	for i := range a.Rows {
		a.Rows[i].pdf(doc)
	}
	if len(a.Rows) == 0 {
		doc.Line("No document answers to this.")
	}
	err := d.eachForm(ctx, a, func(row *AnswerRow, p *Printed) error {
		doc.NewPage()
		doc.Bookmark(row.title())
		p.pdf(doc)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = doc.WriteTo(out)
	return err
}

func (a *Answer) cover(doc *pdf.Document) {
	for _, l := range []Condition{{"Asked by", a.AskedBy}, {"Answered by", a.By}, {"As of", a.At.Format(time.RFC3339)}} {
		if l.Value != "" {
			doc.Line(l.What + ": " + l.Value)
		}
	}
	doc.Line(fmt.Sprintf("Found: %d documents, %d of them sent by this organisation; %d packages are named", a.Documents, a.Sent, a.Packages))
	doc.Heading("What was searched")
	for _, c := range a.Asked {
		doc.Indented(c.What + ": " + c.Value)
	}
	if len(a.Asked) == 0 {
		doc.Indented("everything that came and everything that left")
	}
	doc.Heading("What this answer can't speak of")
	for _, text := range a.NotCovered {
		doc.Indented(text)
	}
}

// title names a document in the list of bookmarks.
func (r *AnswerRow) title() string {
	text := fmt.Sprintf("Document %d, ", r.Number)
	if len(r.Transactions) > 0 {
		text += dayOf(r.Transactions[0].Shipped) + ", "
	}
	if r.Sent {
		return text + "sent to " + r.Partner
	}
	return text + "from " + r.Partner
}

// pdf writes a document's row of the table.
func (r *AnswerRow) pdf(doc *pdf.Document) {
	doc.Space()
	words := "came"
	if r.Sent {
		words = "sent to " + r.Partner
	} else if r.Partner != "" {
		words += " from " + r.Partner
	}
	doc.Line(fmt.Sprintf("Document %d: %s, %s; %s", r.Number, words, minute(r.Came), strings.Join(r.standing(), "; ")))
	for i := range r.Transactions {
		t := &r.Transactions[i]
		doc.Indented(fmt.Sprintf("%s, GLN %s, to %s, GLN %s; sold %s, shipped %s; order %s, despatch advice %s", t.Seller, t.SellerGLN, t.Buyer, t.BuyerGLN, dayOf(t.Sold), dayOf(t.Shipped), t.PO, t.DESADV))
	}
	for _, l := range shownLots(*r) {
		doc.Indented(strings.TrimSpace(fmt.Sprintf("%s GTIN %s, lot %s, expiry %s: %d packages", l.Product, l.GTIN, l.Lot, l.Expiry, l.Packages)))
	}
	if n := moreLots(*r); n > 0 {
		doc.Indented(fmt.Sprintf("and %d more lots", n))
	}
}

// standing says how a document stands.
func (r *AnswerRow) standing() []string {
	list := []string{r.State.String()}
	if r.Outcome != "" {
		list = append(list, r.Outcome)
	}
	if !r.Affirmed {
		list = append(list, "NO AFFIRMED STATEMENT")
	}
	for _, l := range []struct {
		n    int64
		text string
	}{{r.SameAs, "the same as document %d"}, {r.Replaces, "corrects document %d"}, {r.ReplacedBy, "corrected by document %d"}} {
		if l.n > 0 {
			list = append(list, fmt.Sprintf(l.text, l.n))
		}
	}
	if r.NotPrinted != "" {
		list = append(list, "not printed: "+r.NotPrinted)
	}
	return list
}
