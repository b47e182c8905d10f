package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// shipmentRow is a shipment as the private store has it.
type shipmentRow struct {
	id        proof.Hash
	direction int
	status    int
	partner   string
	doc       int64
	deadline  int64
	job       int64
	sealed    []byte
	items     []shipmentItem
}

type shipmentItem struct {
	path          string
	origin, leaf  proof.Hash
	owner, holder proof.Key
	status        int
}

// loadShipment returns a shipment with its items, and the file if it went out.
func loadShipment(tx queryer, id proof.Hash, file bool) (shipmentRow, error) {
	s := shipmentRow{id: id}
	column := "NULL"
	if file {
		column = "sealed"
	}
	err := tx.QueryRow(`SELECT direction, status, partner, COALESCE(doc, 0), deadline, COALESCE(job, 0), `+column+` FROM trace_shipment WHERE id = ?`, id[:]).
		Scan(&s.direction, &s.status, &s.partner, &s.doc, &s.deadline, &s.job, &s.sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("there is no shipment %s: %w", id, vault.ErrNotFound)
	}
	if err != nil {
		return s, err
	}
	rows, err := tx.Query(`SELECT path, origin, leaf, owner, holder, status FROM trace_shipment_item WHERE shipment = ? ORDER BY path`, id[:])
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var it shipmentItem
		var origin, leaf, owner, holder []byte
		if err := rows.Scan(&it.path, &origin, &leaf, &owner, &holder, &it.status); err != nil {
			return s, err
		}
		it.origin, it.leaf, it.owner, it.holder = proof.Hash(origin), proof.Hash(leaf), proof.Key(owner), proof.Key(holder)
		s.items = append(s.items, it)
	}
	return s, rows.Err()
}

// settleShipment writes down what the ledger made of a shipment's records. What
// the ledger's events tell later is Fold's.
func (d *Desk) settleShipment(ctx context.Context, id proof.Hash) error {
	var s shipmentRow
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		s, err = loadShipment(tx, id, false)
		return err
	})
	if err != nil {
		return err
	}
	found := make([]int, len(s.items))
	err = d.chain.Read(func(st ledger.State) error {
		for i, it := range s.items {
			found[i] = it.status
			if it.status == shipmentPlanned {
				r, _ := trace.GetRecord(st, trace.Name{Origin: it.origin, Leaf: it.leaf})
				found[i] = s.outcome(it, r)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	end, err := d.ending(ctx, s.job)
	if err != nil {
		return err
	}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		for i, it := range s.items {
			_, err := tx.Exec(`UPDATE trace_shipment_item SET status = ? WHERE shipment = ? AND path = ? AND status = ?`, found[i], id[:], it.path, shipmentPlanned)
			if err != nil {
				return err
			}
		}
		if err := updateShipment(tx, id); err != nil {
			return err
		}
		return errors.Join(d.letGo(tx, s), end(tx))
	})
	if d.mail != nil {
		d.mail.Wake()
	}
	if err != nil {
		return err
	}
	return d.pass(crash.ShipmentSettled)
}

// outcome tells from a record what became of a planned item.
func (s *shipmentRow) outcome(it shipmentItem, r proof.Record) int {
	taken := (it.owner.IsZero() || r.Owner == it.owner) && (it.holder.IsZero() || r.Holder == it.holder)
	offered := r.State == proof.StateTransit && r.Transit.To == it.owner && r.Transit.ToHolder == it.holder
	switch {
	case r.State != proof.StateTransit && taken:
		return shipmentReceived
	case offered && s.direction == directionOut:
		return shipmentOffered
	default:
		return shipmentRefused
	}
}

// updateShipment sums a shipment's items up. The row is left alone while the sum stays
// the same: the file as it went out stands in it, and would be written again with it.
func updateShipment(tx *sql.Tx, id proof.Hash) error {
	_, err := tx.Exec(`UPDATE trace_shipment SET status = (SELECT MIN(status) FROM trace_shipment_item WHERE shipment = ?1)
		WHERE id = ?1 AND status <> (SELECT MIN(status) FROM trace_shipment_item WHERE shipment = ?1)`, id[:])
	if err != nil {
		return fmt.Errorf("couldn't note what became of a shipment: %w", err)
	}
	return nil
}

// shipmentUnderWay finds a shipment of exactly these goods to this partner that
// was planned and not finished, so that the call completes it, or that is on offer,
// so that the call answers with it; a forced call, or one for another document, is a
// new one then.
func (d *Desk) shipmentUnderWay(ctx context.Context, paths []string, r ShipRequest) (proof.Hash, bool, error) {
	latest := shipmentOffered
	if r.Force || r.Document != 0 {
		latest = shipmentPlanned
	}
	var id proof.Hash
	found := false
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		var raw []byte
		err := tx.QueryRow(`SELECT s.id FROM trace_shipment_item i JOIN trace_shipment s ON s.id = i.shipment
			WHERE i.path = ? AND s.direction = ? AND s.partner = ? AND s.status <= ?
			ORDER BY s.status LIMIT 1`, paths[0], directionOut, r.To, latest).Scan(&raw)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		s, err := loadShipment(tx, proof.Hash(raw), false)
		if err != nil {
			return err
		}
		id, found = s.id, sameItems(s.items, paths)
		return nil
	})
	return id, found, err
}

func sameItems(items []shipmentItem, paths []string) bool {
	if len(items) != len(paths) {
		return false
	}
	named := map[string]bool{}
	for _, p := range paths {
		named[p] = true
	}
	for _, it := range items {
		if !named[it.path] {
			return false
		}
	}
	return true
}

// finishShipment brings a planned shipment onto the ledger and returns its file.
func (d *Desk) finishShipment(ctx context.Context, id proof.Hash, resumed bool) (ShipReport, []byte, error) {
	var s shipmentRow
	load := func(file bool) error {
		return d.vault.View(ctx, func(tx *sql.Tx) (err error) {
			s, err = loadShipment(tx, id, file)
			return err
		})
	}
	if err := load(false); err != nil {
		return ShipReport{}, nil, err
	}
	done, err := d.carry(ctx, s.job)
	if err == nil {
		err = d.pass(crash.ShipCarried)
	}
	if err != nil {
		return ShipReport{}, nil, err
	}
	if err := d.settleShipment(ctx, id); err != nil {
		return ShipReport{}, nil, err
	}
	if err := load(true); err != nil {
		return ShipReport{}, nil, err
	}
	r := ShipReport{
		ID: id, To: s.partner, Name: d.sign.Org() + "-" + id.String()[:8] + ShipmentSuffix, Resumed: resumed, Deadline: time.Unix(s.deadline, 0).UTC(),
	}
	refused := 0
	for _, it := range s.items {
		item := ShippedItem{Path: it.path}
		if it.status == shipmentRefused {
			item.Refused = whyRefused(done.refused, it.path)
			refused++
		}
		r.Items = append(r.Items, item)
	}
	if refused == len(s.items) {
		return r, nil, fmt.Errorf("the ledger refused every item; %s: %s", r.Items[0].Path, r.Items[0].Refused)
	}
	if r.Delivery, err = d.posted(ctx, s); err != nil {
		return ShipReport{}, nil, err
	}
	if r.Buyer, err = d.buyerOf(ctx, id); err != nil {
		return ShipReport{}, nil, err
	}
	return r, s.sealed, nil
}

func whyRefused(list []Refusal, path string) string {
	for _, r := range list {
		for _, p := range r.Items {
			if p == path {
				return r.Text
			}
		}
	}
	return "the ledger refused it before; look at the item's history"
}

// ShipmentFile returns the file of an earlier shipment, to send it again.
func (d *Desk) ShipmentFile(ctx context.Context, id proof.Hash) ([]byte, error) {
	var s shipmentRow
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		s, err = loadShipment(tx, id, true)
		return err
	})
	if err == nil && s.sealed == nil {
		err = fmt.Errorf("shipment %s came in; only its sender can send it", id)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't find the shipment file: %w", err)
	}
	return s.sealed, nil
}
