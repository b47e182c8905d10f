package traceview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// PickSummary is one open pick of a listing.
type PickSummary struct {
	ID      proof.Hash `json:"id"`
	Order   string     `json:"order,omitempty"`
	Created time.Time  `json:"created"`
	Until   time.Time  `json:"until"`
	Items   int        `json:"items" doc:"Things that it reserves still"`
	Packs   int        `json:"packs"`
}

// Picks lists the picks that are open, the newest first.
func (d *Desk) Picks(ctx context.Context) ([]PickSummary, error) {
	list := []PickSummary{}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT p.id, p.order_no, p.created, p.until, COUNT(r.path), COALESCE(SUM(r.packs), 0) FROM pick_pick p LEFT JOIN pick_reserved r ON r.pick = p.id
			WHERE p.until > ? GROUP BY p.id, p.order_no, p.created, p.until ORDER BY p.created DESC, p.id LIMIT ?`, d.now().Unix(), PicksMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s PickSummary
			var id, order []byte
			var created, until int64
			if err := rows.Scan(&id, &order, &created, &until, &s.Items, &s.Packs); err != nil {
				return err
			}
			plain, err := d.vault.OpenValue(orderContext(id), order)
			if err != nil {
				return err
			}
			s.ID, s.Order, s.Created, s.Until = proof.Hash(id), string(plain), time.Unix(created, 0).UTC(), time.Unix(until, 0).UTC()
			list = append(list, s)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the picks: %w", err)
	}
	return list, nil
}

// PickOf returns an open pick with what it reserves still.
func (d *Desk) PickOf(ctx context.Context, id proof.Hash) (PickReport, error) {
	r := PickReport{ID: &id, Items: []PickedItem{}, Missing: []PickMissing{}}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		var order, missing []byte
		var until int64
		err := tx.QueryRowContext(ctx, `SELECT order_no, missing, until FROM pick_pick WHERE id = ? AND until > ?`, id[:], d.now().Unix()).Scan(&order, &missing, &until)
		if errors.Is(err, sql.ErrNoRows) {
			return noPick(id)
		}
		if err != nil {
			return err
		}
		plain, err := d.vault.OpenValue(orderContext(id[:]), order)
		if err != nil {
			return err
		}
		r.Order, r.Until = string(plain), time.Unix(until, 0).UTC()
		if plain, err = d.vault.OpenValue(missingContext(id[:]), missing); err != nil {
			return err
		}
		if err := json.Unmarshal(plain, &r.Missing); err != nil {
			return err
		}
		return r.load(tx)
	})
	if err != nil {
		return r, fmt.Errorf("couldn't read the pick: %w", err)
	}
	return r, nil
}

// load reads what a pick reserves.
func (r *PickReport) load(tx *sql.Tx) error {
	rows, err := tx.Query(`SELECT i.path, i.kind, COALESCE(l.gtin, ''), COALESCE(l.lot, ''), COALESCE(l.expiry, ''), r.packs, i.surfaced, COALESCE(i.sealed_in, ''), COALESCE(i.packed_in, '')
		FROM pick_reserved r JOIN trace_item i ON i.path = r.path LEFT JOIN trace_lot l ON l.id = i.lot WHERE r.pick = ? ORDER BY i.path LIMIT ?`, r.ID[:], PickPacksMax)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p PickedItem
		var it item
		if err := rows.Scan(&p.Path, &p.Kind, &p.GTIN, &p.Lot, &p.Expiry, &p.Packs, &it.surfaced, &it.sealedIn, &it.packedIn); err != nil {
			return err
		}
		p.In = inside(&it)
		r.Items = append(r.Items, p)
	}
	return rows.Err()
}

// DropPick ends a pick: what it reserved is free again.
func (d *Desk) DropPick(ctx context.Context, id proof.Hash) error {
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM pick_reserved WHERE pick = ?`, id[:]); err != nil {
			return err
		}
		done, err := tx.Exec(`DELETE FROM pick_pick WHERE id = ?`, id[:])
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, noPick(id))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("couldn't drop the pick: %w", err)
	}
	return nil
}

func noPick(id proof.Hash) error {
	return fmt.Errorf("there is no open pick %s; it was dropped, shipped, or its %d hours are over: %w", id, PickHours, vault.ErrNotFound)
}

// endReservations frees what goes out of the house, and ends the picks of which nothing
// is left.
func endReservations(tx *sql.Tx, paths func(yield func(string) bool)) error {
	var open int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM pick_pick`).Scan(&open); err != nil || open == 0 {
		return err
	}
	for p := range paths {
		if _, err := tx.Exec(`DELETE FROM pick_reserved WHERE path = ?`, p); err != nil {
			return fmt.Errorf("couldn't end the reservation of %s: %w", p, err)
		}
	}
	if _, err := tx.Exec(`DELETE FROM pick_pick WHERE NOT EXISTS (SELECT 1 FROM pick_reserved r WHERE r.pick = pick_pick.id)`); err != nil {
		return fmt.Errorf("couldn't end picks: %w", err)
	}
	return nil
}

// sealJSON seals a value in JSON for one place of the private store.
func sealJSON(v *vault.Vault, context string, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return v.SealValue(context, plain)
}
