package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// ReturnRequest says what goes back, to whom and why.
type ReturnRequest struct {
	Items []string `json:"items" minItems:"1" maxItems:"1000" doc:"Packs, cases, pallets or totes, as scanned or typed"`
	To    string   `json:"to,omitempty" maxLength:"64" doc:"Seller: a member, or of one outside the network its number in the address book or a GLN of it; by default from whom the goods came"`
	ReturnNote
	ToGLN    string    `json:"to_gln,omitempty" doc:"Place that takes returns; by default the seller's own GLN"`
	Deadline time.Time `json:"deadline,omitzero" doc:"Until when it can be received; 14 days from now when left out"`
	Reserved
}

// ReturnReport says what came of a return.
type ReturnReport struct {
	ReturnNote
	Shipment ShipReport `json:"shipment,omitzero" doc:"Of goods that go back to a member"`
	// Departure is of goods that go back to a seller outside the network.
	Departure *Departure `json:"departure,omitempty" doc:"Of goods that go back to a seller outside the network; it is confirmed when they have left"`
}

// Return sends goods back to whom they came from, with the reason and the seller's
// authorisation in the shipment's document. It is the only way for goods that are under
// recall, suspect, illegitimate or stolen; what is on hold or frozen has to be released
// first. A pack out of a case goes back alone, and the case stays opened. What goes back
// to a seller outside the network leaves it as by Prepare: nothing has left until a
// person confirms it. The same call again completes one that was cut off.
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
	outside, err := d.isOutside(ctx, r.To)
	if err != nil {
		return report, nil, err
	}
	if outside {
		gone, err := d.prepare(ctx, PrepareRequest{Items: r.Items, To: r.To, ToGLN: r.ToGLN, Anyway: true, Reserved: r.Reserved, back: &r.ReturnNote})
		report.Departure = &gone
		return report, nil, err
	}
	var file []byte
	report.Shipment, file, err = d.ship(ctx, ShipRequest{Items: paths, To: r.To, ToGLN: r.ToGLN, Deadline: r.Deadline, Return: true, Reserved: r.Reserved, why: &r.ReturnNote})
	return report, file, err
}

// isOutside tells whether a seller is a partner of the address book and no member.
func (d *Desk) isOutside(ctx context.Context, name string) (outside bool, err error) {
	member := false
	err = d.chain.Read(func(s ledger.State) error {
		_, member = org.Get(s, name)
		return nil
	})
	if err != nil || member || d.partners == nil {
		return false, err
	}
	found := false
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		var b Buyer
		b, found, err = d.partners.PartnerOf(tx, name)
		outside = found && b.Org == ""
		return err
	})
	if _, bad := gs1.ParseGLN(name); err == nil && !found && bad == nil {
		err = api.Coded(fmt.Errorf("the address book has no partner with GLN %s, and no member is called so", name), ledger.NotFound, "trace/no-buyer", "enter it: pedigree partner add, then pedigree partner site with its GLN")
	}
	return outside, err
}

// mayGoBack names what keeps goods here even from a return, where the ledger would only
// refuse them.
func (d *Desk) mayGoBack(tx queryer, paths []string) error {
	for _, p := range paths {
		it, ok, err := loadItem(tx, p)
		if err != nil || !ok || it.status == StatusOutside {
			if err != nil {
				return err
			}
			continue // shipping says what is wrong
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
