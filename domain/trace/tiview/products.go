package tiview

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"

	"pedigree/format/dscsa"
)

// learn lets the catalogue take over what the document says of products. Its day is the
// sender's, unless that clock is ahead of the day on which it came.
func (p *processing) learn(ctx context.Context) error {
	products := dscsa.ProductsOf(p.reading.Header)
	if p.d.Products == nil || p.entry.State == Refused || p.entry.aside() || len(products) == 0 {
		return nil
	}
	asOf := p.entry.Created
	if asOf.IsZero() || asOf.After(p.entry.Came) {
		asOf = p.entry.Came
	}
	who := cmp.Or(glnOf(p.summary.Sender), p.entry.Seller, p.entry.Partner)
	err := p.d.Vault.Update(ctx, func(tx *sql.Tx) error {
		return p.d.Products.Learn(ctx, tx, who, asOf, p.entry.doc, products)
	})
	if err != nil {
		return fmt.Errorf("couldn't learn from the document: %w", err)
	}
	return nil
}

// names asks the catalogue for products, each once.
func (d *Documents) names(ctx context.Context, gtins map[string]string) error {
	if d.Products == nil || len(gtins) == 0 {
		return nil
	}
	return d.Vault.View(ctx, func(tx *sql.Tx) error {
		for gtin := range gtins {
			name, err := d.Products.Name(tx, gtin)
			if err != nil {
				return err
			}
			gtins[gtin] = name
		}
		return nil
	})
}

// nameLots says what the products of a document's lots are called: as the document does,
// or else as the catalogue does.
func (d *Documents) nameLots(ctx context.Context, s *Summary) error {
	said := map[string]string{}
	for _, shipment := range s.Shipments {
		for _, p := range shipment.Products {
			if p.Name != "" {
				said[p.GTIN] = strings.TrimSpace(p.Name + " " + p.Strength)
			}
		}
	}
	unsaid := map[string]string{}
	for _, l := range s.Lots {
		if said[l.GTIN] == "" {
			unsaid[l.GTIN] = ""
		}
	}
	if err := d.names(ctx, unsaid); err != nil {
		return err
	}
	for i, l := range s.Lots {
		s.Lots[i].Product = cmp.Or(said[l.GTIN], unsaid[l.GTIN])
	}
	return nil
}

// nameUnnamed finds what the catalogue calls the products that a document has no name of.
func (d *Documents) nameUnnamed(ctx context.Context, p *Printed) error {
	unsaid := map[string]string{}
	for i := range p.Shipments {
		for _, l := range p.Shipments[i].Lots {
			if l.Product.Name == "" {
				unsaid[cmp.Or(l.Product.GTIN, l.GTIN)] = ""
			}
		}
	}
	if err := d.names(ctx, unsaid); err != nil {
		return err
	}
	for i := range p.Shipments {
		lots := p.Shipments[i].Lots
		for j := range lots {
			lots[j].Known = unsaid[cmp.Or(lots[j].Product.GTIN, lots[j].GTIN)]
		}
	}
	return nil
}
