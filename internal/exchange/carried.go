package exchange

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"

	"pedigree/proof"
)

// CarriedDocument is a document of the store that is on its way to a partner's node, or
// was.
type CarriedDocument struct {
	ID       proof.Hash // of the delivery
	To       string
	Document int64
	Created  time.Time
}

// Carried lists documents of a kind that were queued at a moment or later, the oldest
// first; of those of the moment itself, which is told in seconds, those behind a delivery.
func (x *Exchange) Carried(ctx context.Context, kind string, since time.Time, after []byte, limit int) ([]CarriedDocument, error) {
	list := []CarriedDocument{}
	if after == nil {
		after = []byte{}
	}
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, partner, reference, created FROM exchange_out
			WHERE kind = $1 AND reference IS NOT NULL AND (created > $2 OR created = $2 AND id > $3) ORDER BY created, id LIMIT $4`, kind, since.Unix(), after, min(limit, ListMax))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c CarriedDocument
			var id, reference []byte
			var created int64
			if err := rows.Scan(&id, &c.To, &reference, &created); err != nil {
				return err
			}
			c.ID, c.Created = proof.Hash(id), unix(created)
			if len(reference) == 8 {
				c.Document = int64(binary.BigEndian.Uint64(reference))
			}
			list = append(list, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the documents on their way to partners: %w", err)
	}
	return list, nil
}
