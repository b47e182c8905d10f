package traceview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// Confirm takes the goods of a departure that was prepared out of the network: call it
// when they have left the house. What of them the ledger refuses stays reserved, and the
// departure not confirmed. The same call again completes one that was cut off, and
// changes nothing of one that was confirmed.
func (d *Desk) Confirm(ctx context.Context, id proof.Hash) (LeaveReport, error) {
	report, err := d.confirm(ctx, id)
	if err != nil {
		return report, fmt.Errorf("couldn't confirm that goods have left the network: %w", err)
	}
	return report, nil
}

func (d *Desk) confirm(ctx context.Context, id proof.Hash) (LeaveReport, error) {
	report := LeaveReport{Shipment: &id, Items: []string{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	var row departureRow
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		row, err = d.departure(tx, id)
		return err
	})
	if err != nil {
		return report, err
	}
	report.Items = row.paths
	l := departing{request: LeaveRequest{Surface: row.surface, Buyer: row.buyer, Document: row.doc, Reason: row.reason}, id: id, prepared: true, back: row.back}
	done, err := d.enact(ctx, "leave", keyOfAct("confirm", row.paths, id.String()), func(w *work) error {
		now, err := loadShipment(w.tx, id, false)
		switch {
		case err != nil:
			return err
		case now.status == shipmentStayed:
			return api.Coded(fmt.Errorf("the departure %s was called off, and its goods are free for others", id), ledger.Conflict, "trace/called-off", "prepare it anew: pedigree depart ITEM --to "+row.partner)
		case now.status == shipmentLeft:
			return nil
		}
		return l.plan(w, row.paths)
	})
	if err != nil {
		return report, err
	}
	report.Refused, report.Entries = append(report.Refused, done.refused...), append(report.Entries, done.entries...)
	if err := d.forgetStayed(ctx, done.refused); err != nil {
		return report, err
	}
	if err := d.vault.Update(ctx, func(tx *sql.Tx) error { return settleLeaving(tx, id) }); err != nil {
		return report, err
	}
	if err := d.vault.View(ctx, func(tx *sql.Tx) error { return countLeft(tx, row.paths, &report) }); err != nil {
		return report, err
	}
	report.Note, err = d.undeliveredNote(ctx, id)
	return report, err
}

// undeliveredNote says of a departure that its buyer doesn't have its data.
func (d *Desk) undeliveredNote(ctx context.Context, id proof.Hash) (string, error) {
	data, _, err := d.dataRouted(ctx, id)
	if err != nil || IsDelivered(data) {
		return "", err
	}
	return fmt.Sprintf("the buyer's data of it is %s: it has to have it no later than the goods; send it (pedigree ti send %s), or see pedigree parcels list", data, id), nil
}

// settleLeaving notes what of a departure has left. It is confirmed when all has.
func settleLeaving(tx *sql.Tx, id proof.Hash) error {
	_, err := tx.Exec(`UPDATE pick_leaving SET waits = 0 WHERE departure = ? AND waits = 1 AND EXISTS (SELECT 1 FROM trace_item i WHERE i.path = pick_leaving.path AND i.status = ?)`, id[:], StatusLeft)
	if err == nil {
		_, err = tx.Exec(`UPDATE trace_shipment SET status = ? WHERE id = ? AND status = ? AND NOT EXISTS (SELECT 1 FROM pick_leaving WHERE departure = ? AND waits = 1)`,
			shipmentLeft, id[:], shipmentLeaving, id[:])
	}
	if err != nil {
		return fmt.Errorf("couldn't note what has left: %w", err)
	}
	return nil
}

// callOff gives up a departure that is not confirmed: its data is no longer sent, as far
// as it wasn't, and its goods are free.
func (d *Desk) callOff(ctx context.Context, s shipmentRow, r *VoidReport) error {
	d.exchanges.Lock()
	defer d.exchanges.Unlock()
	var here, all []string
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		row, err := d.departure(tx, s.id)
		if err == nil {
			all = row.paths
			here, err = mayCallOff(tx, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.withdraw != nil {
		if r.Withdrawn, err = d.withdraw(ctx, s.id); err != nil {
			return err
		}
	}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		end := shipmentStayed
		if len(here) < len(all) {
			end = shipmentLeft // the rest of it
		}
		if _, err := tx.Exec(`UPDATE trace_shipment SET status = ? WHERE id = ? AND status = ?`, end, s.id[:], shipmentLeaving); err != nil {
			return fmt.Errorf("couldn't note that the departure was called off: %w", err)
		}
		if _, err := tx.Exec(`UPDATE pick_leaving SET waits = 0 WHERE departure = ?`, s.id[:]); err != nil {
			return fmt.Errorf("couldn't free its goods: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.Back = append(r.Back, here...)
	data, _, err := d.dataRouted(ctx, s.id)
	if err == nil && IsDelivered(data) {
		r.Next = fmt.Sprintf("partner %s has its data already: tell it that these goods don't come", s.partner)
	}
	return err
}

// mayCallOff are the things of a departure that haven't left. One of which all has is
// refused.
func mayCallOff(tx queryer, row departureRow) (here []string, err error) {
	for _, path := range row.paths {
		it, err := mustItem(tx, path)
		if err != nil {
			return nil, err
		}
		top, err := topOf(tx, it)
		if err != nil {
			return nil, err
		}
		if top.status != StatusLeft {
			here = append(here, path)
		}
	}
	if row.status == shipmentLeft || len(here) == 0 {
		return nil, api.Coded(fmt.Errorf("what the departure %s names has left, so it can't be called off", row.id), ledger.Conflict, "trace/left", "goods that come back: pedigree reenter ITEM")
	}
	return here, nil
}
