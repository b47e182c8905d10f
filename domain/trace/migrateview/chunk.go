package migrateview

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/format/stocklist"
	"pedigree/internal/vault"
)

// chunk is some lines being dealt with.
type chunk struct {
	c        *carrying
	items    []item
	findings []finding
	claimed  int
}

// find notes something about a line.
func (k *chunk) find(line int, path, rule, text string) {
	k.findings = append(k.findings, finding{line, path, rule, workOfRule(rule), textUpTo(text, textBytesMax)})
}

// deal decides about the lines at hand, takes what goes in into the stock, and asks what
// may be sold.
func (c *carrying) deal(tx *sql.Tx) (*chunk, error) {
	k := &chunk{c: c}
	about, err := c.gather(tx)
	if err != nil {
		return nil, err
	}
	k.claimed = len(c.faults)
	for _, f := range c.faults {
		k.find(f.Line, "", f.Rule, cell(f))
	}
	for i := range c.lines {
		l := &c.lines[i]
		for _, n := range l.Notes {
			k.find(l.Number, l.Path, n.Rule, cell(n))
		}
		k.items = append(k.items, k.decide(l, about))
	}
	if err := k.take(tx); err != nil {
		return nil, err
	}
	return k, k.judge(tx)
}

// cell is what is wrong, with the column that it is in.
func cell(f stocklist.Fault) string {
	if f.Column == "" {
		return f.Text
	}
	return f.Column + ": " + f.Text
}

// sellerKey is a sale, as far as a seller's standing depends on it.
type sellerKey struct {
	gln string
	day string
}

// parcel is what goes into the stock with one document's ground.
type parcel struct {
	document int64
	seller   string
	day      string // of the sale, or on which it came
	grade    int
}

// take puts what goes in into the stock.
func (k *chunk) take(tx *sql.Tx) error {
	parcels := map[parcel][]dscsa.Package{}
	var order []parcel
	for i := range k.items {
		it := &k.items[i]
		if it.grade == 0 || it.grade == traceview.KnownProved {
			continue
		}
		if it.grade == traceview.KnownOwn {
			if err := k.leadOf(tx, it); err != nil {
				return err
			}
		}
		p := parcelOf(it)
		if _, ok := parcels[p]; !ok {
			order = append(order, p)
		}
		parcels[p] = append(parcels[p], packageOf(it))
	}
	for _, p := range order {
		if err := k.bring(tx, p, parcels[p]); err != nil {
			return err
		}
	}
	return nil
}

// leadOf tells of a thing that no document names whether one names its lot.
func (k *chunk) leadOf(tx *sql.Tx, it *item) error {
	l := it.line
	if it.change != ChangeNew || l.GTIN == "" || l.Lot == "" {
		return nil
	}
	key := [2]string{l.GTIN, l.Lot}
	n, ok := k.c.lots[key]
	if !ok {
		var err error
		if n, err = k.c.m.Archive.NamesLot(k.c.ctx, tx, l.GTIN, l.Lot); err != nil {
			return err
		}
		if len(k.c.lots) < lotsKept {
			k.c.lots[key] = n
		}
	}
	if n > 0 {
		k.find(l.Number, l.Path, RuleLotOnly, fmt.Sprintf("Document %d names lot %s, and not this serial number.", n, l.Lot))
	}
	return nil
}

func parcelOf(it *item) parcel {
	p := parcel{document: it.document, seller: it.mention.Seller, grade: it.grade, day: it.line.Received}
	if it.document == 0 {
		p.seller = it.line.SellerGLN
	}
	if !it.mention.Shipped.IsZero() {
		p.day = it.mention.Shipped.Format(time.DateOnly)
	}
	return p
}

// packageOf is a thing as its document tells of it, or else the list.
func packageOf(it *item) dscsa.Package {
	l, m := it.line, it.mention
	p := dscsa.Package{Path: l.Path, Kind: l.Kind, GTIN: l.GTIN, Serial: l.Serial, Lot: cmp.Or(m.Lot, l.Lot), Expiry: cmp.Or(m.Expiry, l.Expiry), In: l.In}
	if p.Lot == "" || p.Expiry == "" {
		p.Lot, p.Expiry = "", "" // one without the other names no lot
	}
	return p
}

// bring takes one parcel into the stock.
func (k *chunk) bring(tx *sql.Tx, p parcel, packages []dscsa.Package) error {
	c := k.c
	at := c.m.Now()
	if day, err := time.Parse(time.DateOnly, p.day); err == nil && day.Before(at) {
		at = day
	}
	o := traceview.Outside{Document: p.document, Seller: p.seller, Packages: packages, At: at, Known: p.grade, Run: c.row.n, Authority: traceview.Authority{Word: traceview.SellerUnknown}}
	if p.document != 0 && p.seller != "" {
		var err error
		if o.Authority, err = c.seller(tx, sellerKey{p.seller, p.day}, at); err != nil {
			return err
		}
	}
	if _, err := c.m.Goods.TakeOutside(tx, o); err != nil {
		return err
	}
	if p.document == 0 || p.seller == "" || c.renewed[p.document] {
		return nil
	}
	c.renewed[p.document] = true
	return c.m.Goods.OutsideAuthority(tx, p.document, o.Authority)
}

// seller asks once for each sale whether who sold was an authorised trading partner.
func (c *carrying) seller(tx *sql.Tx, key sellerKey, at time.Time) (traceview.Authority, error) {
	if a, ok := c.sellers[key]; ok {
		return a, nil
	}
	a, err := c.m.Goods.SellerOf(tx, traceview.Seller{GLN: key.gln, At: at}, fmt.Sprintf("stock list %d", c.row.n))
	if err == nil && len(c.sellers) < sellersKept {
		c.sellers[key] = a
	}
	return a, err
}

// judge asks of all that is in stock whether it may be sold.
func (k *chunk) judge(tx *sql.Tx) error {
	var paths []string
	var of []*item
	for i := range k.items {
		if k.items[i].grade != 0 {
			paths, of = append(paths, k.items[i].line.Path), append(of, &k.items[i])
		}
	}
	answers, err := k.c.m.Goods.JudgeIn(tx, paths)
	if err != nil {
		return err
	}
	for i := range answers {
		a, it := &answers[i], of[i]
		it.rule, it.work = a.Rule, workOf(a.Word)
		if it.work == Stop {
			k.findings = append(k.findings, finding{it.line.Number, a.Path, a.Rule, Stop, textUpTo(a.Text, textBytesMax)})
		}
	}
	return nil
}

// write keeps what was decided, and counts it.
func (k *chunk) write(ctx context.Context, tx *sql.Tx, r *row) error {
	t := &r.tally
	t.Read += len(k.c.lines) + len(k.c.faults)
	t.Claimed += k.claimed
	slices.SortFunc(k.items, func(a, b item) int { return cmp.Compare(a.line.Path, b.line.Path) })
	bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{
		Name: "migrate_item", Columns: []string{"run", "path", "line", "grade", "document", "work", "rule", "place", "received", "sealed"}, SkipExisting: true,
	})
	if err != nil {
		return err
	}
	for i := range k.items {
		it := &k.items[i]
		if it.rule == RuleDuplicate {
			continue // the earlier line keeps its row
		}
		if it.grade != 0 {
			t.Grades[it.grade]++
			t.Changes[it.change]++
			t.Answers[it.rule]++
		}
		sealed, err := k.c.m.remarks(r.n, it.line)
		if err != nil {
			return err
		}
		if err := bulk.Add(r.n, it.line.Path, it.line.Number, it.grade, it.document, int(it.work), it.rule, it.line.Place, it.line.Received, sealed); err != nil {
			return err
		}
	}
	if _, err := bulk.Flush(); err != nil {
		return err
	}
	return k.writeFindings(ctx, tx, r)
}

// remarks seals what people wrote of a thing; nothing where they wrote nothing.
func (m *Migrations) remarks(run int64, l *stocklist.Line) (any, error) {
	if l.Seller == "" && l.Reference == "" {
		return nil, nil
	}
	plain, err := json.Marshal(remark{Seller: l.Seller, Reference: l.Reference})
	if err != nil {
		return nil, err
	}
	return m.Vault.SealValue(itemContext(run, l.Path), plain)
}

// remark is what a list's people wrote of a thing.
type remark struct {
	Seller    string `json:"seller,omitempty"`
	Reference string `json:"reference,omitempty"`
}

// writeFindings keeps findings up to their limit, and counts all of them.
func (k *chunk) writeFindings(ctx context.Context, tx *sql.Tx, r *row) error {
	bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{Name: "migrate_finding", Columns: []string{"run", "n", "line", "path", "rule", "work", "sealed"}})
	if err != nil {
		return err
	}
	slices.SortStableFunc(k.findings, func(a, b finding) int { return cmp.Compare(a.line, b.line) })
	for _, f := range k.findings {
		if f.work != Stop { // an answer, which is counted as one
			r.tally.Found[f.rule]++
		}
		if r.findings >= FindingsMax {
			continue
		}
		r.findings++
		sealed, err := k.c.m.Vault.SealValue(findingContext(r.n, int64(r.findings)), []byte(f.text))
		if err != nil {
			return err
		}
		if err := bulk.Add(r.n, r.findings, f.line, f.path, f.rule, int(f.work), sealed); err != nil {
			return err
		}
	}
	_, err = bulk.Flush()
	return err
}
