package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// ReturnRequest says what goes back, to whom and why.
type ReturnRequest struct {
	Items []string `json:"items" minItems:"1" maxItems:"1000" doc:"Packs, cases, pallets or totes, as scanned or typed"`
	To    string   `json:"to,omitempty" maxLength:"64" doc:"Seller; by default the member from whom the goods came"`
	ReturnNote
	ToGLN    string    `json:"to_gln,omitempty" doc:"Place that takes returns; by default the seller's own GLN"`
	Deadline time.Time `json:"deadline,omitzero" doc:"Until when it can be received; 14 days from now when left out"`
	Reserved
}

// ReturnReport says what came of a return.
type ReturnReport struct {
	ReturnNote
	Shipment ShipReport `json:"shipment"`
}

// Return sends goods back to the member from whom they came, with the reason and the
// seller's authorisation in the shipment's document. It is the only way for goods that
// are under recall, suspect, illegitimate or stolen; what is on hold or frozen has to be
// released first. A pack out of a case goes back alone, and the case stays opened. The
// same call again completes one that was cut off.
func (d *Desk) Return(ctx context.Context, r ReturnRequest) (ReturnReport, []byte, error) {
	report, file, err := d.giveBack(ctx, r)
	if err != nil {
		return report, nil, fmt.Errorf("couldn't return goods: %w", err)
	}
	return report, file, nil
}

func (d *Desk) giveBack(ctx context.Context, r ReturnRequest) (ReturnReport, []byte, error) {
	report := ReturnReport{ReturnNote: r.ReturnNote}
	if err := r.check(); err != nil {
		return report, nil, err
	}
	paths, err := actPaths(r.Items, ReturnItemsMax)
	if err != nil {
		return report, nil, err
	}
	err = d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		if r.To == "" {
			if r.To, err = sellerOf(tx, paths); err != nil {
				return err
			}
		}
		return d.mayGoBack(tx, paths)
	})
	if err != nil {
		return report, nil, err
	}
	var file []byte
	report.Shipment, file, err = d.ship(ctx, ShipRequest{Items: paths, To: r.To, ToGLN: r.ToGLN, Deadline: r.Deadline, Return: true, Reserved: r.Reserved, why: &r.ReturnNote})
	return report, file, err
}

// mayGoBack names what keeps goods here even from a return, where the ledger would only
// refuse them.
func (d *Desk) mayGoBack(tx queryer, paths []string) error {
	for _, p := range paths {
		it, ok, err := loadItem(tx, p)
		if err != nil || !ok || it.status == StatusOutside {
			return err // shipping says what is wrong
		}
		top, err := topOf(tx, it)
		if err != nil {
			return err
		}
		o, err := openItem(tx, top)
		if err != nil {
			return err
		}
		var flags uint64
		err = d.chain.Read(func(s ledger.State) error {
			r, _ := trace.GetRecord(s, trace.Name{Origin: o.origin, Leaf: o.leaf})
			flags = r.Flags
			return nil
		})
		switch {
		case err != nil:
			return err
		case flags&proof.FlagFrozen != 0:
			return fmt.Errorf("%s is frozen by the council and can't move until that has ended, not even back to its seller", top.path)
		case flags&proof.FlagHeld != 0:
			return fmt.Errorf("%s is on hold, and what is on hold can't move, not even back to its seller: release it first (pedigree release); its other marks stay and don't keep it here", top.path)
		}
	}
	return nil
}

// ReturnSummary is one return of a listing.
type ReturnSummary struct {
	ReturnNote
	Shipment proof.Hash `json:"shipment"`
	Outgoing bool       `json:"outgoing" doc:"It goes to the seller; false: it came back here"`
	Partner  string     `json:"partner"`
	Created  time.Time  `json:"created"`
	State    string     `json:"state" doc:"Of the shipment: planned, offered, received, rejected, not accepted, refused or taken back"`
	Waiting  []string   `json:"waiting" doc:"Things of one that came back here that are on hold and wait for a verdict"`
}

// ReturnFilter chooses returns for a listing. Its zero value is the newest of both
// directions.
type ReturnFilter struct {
	Outgoing bool // only those that went out
	Incoming bool // only those that came in
	Waiting  bool // only those of which things wait for a verdict
	Limit    int  // at most ReturnsListMax, which is also the default
}

// Returns lists returns, the newest first.
func (d *Desk) Returns(ctx context.Context, f ReturnFilter) ([]ReturnSummary, error) {
	if f.Limit <= 0 || f.Limit > ReturnsListMax {
		f.Limit = ReturnsListMax
	}
	list := []ReturnSummary{}
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT r.shipment, r.direction, r.reason, r.told, r.created, s.partner, s.status FROM pick_return r JOIN trace_shipment s ON s.id = r.shipment
			WHERE (?1 = 0 OR r.direction = ?1) AND (?2 = 0 OR EXISTS (SELECT 1 FROM pick_returned w JOIN trace_item i ON i.path = w.path WHERE w.shipment = r.shipment AND i.status = ?4))
			ORDER BY s.n DESC LIMIT ?3`, f.direction(), truth(f.Waiting), f.Limit, StatusOnHand)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s ReturnSummary
			var id, sealed []byte
			var way, status int
			var created int64
			if err := rows.Scan(&id, &way, &s.Reason, &sealed, &created, &s.Partner, &status); err != nil {
				return err
			}
			if err := openTold(d.vault, id, sealed, &s.ReturnNote); err != nil {
				return err
			}
			s.Shipment, s.Outgoing, s.Created, s.State = proof.Hash(id), way == directionOut, time.Unix(created, 0).UTC(), shipmentStates[status]
			list = append(list, s)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for i := range list {
			if list[i].Waiting, err = waitingOf(tx, list[i].Shipment); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list returns: %w", err)
	}
	return list, nil
}

func (f ReturnFilter) direction() int {
	switch {
	case f.Outgoing == f.Incoming:
		return 0
	case f.Incoming:
		return directionIn
	}
	return directionOut
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
