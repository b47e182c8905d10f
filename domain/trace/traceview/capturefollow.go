package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/domain/org"
	"pedigree/format/gs1"
	"pedigree/ledger"
)

// shipment is a shipping event whose goods are ready to go.
type dueShipment struct {
	event       int64
	ordinal     int
	line        int
	destination string // identifier of the owning party
	paths       []string
}

// dispense notes what was dispensed, here and at once; the ledger learns it in a
// batch, later.
func (w *work) dispense(a *act) error {
	for _, path := range a.paths {
		salt := w.d.reasonSalt(a.row)
		err := w.d.putDispense(w.tx, path, a.at.Unix(), a.reason, salt[:], nil, ` ON CONFLICT DO NOTHING`)
		if err == nil {
			_, err = w.tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusDispensed, path)
		}
		if err != nil {
			return fmt.Errorf("couldn't note that %s was dispensed: %w", path, err)
		}
	}
	return nil
}

// postpone notes the goods of a shipping event, which can go once everything
// planned before stands on the ledger.
func (w *work) postpone(a *act) error {
	for i, path := range a.paths {
		if _, err := w.tx.Exec(`INSERT INTO trace_due (event, n, path) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, a.row, i, path); err != nil {
			return fmt.Errorf("couldn't note that %s is to be shipped: %w", path, err)
		}
	}
	return nil
}

// follow ships what the document's shipping events name, to partners whose
// prekeys are here. What can't go yet is noted and stays due: the same document,
// captured again, ships it.
func (c *capturing) follow(ctx context.Context) error {
	due, err := c.due(ctx)
	if err != nil {
		return err
	}
	for i := range due {
		if err := c.ship(ctx, &due[i]); err != nil {
			return err
		}
	}
	return c.to(ctx, CaptureDone)
}

// due lists the document's shipments that haven't gone.
func (c *capturing) due(ctx context.Context) ([]dueShipment, error) {
	var list []dueShipment
	err := c.d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT d.event, d.path, e.ordinal, e.line, e.destination FROM trace_due d JOIN trace_event e ON e.id = d.event
			WHERE d.event >= ? AND d.event < ? ORDER BY d.event, d.n`, eventID(c.doc, 0), eventID(c.doc+1, 0))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s dueShipment
			var path string
			if err := rows.Scan(&s.event, &path, &s.ordinal, &s.line, &s.destination); err != nil {
				return err
			}
			if n := len(list); n == 0 || list[n-1].event != s.event {
				list = append(list, s)
			}
			last := &list[len(list)-1]
			last.paths = append(last.paths, path)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list what is to be shipped: %w", err)
	}
	return list, nil
}

// ship sends one shipment, or notes why it can't go.
func (c *capturing) ship(ctx context.Context, s *dueShipment) error {
	to, err := c.d.orgOfPlace(s.destination)
	if err != nil {
		return err
	}
	if to == "" {
		c.later(s, "unknown-receiver", fmt.Sprintf("%s belongs to no member of this network, so the goods can't be offered to it on the ledger", s.destination))
		return nil
	}
	have, err := c.d.HasPrekeys(ctx, to)
	if err != nil {
		return err
	}
	if have < len(s.paths) {
		c.later(s, "needs-prekeys", fmt.Sprintf("%d things are shipped to %s, of which %d prekeys are here; ask it for a prekey file, import it and capture the document again", len(s.paths), to, have))
		return nil
	}
	report, _, err := c.d.Ship(ctx, ShipRequest{Items: s.paths, To: to, Document: c.doc, Reserved: Reserved{ReleaseReservation: true}}) // it has gone
	switch {
	case err == nil:
		c.report.Shipments = append(c.report.Shipments, CaptureShipment{ID: report.ID, To: to, Items: len(s.paths)})
		return c.shipped(ctx, s)
	case errors.Is(err, errShipped):
		return c.shipped(ctx, s)
	case ctx.Err() != nil || errors.Is(err, errCrash):
		return err
	}
	c.later(s, "not-shipped", err.Error())
	return nil
}

func (c *capturing) later(s *dueShipment, rule, text string) {
	c.report.Notes = append(c.report.Notes, CaptureNote{s.ordinal, s.line, rule, text})
}

func (c *capturing) shipped(ctx context.Context, s *dueShipment) error {
	return c.d.vault.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM trace_due WHERE event = ?`, s.event); err != nil {
			return fmt.Errorf("couldn't note that the goods were shipped: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE trace_event SET outcome = ? WHERE id = ?`, outcomeDone, s.event); err != nil {
			return fmt.Errorf("couldn't note that the goods were shipped: %w", err)
		}
		return nil
	})
}

// orgOfPlace is the member under whose GS1 company prefix a party or place
// stands, or "".
func (d *Desk) orgOfPlace(id string) (string, error) {
	path, err := gs1.CanonicalPath(id)
	if err != nil || len(path) < len("/414/")+13 || path[:5] != "/414/" && path[:5] != "/417/" {
		return "", nil
	}
	var to string
	err = d.chain.Read(func(s ledger.State) error {
		to, _ = org.PrefixOwner(s, path[5:18])
		return nil
	})
	return to, err
}
