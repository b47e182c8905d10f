package traceview

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"

	"pedigree/proof"
)

// Behind is what this organisation's own records hold of an entry: the ledger shows only
// commitments to it.
type Behind struct {
	Own       bool             `json:"own" doc:"This organisation's desk sent it"`
	Things    []string         `json:"things" doc:"Goods that it is about, at most 20 of them"`
	Shipments []BehindShipment `json:"shipments" doc:"Shipments that it began or ended"`
}

// BehindShipment is a shipment that an entry began or ended.
type BehindShipment struct {
	ID       string `json:"id"`
	Outgoing bool   `json:"outgoing"`
	Partner  string `json:"partner"`
	Document int64  `json:"document,omitempty" doc:"Number of the document that goes with it"`
}

// behindMax bounds the things and the shipments of one answer.
const behindMax = 20

// BehindEntry finds what this organisation's own records hold of an entry. Nothing at all
// means that it is others' business.
func (d *Desk) BehindEntry(ctx context.Context, id proof.Hash) (Behind, error) {
	out := Behind{Things: []string{}, Shipments: []BehindShipment{}}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM trace_envelope WHERE id = ?`, id[:]).Scan(&out.Own); err != nil {
			return err
		}
		if err := out.shipments(ctx, tx, id); err != nil {
			return err
		}
		return out.things(tx, id)
	})
	if err != nil {
		return Behind{}, fmt.Errorf("couldn't look behind entry %s: %w", id, err)
	}
	return out, nil
}

func (b *Behind) shipments(ctx context.Context, tx *sql.Tx, id proof.Hash) error {
	rows, err := tx.QueryContext(ctx, `SELECT s.id, s.direction, s.partner, COALESCE(s.doc, 0) FROM trace_shipment s
		WHERE s.id IN (SELECT shipment FROM trace_shipment_item WHERE entry = ?1 OR done_entry = ?1) ORDER BY s.n LIMIT ?2`, id[:], behindMax)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s BehindShipment
		var raw []byte
		var direction int
		if err := rows.Scan(&raw, &direction, &s.Partner, &s.Document); err != nil {
			return err
		}
		s.ID, s.Outgoing = hex.EncodeToString(raw), direction != directionIn
		b.Shipments = append(b.Shipments, s)
	}
	return rows.Err()
}

func (b *Behind) things(tx *sql.Tx, id proof.Hash) error {
	for _, query := range []string{
		`SELECT top FROM trace_commission WHERE entry = ? ORDER BY id LIMIT ?`,
		`SELECT path FROM trace_shipment_item WHERE entry = ?1 OR done_entry = ?1 ORDER BY path LIMIT ?2`,
		`SELECT path FROM trace_dispense WHERE entry = ? ORDER BY path LIMIT ?`,
	} {
		list, err := readPaths(tx, query, id[:], behindMax)
		if err != nil {
			return err
		}
		for _, path := range list {
			if len(b.Things) < behindMax && !slices.Contains(b.Things, path) {
				b.Things = append(b.Things, path)
			}
		}
	}
	return nil
}
