package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/exchange"
	"pedigree/ledger"
	"pedigree/proof"
)

// TagPrekeysRequest begins a wish for receiving keys.
const TagPrekeysRequest = "pedigree/prekeys-request/1"

// PrekeysRequest asks a partner for one-time receiving keys, so that goods of its
// order can be shipped to it.
type PrekeysRequest struct {
	Order string // number of the order, as the partner knows it; may be empty
	Pairs uint64
}

// Encode returns [tag, order, pairs].
func (r PrekeysRequest) Encode() []byte {
	b := proof.AppendText(proof.AppendArray(nil, 3), TagPrekeysRequest)
	return proof.AppendUint(proof.AppendText(b, r.Order), r.Pairs)
}

// DecodePrekeysRequest reads what Encode wrote.
func DecodePrekeysRequest(raw []byte) (PrekeysRequest, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(3)
	if tag := r.Text(32); r.Err() == nil && tag != TagPrekeysRequest {
		r.Refuse("is %q, not a request for keys", tag)
	}
	p := PrekeysRequest{Order: r.Text(orderTextMax), Pairs: r.UintMax(PrekeysMax)}
	if r.Err() == nil && p.Pairs == 0 {
		r.Refuse("asks for no keys")
	}
	if err := r.Done(); err != nil {
		return PrekeysRequest{}, fmt.Errorf("couldn't read a request for keys: %w", err)
	}
	return p, nil
}

// orderOf is a request's order number, cut to what is sent.
func orderOf(po string) string {
	if len(po) > orderTextMax {
		return ""
	}
	return po
}

// prekeysArrived takes a partner's keys in.
func (d *Desk) prekeysArrived(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	file, err := d.mail.ReadPayload(ctx, in, PrekeyFileSizeMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	p, _, err := DecodePrekeyFile(file)
	if err == nil && p.Org != in.From {
		err = fmt.Errorf("%s sent keys of %s; each member sends its own", in.From, p.Org)
	}
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	r, err := d.ImportPrekeys(ctx, file)
	switch {
	case passing(err):
		return exchange.Outcome{}, err
	case err != nil:
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	return exchange.Outcome{State: exchange.Done, Verdict: string(OK), Reason: fmt.Sprintf("%d keys taken in, %d left to use", r.Added, r.Left)}, nil
}

// prekeysWanted answers a partner's wish for keys by itself, within what one partner
// gets in a day. The keys and the file with them go out together, once.
func (d *Desk) prekeysWanted(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	raw, err := d.mail.ReadPayload(ctx, in, prekeysRequestMax)
	if err != nil {
		return exchange.Outcome{}, err
	}
	wish, err := DecodePrekeysRequest(raw)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	if _, err := d.partner(in.From); err != nil {
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	}
	out := exchange.Outcome{State: exchange.Done, Verdict: string(OK), Reason: fmt.Sprintf("%d keys for order %q", wish.Pairs, wish.Order)}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		if sent, err := d.mail.Queued(tx, d.mail.DeliveryID(in.From, KindPrekeys, in.ID)); sent || err != nil {
			return err
		}
		var given int
		since := d.now().Add(-24 * time.Hour).Unix()
		if err := tx.QueryRow(`SELECT COUNT(*) FROM trace_prekey_own WHERE partner = $1 AND issued > $2`, in.From, since).Scan(&given); err != nil {
			return err
		}
		if given+int(wish.Pairs) > PrekeysDailyMax {
			return fmt.Errorf("%w: %d keys were given to you in a day, and at most %d are; ask a person there", exchange.ErrRejected, given, PrekeysDailyMax)
		}
		file, err := d.issuePrekeys(tx, in.From, int(wish.Pairs))
		if err != nil {
			return err
		}
		_, err = d.mail.Queue(tx, exchange.Outgoing{To: in.From, Kind: KindPrekeys, Key: in.ID, Re: in.ID, Payload: file})
		return err
	})
	d.mail.Wake()
	return out, err
}

// errKeysAsked says that receiving keys are on their way.
var errKeysAsked = errors.New("the partner was asked for receiving keys")

// ensurePrekeys sees to it that there are enough of a partner's receiving keys, where
// the partner's node can be asked, and waits a little for the answer.
func (d *Desk) ensurePrekeys(ctx context.Context, r ShipRequest, paths []string) error {
	if !d.reaches(r.To) {
		return nil
	}
	left, err := d.HasPrekeys(ctx, r.To)
	if err != nil || left >= len(paths) {
		return err
	}
	if _, known, err := d.shipmentUnderWay(ctx, paths, r); known || err != nil {
		return err
	}
	if err := d.askPrekeys(ctx, r.To, r.PO, max(len(paths)-left, prekeysAsked)); err != nil {
		return err
	}
	patience := time.NewTimer(max(d.patience, 0))
	defer patience.Stop()
	for left < len(paths) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return api.Coded(
				fmt.Errorf("%d records are to be shipped and %d receiving keys of %s are left: %w, and has not answered yet", len(paths), left, r.To, errKeysAsked),
				ledger.Unavailable, "trace/keys-asked", "ship again when they are here: pedigree inbox list --kind prekeys shows it; pedigree outbox list --kind prekeys-request shows whether the partner was reached",
			)
		case <-time.After(offerPoll):
		}
		if left, err = d.HasPrekeys(ctx, r.To); err != nil {
			return err
		}
	}
	return nil
}

// askPrekeys puts a wish for keys into the outbox. While no new keys have come, one
// wish a day is enough.
func (d *Desk) askPrekeys(ctx context.Context, partner, order string, pairs int) error {
	wish := PrekeysRequest{Order: orderOf(order), Pairs: uint64(min(pairs, PrekeysMax))}
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		var known uint64
		if err := tx.QueryRow(`SELECT COUNT(*) FROM trace_prekey_partner WHERE partner = $1`, partner).Scan(&known); err != nil {
			return err
		}
		var state [24]byte
		binary.BigEndian.PutUint64(state[:8], known)
		binary.BigEndian.PutUint64(state[8:16], uint64(d.now().Unix()/(24*3600)))
		binary.BigEndian.PutUint64(state[16:], wish.Pairs)
		_, err := d.mail.Queue(tx, exchange.Outgoing{To: partner, Kind: KindPrekeysRequest, Key: hashOf("prekeys wanted", []byte(partner), state[:]), Payload: wish.Encode()})
		return err
	})
	d.mail.Wake()
	return err
}

// topUp asks for more keys before they run out. That it fails is no failure of the
// shipment.
func (d *Desk) topUp(ctx context.Context, partner string) {
	if !d.reaches(partner) {
		return
	}
	left, err := d.HasPrekeys(ctx, partner)
	if err == nil && left < prekeysLow {
		err = d.askPrekeys(ctx, partner, "", prekeysAsked)
	}
	if err != nil {
		d.log.Warn("couldn't ask a partner for more receiving keys", "error", err)
	}
}

// fileReader reads a file in memory.
func fileReader(file []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(file)) }
