package tiview

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
)

// Mention is what one document says of a thing.
type Mention struct {
	Document int64
	Lot      string
	Expiry   string // CCYY-MM-DD
	In       string // path of what it is in
	Inferred bool   // it was shipped only through what it is in
	Seller   string // GLN
	Buyer    string // GLN
	Shipped  time.Time
	Signed   bool // a partner's node brought the document, which it signed
	Own      bool // this organisation is the seller
}

// Named finds what the documents say of things, those shipped last first: each that can
// be used, and that none has taken the place of.
func (d *Documents) Named(ctx context.Context, tx *sql.Tx, paths []string) (map[string][]Mention, error) {
	own, err := d.GLNs(ctx)
	if err != nil {
		return nil, fmt.Errorf("couldn't look goods up in the documents: %w", err)
	}
	found := map[string][]Mention{}
	for part := range slices.Chunk(paths, hereMax) {
		if err := named(ctx, tx, part, found); err != nil {
			return nil, fmt.Errorf("couldn't look goods up in the documents: %w", err)
		}
	}
	for _, list := range found {
		for i := range list {
			list[i].Own = slices.Contains(own, list[i].Seller)
		}
		slices.SortFunc(list, func(a, b Mention) int {
			return cmp.Or(b.Shipped.Compare(a.Shipped), cmp.Compare(b.Document, a.Document))
		})
	}
	return found, nil
}

// named looks by serial number, by which lines are in order, and leaves out other
// products with the same one.
func named(ctx context.Context, tx *sql.Tx, paths []string, found map[string][]Mention) error {
	wanted := make(map[string]bool, len(paths))
	args := []any{int(Matched), int(Waiting), int(Checked)}
	var places []string
	for _, path := range paths {
		wanted[path] = true
		args = append(args, serialOfPath(path))
		places = append(places, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := tx.QueryContext(ctx, `SELECT l.path, l.document, l.lot, l.expiry, l.container, l.inferred, d.seller, d.buyer, d.shipped, d.means
		FROM ti_line l JOIN ti_document d ON d.n = l.document WHERE d.state IN ($1, $2, $3) AND `+byThemselves+` AND l.serial IN (`+strings.Join(places, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var m Mention
		var path, means string
		var shipped int64
		var inferred int
		if err := rows.Scan(&path, &m.Document, &m.Lot, &m.Expiry, &m.In, &inferred, &m.Seller, &m.Buyer, &shipped, &means); err != nil {
			return err
		}
		if !wanted[path] || len(found[path]) >= mentionsMax {
			continue
		}
		m.Inferred, m.Shipped, m.Signed = inferred != 0, moment(shipped), means == WayNode
		found[path] = append(found[path], m)
	}
	return rows.Err()
}

// serialOfPath is what lines are found by.
func serialOfPath(path string) string {
	n := dscsa.Node{Path: path}
	if _, after, ok := strings.Cut(path, "/21/"); ok {
		if serial, err := gs1.UnescapePath(after); err == nil {
			n.Serial = serial
		}
	}
	return serialOf(&n)
}

// NamesLot finds a document that tells of a lot, and can be used: the last one, or 0.
func (d *Documents) NamesLot(ctx context.Context, tx *sql.Tx, gtin, lot string) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(o.document), 0) FROM ti_lot o JOIN ti_document d ON d.n = o.document
		WHERE o.gtin = $1 AND o.lot = $2 AND d.state IN ($3, $4, $5) AND `+byThemselves, gtin, lot, int(Matched), int(Waiting), int(Checked)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("couldn't look lot %s up in the documents: %w", lot, err)
	}
	return n, nil
}
