package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// What becomes of an offer that nobody received by its deadline (Config.Reclaim).
const (
	ReclaimAsk  = "ask"  // a person takes it back
	ReclaimAuto = "auto" // it is taken back by itself
)

// Reclaim takes back what of a shipment nobody received by its deadline. Before that only
// the receiver can give it back. The same call again completes one that was cut off, and
// finds it done.
func (d *Desk) Reclaim(ctx context.Context, id proof.Hash) (VoidReport, error) {
	r, err := d.reclaim(ctx, id)
	if err != nil {
		return r, fmt.Errorf("couldn't take the shipment back: %w", err)
	}
	return r, nil
}

func (d *Desk) reclaim(ctx context.Context, id proof.Hash) (VoidReport, error) {
	s, r, err := d.onOffer(ctx, id)
	if err == nil {
		err = mayVoid(s)
	}
	if err != nil {
		return r, err
	}
	if _, now := d.chain.Status(); int64(now) <= s.deadline {
		return r, fmt.Errorf("%s can receive it until %s; until then only it can give the goods back, by rejecting them (pedigree void stops a file that isn't delivered)", s.partner, r.Deadline.Format("2006-01-02 15:04 MST"))
	}
	if r.Withdrawn, err = d.withdrawFile(ctx, s); err != nil {
		return r, err
	}
	return r, d.takeBack(ctx, s, &r)
}

// overdue are our offers that can't be received any more and are not taken back, the
// oldest first.
func (d *Desk) overdue(ctx context.Context) ([]proof.Hash, error) {
	_, now := d.chain.Status()
	var list []proof.Hash
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT s.id FROM trace_shipment s WHERE s.direction = ? AND s.status = ? AND s.deadline < ?
			AND `+stillOffered+` ORDER BY s.n LIMIT ?`, directionOut, shipmentOffered, int64(now), ShipmentsListMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id []byte
			if err := rows.Scan(&id); err != nil {
				return err
			}
			list = append(list, proof.Hash(id))
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't look for offers that nobody received: %w", err)
	}
	return list, nil
}

// stillOffered says of a shipment s that something of it is on offer by the stock too.
var stillOffered = fmt.Sprintf(`EXISTS (SELECT 1 FROM trace_shipment_item i JOIN trace_item t ON t.path = i.path WHERE i.shipment = s.id AND i.status = %d AND t.status = %d)`, shipmentOffered, StatusOffered)

// ReclaimOverdue takes back every offer that nobody received in time, where the policy
// says so, and returns how many it took back.
func (d *Desk) ReclaimOverdue(ctx context.Context) (int, error) {
	if d.reclaims != ReclaimAuto {
		return 0, nil
	}
	list, err := d.overdue(ctx)
	if err != nil {
		return 0, err
	}
	for i, id := range list {
		if _, err := d.Reclaim(ctx, id); err != nil {
			return i, err
		}
	}
	return len(list), nil
}
