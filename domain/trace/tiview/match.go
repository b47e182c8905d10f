package tiview

import (
	"context"
	"database/sql"
	"fmt"
)

// match looks whether the goods of a document are here now.
func (d *Documents) match(ctx context.Context, e Entry) (bool, error) {
	var s Summary
	if err := d.readSummary(ctx, e.summary, &s); err != nil {
		return false, err
	}
	var tops []string
	for _, shipment := range s.Shipments {
		tops = append(tops, shipment.Tops...)
	}
	here, err := d.allHere(ctx, tops)
	if err != nil || !here {
		return false, err
	}
	return true, d.Vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE ti_document SET state = $1 WHERE n = $2 AND state = $3`, int(Matched), e.Number, int(Waiting))
		return err
	})
}

// GoodsCame looks whether the goods of documents that wait for them are here now, as
// after a receipt.
func (d *Documents) GoodsCame(ctx context.Context, documents []int64) error {
	for _, n := range documents {
		e, err := d.Entry(ctx, n)
		if err == nil && e.State == Waiting {
			_, err = d.match(ctx, e)
		}
		if err != nil {
			return fmt.Errorf("couldn't match document %d with goods: %w", n, err)
		}
	}
	return nil
}
