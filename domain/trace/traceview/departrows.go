package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// keep reserves the goods of a departure and writes its rows: from then on it stands
// among the shipments as one that is not confirmed.
func (p *parting) keep(tx *sql.Tx) error {
	if err := p.still(tx); err != nil {
		return err
	}
	if err := p.checkBuyer(tx); err != nil {
		return err
	}
	none := make([]byte, proof.HashSize) // the ledger commits to nothing of it
	_, err := tx.Exec(`INSERT INTO trace_shipment (id, direction, partner, doc, memo_salt, memo_root, deadline, status, created) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)`,
		p.id[:], directionOut, p.buyer.key(), p.docID, none, none, shipmentLeaving, p.d.now().Unix())
	if err != nil {
		return fmt.Errorf("couldn't note the departure: %w", err)
	}
	reason, err := p.d.vault.SealValue(departureContext(p.id[:]), []byte(p.request.Reason))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO pick_departure (id, created, buyer, doc, reason, surface) VALUES (?, ?, ?, ?, ?, ?)`,
		p.id[:], p.d.now().Unix(), p.buyer.Number, p.docID, reason, p.request.Surface)
	if err != nil {
		return fmt.Errorf("couldn't note the departure: %w", err)
	}
	for _, path := range p.paths {
		if _, err := tx.Exec(`INSERT INTO pick_leaving (departure, path, waits) VALUES (?, ?, 1)`, p.id[:], path); err != nil {
			return fmt.Errorf("couldn't reserve %s: %w", path, err)
		}
	}
	if p.request.back != nil {
		return p.d.noteReturn(tx, p.id, directionOut, *p.request.back)
	}
	return nil
}

// still refuses goods that another act has taken since they were gathered, or that
// another order has reserved. A pick for which they leave has done its work.
func (p *parting) still(tx *sql.Tx) error {
	w := p.d.begin(tx, 0)
	if err := w.heed(p.request.Reserved); err != nil {
		return err
	}
	for i := range p.goods {
		it, err := mustItem(tx, p.goods[i].Path)
		if err != nil {
			return err
		}
		if it.status == StatusOutside {
			err = w.bound.free(it.path)
		} else {
			_, err = w.inHand(it.path)
		}
		if err != nil {
			return err
		}
	}
	return endReservations(tx, func(yield func(string) bool) {
		for i := range p.goods {
			for g := range p.goods[i].All() {
				if !yield(g.Path) {
					return
				}
			}
		}
	})
}

// checkBuyer asks whether the buyer is an authorised trading partner now, keeps the
// answer, and refuses one who is known as none. Goods go back to whoever sold them.
func (p *parting) checkBuyer(tx *sql.Tx) error {
	a, err := p.d.partners.CheckOutside(tx, p.buyer, "depart "+p.id.String())
	if err != nil {
		return fmt.Errorf("couldn't check whether %s is an authorised trading partner: %w", p.buyer.Name, err)
	}
	p.word = &a
	if a.Word == SellerNotAuthorised && p.request.back == nil {
		return api.Coded(
			fmt.Errorf("%s is no authorised trading partner: %s", p.buyer.Name, a.Text), ledger.Conflict, "trace/buyer-not-authorised", "pedigree partner check shows the grounds",
		)
	}
	if _, err := tx.Exec(`INSERT INTO pick_buyer (shipment, word, evidence) VALUES (?, ?, ?)`, p.id[:], a.Word, a.Evidence); err != nil {
		return fmt.Errorf("couldn't note what is known of the buyer: %w", err)
	}
	return nil
}

// underWay finds a departure of the same things to the same buyer that is not confirmed
// yet. One of other things that has some of these too is refused.
func (p *parting) underWay(ctx context.Context) (found bool, err error) {
	err = p.d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, path := range p.paths {
			id, err := leavingWith(tx, path)
			if err != nil {
				return err
			}
			if id.IsZero() {
				continue
			}
			same, err := p.same(tx, id)
			if err != nil {
				return err
			}
			if !same {
				return isLeaving(path, id)
			}
			found = true
			p.id = id
			return tx.QueryRow(`SELECT doc FROM trace_shipment WHERE id = ?`, id[:]).Scan(&p.docID)
		}
		return nil
	})
	if err == nil && found {
		p.word, err = p.d.buyerOf(ctx, p.id)
	}
	return found, err
}

// same tells whether a departure is of the same things, to the same buyer and for the
// same purpose.
func (p *parting) same(tx queryer, id proof.Hash) (bool, error) {
	paths, err := leavingPaths(tx, id)
	if err != nil {
		return false, err
	}
	var partner string
	if err := tx.QueryRow(`SELECT partner FROM trace_shipment WHERE id = ?`, id[:]).Scan(&partner); err != nil {
		return false, err
	}
	_, back, err := p.d.returnOf(tx, id)
	own := slices.Sorted(slices.Values(p.paths))
	return partner == p.buyer.key() && back == (p.request.back != nil) && slices.Equal(own, paths), err
}

// leavingWith is the departure that has reserved a thing; zero where none has.
func leavingWith(tx queryer, path string) (id proof.Hash, err error) {
	var b []byte
	err = tx.QueryRow(`SELECT departure FROM pick_leaving WHERE path = ? AND waits = 1`, path).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return id, nil
	}
	if err != nil {
		return id, fmt.Errorf("couldn't look up whether %s is on its way out: %w", path, err)
	}
	return proof.Hash(b), nil
}

// leavingPaths are the things that a departure names, in order.
func leavingPaths(tx queryer, id proof.Hash) ([]string, error) {
	return readPaths(tx, `SELECT path FROM pick_leaving WHERE departure = ? ORDER BY path LIMIT ?`, id[:], LeaveItemsMax)
}

// isLeaving refuses what a departure has reserved.
func isLeaving(path string, id proof.Hash) error {
	return api.Coded(
		fmt.Errorf("%s is on its way out of the network, by the departure %s, which is not confirmed", path, id), ledger.Conflict, "trace/leaving",
		"confirm it when the goods have left (pedigree depart --confirm "+id.String()+"), or call it off (pedigree void "+id.String()+")",
	)
}

// departureRow is a departure as it is kept.
type departureRow struct {
	shipmentRow
	paths   []string
	buyer   int64
	surface string
	reason  string
	back    bool // goods on their way back to their seller
}

// departure reads a departure that was prepared.
func (d *Desk) departure(tx queryer, id proof.Hash) (departureRow, error) {
	s, err := loadShipment(tx, id, false)
	if err != nil {
		return departureRow{}, err
	}
	if !s.isDeparture() {
		return departureRow{}, api.Coded(fmt.Errorf("%s is a shipment on the network and leaves by no confirmation", id), ledger.Conflict, "trace/no-departure", "pedigree shipments lists what is not confirmed")
	}
	row := departureRow{shipmentRow: s}
	var sealed []byte
	if err := tx.QueryRow(`SELECT buyer, surface, reason FROM pick_departure WHERE id = ?`, id[:]).Scan(&row.buyer, &row.surface, &sealed); err != nil {
		return row, fmt.Errorf("couldn't read the departure %s: %w", id, err)
	}
	reason, err := d.vault.OpenValue(departureContext(id[:]), sealed)
	if err != nil {
		return row, err
	}
	row.reason = string(reason)
	if row.paths, err = leavingPaths(tx, id); err != nil {
		return row, err
	}
	_, row.back, err = d.returnOf(tx, id)
	return row, err
}

// isDeparture tells goods that leave the network from a shipment on it.
func (s *shipmentRow) isDeparture() bool {
	return s.status == shipmentLeaving || s.status == shipmentLeft || s.status == shipmentStayed
}
