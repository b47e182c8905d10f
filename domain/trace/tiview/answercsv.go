package tiview

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"pedigree/format/sheet"
)

// answerColumns are the columns of an answer's table as comma-separated values.
var answerColumns = []string{
	"document", "way", "partner", "means", "state", "outcome", "came_or_left", "number", "seller", "seller_gln", "buyer", "buyer_gln", "transaction_date", "shipped", "order", "despatch_advice", "return",
	"gtin", "ndc", "product", "lot", "expiry", "packages", "statement_affirmed", "same_as", "corrects", "corrected_by", "sha256", "not_printed",
}

// CSV writes a line for each lot of each document. No cell of it is taken for a formula by
// a spreadsheet. What a document says of several transactions stands in one cell, in
// order, for a lot isn't told apart by them.
func (a *Answer) CSV(to io.Writer) error {
	out := csv.NewWriter(to)
	columns := answerColumns
	if a.Drill {
		columns = append(slices.Clone(columns), "drill") // last, so that no program's column moves
	}
	if err := out.Write(columns); err != nil {
		return err
	}
	for i := range a.Rows {
		row := &a.Rows[i]
		lots := row.Lots
		if len(lots) == 0 {
			lots = []Lot{{}}
		}
		for _, l := range lots {
			record := row.record(l)
			if a.Drill {
				record = append(record, "true")
			}
			for i := range record {
				record[i] = sheet.Harmless(record[i])
			}
			if err := out.Write(record); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// record is a line of the table.
func (r *AnswerRow) record(l Lot) []string {
	each := func(of func(t *Transaction) string) string {
		var words []string
		for i := range r.Transactions {
			words = append(words, of(&r.Transactions[i]))
		}
		return strings.Join(words, "; ")
	}
	return []string{
		numberOr(r.Number), r.way(), r.Partner, r.Means, r.State.String(), r.Outcome, minute(r.Came), r.Instance,
		each(func(t *Transaction) string { return t.Seller }), each(func(t *Transaction) string { return t.SellerGLN }),
		each(func(t *Transaction) string { return t.Buyer }), each(func(t *Transaction) string { return t.BuyerGLN }),
		each(func(t *Transaction) string { return dayOf(t.Sold) }), each(func(t *Transaction) string { return dayOf(t.Shipped) }),
		each(func(t *Transaction) string { return t.PO }), each(func(t *Transaction) string { return t.DESADV }), each(func(t *Transaction) string { return strconv.FormatBool(t.Return) }),
		l.GTIN, l.NDC, l.Product, l.Lot, l.Expiry, strconv.Itoa(l.Packages), strconv.FormatBool(r.Affirmed), numberOr(r.SameAs), numberOr(r.Replaces), numberOr(r.ReplacedBy), r.SHA256, r.NotPrinted,
	}
}

// numberOr is a document's number, or nothing.
func numberOr(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// way is which way a document went.
func (e *Entry) way() string {
	if e.Sent {
		return "out"
	}
	return "in"
}
