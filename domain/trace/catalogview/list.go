package catalogview

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// Filter chooses products for a listing.
type Filter struct {
	Text      string // in a name, a manufacturer, an owner or a GTIN, whatever the case; or an NDC, however it is written
	Number    string // the first digits of the GTIN
	Differing bool   // only those of which sources differ and nobody has settled it
	After     string // the last GTIN of the page before
	Limit     int
}

// Page is a part of a listing.
type Page struct {
	Products []Listed `json:"products"`
	Next     string   `json:"next,omitempty" doc:"Give it as after for the next page"`
}

// Listed is a product in a listing.
type Listed struct {
	GTIN         string `json:"gtin"`
	NDC          string `json:"ndc,omitempty"`
	Name         string `json:"name,omitempty"`
	Strength     string `json:"strength,omitempty"`
	Form         string `json:"form,omitempty"`
	Manufacturer string `json:"manufacturer,omitempty"`
	Owner        string `json:"owner,omitempty"`
	Open         int    `json:"open_conflicts"`
}

// List lists products by their GTINs. A search by a text looks at 20 000 products at
// most and says where to go on.
func (c *Catalogue) List(ctx context.Context, f Filter) (p Page, err error) {
	if f.Limit <= 0 {
		f.Limit = ListDefault
	}
	f.Limit = min(f.Limit, ListMax)
	for _, s := range []string{f.Number, f.After} {
		if len(s) > 14 || !digits(s) {
			return p, invalid("%q is no beginning of a GTIN", s)
		}
	}
	p.Products = []Listed{}
	now, text := c.vault.Now(), strings.ToLower(f.Text)
	err = c.vault.View(ctx, func(tx *sql.Tx) error {
		rest := 14 - len(f.Number)
		first, last := f.Number+strings.Repeat("0", rest), f.Number+strings.Repeat("9", rest)
		return c.page(tx, &p, f, now, text, max(first, f.After), last)
	})
	return p, err
}

func (c *Catalogue) page(tx *sql.Tx, p *Page, f Filter, now time.Time, text, first, last string) error {
	between := gtinsBetween
	if f.Differing {
		between = differingBetween
	}
	for scanned := 0; scanned < scannedMax; {
		gtins, err := between(tx, first, last, f.Limit+1)
		if err != nil || len(gtins) == 0 || len(gtins) == 1 && gtins[0] == f.After {
			p.Next = ""
			return err
		}
		for _, gtin := range gtins {
			first, p.Next = gtin, gtin
			if scanned++; gtin == f.After {
				continue
			}
			facts, _, err := c.Product(tx, gtin, now)
			if err != nil {
				return err
			}
			if l := listed(facts); l.has(text) {
				p.Products = append(p.Products, l)
			}
			if len(p.Products) == f.Limit {
				return nil
			}
		}
		f.After = first
	}
	return nil
}

func listed(f Facts) Listed {
	l := Listed{GTIN: f.GTIN, NDC: f.NDC, Name: f.Name, Strength: f.Strength, Form: f.Form, Manufacturer: f.Manufacturer, Owner: f.Owner}
	for _, k := range f.Conflicts {
		if k.State == Open {
			l.Open++
		}
	}
	return l
}

func (l Listed) has(text string) bool {
	return text == "" || strings.Contains(strings.ToLower(strings.Join([]string{l.Name, l.Manufacturer, l.Owner, l.NDC, l.GTIN}, "\n")), text) ||
		l.NDC != "" && same(FieldNDC, l.NDC, text)
}

// Find tells what is known of the product that a text names, on a day; of today, when it
// is zero.
func (c *Catalogue) Find(ctx context.Context, text string, on time.Time) (f Facts, err error) {
	if on.IsZero() {
		on = c.vault.Now()
	}
	err = c.vault.View(ctx, func(tx *sql.Tx) error {
		gtin, err := c.GTINOf(tx, text)
		if err != nil {
			return err
		}
		known := false
		if f, known, err = c.told(tx, gtin, on); err != nil {
			return err
		}
		if !known && len(f.Ledger) == 0 {
			return missing("nothing is known of product %s; enter it with pedigree product set", gtin)
		}
		return nil
	})
	return f, err
}

// told is Product with what the ledger says, and whether the product's ground counts.
func (c *Catalogue) told(tx *sql.Tx, gtin string, on time.Time) (f Facts, known bool, err error) {
	if f, known, err = c.Product(tx, gtin, on); err != nil {
		return f, known, err
	}
	if f.DutyDoubt, err = c.doubt(tx, f, dayOf(on)); err != nil || c.registry == nil {
		return f, known, err
	}
	f.Ledger, err = c.registry.Rights(gtin)
	return f, known, err
}

// Loads are the files that were loaded, the newest first, at most 1000.
func (c *Catalogue) Loads(ctx context.Context) (list []Load, err error) {
	err = c.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT l.id, s.kind, s.who, l.as_of, l.loaded, l.document, l.line_count, l.changed, l.bad_count
			FROM catalogue_load l JOIN catalogue_source s ON s.id = l.source ORDER BY l.id DESC LIMIT $1`, ListMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		list = []Load{}
		for rows.Next() {
			var l Load
			var asOf, loaded int64
			if err := rows.Scan(&l.ID, &l.Source.Kind, &l.Source.Who, &asOf, &loaded, &l.Source.Document, &l.Rows, &l.Changed, &l.Bad); err != nil {
				return err
			}
			l.Source.AsOf, l.Loaded = timeOf(asOf), time.UnixMilli(loaded).UTC()
			list = append(list, l)
		}
		return rows.Err()
	})
	return list, err
}
