package traceview

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// How far the data of a shipment that went out has come: its file, with the
// documents in it. The goods shouldn't leave before it is delivered.
const (
	DataNone         = "none"                   // the ledger shows no offer yet, or refused it
	DataMade         = "made"                   // the file is here; a person carries it, or it waits for the ledger
	DataSending      = "sending"                // on its way to the partner's node
	DataDelivered    = "delivered"              // the partner's node signed for it
	DataAcknowledged = "acknowledged"           // the partner received the goods by it
	DataFindings     = "accepted-with-findings" // the partner refused a part
	DataRejected     = "rejected"               // the partner refused all of it
	DataFailed       = "failed"                 // nobody could deliver it; a person must look at it
	DataGivenUp      = "given-up"               // a person gave it up
)

// IsDelivered tells whether a partner has the data of a shipment.
func IsDelivered(data string) bool {
	switch data {
	case DataDelivered, DataAcknowledged, DataFindings, DataRejected:
		return true
	}
	return false
}

// trackData tells how far the data of a shipment that went out has come.
func (d *Desk) trackData(ctx context.Context, s *ShipmentSummary) (err error) {
	if !s.Outgoing {
		return nil
	}
	switch s.State {
	case shipmentStates[shipmentPlanned], shipmentStates[shipmentRefused]:
		s.Data = DataNone
		return nil
	case shipmentStates[shipmentReceived]:
		s.Data = DataAcknowledged // by the ledger, however the file came there
	case shipmentStates[shipmentRejected]:
		s.Data = DataRejected
	}
	if d.mail != nil {
		sent, err := d.mail.OutboxItem(ctx, d.mail.DeliveryID(s.Partner, KindShipment, s.ID))
		if err == nil {
			s.Delivery, s.Reason = sent.ID.String(), sent.Reason
		}
		if !errors.Is(err, vault.ErrNotFound) {
			s.Data = cmp.Or(s.Data, dataSent(sent))
			return err
		}
	}
	if s.Data == "" {
		s.Data, s.Reason, err = d.dataRouted(ctx, s.ID)
	}
	return err
}

// dataRouted tells how far a shipment's document has come that went by the partner's
// route, where no node carries the shipment's file, and why it isn't there.
func (d *Desk) dataRouted(ctx context.Context, id proof.Hash) (data, reason string, err error) {
	if d.routed == nil {
		return DataMade, "", nil
	}
	state, reason, found, err := d.routed(ctx, id)
	if err != nil || !found {
		return DataMade, "", err
	}
	if data = routedData[state]; IsDelivered(data) {
		reason = "" // what the route says of it is no fault
	}
	return cmp.Or(data, DataMade), reason, nil
}

// routedData is what the states of a document on a partner's route mean.
var routedData = map[string]string{"queued": DataSending, "sent": DataDelivered, "acknowledged": DataDelivered, "failed": DataFailed, "dropped": DataGivenUp}

// ShipmentOf is one shipment of the listing. vault.ErrNotFound: there is none.
func (d *Desk) ShipmentOf(ctx context.Context, id proof.Hash) (ShipmentSummary, error) {
	s := ShipmentSummary{ID: id}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		row, err := loadShipment(tx, id, false)
		if err != nil {
			return err
		}
		status := 0
		s.Outgoing, s.Partner, s.Document = row.direction == directionOut, row.partner, row.doc
		err = tx.QueryRow(`SELECT n, status FROM trace_shipment WHERE id = ?`, id[:]).Scan(&s.Number, &status)
		s.State = shipmentStates[status]
		return err
	})
	if err == nil {
		err = d.trackData(ctx, &s)
	}
	return s, err
}

// Shipment is one shipment as it is listed. vault.ErrNotFound: there is none.
func (d *Desk) Shipment(ctx context.Context, id proof.Hash) (ShipmentSummary, error) {
	s, err := d.ShipmentOf(ctx, id)
	if err != nil {
		return s, err
	}
	list, err := d.Shipments(ctx, ShipmentFilter{Before: s.Number + 1, Limit: 1})
	if err == nil && (len(list) == 0 || list[0].ID != id) {
		err = fmt.Errorf("there is no shipment %s: %w", id, vault.ErrNotFound)
	}
	if err != nil {
		return s, err
	}
	return list[0], nil
}

// dataSent reads the state of the delivery that carries a shipment's file.
func dataSent(sent exchange.Sent) string {
	switch sent.Answer {
	case "received":
		return DataAcknowledged
	case "refused in part":
		return DataFindings
	case "refused":
		return DataRejected
	}
	switch sent.State {
	case "held":
		return DataMade
	case "sending":
		return DataSending
	case "delivered":
		return DataDelivered
	case "dead":
		return DataFailed
	}
	return DataGivenUp
}

// undelivered lists the shipments whose data a partner doesn't have, the newest
// first. Those that ended without it are left out.
func (d *Desk) undelivered(ctx context.Context, f ShipmentFilter) ([]ShipmentSummary, error) {
	list := []ShipmentSummary{}
	limit := f.Limit
	if limit <= 0 || limit > ShipmentsListMax {
		limit = ShipmentsListMax
	}
	f.Outgoing, f.Incoming, f.Limit, f.Undelivered = true, false, ShipmentsListMax, false
	for {
		page, err := d.shipments(ctx, f)
		if err != nil || len(page) == 0 {
			return list, err
		}
		for _, s := range page {
			open := s.State == shipmentStates[shipmentPlanned] || s.State == shipmentStates[shipmentOffered] || s.State == shipmentStates[shipmentLeaving] ||
				s.State == shipmentStates[shipmentLeft] && s.Data != DataMade // that was handed over on paper
			if open && !IsDelivered(s.Data) {
				list = append(list, s)
			}
			if len(list) == limit {
				return list, nil
			}
		}
		f.Before = page[len(page)-1].Number
	}
}
