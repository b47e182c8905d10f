package catalogview

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/vault"
)

// entry is what a source says of a product from a day on, to be kept.
type entry struct {
	gtin     string
	from, to int64
	values   Values
}

// standing is the newest of what a source said of a product from a day on.
type standing struct {
	n    int64
	to   int64
	mark []byte
}

type fromDay struct {
	gtin string
	from int64
}

// marks reads what a source has said of the products of a range.
func marks(tx *sql.Tx, source int64, first, last string) (map[fromDay]standing, error) {
	rows, err := tx.Query(`SELECT gtin, from_day, n, to_day, mark FROM catalogue_fact WHERE gtin >= $1 AND gtin <= $2 AND source = $3 ORDER BY gtin, source, from_day, n`, first, last, source)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[fromDay]standing{}
	for rows.Next() {
		var k fromDay
		var s standing
		if err := rows.Scan(&k.gtin, &k.from, &s.n, &s.to, &s.mark); err != nil {
			return nil, err
		}
		known[k] = s
	}
	return known, rows.Err()
}

// put keeps entries, in the order of their GTINs and each product and day once, where
// the source hasn't said the same. It returns whose facts are new.
func (c *Catalogue) put(ctx context.Context, tx *sql.Tx, s Source, entries []entry) (changed []string, err error) {
	if len(entries) == 0 {
		return nil, nil
	}
	known, err := marks(tx, s.id, entries[0].gtin, entries[len(entries)-1].gtin)
	if err != nil {
		return nil, err
	}
	bulk, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{Name: "catalogue_fact", Columns: []string{"gtin", "source", "from_day", "n", "to_day", "as_of", "document", "mark", "sealed"}})
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		plain, err := json.Marshal(e.values) // fields in their order
		if err != nil {
			return nil, err
		}
		mark := c.mark("fact", string(plain))
		old, had := known[fromDay{e.gtin, e.from}]
		if had && old.to == e.to && bytes.Equal(old.mark, mark) {
			continue
		}
		r := row{gtin: e.gtin, source: s, from: e.from, n: old.n + 1}
		if r.sealed, err = c.vault.SealValue(r.context(), plain); err != nil {
			return nil, err
		}
		if err := bulk.Add(r.gtin, s.id, r.from, r.n, e.to, dayOf(s.AsOf), s.Document, mark, r.sealed); err != nil {
			return nil, err
		}
		changed = append(changed, e.gtin)
	}
	_, err = bulk.Flush()
	return changed, err
}

// lay keeps what a source says of a product from a day on, over what it said before:
// what it leaves out still holds.
func (c *Catalogue) lay(ctx context.Context, tx *sql.Tx, s Source, gtin string, from int64, values Values) (bool, error) {
	before, err := c.saidBy(tx, s.id, gtin, from)
	if err != nil {
		return false, err
	}
	merged := Values{}
	maps.Copy(merged, before)
	for field, text := range values {
		if merged[field] = text; text == "" {
			delete(merged, field)
		}
	}
	if maps.Equal(merged, before) {
		return false, nil
	}
	changed, err := c.put(ctx, tx, s, []entry{{gtin: gtin, from: from, values: merged}})
	return len(changed) > 0, err
}

// saidBy is what a source said of a product by a day.
func (c *Catalogue) saidBy(tx *sql.Tx, source int64, gtin string, day int64) (Values, error) {
	rows, err := tx.Query(`SELECT from_day, n, sealed FROM catalogue_fact WHERE gtin = $1 AND source = $2 AND from_day <= $3 ORDER BY from_day DESC, n DESC LIMIT 1`, gtin, source, day)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	r := row{gtin: gtin, source: Source{id: source}}
	if err := rows.Scan(&r.from, &r.n, &r.sealed); err != nil {
		return nil, err
	}
	err = c.open(&r)
	return r.values, err
}

// Set enters what the organisation itself knows of a product, from a day on. An empty
// value takes back what was entered.
func (c *Catalogue) Set(ctx context.Context, text string, values Values, from string) (f Facts, err error) {
	if len(values) == 0 {
		return f, invalid("nothing is said of the product; give at least one field")
	}
	if err := values.check(); err != nil {
		return f, err
	}
	day, err := parseDay(from, c.today())
	if err != nil {
		return f, err
	}
	err = c.vault.Update(ctx, func(tx *sql.Tx) error {
		gtin, err := c.GTINOf(tx, text)
		if err != nil {
			return err
		}
		s := Source{Kind: KindOwn, AsOf: c.vault.Now()}
		if s.id, err = sourceID(tx, s.Kind, ""); err != nil {
			return err
		}
		if _, err := c.lay(ctx, tx, s, gtin, day, values); err != nil {
			return err
		}
		if err := c.compare(tx, gtin); err != nil {
			return err
		}
		f, _, err = c.told(tx, gtin, c.vault.Now())
		return err
	})
	return f, err
}

// Learn takes over what a checked document says of products. Who is its sender, by GLN
// or by id on the ledger; for products under a company prefix of the sender the document
// is the label owner's word. What can't be kept is left out: a document is never refused
// for it.
func (c *Catalogue) Learn(ctx context.Context, tx *sql.Tx, who string, asOf time.Time, document int64, products []dscsa.Product) error {
	if who == "" || len(who) > valueBytesMax {
		return nil
	}
	for _, p := range products[:min(len(products), learnedMax)] {
		values := Values{}
		for field, text := range map[string]string{
			FieldNDC: p.NDC, FieldName: p.Name, FieldStrength: p.Strength, FieldForm: p.Form, FieldNetContent: p.NetContent, FieldManufacturer: p.Manufacturer,
		} {
			if text = clean(text); text != "" && (field != FieldNDC || len(ndcForms(text)) > 0) {
				values[field] = text
			}
		}
		if len(values) == 0 {
			continue
		}
		s := Source{Kind: KindPartner, Who: who, AsOf: asOf, Document: document}
		err := c.learn(ctx, tx, s, p.GTIN, values)
		if known := new(api.Refusal); errors.As(err, known) {
			return nil // the catalogue holds no more sources
		}
		if err != nil {
			return fmt.Errorf("couldn't learn of product %s: %w", p.GTIN, err)
		}
	}
	return nil
}

func (c *Catalogue) learn(ctx context.Context, tx *sql.Tx, s Source, gtin string, values Values) error {
	if c.registry != nil {
		owns, err := c.registry.Belongs(gtin, s.Who)
		if err != nil {
			return err
		}
		if owns {
			s.Kind = KindOwner
		}
	}
	var err error
	if s.id, err = sourceID(tx, s.Kind, s.Who); err != nil {
		return err
	}
	changed, err := c.lay(ctx, tx, s, gtin, dayOf(s.AsOf), values)
	if err != nil || !changed {
		return err
	}
	return c.compare(tx, gtin)
}
