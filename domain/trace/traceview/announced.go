package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"pedigree/format/dscsa"
	"pedigree/internal/exchange"
	"pedigree/proof"
)

// Announcement is a shipment that a partner's node brought, with what of it waits to be
// received.
type Announcement struct {
	Delivery proof.Hash
	Shipment proof.Hash
	From     string
	PO       string // the buyer's order number
	Received time.Time
	Deadline time.Time // after which its sender may take it back
	Verdict  Verdict   // of the look at it when it came
	Reason   string    // what speaks against it; empty where nothing does
	Tops     []AnnouncedTop
}

// AnnouncedTop is one outermost thing of a shipment.
type AnnouncedTop struct {
	Path, Kind   string // pack, case, pallet or box
	Cases, Packs int    // in it, itself included
	Things       Things // in it, itself included
}

// announcements keeps what sealed shipments announce: a file says the same each time, and
// opening a large one takes a while.
type announcements struct {
	mu     sync.Mutex
	list   map[proof.Hash]Announcement
	things int // in all of them
}

func (a *announcements) find(id proof.Hash) (Announcement, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one, found := a.list[id]
	return one, found
}

// keep makes room by forgetting any other: it is read again when it is asked for.
func (a *announcements) keep(id proof.Hash, one Announcement) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.list == nil {
		a.list = map[proof.Hash]Announcement{}
	}
	a.forget(id)
	for other := range a.list {
		if len(a.list) < announcedKept && a.things+one.things() <= announcedThingsKept {
			break
		}
		a.forget(other)
	}
	a.list[id] = one
	a.things += one.things()
}

func (a *announcements) forget(id proof.Hash) {
	if one, known := a.list[id]; known {
		a.things -= one.things()
		delete(a.list, id)
	}
}

// things counts what is remembered of a shipment.
func (a *Announcement) things() (n int) {
	for i := range a.Tops {
		n += len(a.Tops[i].Things)
	}
	return n
}

// Announced lists the shipments in the inbox that wait to be received, the newest first.
// One whose file can't be opened is listed without its things, and says why.
func (d *Desk) Announced(ctx context.Context, limit int) ([]Announcement, error) {
	list := []Announcement{}
	if d.mail == nil {
		return list, nil
	}
	waiting, err := d.mail.Inbox(ctx, exchange.Listing{State: "waiting", Kind: KindShipment, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("couldn't list what is announced: %w", err)
	}
	for i := range waiting {
		one, err := d.announced(ctx, &waiting[i])
		if err != nil {
			return nil, fmt.Errorf("couldn't list what is announced: %w", err)
		}
		list = append(list, one)
	}
	return list, nil
}

func (d *Desk) announced(ctx context.Context, came *exchange.Came) (Announcement, error) {
	one, known := d.heralds.find(came.ID)
	if !known {
		file, _, err := d.mail.Content(ctx, came.ID)
		if err != nil {
			return one, err
		}
		one, err = d.announcementOf(file)
		if err = errors.Join(err, file.Close()); err != nil {
			one = Announcement{From: came.From, Reason: err.Error()} // a person must look at it
		} else {
			d.heralds.keep(came.ID, one)
		}
	}
	one.Delivery, one.Received, one.Verdict = came.ID, came.Received, Verdict(came.Verdict)
	if one.Verdict != OK && one.Reason == "" {
		one.Reason = came.Reason
	}
	return one, d.remaining(ctx, &one)
}

// remaining leaves what was neither received nor sent back yet.
func (d *Desk) remaining(ctx context.Context, one *Announcement) error {
	in := &receiving{d: d, file: signedShipment{ShipmentHead: ShipmentHead{ID: one.Shipment}}}
	if _, err := in.before(ctx); err != nil {
		return err
	}
	left := make([]AnnouncedTop, 0, len(one.Tops))
	for _, top := range one.Tops {
		if _, done := in.prior[top.Path]; !done {
			left = append(left, top)
		}
	}
	one.Tops = left
	return nil
}

// AnnouncementOf is what a shipment's file that a person carried announces, as far as it
// was not received yet.
func (d *Desk) AnnouncementOf(ctx context.Context, file io.Reader) (Announcement, error) {
	one, err := d.announcementOf(file)
	if err == nil {
		err = d.remaining(ctx, &one)
	}
	return one, err
}

// announcementOf reads what a sealed shipment announces. It looks at nothing on the ledger
// but the sender's key.
func (d *Desk) announcementOf(file io.Reader) (Announcement, error) {
	in, err := d.openReceiving(ReceiveRequest{File: file, CheckOnly: true})
	if err != nil {
		return Announcement{}, err
	}
	one := Announcement{Shipment: in.file.ID, From: in.file.From, Deadline: time.Unix(int64(in.content.Deadline), 0).UTC(), Tops: []AnnouncedTop{}}
	tree, err := dscsa.NewTree(KnownProved, in.nodes())
	if err != nil {
		return one, err
	}
	for _, top := range tree.Tops() {
		t := AnnouncedTop{Path: top.Path, Kind: KindName(top.Kind), Things: NewThings(tree, top.Path)}
		t.Cases, t.Packs = tree.Count(top.Path)
		one.Tops = append(one.Tops, t)
	}
	if len(in.content.Documents) > 0 {
		one.PO = orderIn(in.content.Documents[0].Bytes)
	}
	return one, nil
}

// orderIn is the order number in a shipping document; "" where it has none, or can't be
// read: the goods are known without it.
func orderIn(document []byte) string {
	r, err := dscsa.Read(bytes.NewReader(document), dscsa.ReadOptions{Lean: true, Lenient: true})
	if err != nil {
		return ""
	}
	for _, s := range r.Shipments {
		if s.PO != "" {
			return s.PO
		}
	}
	return ""
}

// lotsOf names the lots in what a shipment offers: at most lotsShownMax, in their order.
// It looks into containers as far as it must, and at lotsLookMax things at most.
func lotsOf(tx *sql.Tx, shipment proof.Hash) ([]string, error) {
	tops, err := queryItems(tx, itemSelect+`JOIN trace_shipment_item s ON s.path = i.path WHERE s.shipment = ? ORDER BY i.path`, shipment[:])
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	rows := newSealedReader(tx)
	for looked, i := 0, 0; i < len(tops) && looked < lotsLookMax && len(found) <= lotsShownMax; i++ {
		it := &tops[i]
		looked++
		if it.lot.number != "" {
			found[it.lot.number] = true
			continue
		}
		sealed, err := rows.of(it.path, it.contents)
		if err != nil {
			return nil, err
		}
		for _, row := range sealed {
			if looked++; row.attrs.Lot != "" {
				found[row.attrs.Lot] = true
			} else if len(row.contents) > 0 {
				tops = append(tops, item{path: row.path, contents: row.contents})
			}
		}
		packed, err := packedItems(tx, it.path)
		if err != nil {
			return nil, err
		}
		tops = append(tops, packed...)
	}
	lots := slices.Sorted(maps.Keys(found))
	return lots[:min(len(lots), lotsShownMax)], nil
}
