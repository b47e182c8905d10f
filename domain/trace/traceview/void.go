package traceview

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// VoidReport says how far a shipment could be taken back.
type VoidReport struct {
	ID        proof.Hash   `json:"id"`
	To        string       `json:"to"`
	Deadline  time.Time    `json:"deadline,omitzero" doc:"Until then the receiver alone can give the goods back"`
	Withdrawn bool         `json:"withdrawn" doc:"Its file was not delivered yet and is no longer sent: without it the receiver can't take the goods"`
	Back      []string     `json:"back" doc:"Goods that are in our hands again"`
	Open      []string     `json:"open" doc:"Goods that are still on offer"`
	Refused   []Refusal    `json:"refused"`
	Entries   []proof.Hash `json:"entries"`
	Next      string       `json:"next,omitempty"`
}

// Void takes a shipment back as far as it can be. Goods on their way out of the network
// that nobody confirmed are free again, and their data is no longer sent. Of a shipment on
// the network a file that was not delivered is no
// longer sent, and what nobody received by the deadline comes back. Until then only the
// receiver can give the goods back; what it has received is its own. The same call again,
// after the deadline, does the rest.
func (d *Desk) Void(ctx context.Context, id proof.Hash) (VoidReport, error) {
	r, err := d.void(ctx, id)
	if err != nil {
		return r, fmt.Errorf("couldn't void the shipment: %w", err)
	}
	return r, nil
}

// onOffer is a shipment of ours that is to be taken back, and the report on it so far.
func (d *Desk) onOffer(ctx context.Context, id proof.Hash) (shipmentRow, VoidReport, error) {
	r := VoidReport{ID: id, Back: []string{}, Open: []string{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	s, err := d.outgoing(ctx, id)
	if err != nil {
		return s, r, err
	}
	r.To = s.partner
	if s.deadline != 0 {
		r.Deadline = time.Unix(s.deadline, 0).UTC()
	}
	return s, r, nil
}

func (d *Desk) void(ctx context.Context, id proof.Hash) (VoidReport, error) {
	s, r, err := d.onOffer(ctx, id)
	if err == nil && s.isDeparture() {
		return r, d.callOff(ctx, s, &r)
	}
	if err == nil {
		err = mayVoid(s)
	}
	if err != nil {
		return r, err
	}
	if r.Withdrawn, err = d.withdrawFile(ctx, s); err != nil {
		return r, err
	}
	if err := d.takeBack(ctx, s, &r); err != nil {
		return r, err
	}
	if len(r.Open) > 0 {
		r.Next = fmt.Sprintf("ask %s to reject it; else void it again after %s, when what was not received comes back", s.partner, r.Deadline.Format("2006-01-02 15:04 MST"))
	}
	return r, nil
}

// takeBack takes back what of a shipment nobody received in time, and says where its
// goods are then.
func (d *Desk) takeBack(ctx context.Context, s shipmentRow, r *VoidReport) error {
	done, err := d.enact(ctx, "void", keyOfAct("void", nil, s.id.String()), func(w *work) error {
		for _, it := range s.items {
			if it.status != shipmentOffered {
				continue
			}
			if _, err := w.reclaim(it.path); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.Refused, r.Entries = append(r.Refused, done.refused...), append(r.Entries, done.entries...)
	return d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, it := range s.items {
			now, err := mustItem(tx, it.path)
			if err != nil {
				return err
			}
			switch now.status {
			case StatusOnHand, StatusKept, StatusInCare:
				r.Back = append(r.Back, it.path)
			case StatusOffered:
				r.Open = append(r.Open, it.path)
			}
		}
		return nil
	})
}

// outgoing is a shipment of ours.
func (d *Desk) outgoing(ctx context.Context, id proof.Hash) (s shipmentRow, err error) {
	err = d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		s, err = loadShipment(tx, id, false)
		return err
	})
	if err == nil && s.direction != directionOut {
		err = fmt.Errorf("shipment %s came in; refuse it instead, or return what was received", id)
	}
	return s, err
}

// mayVoid refuses a shipment of which nothing can come back by us.
func mayVoid(s shipmentRow) error {
	if s.isDeparture() {
		return errors.New("it leaves the network and is on offer to nobody; pedigree void calls it off while it is not confirmed")
	}
	received := 0
	for _, it := range s.items {
		switch it.status {
		case shipmentPlanned:
			return errors.New("it is on its way to the ledger, from where nothing calls it back; wait until it is offered and ask again")
		case shipmentReceived:
			received++
		}
	}
	if received == len(s.items) {
		return fmt.Errorf("%s has received all of it, so the goods are its own; ask it for a return", s.partner)
	}
	return nil
}

// withdrawFile gives up the delivery of a shipment's file that is not delivered.
func (d *Desk) withdrawFile(ctx context.Context, s shipmentRow) (bool, error) {
	if d.mail == nil {
		return false, nil
	}
	id := d.mail.DeliveryID(s.partner, KindShipment, s.id)
	sent, err := d.mail.OutboxItem(ctx, id)
	switch {
	case errors.Is(err, vault.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	switch data := dataSent(sent); data {
	case DataSending, DataFailed:
		return true, d.mail.Drop(ctx, id, "the shipment was voided")
	default:
		return data == DataGivenUp, nil
	}
}

// reclaim takes back one thing that was shipped and not received in time; it does
// nothing before that.
func (w *work) reclaim(path string) (bool, error) {
	_, now := w.d.chain.Status()
	r, err := w.record(path)
	if err != nil {
		return false, err
	}
	var rec proof.Record
	err = w.d.chain.Read(func(s ledger.State) error {
		rec, _ = trace.GetRecord(s, trace.Name{Origin: r.origin, Leaf: r.leaf})
		return nil
	})
	if err != nil || rec.State != proof.StateTransit || now <= rec.Transit.Deadline {
		return false, err
	}
	var names naming
	m := trace.Reclaim{Rec: names.ref(r)}
	m.Origins = names.origins
	o := &operation{signers: []int64{cmp.Or(r.ownerKey, r.holderKey)}, writes: 1}
	o.undo.remember(&r.item)
	r.status = keptAs(r.ownerKey, r.holderKey)
	if r.partner, err = otherOf(w.tx, r.item); err != nil {
		return false, err
	}
	if err := move(w.tx, &r.item); err != nil {
		return false, err
	}
	return true, w.step(kindReclaim, &m, o, path)
}
