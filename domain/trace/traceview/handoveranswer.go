package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// handOverArrived takes an owner's order in. A person decides about it.
func (d *Desk) handOverArrived(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := d.mail.ReadPayload(ctx, in, handOverBytesMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	m, err := DecodeHandOver(raw)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	if m.To == d.sign.Org() {
		return exchange.Outcome{}, fmt.Errorf("%w: %s keeps the goods already", exchange.ErrRejected, m.To)
	}
	h := HandOver{ID: m.ID, Partner: in.From, To: m.To, PO: m.PO, Text: m.Text, Created: in.Received, Items: m.Paths, delivery: in.ID[:]}
	if m.By != 0 {
		h.By = time.Unix(int64(m.By), 0)
	}
	recalled := false
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		known, err := d.handOver(tx, m.ID)
		if err == nil && (known.Ours || known.Partner != in.From) {
			return fmt.Errorf("%w: the order's number belongs to another one", exchange.ErrRejected)
		}
		if err != nil && !errors.Is(err, vault.ErrNotFound) {
			return err
		}
		if recalled = err == nil && known.State == handOverStates[handOverWithdrawn]; recalled {
			h.Reason = known.Reason
			return d.recalledBefore(tx, &h)
		}
		return d.putHandOver(tx, &h)
	})
	if recalled {
		return exchange.Outcome{State: exchange.Done, Reason: "the owner has withdrawn its order: " + h.Reason}, err
	}
	return exchange.Outcome{State: exchange.Waiting, Reason: fmt.Sprintf("hand %s over to %s; pedigree handover list", counted(len(m.Paths), "thing"), m.To)}, err
}

// handOverAnswered takes a keeper's answer in. One that comes late or twice changes
// nothing.
func (d *Desk) handOverAnswered(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := d.mail.ReadPayload(ctx, in, handOverBytesMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	m, err := DecodeHandOverReply(raw)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	out := exchange.Outcome{State: exchange.Done, Reason: "the hand-over is " + handOverStates[m.State]}
	return out, d.vault.Update(ctx, func(tx *sql.Tx) error {
		h, err := d.handOver(tx, m.ID)
		if errors.Is(err, vault.ErrNotFound) || err == nil && (!h.Ours || h.Partner != in.From) {
			return fmt.Errorf("%w: no such hand-over was ordered of %s", exchange.ErrRejected, in.From)
		}
		if err != nil {
			return err
		}
		if h.State == handOverStates[handOverWithdrawn] && m.State == handOverAccepted {
			return fmt.Errorf("%w: %w", exchange.ErrRejected, h.withdrawn())
		}
		if !follows(h.State, m.State) {
			return nil
		}
		h.Reason = m.Reason
		return d.moveHandOver(tx, &h, m.State, m.Shipment)
	})
}

// follows tells whether an order can go from one state into another: what was refused
// or has gone stays so, but for another shipment of it. What its owner has withdrawn had
// gone where the keeper says so: it knew nothing of it.
func follows(state string, next uint64) bool {
	switch state {
	case handOverStates[handOverOrdered]:
		return true
	case handOverStates[handOverAccepted]:
		return next == handOverRefused || next == handOverShipped
	}
	return (state == handOverStates[handOverShipped] || state == handOverStates[handOverWithdrawn]) && next == handOverShipped
}

// moveHandOver writes an order's new state.
func (d *Desk) moveHandOver(tx *sql.Tx, h *HandOver, state uint64, shipment proof.Hash) error {
	sealed, err := sealJSON(d.vault, handOverContext(h.ID[:]), handOverTold{h.PO, h.Text, h.Reason})
	if err != nil {
		return err
	}
	h.State = handOverStates[state]
	if !shipment.IsZero() {
		h.Shipment = &shipment
	}
	if _, err := tx.Exec(`UPDATE pick_handover SET state = ?, shipment = ?, told = ? WHERE id = ?`, int64(state), hashOrNull(shipment), sealed, h.ID[:]); err != nil {
		return fmt.Errorf("couldn't note what became of the order: %w", err)
	}
	return nil
}

// AcceptHandOver promises the owner to hand goods on as it ordered. Nothing moves by it.
func (d *Desk) AcceptHandOver(ctx context.Context, id proof.Hash) (HandOver, error) {
	return d.decideHandOver(ctx, id, handOverAccepted, "")
}

// RefuseHandOver tells the owner that its order isn't done, and why.
func (d *Desk) RefuseHandOver(ctx context.Context, id proof.Hash, reason string) (HandOver, error) {
	if reason == "" || len(reason) > HandOverTextMax {
		return HandOver{}, ledger.CodeMalformed.Errorf("the reason has %d bytes; say in 1 to %d why the goods aren't handed over", len(reason), HandOverTextMax)
	}
	return d.decideHandOver(ctx, id, handOverRefused, reason)
}

func (d *Desk) decideHandOver(ctx context.Context, id proof.Hash, state uint64, reason string) (HandOver, error) {
	var h HandOver
	err := d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		if h, err = d.toDo(tx, id); err != nil || h.State == handOverStates[state] {
			return err
		}
		if h.State == handOverStates[handOverWithdrawn] {
			return h.withdrawn()
		}
		if !follows(h.State, state) {
			return fmt.Errorf("it is %s already", h.State)
		}
		if state == handOverAccepted {
			if err := keptFor(tx, &h); err != nil {
				return err
			}
		}
		h.Reason = reason
		return d.answerHandOver(tx, &h, state, proof.Hash{})
	})
	if err != nil {
		return h, fmt.Errorf("couldn't answer the order to hand goods over: %w", err)
	}
	d.mail.Wake()
	return h, nil
}

// toDo is an order that came to us.
func (d *Desk) toDo(tx queryer, id proof.Hash) (HandOver, error) {
	h, err := d.handOver(tx, id)
	switch {
	case err != nil:
		return h, err
	case h.Ours:
		return h, fmt.Errorf("it is your own order; %s, which keeps the goods, answers it", h.Partner)
	case d.mail == nil:
		return h, errNoMail
	}
	return h, nil
}

// keptFor refuses an order of goods that aren't kept here for who orders it.
func keptFor(tx queryer, h *HandOver) error {
	for _, p := range h.Items {
		it, ok, err := loadItem(tx, p)
		if err != nil {
			return err
		}
		var top item
		if ok {
			if top, err = topOf(tx, it); err != nil {
				return err
			}
		}
		if !ok || top.status != StatusKept || top.partner != h.Partner {
			return fmt.Errorf("%s is not kept here for %s; refuse the order and say so", p, h.Partner)
		}
	}
	return nil
}

// answerHandOver notes a new state and tells the owner.
func (d *Desk) answerHandOver(tx *sql.Tx, h *HandOver, state uint64, shipment proof.Hash) error {
	if err := d.moveHandOver(tx, h, state, shipment); err != nil {
		return err
	}
	m := HandOverReply{ID: h.ID, State: state, Reason: h.Reason, Shipment: shipment}
	raw := m.Encode()
	if _, err := d.mail.Queue(tx, exchange.Outgoing{To: h.Partner, Kind: KindHandOverAnswer, Key: hashOf("hand-over answer", raw), Re: proof.Hash(h.delivery), Payload: raw}); err != nil {
		return err
	}
	if state == handOverShipped {
		return nil // it was decided about before
	}
	return d.mail.Finish(tx, proof.Hash(h.delivery), exchange.Done, "", "the hand-over is "+h.State)
}

// HandedOver is what came of carrying an order out.
type HandedOver struct {
	HandOver
	Shipped ShipReport `json:"shipped"`
}

// ShipHandOver carries an accepted order out: it offers custody of the goods to whom the
// owner named. Title is the owner's to offer, and the document says whose the goods are.
// The same call again completes one that was cut off.
func (d *Desk) ShipHandOver(ctx context.Context, id proof.Hash) (HandedOver, []byte, error) {
	var out HandedOver
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		out.HandOver, err = d.toDo(tx, id)
		return err
	})
	if err == nil && out.State == handOverStates[handOverWithdrawn] {
		err = out.withdrawn()
	} else if err == nil && out.State != handOverStates[handOverAccepted] && out.State != handOverStates[handOverShipped] {
		err = fmt.Errorf("it is %s; accept it first (pedigree handover accept)", out.State)
	}
	var file []byte
	if err == nil {
		out.Shipped, file, err = d.ship(ctx, ShipRequest{Items: out.Items, To: out.To, PO: out.PO, CustodyOnly: true, order: &out.HandOver})
	}
	if err != nil {
		return out, nil, fmt.Errorf("couldn't hand the goods over: %w", err)
	}
	d.mail.Wake()
	err = d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		out.HandOver, err = d.handOver(tx, id)
		return err
	})
	return out, file, err
}
