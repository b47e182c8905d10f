package traceview

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// RecalledLot is a lot of a product that is recalled.
type RecalledLot struct {
	GTIN      string
	Lot       string // empty: each lot of the product
	Class     int    // 1 to 3 (21 CFR 7.3(m)); 0 when it isn't known
	Reference string // number or name of the notice; empty for a recall on the ledger
}

// RecalledLots are the lots of all products that are recalled today: by a recall on the
// ledger of what is known here, or by a notice that is loaded.
func (d *Desk) RecalledLots(ctx context.Context) ([]RecalledLot, error) {
	var list []RecalledLot
	today := d.now().UTC().Truncate(24 * time.Hour).Unix()
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT gtin, lot, class, ref FROM verdict_notice WHERE from_day <= $1 AND (to_day = 0 OR to_day >= $1) LIMIT $2`, today, NoticesListMax)
		if err != nil {
			return err
		}
		if list, err = scanRecalled(rows, list); err != nil {
			return err
		}
		var some bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM trace_recalled)`).Scan(&some); err != nil || !some {
			return err
		}
		rows, err = tx.Query(`SELECT DISTINCT l.gtin, l.lot, 0, '' FROM trace_recalled r
			JOIN trace_commission c ON c.origin = r.origin JOIN trace_item i ON i.commission = c.id JOIN trace_lot l ON l.id = i.lot LIMIT $1`, NoticesListMax)
		if err != nil {
			return err
		}
		list, err = scanRecalled(rows, list)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the lots that are recalled: %w", err)
	}
	slices.SortFunc(list, func(a, b RecalledLot) int {
		return cmp.Or(cmp.Compare(a.GTIN, b.GTIN), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Reference, b.Reference))
	})
	return list, nil
}

func scanRecalled(rows *sql.Rows, list []RecalledLot) ([]RecalledLot, error) {
	defer rows.Close()
	for rows.Next() {
		var one RecalledLot
		if err := rows.Scan(&one.GTIN, &one.Lot, &one.Class, &one.Reference); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}
