package caseview

import (
	"context"
	"database/sql"
	"fmt"
)

// OfEvidence tells whether a document of the private store is evidence in a case, or a
// message of one. A photo is until its case is closed: people may be in the picture, and
// what it showed stays in words.
func OfEvidence(ctx context.Context, tx *sql.Tx, document int64) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM case_evidence e JOIN case_case k ON k.number = e.case_number WHERE e.document = $1 AND (e.kind <> $2 OR k.closed = 0)) + (SELECT COUNT(*) FROM case_message WHERE document = $1)`, document, EvidencePhoto).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("couldn't look whether document %d is evidence in a case: %w", document, err)
	}
	return n > 0, nil
}
