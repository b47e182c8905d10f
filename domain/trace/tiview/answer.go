package tiview

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/vault"
)

// ErrTooWide says that a search finds more than one answer holds.
var ErrTooWide = errors.New("the search finds more than one answer holds")

// Question is what an inspector, or who asks on one's behalf, wants to see.
type Question struct {
	Search
	AskedBy string // in words, such as an office and the number of its request
	By      string // who answers
}

// Answer is what a search found, both of what came and of what left, with what it can't
// speak of.
type Answer struct {
	AskedBy    string      `json:"asked_by,omitempty" doc:"Who asked, as was said"`
	By         string      `json:"by,omitempty" doc:"Who answered"`
	At         time.Time   `json:"at" doc:"What is in the answer is as of then"`
	Drill      bool        `json:"drill,omitempty" doc:"Made in a network for practice"`
	Asked      []Condition `json:"asked" doc:"All of which hold; none: everything was asked for"`
	Documents  int         `json:"documents"`
	Sent       int         `json:"sent" doc:"Of the documents: those that left from here"`
	Packages   int         `json:"packages" doc:"Of the documents that are printed"`
	First      time.Time   `json:"first,omitzero" doc:"When the first document of all came or left; there is nothing of before"`
	Rows       []AnswerRow `json:"rows" doc:"The documents, in the order of shipment"`
	NotCovered []string    `json:"not_covered" doc:"What the answer can't speak of"`
	Limits     []api.Said  `json:"limits" doc:"The codes of not_covered, in their order"`
}

// Condition is one word of a search.
type Condition struct {
	What  string `json:"what"`
	Value string `json:"value"`
}

// AnswerRow is one document of an answer.
type AnswerRow struct {
	Entry
	Outcome      string        `json:"outcome,omitempty" doc:"What became of one that left, or of the shipment that it came with"`
	Became       api.Said      `json:"became,omitzero" doc:"The code of outcome"`
	Name         string        `json:"name,omitempty"`
	SHA256       string        `json:"sha256,omitempty"`
	Transactions []Transaction `json:"transactions"`
	Lots         []Lot         `json:"lots"`
	NotPrinted   string        `json:"not_printed,omitempty" doc:"Why the answer has the row alone"`
	Left         api.Said      `json:"left,omitzero" doc:"The code of not_printed"`
}

// Transaction is one change of owner of a document.
type Transaction struct {
	Seller    string    `json:"seller,omitempty"`
	SellerGLN string    `json:"seller_gln,omitempty"`
	Buyer     string    `json:"buyer,omitempty"`
	BuyerGLN  string    `json:"buyer_gln,omitempty"`
	Sold      time.Time `json:"sold" doc:"Date of the transaction"`
	Shipped   time.Time `json:"shipped"`
	PO        string    `json:"po,omitempty"`
	DESADV    string    `json:"desadv,omitempty" doc:"Number of the despatch advice"`
	Return    bool      `json:"return,omitempty"`
}

// Answer searches what came and what left, and describes what it found.
func (d *Documents) Answer(ctx context.Context, q Question) (*Answer, error) {
	a, err := d.answer(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("couldn't answer the inspector: %w", err)
	}
	return a, nil
}

func (d *Documents) answer(ctx context.Context, q Question) (*Answer, error) {
	if len(q.AskedBy) > NameBytesMax {
		return nil, fmt.Errorf("%w: who asked has more than %d bytes", ErrWanting, NameBytesMax)
	}
	if q.Way == ByThemselves {
		q.Way = WayBoth
	}
	behind, err := d.CatchUp(ctx, CatchUpMax)
	if err != nil {
		return nil, err
	}
	a := &Answer{Drill: d.Drill, AskedBy: q.AskedBy, By: q.By, At: d.Now().UTC(), Asked: q.conditions(), Rows: []AnswerRow{}}
	q.Limit, q.Before = AnswerDocumentsMax+1, 0
	list, err := d.list(ctx, q.Search)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(e Entry) bool { return e.State == Given })
	if len(list) > AnswerDocumentsMax {
		return nil, fmt.Errorf("%w: more than %d documents; %s", ErrTooWide, AnswerDocumentsMax, q.narrower())
	}
	slices.SortFunc(list, func(x, y Entry) int { return cmp.Or(x.Shipped.Compare(y.Shipped), cmp.Compare(x.Number, y.Number)) })
	printed := map[int64]bool{}
	for _, e := range list {
		printed[e.Number] = true
	}
	for _, e := range list {
		row, err := d.answerRow(ctx, e, printed)
		if err != nil {
			return nil, err
		}
		a.add(row)
	}
	if a.Packages > AnswerPackagesMax {
		return nil, fmt.Errorf("%w: %d packages in %d documents, and at most %d are printed; %s", ErrTooWide, a.Packages, a.Documents, AnswerPackagesMax, q.narrower())
	}
	return a, d.notCovered(ctx, a, q, behind)
}

func (a *Answer) add(row AnswerRow) {
	a.Rows = append(a.Rows, row)
	a.Documents++
	if row.Sent {
		a.Sent++
	}
	if row.NotPrinted == "" {
		a.Packages += row.Packages
	}
}

// narrower says by which words a search can be made to find less.
func (q *Question) narrower() string {
	var words []string
	for _, w := range []struct {
		given bool
		text  string
	}{
		{!q.From.IsZero() && !q.To.IsZero(), "days that are closer together (from, to)"},
		{q.Lot != "", "a lot"},
		{q.Item != "" || q.Serial != "", "a package or pallet"},
		{q.Partner != "", "a partner"},
		{q.Number != "" || q.PO != "", "the number of an order or despatch advice"},
	} {
		if !w.given || strings.Contains(w.text, "closer") {
			words = append(words, w.text)
		}
	}
	return "ask again with " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// conditions are the words of a question, as they are read.
func (q *Question) conditions() []Condition {
	list := []Condition{}
	to := q.To
	if !to.IsZero() {
		to = to.AddDate(0, 0, -1)
	}
	way := map[Way]string{WayIn: "what came", WayOut: "what left"}[q.Way]
	state := q.State.String()
	for _, c := range []Condition{
		{"GTIN", q.GTIN},
		{"NDC", q.NDC},
		{"lot", q.Lot},
		{"serial number or SSCC", q.Serial},
		{"package, case or logistic unit", q.Item},
		{"partner", q.Partner},
		{"order", q.PO},
		{"number of a document", q.Number},
		{"shipped from", dayOf(q.From)},
		{"shipped until", dayOf(to)},
		{"way", way},
		{"state", state},
	} {
		if c.Value != "" {
			list = append(list, c)
		}
	}
	return list
}

// dayOf is a day, or nothing.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return day(t)
}

func (d *Documents) answerRow(ctx context.Context, e Entry, printed map[int64]bool) (AnswerRow, error) {
	row := AnswerRow{Entry: e, Transactions: []Transaction{}, Lots: []Lot{}}
	var err error
	if e.aside() {
		if row.Became, err = d.outcome(ctx, e.Number); err != nil {
			return row, err
		}
		row.Outcome = row.Became.Text
	}
	kept, err := d.stored(ctx, e.doc)
	switch {
	case errors.Is(err, vault.ErrNotFound):
		row.leave("row/erased")
		return row, nil
	case err != nil:
		return row, err
	}
	row.Name, row.SHA256 = kept.Name, hex.EncodeToString(kept.SHA256[:])
	switch {
	case e.State == Arrived:
		row.leave("row/arriving")
	case e.State == Refused:
		row.leave("row/refused", "document", strconv.FormatInt(e.Number, 10))
	case e.State == Duplicate && printed[e.SameAs]:
		row.leave("row/duplicate", "document", strconv.FormatInt(e.SameAs, 10))
	case e.Packages > PrintPackagesMax:
		row.leave("row/large", "packages", strconv.Itoa(e.Packages), "most", strconv.Itoa(PrintPackagesMax))
	}
	s := Summary{Lots: []Lot{}}
	from := e
	if e.summary == 0 && e.SameAs > 0 {
		if from, err = d.Entry(ctx, e.SameAs); err != nil {
			return row, err
		}
	}
	if from.summary > 0 {
		if err := d.readSummary(ctx, from.summary, &s); err != nil {
			return row, err
		}
	}
	if err := d.nameLots(ctx, &s); err != nil {
		return row, err
	}
	row.Transactions, row.Lots = transactionsOf(s.Shipments), saleable(s.Lots)
	return row, nil
}

// saleable leaves out lots of cases, whose packages are listed.
func saleable(list []Lot) []Lot {
	packs := slices.DeleteFunc(slices.Clone(list), func(l Lot) bool { return l.Packages == 0 })
	if len(packs) == 0 {
		return list
	}
	return packs
}

func transactionsOf(list []*dscsa.Shipment) []Transaction {
	out := []Transaction{}
	for _, s := range list {
		out = append(out, Transaction{
			Seller: s.Seller.Name, SellerGLN: s.Seller.GLN, Buyer: s.Buyer.Name, BuyerGLN: s.Buyer.GLN,
			Sold: s.Sold, Shipped: s.Shipped, PO: s.PO, DESADV: s.DESADV, Return: s.Return,
		})
	}
	return out
}

// notCovered says what an answer can't speak of.
func (d *Documents) notCovered(ctx context.Context, a *Answer, q Question, behind bool) error {
	var refused, arriving []int64
	var first int64
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MIN(came), 0) FROM ti_document`).Scan(&first); err != nil {
			return err
		}
		for state, to := range map[State]*[]int64{Refused: &refused, Arrived: &arriving} {
			rows, err := tx.QueryContext(ctx, `SELECT n FROM ti_document WHERE state = $1 ORDER BY n DESC LIMIT $2`, int(state), answerNumbersShown+1)
			if *to, err = scanNumbers(rows, err); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.First = moment(first)
	a.limit("limit/other-ways")
	if first > 0 {
		a.limit("limit/older", "day", day(a.First))
	}
	if behind {
		a.limit("limit/behind")
	}
	if len(arriving) > 0 {
		a.limit("limit/arriving", "documents", listed(arriving))
	}
	if len(refused) > 0 && q.State != Refused {
		a.limit("limit/refused", "documents", listed(refused))
	}
	if q.Serial != "" || q.Item != "" {
		a.limit("limit/sealed")
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		a.limit("limit/no-day")
	}
	return nil
}

// scanNumbers reads the numbers of documents that a query lists.
func scanNumbers(rows *sql.Rows, err error) (list []int64, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// listed writes numbers of documents, and that there are more.
func listed(list []int64) string {
	var words []string
	for _, n := range list[:min(len(list), answerNumbersShown)] {
		words = append(words, fmt.Sprint(n))
	}
	text := strings.Join(words, ", ")
	if len(list) > answerNumbersShown {
		text += ", …"
	}
	return text
}
