package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
)

// Products is a catalogue of products.
type Products interface {
	// Learn takes over what a checked document says of products. Who is its sender: a GLN,
	// or an id on the ledger.
	Learn(ctx context.Context, tx *sql.Tx, who string, asOf time.Time, document int64, products []dscsa.Product) error
	// Name is what a product is called, or "" where nobody says.
	Name(tx *sql.Tx, gtin string) (string, error)
	// Duty is by what ground the law's duties of tracing don't hold for a thing on a day,
	// by its path; that of a product is /01/ with its GTIN.
	Duty(tx *sql.Tx, path string, on time.Time) (verdict.Duty, error)
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
	if c.d.products == nil || h == nil {
		return nil
	}
	asOf := h.CreationDate
	if asOf.IsZero() || asOf.After(c.now) {
		asOf = c.now
	}
	return c.d.products.Learn(ctx, tx, c.d.sign.Org(), asOf, c.doc, dscsa.ProductsOf(h))
}
