package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/proof"
)

// takeoutPage is how many rows are read at once by those who read all.
const takeoutPage = 1000

// ShipmentTakeout is a shipment with its records.
type ShipmentTakeout struct {
	ShipmentSummary
	MemoSalt proof.Hash            `json:"memo_salt"` // opens the ledger's commitment to the documents
	MemoRoot proof.Hash            `json:"memo_root"`
	Records  []ShipmentRecordState `json:"records"`
}

// ShipmentRecordState is one record of a shipment.
type ShipmentRecordState struct {
	Item   string     `json:"item"`
	State  string     `json:"state"`
	Origin proof.Hash `json:"origin"` // with the leaf, the record's name on the ledger
	Leaf   proof.Hash `json:"leaf"`
}

// EachShipment calls fn with every shipment, the newest first.
func (d *Desk) EachShipment(ctx context.Context, fn func(ShipmentTakeout) error) error {
	f := ShipmentFilter{Limit: ShipmentsListMax}
	for {
		page, err := d.Shipments(ctx, f)
		if err != nil {
			return err
		}
		for _, s := range page {
			out := ShipmentTakeout{ShipmentSummary: s, Records: []ShipmentRecordState{}}
			err := d.vault.View(ctx, func(tx *sql.Tx) error {
				row, err := loadShipment(tx, s.ID, false)
				if err != nil {
					return err
				}
				for _, it := range row.items {
					out.Records = append(out.Records, ShipmentRecordState{it.path, shipmentStates[it.status], it.origin, it.leaf})
				}
				var salt, root []byte
				if err := tx.QueryRow(`SELECT memo_salt, memo_root FROM trace_shipment WHERE id = ?`, s.ID[:]).Scan(&salt, &root); err != nil {
					return err
				}
				copy(out.MemoSalt[:], salt)
				copy(out.MemoRoot[:], root)
				return nil
			})
			if err != nil {
				return fmt.Errorf("couldn't read shipment %s: %w", s.ID, err)
			}
			if err := fn(out); err != nil {
				return err
			}
			f.Before = s.Number
		}
		if len(page) < ShipmentsListMax {
			return nil
		}
	}
}

// PartnerTakeout is a partner with whom receiving keys were exchanged.
type PartnerTakeout struct {
	Org     string    `json:"org"`
	Updated time.Time `json:"updated"` // its sealing key, for the last time
	SealKey []byte    `json:"seal_key"`
}

// EachPartner calls fn with every partner, in the order of their ids.
func (d *Desk) EachPartner(ctx context.Context, fn func(PartnerTakeout) error) error {
	return eachRow(ctx, d, fn, "", func(p PartnerTakeout) string { return p.Org }, `SELECT org, updated, seal_key FROM trace_partner WHERE org > ? ORDER BY org LIMIT ?`,
		func(rows *sql.Rows) (p PartnerTakeout, err error) {
			var updated int64
			err = rows.Scan(&p.Org, &updated, &p.SealKey)
			p.Updated = time.Unix(updated, 0).UTC()
			return p, err
		})
}

// DispenseTakeout is a pack that was dispensed here.
type DispenseTakeout struct {
	Item    string     `json:"item"`
	At      time.Time  `json:"at"`
	Reason  string     `json:"reason"`
	Salt    proof.Hash `json:"salt"`    // opens the ledger's commitment to the reason
	Settled bool       `json:"settled"` // it is on the ledger, or on its way
}

// EachDispense calls fn with every pack that was dispensed, in the order of paths.
func (d *Desk) EachDispense(ctx context.Context, fn func(DispenseTakeout) error) error {
	return eachRow(ctx, d, fn, "", func(t DispenseTakeout) string { return t.Item }, `SELECT path, at, reason, salt, entry FROM trace_dispense WHERE path > ? ORDER BY path LIMIT ?`,
		func(rows *sql.Rows) (t DispenseTakeout, err error) {
			var at int64
			var salt, entry []byte
			if err = rows.Scan(&t.Item, &at, &t.Reason, &salt, &entry); err == nil {
				t.Reason, err = d.vault.OpenText(dispenseContext(t.Item), t.Reason)
			}
			t.At, t.Settled = time.Unix(at, 0).UTC(), entry != nil
			copy(t.Salt[:], salt)
			return t, err
		})
}

// eachRow reads a table page after page by its key.
func eachRow[T any](ctx context.Context, d *Desk, fn func(T) error, after string, key func(T) string, query string, scan func(*sql.Rows) (T, error)) error {
	for {
		var page []T
		err := d.vault.View(ctx, func(tx *sql.Tx) error {
			page = page[:0]
			rows, err := tx.QueryContext(ctx, query, after, takeoutPage)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				one, err := scan(rows)
				if err != nil {
					return err
				}
				page = append(page, one)
			}
			return rows.Err()
		})
		if err != nil {
			return fmt.Errorf("couldn't read the private store: %w", err)
		}
		for _, one := range page {
			if err := fn(one); err != nil {
				return err
			}
			after = key(one)
		}
		if len(page) < takeoutPage {
			return nil
		}
	}
}
