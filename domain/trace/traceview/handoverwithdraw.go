package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// WithdrawHandOver takes an order back of which nothing has gone: one that nobody
// answered, or that was accepted and not shipped. The keeper is told, and can't accept or
// ship it from when it knows. Goods that it had handed on before stay handed on, and the
// order is shipped on both sides. The same call again changes nothing.
func (d *Desk) WithdrawHandOver(ctx context.Context, id proof.Hash, reason string) (HandOver, error) {
	h, err := d.withdrawHandOver(ctx, id, reason)
	if err != nil {
		return h, fmt.Errorf("couldn't withdraw the order to hand goods over: %w", err)
	}
	return h, nil
}

func (d *Desk) withdrawHandOver(ctx context.Context, id proof.Hash, reason string) (h HandOver, err error) {
	if reason == "" || len(reason) > HandOverTextMax {
		return h, ledger.CodeMalformed.Errorf("the reason has %d bytes; say in 1 to %d why the goods aren't to be handed over", len(reason), HandOverTextMax)
	}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		if h, err = d.handOver(tx, id); err != nil || h.State == handOverStates[handOverWithdrawn] {
			return err
		}
		switch {
		case !h.Ours:
			return fmt.Errorf("it is %s's order; refuse it (pedigree handover refuse)", h.Partner)
		case h.State == handOverStates[handOverRefused]:
			return fmt.Errorf("%s has refused it, so there is nothing to withdraw", h.Partner)
		case h.State == handOverStates[handOverShipped]:
			return fmt.Errorf("%s has handed the goods on already; ask %s to send them back", h.Partner, h.To)
		case d.mail == nil:
			return errNoMail
		}
		m := HandOverWithdrawal{ID: id, Reason: reason}
		if _, err := d.mail.Queue(tx, exchange.Outgoing{To: h.Partner, Kind: KindHandOverWithdrawal, Key: id, Payload: m.Encode()}); err != nil {
			return err
		}
		h.Reason = reason
		return d.moveHandOver(tx, &h, handOverWithdrawn, proof.Hash{})
	})
	if err == nil {
		d.mail.Wake()
	}
	return h, err
}

// handOverRecalled takes an owner's withdrawal in. One that comes before its order is
// remembered until that one comes; one that comes after the goods went changes nothing.
func (d *Desk) handOverRecalled(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := d.mail.ReadPayload(ctx, in, handOverBytesMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	m, err := DecodeHandOverWithdrawal(raw)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	out := exchange.Outcome{State: exchange.Done, Reason: "the owner has withdrawn its order: " + m.Reason}
	return out, d.vault.Update(ctx, func(tx *sql.Tx) error {
		h, err := d.handOver(tx, m.ID)
		switch {
		case errors.Is(err, vault.ErrNotFound):
			h = HandOver{ID: m.ID, Partner: in.From, Created: in.Received}
			if err := d.putHandOver(tx, &h); err != nil {
				return err
			}
		case err != nil:
			return err
		case h.Ours || h.Partner != in.From:
			return fmt.Errorf("%w: %s ordered no such hand-over", exchange.ErrRejected, in.From)
		}
		if h.State == handOverStates[handOverShipped] {
			out.Reason = "the goods had gone before the owner withdrew its order"
			return nil
		}
		ordered := h.State == handOverStates[handOverOrdered]
		h.Reason = m.Reason
		if err := d.moveHandOver(tx, &h, handOverWithdrawn, proof.Hash{}); err != nil || !ordered {
			return err
		}
		return d.mail.Finish(tx, proof.Hash(h.delivery), exchange.Done, "", out.Reason)
	})
}

// recalledBefore is an order that its owner withdrew before it came, as it is kept now that
// it has come.
func (d *Desk) recalledBefore(tx *sql.Tx, h *HandOver) error {
	if _, err := tx.Exec(`DELETE FROM pick_handover WHERE id = ?`, h.ID[:]); err != nil {
		return fmt.Errorf("couldn't keep the order: %w", err)
	}
	if err := d.putHandOver(tx, h); err != nil {
		return err
	}
	return d.moveHandOver(tx, h, handOverWithdrawn, proof.Hash{})
}

// stillWanted refuses to hand goods on whose owner has withdrawn its order meanwhile.
func (d *Desk) stillWanted(tx queryer, id proof.Hash) error {
	h, err := d.handOver(tx, id)
	if err == nil && h.State == handOverStates[handOverWithdrawn] {
		err = h.withdrawn()
	}
	return err
}

// withdrawn says that an order isn't there any more, and why.
func (h *HandOver) withdrawn() error {
	return fmt.Errorf("%s has withdrawn it: %s", h.owner(), h.Reason)
}

// owner is who gave the order, as its reader knows it.
func (h *HandOver) owner() string {
	if h.Ours {
		return "its owner"
	}
	return h.Partner
}
