package partnerview

import (
	"context"
	"database/sql"
	"fmt"
)

// OfList tells whether a document of the private store is a list of licences.
func OfList(ctx context.Context, tx *sql.Tx, document int64) (bool, error) {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM partner_list WHERE document = $1`, document).Scan(&n); err != nil {
		return false, fmt.Errorf("couldn't look whether document %d is a list of licences: %w", document, err)
	}
	return n > 0, nil
}
