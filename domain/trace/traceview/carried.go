package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/proof"
)

// CarriedDocument is the document of a shipment that went out or came in.
type CarriedDocument struct {
	Number   int64 // of the shipment, in the order in which they were noted
	Shipment proof.Hash
	Outgoing bool
	Partner  string
	Document int64
	Created  time.Time
}

// CarriedDocuments lists the documents of shipments behind a number, the oldest first:
// those that went out, from when they are planned, and those that came in, from when they
// are received.
func (d *Desk) CarriedDocuments(ctx context.Context, after int64, limit int) ([]CarriedDocument, error) {
	list := []CarriedDocument{}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT n, id, direction, partner, doc, created FROM trace_shipment WHERE n > ? AND COALESCE(doc, 0) > 0 ORDER BY n LIMIT ?`, after, min(limit, ShipmentsListMax))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c CarriedDocument
			var id []byte
			var direction int
			var created int64
			if err := rows.Scan(&c.Number, &id, &direction, &c.Partner, &c.Document, &created); err != nil {
				return err
			}
			c.Shipment, c.Outgoing, c.Created = proof.Hash(id), direction == directionOut, time.Unix(created, 0).UTC()
			list = append(list, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the documents of shipments: %w", err)
	}
	return list, nil
}
