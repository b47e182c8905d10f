package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/proof"
)

// Gone tells of canonical paths which ones this organisation shipped to a partner who
// received them. At most HereMax are asked for at once.
func (d *Desk) Gone(ctx context.Context, partner string, paths []string) (map[string]bool, error) {
	if len(paths) > HereMax {
		return nil, fmt.Errorf("couldn't look for goods: %d are asked for at once, more than %d", len(paths), HereMax)
	}
	gone := make(map[string]bool, len(paths))
	if len(paths) == 0 {
		return gone, nil
	}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, path := range paths {
			it, ok, err := loadItem(tx, path)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			top, err := topOf(tx, it)
			if err != nil {
				return err
			}
			gone[path] = top.status == StatusAway && top.partner == partner
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look for goods: %w", err)
	}
	return gone, nil
}

// ShipmentWith tells with which partner a shipment is, in either direction.
func (d *Desk) ShipmentWith(ctx context.Context, id proof.Hash) (partner string, found bool, err error) {
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT partner FROM trace_shipment WHERE id = $1`, id[:]).Scan(&partner)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("couldn't look for a shipment: %w", err)
	}
	return partner, true, nil
}
