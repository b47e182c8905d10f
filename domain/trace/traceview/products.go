package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// Products is a catalogue of products.
type Products interface {
	// Learn takes over what a checked document says of products. Who is its sender: a GLN,
	// or an id on the ledger.
	Learn(ctx context.Context, tx *sql.Tx, who string, asOf time.Time, document int64, products []dscsa.Product) error
	// Name is what a product is called, or "" where nobody says.
	Name(tx *sql.Tx, gtin string) (string, error)
	// Known is what holds today of a product; what nobody says is empty.
	Known(tx *sql.Tx, gtin string) (dscsa.Product, error)
	// Exempt is by what ground the law's duties of tracing don't hold for a thing, by its
	// path, for the transaction in which it came; and whether anybody claims one.
	Exempt(tx *sql.Tx, path string) (verdict.Duty, bool, error)
	// Duty is by what ground they don't hold for a product on a day, by its GTIN.
	Duty(tx *sql.Tx, gtin string, on time.Time) (verdict.Duty, error)
}

// product is what a thing is called, or "".
func (j *judging) product(path string) (string, error) {
	gtin := productOf(path)
	if gtin == "" || j.d.products == nil {
		return "", nil
	}
	name, known := j.names[gtin]
	if !known {
		var err error
		if name, err = j.d.products.Name(j.tx, gtin); err != nil {
			return "", fmt.Errorf("couldn't look up what product %s is called: %w", gtin, err)
		}
		j.names[gtin] = name
	}
	return name, nil
}

// learn lets the catalogue take over what a captured document says of products, as this
// organisation's word.
func (c *capturing) learn(ctx context.Context, tx *sql.Tx, h *epcis.Header) error {
	return c.d.learn(ctx, tx, c.d.sign.Org(), c.doc, h)
}

// learn lets the catalogue take over what the document of a shipment says of products, as
// the sender's word, once anything of it is taken. A document that nothing was taken by
// may be one that nobody should believe.
func (in *receiving) learn(ctx context.Context, tx *sql.Tx) error {
	for i := range in.content.Goods {
		if in.accepts(i) {
			return in.d.learn(ctx, tx, in.file.From, in.docs[0], in.header)
		}
	}
	return nil
}

// learn takes over what a checked document says of products, as the word of who. Its day is
// the document's, unless the clock that it was written by is ahead.
func (d *Desk) learn(ctx context.Context, tx *sql.Tx, who string, doc int64, h *epcis.Header) error {
	if d.products == nil || h == nil {
		return nil
	}
	asOf, now := h.CreationDate, d.now()
	if asOf.IsZero() || asOf.After(now) {
		asOf = now
	}
	return d.products.Learn(ctx, tx, who, asOf, doc, dscsa.ProductsOf(h))
}

// products completes what upstream says of the products by the catalogue: its receiver
// needs each one's name, strength and code. What is said already stays as it is.
func (s *shippingDocument) products(ctx context.Context) error {
	if s.d.products == nil {
		return nil
	}
	said := map[string]dscsa.Product{}
	for _, p := range dscsa.ProductsOf(s.header) {
		said[p.GTIN] = p
	}
	return s.d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, gtin := range s.gtins() {
			known, err := s.d.products.Known(tx, gtin)
			if err != nil {
				return fmt.Errorf("couldn't look up product %s: %w", gtin, err)
			}
			if known = known.Without(said[gtin]); said[gtin].Name != "" || known.Name != "" {
				s.complete(known)
			}
		}
		return nil
	})
}

// gtins are those of the goods, in order.
func (s *shippingDocument) gtins() []string {
	var list []string
	for path := range s.parents {
		if gtin := productOf(path); gtin != "" {
			list = append(list, gtin)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// complete adds attributes to what the header says of a product.
func (s *shippingDocument) complete(p dscsa.Product) {
	el := p.Element(dscsa.ClassURI(s.prefixes, p.GTIN))
	if len(el.Attributes) == 0 {
		return
	}
	for i := range s.header.Vocabulary {
		v := &s.header.Vocabulary[i]
		for j := range v.Elements {
			path, err := gs1.CanonicalPath(v.Elements[j].ID)
			if err == nil && v.Type == epcis.VocabularyEPCClass && productOf(path) == p.GTIN {
				v.Elements[j].Attributes = append(slices.Clip(v.Elements[j].Attributes), el.Attributes...)
				return
			}
		}
	}
	s.element(epcis.VocabularyEPCClass, el)
}
