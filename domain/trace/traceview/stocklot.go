package traceview

import (
	"database/sql"
	"fmt"
)

// lot is one lot of one product.
type lot struct {
	id     int64  // row of trace_lot; 0 when it has not been saved
	gtin   string // 14 digits
	number string // GS1 AI (10)
	expiry string // YYMMDD with day 00 resolved
}

// lotID returns the row of a lot, making it when it is new.
func lotID(tx *sql.Tx, l lot) (int64, error) {
	if _, err := tx.Exec(`INSERT INTO trace_lot (gtin, lot, expiry) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, l.gtin, l.number, l.expiry); err != nil {
		return 0, fmt.Errorf("couldn't write lot %s of %s: %w", l.number, l.gtin, err)
	}
	var id int64
	err := tx.QueryRow(`SELECT id FROM trace_lot WHERE gtin = ? AND lot = ? AND expiry = ?`, l.gtin, l.number, l.expiry).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("couldn't read lot %s of %s: %w", l.number, l.gtin, err)
	}
	return id, nil
}
