package dockview

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/ledger"
)

// Naming lists what waits whose data names a thing, as scanned: the label of an outermost
// container, or of anything in it. That the thing is in the container is what the data says;
// nobody scanned the container's own label.
func (d *Docks) Naming(ctx context.Context, item string) (Arrivals, error) {
	s, unread := readScan(Scan{Raw: item})
	if unread != nil {
		return Arrivals{}, api.Coded(errors.New(unread.Text+" To mend it: "+unread.Next), ledger.Invalid, unread.Rule)
	}
	rows, err := d.naming(ctx, s.path)
	if err != nil {
		return Arrivals{}, fmt.Errorf("couldn't look what names %s: %w", s.path, err)
	}
	return Arrivals{Rows: rows}, nil
}

// naming lists what is being received first, then what is known by proofs, then the longest
// that waits.
func (d *Docks) naming(ctx context.Context, path string) ([]Arrival, error) {
	rows, err := d.shipmentsWaiting(ctx, func(t *traceview.AnnouncedTop) bool { return t.Things.Hold(path) })
	if err != nil {
		return nil, err
	}
	documents, err := d.documentsNaming(ctx, path)
	if err != nil {
		return nil, err
	}
	rows = append(rows, documents...)
	held, err := d.heldTops(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Session = held[rows[i].Path]; rows[i].Session != 0 && rows[i].State == WaitsAnnounced {
			rows[i].State = WaitsReceiving
		}
	}
	slices.SortStableFunc(rows, func(a, b Arrival) int {
		return cmp.Or(-cmp.Compare(min(a.Session, 1), min(b.Session, 1)), cmp.Compare(min(a.Document, 1), min(b.Document, 1)), a.Since.Compare(b.Since))
	})
	return rows, nil
}

func (d *Docks) documentsNaming(ctx context.Context, path string) (list []Arrival, err error) {
	entries, err := d.Documents.List(ctx, tiview.Search{Item: path, State: tiview.Waiting, Limit: foundMax})
	if err != nil {
		return nil, err
	}
	for i := range entries {
		e := &entries[i]
		_, r, err := d.Documents.Reading(ctx, e.Number)
		if err != nil || r.Tree == nil {
			continue // the list of all that waits says why
		}
		for _, a := range topsOf(r) {
			if holds(r.Tree, a.Path, path) {
				list = append(list, announcedBy(e, a))
			}
		}
	}
	return list, nil
}

func holds(tree *dscsa.Tree, top, path string) bool {
	for n := range tree.All(top) {
		if n.Path == path {
			return true
		}
	}
	return false
}

// byItem finds what a session begins with by a thing that arrived: the shipment, or else the
// documents, whose data names it.
func (d *Docks) byItem(ctx context.Context, s *Start) error {
	found, err := d.Naming(ctx, s.Item)
	if err != nil {
		return err
	}
	for i := range found.Rows {
		switch a := &found.Rows[i]; {
		case a.Session != 0:
			return receivedIn(a.Path, a.Session)
		case a.Document == 0:
			s.Delivery = a.Delivery
			return nil
		case !slices.Contains(s.Documents, a.Document):
			s.Documents = append(s.Documents, a.Document)
		}
	}
	if len(s.Documents) == 0 {
		return api.Coded(errors.New("nothing that waits names it; open the session without it, and take the document in when it comes"), ledger.NotFound, "dock/no-document")
	}
	return nil
}

func receivedIn(path string, session int64) error {
	return api.Coded(fmt.Errorf("%s is being received in session %d; go on there", path, session), ledger.Conflict, "dock/other-session")
}

// elsewhereOf notes of a thing that a session doesn't expect who does: another open session,
// or a delivery that waits.
func (d *Docks) elsewhereOf(ctx context.Context, l *live, s *scanRow) error {
	rows, err := d.naming(ctx, s.path)
	if err != nil {
		return err
	}
	for i := range rows {
		switch a := &rows[i]; {
		case a.Session != 0 && a.Session != l.session.ID:
			s.elsewhere = a.Session
			return nil
		case a.Session == 0 && (a.Document == 0 || !slices.Contains(l.session.Documents, a.Document)):
			s.other = "It is in the data of another delivery that waits: " + describe(a) + "."
			return nil
		}
	}
	s.elsewhere = d.expectedBy(s.path, l.session.ID)
	return nil
}

// describe names what waits as a person knows it: what it is, who sent it, for which order.
func describe(a *Arrival) string {
	text := cmp.Or(a.Kind, "goods") + " " + a.Path
	if a.Seller != "" {
		text += " from " + a.Seller
	}
	if a.PO != "" {
		text += ", order " + a.PO
	}
	return text
}
