package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"pedigree/proof"
)

// ShipmentFilter chooses shipments for a listing. Its zero value is the newest of
// both directions.
type ShipmentFilter struct {
	Outgoing bool // only those that went out
	Incoming bool // only those that came in
	Partner  string
	// Undelivered leaves only those that are on offer or on their way out of the network,
	// or are to be, and whose data the partner doesn't have; and those that left with data
	// that hasn't arrived.
	Undelivered bool
	// Overdue leaves only those that went out and that nobody received in time: they can be
	// taken back.
	Overdue bool
	Before  int64 // Number of the last one of the page before; 0 for the first page
	Limit   int   // at most ShipmentsListMax, which is also the default
}

// ShipmentSummary is one row of a listing.
type ShipmentSummary struct {
	Number   int64      `json:"number"`
	ID       proof.Hash `json:"id"`
	Outgoing bool       `json:"outgoing"`
	Partner  string     `json:"partner" doc:"Organisation; of goods that leave the network the buyer's number in the address book"`
	Document int64      `json:"document"`
	Created  time.Time  `json:"created"`
	Deadline time.Time  `json:"deadline,omitzero" doc:"Of one on the network: until when it can be received"`
	State    string     `json:"state" doc:"planned, offered, received, rejected, not accepted, refused or taken back; of goods that leave the network not confirmed (they are on their way out), left or called off"`
	Items    int        `json:"items"`
	Overdue  bool       `json:"overdue,omitempty" doc:"It went out, its time is over, and something of it is still on offer: take it back"`
	Data     string     `json:"data,omitempty" doc:"Of one that went out: none, made, sending, delivered, acknowledged, accepted-with-findings, rejected, failed or given-up"`
	Delivery string     `json:"delivery,omitempty" doc:"Of one that went out: the delivery in the outbox that carries its data"`
	Reason   string     `json:"reason,omitempty" doc:"Why its data isn't with the partner, and what to do"`
	Lots     []string   `json:"lots,omitempty" doc:"What is in it, by lot: at most 8 of them"`
	Height   uint64     `json:"height,omitempty" doc:"Block in which the ledger accepted the last of its items"`
}

// NotConfirmed is the state of goods on their way out of the network, of which no person
// said yet that they have left.
const NotConfirmed = "not confirmed"

var shipmentStates = map[int]string{
	shipmentPlanned: "planned", shipmentOffered: "offered", shipmentReceived: "received", shipmentRejected: "rejected",
	shipmentStopped: "not accepted", shipmentRefused: "refused", shipmentBack: "taken back",
	shipmentLeaving: NotConfirmed, shipmentLeft: "left", shipmentStayed: "called off",
}

// ShipmentWords are the words that say how far a shipment has come, and its data.
func ShipmentWords() []string {
	return append(slices.Sorted(maps.Values(shipmentStates)),
		DataNone, DataMade, DataSending, DataDelivered, DataAcknowledged, DataFindings, DataRejected, DataFailed, DataGivenUp)
}

// Shipments lists shipments, the newest first.
func (d *Desk) Shipments(ctx context.Context, f ShipmentFilter) ([]ShipmentSummary, error) {
	find := d.shipments
	if f.Undelivered {
		find = d.undelivered
	}
	list, err := find(ctx, f)
	if err == nil {
		err = d.nameLots(ctx, list)
	}
	return list, err
}

// nameLots says which lots are in shipments.
func (d *Desk) nameLots(ctx context.Context, list []ShipmentSummary) error {
	err := d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		for i := 0; i < len(list) && err == nil; i++ {
			list[i].Lots, err = lotsOf(tx, list[i].ID)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("couldn't look which lots are in the shipments: %w", err)
	}
	return nil
}

func (d *Desk) shipments(ctx context.Context, f ShipmentFilter) ([]ShipmentSummary, error) {
	if f.Limit <= 0 || f.Limit > ShipmentsListMax {
		f.Limit = ShipmentsListMax
	}
	direction := 0
	if f.Outgoing != f.Incoming {
		if direction = directionOut; f.Incoming {
			direction = directionIn
		}
	}
	list := []ShipmentSummary{}
	_, now := d.chain.Status()
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT s.n, s.id, s.direction, s.partner, COALESCE(s.doc, 0), s.created, s.deadline, s.status,
				(SELECT COUNT(*) FROM trace_shipment_item i WHERE i.shipment = s.id) + (SELECT COUNT(*) FROM pick_leaving l WHERE l.departure = s.id),
				CASE WHEN s.direction = 1 AND s.status = 2 AND s.deadline < ?5 AND `+stillOffered+` THEN 1 ELSE 0 END,
				(SELECT COALESCE(MAX(i.height), 0) FROM trace_shipment_item i WHERE i.shipment = s.id)
			FROM trace_shipment s WHERE (?1 = 0 OR s.direction = ?1) AND (?2 = '' OR s.partner = ?2) AND (CAST(?3 AS BIGINT) = 0 OR s.n < ?3)
				AND (?6 = 0 OR s.direction = 1 AND s.status = 2 AND s.deadline < ?5 AND `+stillOffered+`) ORDER BY s.n DESC LIMIT ?4`,
			direction, f.Partner, f.Before, f.Limit, int64(now), truth(f.Overdue))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s ShipmentSummary
			var id []byte
			var way, status int
			var created, deadline int64
			if err := rows.Scan(&s.Number, &id, &way, &s.Partner, &s.Document, &created, &deadline, &status, &s.Items, &s.Overdue, &s.Height); err != nil {
				return err
			}
			s.ID, s.Outgoing, s.State = proof.Hash(id), way == directionOut, shipmentStates[status]
			s.Created = time.Unix(created, 0).UTC()
			if deadline != 0 {
				s.Deadline = time.Unix(deadline, 0).UTC()
			}
			list = append(list, s)
		}
		return rows.Err()
	})
	for i := 0; i < len(list) && err == nil; i++ {
		err = d.trackData(ctx, &list[i])
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't list shipments: %w", err)
	}
	return list, nil
}
