package tiview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// EraseDocument removes what entries keep of a document of the private store, in the
// transaction that destroys it: its identifiers, and the marks by which it was found.
// Which packages and lots it was about, and from whom and when, stays. It returns the
// documents that were made of it, which name people where it does, and the deliveries
// that brought it.
func (d *Documents) EraseDocument(ctx context.Context, tx *sql.Tx, doc int64) (made []int64, deliveries []proof.Hash, err error) {
	made, deliveries, err = cameWith(ctx, tx, doc)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't find the entries of document %d: %w", doc, err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM ti_number WHERE document IN (SELECT n FROM ti_document WHERE doc = $1)`, doc); err != nil {
		return nil, nil, fmt.Errorf("couldn't erase the numbers of document %d: %w", doc, err)
	}
	var digest [32]byte
	rand.Read(digest[:])
	_, err = tx.ExecContext(ctx, `UPDATE ti_document SET summary = 0, digest = $1, instance = '', po = NULL, events = NULL, delivery = NULL WHERE doc = $2`, digest[:], doc)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't erase the entries of document %d: %w", doc, err)
	}
	return made, deliveries, nil
}

func cameWith(ctx context.Context, tx *sql.Tx, doc int64) (made []int64, deliveries []proof.Hash, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT summary, delivery FROM ti_document WHERE doc = $1`, doc)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var summary int64
		var delivery []byte
		if err := rows.Scan(&summary, &delivery); err != nil {
			return nil, nil, err
		}
		if summary > 0 {
			made = append(made, summary)
		}
		if len(delivery) == proof.HashSize {
			deliveries = append(deliveries, proof.Hash(delivery))
		}
	}
	return made, deliveries, rows.Err()
}
