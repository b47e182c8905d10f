package caseview

import (
	"context"
	"database/sql"
	"fmt"
)

// OfEvidence tells whether a document of the private store is evidence in a case, or a
// message of one.
func OfEvidence(ctx context.Context, tx *sql.Tx, document int64) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM case_evidence WHERE document = $1) + (SELECT COUNT(*) FROM case_message WHERE document = $1)`, document).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("couldn't look whether document %d is evidence in a case: %w", document, err)
	}
	return n > 0, nil
}
