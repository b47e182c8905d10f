package traceview

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Kinds of delivery between the desks of two partners.
const (
	KindShipment       = "shipment"        // a shipment file
	KindPrekeys        = "prekeys"         // a prekey file
	KindPrekeysRequest = "prekeys-request" // an order's wish for one
)

// Media types of what arrives.
const (
	mediaTypePrekeys = "application/vnd.pedigree.prekeys"
	mediaTypeCBOR    = "application/cbor"
)

// Join has the desk send and take its files through an exchange. Without it people
// carry them. Call it before the exchange starts.
func (d *Desk) Join(x *exchange.Exchange) error {
	for _, k := range []exchange.Kind{
		{Name: KindShipment, BytesMax: ShipmentSizeMax, MediaType: mediaTypeShipment, Load: d.loadShipmentFile, Arrived: d.shipmentArrived},
		{Name: KindPrekeys, BytesMax: PrekeyFileSizeMax, MediaType: mediaTypePrekeys, Arrived: d.prekeysArrived},
		{Name: KindPrekeysRequest, BytesMax: prekeysRequestMax, MediaType: mediaTypeCBOR, Arrived: d.prekeysWanted},
		{Name: KindVerify, BytesMax: verifyBytesMax, MediaType: mediaTypeCBOR, Arrived: d.makerAsked},
		{Name: KindVerifyAnswer, BytesMax: verifyBytesMax, MediaType: mediaTypeCBOR, Arrived: d.makerAnswered},
		{Name: KindHandOver, BytesMax: handOverBytesMax, MediaType: mediaTypeCBOR, Arrived: d.handOverArrived},
		{Name: KindHandOverAnswer, BytesMax: handOverBytesMax, MediaType: mediaTypeCBOR, Arrived: d.handOverAnswered},
		{Name: KindHandOverWithdrawal, BytesMax: handOverBytesMax, MediaType: mediaTypeCBOR, Arrived: d.handOverRecalled},
	} {
		if err := x.Register(k); err != nil {
			return err
		}
	}
	d.mail = x
	return nil
}

// reaches tells whether a partner's files go through the exchange.
func (d *Desk) reaches(partner string) bool { return d.mail != nil && d.mail.Reaches(partner) }

// loadShipmentFile finds the file of a shipment by its id.
func (d *Desk) loadShipmentFile(ctx context.Context, id []byte) (io.ReadCloser, error) {
	if len(id) != proof.HashSize {
		return nil, fmt.Errorf("a shipment's id has %d bytes, this one %d", proof.HashSize, len(id))
	}
	file, err := d.ShipmentFile(ctx, proof.Hash(id))
	return fileReader(file), err
}

// post puts a shipment's file into the outbox with the shipment's own rows. It waits
// there until the ledger shows the offer.
func (s *shipping) post(tx *sql.Tx) error {
	if !s.d.reaches(s.request.To) {
		return nil
	}
	_, err := s.d.mail.Queue(tx, exchange.Outgoing{To: s.request.To, Kind: KindShipment, Key: s.id, Reference: s.id[:], Hold: true})
	return err
}

// letGo sends a shipment's file that the ledger shows on offer, and withdraws one
// that the ledger refused.
func (d *Desk) letGo(tx *sql.Tx, s shipmentRow) error {
	if d.mail == nil || s.direction != directionOut {
		return nil
	}
	var status int
	if err := tx.QueryRow(`SELECT status FROM trace_shipment WHERE id = $1`, s.id[:]).Scan(&status); err != nil {
		return err
	}
	id := d.mail.DeliveryID(s.partner, KindShipment, s.id)
	switch status {
	case shipmentPlanned:
		return nil
	case shipmentRefused:
		return d.mail.Withdraw(tx, id, "the ledger refused every item of this shipment")
	}
	return d.mail.Release(tx, id)
}

// posted is the delivery that carries a shipment's file, if one does.
func (d *Desk) posted(ctx context.Context, s shipmentRow) (*proof.Hash, error) {
	if d.mail == nil {
		return nil, nil
	}
	id := d.mail.DeliveryID(s.partner, KindShipment, s.id)
	queued := false
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		queued, err = d.mail.Queued(tx, id)
		return err
	})
	if err != nil || !queued {
		return nil, err
	}
	return &id, nil
}

// lagMost is how long a shipment that is not on offer yet is looked at again: its
// sender's ledger may be ahead of ours.
const lagMost = 10 * time.Minute

// shipmentArrived looks at a shipment that came, so that the inbox shows what a
// person would find. It changes no stock.
func (d *Desk) shipmentArrived(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
	file, came, err := d.mail.Content(ctx, in.ID)
	if err != nil {
		return exchange.Outcome{}, err
	}
	defer file.Close()
	report, err := d.receive(ctx, ReceiveRequest{File: file, Size: came.Size, CheckOnly: true, hurry: true})
	switch {
	case passing(err):
		return exchange.Outcome{}, err
	case errors.Is(err, proof.ErrCBOR):
		return exchange.Outcome{}, fmt.Errorf("%w: %w", exchange.ErrRejected, err)
	case err != nil:
		return exchange.Outcome{State: exchange.Waiting, Verdict: string(Stop), Reason: err.Error()}, nil
	case report.From != in.From:
		return exchange.Outcome{}, fmt.Errorf("%w: %s sent a shipment of %s; each member sends its own", exchange.ErrRejected, in.From, report.From)
	case notYet(report) && d.now().Sub(in.Received) < lagMost:
		return exchange.Outcome{}, errors.New("this node's ledger does not show the offer yet")
	}
	return exchange.Outcome{State: exchange.Waiting, Verdict: string(report.Verdict), Reason: summary(report)}, nil
}

// passing tells whether a failure may be gone the next time.
func passing(err error) bool {
	var rule *ledger.Error
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || vault.Unavailable(err) ||
		errors.As(err, &rule) && rule.Code.Kind == ledger.Unavailable
}

// notYet tells whether a record of the shipment is missing on the ledger.
func notYet(r ReceiveReport) bool {
	for _, it := range r.Items {
		for _, p := range it.Problems {
			if p.Rule == RuleNotOffered || p.Rule == RuleNoRecord {
				return true
			}
		}
	}
	return false
}

// summary is one line about a report: the first problem, or how much there is.
func summary(r ReceiveReport) string {
	things := 0
	problems := r.Problems
	for _, it := range r.Items {
		things += it.Things
		problems = append(problems[:len(problems):len(problems)], it.Problems...)
	}
	for _, p := range problems {
		if p.Verdict != OK {
			return p.String()
		}
	}
	return fmt.Sprintf("%d items with %d packs, cases and pallets; to be received until %s", len(r.Items), things, r.Deadline.Format("2006-01-02 15:04 MST"))
}

var errNoMail = fmt.Errorf("this node takes no deliveries; receive the file itself: %w", vault.ErrNotFound)

// ReceiveInbox receives a shipment that arrived through the exchange, and tells its
// sender what came of it. Done again it completes what was interrupted. The request's
// File is not read.
func (d *Desk) ReceiveInbox(ctx context.Context, id proof.Hash, r ReceiveRequest) (ReceiveReport, error) {
	if d.mail == nil {
		return ReceiveReport{}, fmt.Errorf("couldn't receive the shipment: %w", errNoMail)
	}
	file, came, err := d.mail.Content(ctx, id)
	if err != nil {
		return ReceiveReport{}, fmt.Errorf("couldn't receive the shipment: %w", err)
	}
	defer file.Close()
	if came.Kind != KindShipment {
		return ReceiveReport{}, fmt.Errorf("couldn't receive the shipment: delivery %s is of kind %s", id, came.Kind)
	}
	r.File, r.Size = file, came.Size
	report, err := d.Receive(ctx, r)
	if err != nil || r.CheckOnly {
		return report, err
	}
	if err := d.answerSender(ctx, came, report); err != nil {
		return report, fmt.Errorf("the goods are received; couldn't note it in the inbox, so do it again: %w", err)
	}
	return report, nil
}

// answerSender ends a delivery with what its receiver made of it. What was left on
// offer keeps it waiting.
func (d *Desk) answerSender(ctx context.Context, came exchange.Came, r ReceiveReport) error {
	taken, back, open := 0, 0, 0
	a := exchange.Acknowledgement{Answer: exchange.Received}
	for _, it := range r.Items {
		switch it.Outcome {
		case Received:
			taken++
		case Rejected:
			back++
		default:
			open++
		}
		for _, path := range it.Refused {
			a.Items = append(a.Items, exchange.RefusedItem{Item: path, Reason: "sent back"})
		}
	}
	state := exchange.Done
	switch {
	case taken == 0 && back == 0:
		return nil
	case open > 0:
		a.Answer, a.Text, state = exchange.RefusedInPart, fmt.Sprintf("%d of %d items were left on offer", open, len(r.Items)), exchange.Waiting
	case taken == 0:
		a.Answer, state = exchange.RefusedWhole, exchange.Rejected
	case len(a.Items) > 0:
		a.Answer = exchange.RefusedInPart
	}
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		if state != exchange.Waiting {
			if err := d.mail.Finish(tx, came.ID, state, string(r.Verdict), summary(r)); err != nil {
				return err
			}
		}
		return d.mail.Acknowledge(tx, came, a)
	})
	d.mail.Wake()
	if err != nil {
		return err
	}
	return d.pass(crash.ReceiveAnswered)
}

// hashOf makes the key of a delivery from what makes it one.
func hashOf(what string, parts ...[]byte) proof.Hash {
	b := []byte(what)
	for _, p := range parts {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(p))), p...)
	}
	return sha256.Sum256(b)
}
