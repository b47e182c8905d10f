package dockview

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"sync"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/proof"
)

// How far what waits to be received has come.
const (
	WaitsAnnounced = "announced" // its data is here
	WaitsReceiving = "receiving" // a session is open for it
	WaitsLate      = "late"      // its data is here for LateAfter, and nothing of it came
	WaitsUnproved  = "unproved"  // its data can't be told to be right
	WaitsStopped   = "stopped"   // something known speaks against it
	WaitsNoData    = "no-data"   // it is here, and its data isn't
)

// Arrival is one outermost container, or thing that stands by itself, that waits to be
// received.
type Arrival struct {
	Path     string     `json:"path,omitempty" doc:"The pallet, case or pack; none where its data can't be read or isn't here"`
	Kind     string     `json:"kind,omitempty" doc:"pack, case, pallet or box"`
	State    string     `json:"state" enum:"announced,receiving,late,unproved,stopped,no-data"`
	Seller   string     `json:"seller,omitempty" doc:"Organisation or GLN"`
	PO       string     `json:"po,omitempty" doc:"Number of the order"`
	Cases    int        `json:"cases" doc:"In it"`
	Packs    int        `json:"packs" doc:"In it, itself included"`
	Found    int        `json:"found" doc:"Of those, scanned or counted in a closed container; of goods without data, things scanned"`
	Since    time.Time  `json:"since" doc:"When its data came; of goods without data, when their session was opened"`
	Until    time.Time  `json:"until,omitzero" doc:"When the seller may take it back"`
	Delivery proof.Hash `json:"delivery,omitzero" doc:"The shipment in the inbox"`
	Document int64      `json:"document,omitempty" doc:"The partner's document"`
	Session  int64      `json:"session,omitempty" doc:"The open session that receives it"`
	Text     string     `json:"text,omitempty" doc:"What speaks against it"`
}

// Arrivals are those that wait, the longest first.
type Arrivals struct {
	Rows []Arrival `json:"rows"`
	More int       `json:"more,omitempty" doc:"Left out because there are too many"`
}

// papers keeps what documents announce: one says the same each time, and reading a large
// one takes a while.
type papers struct {
	mu   sync.Mutex
	list map[int64][]Arrival
}

func (p *papers) find(n int64) ([]Arrival, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list, found := p.list[n]
	return list, found
}

// keep makes room by forgetting any other: it is read again when it is asked for.
func (p *papers) keep(n int64, list []Arrival) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.list == nil {
		p.list = map[int64][]Arrival{}
	}
	for other := range p.list {
		if len(p.list) < papersKept {
			break
		}
		delete(p.list, other)
	}
	p.list[n] = list
}

// Arrivals lists what waits to be received: shipments that partners' nodes brought,
// documents that wait for their goods, and goods that came without data.
func (d *Docks) Arrivals(ctx context.Context) (Arrivals, error) {
	out := Arrivals{Rows: []Arrival{}}
	shipments, err := d.shipmentsWaiting(ctx, nil)
	if err != nil {
		return out, err
	}
	documents, err := d.documentsWaiting(ctx)
	if err != nil {
		return out, err
	}
	out.Rows = append(append(out.Rows, shipments...), documents...)
	open, err := d.List(ctx, Open, 0, ListMax)
	if err != nil {
		return out, err
	}
	if err := d.inSessions(ctx, &out, open); err != nil {
		return out, err
	}
	now := d.Now()
	for i := range out.Rows {
		if a := &out.Rows[i]; a.State == WaitsAnnounced && now.Sub(a.Since) > LateAfter {
			a.State = WaitsLate
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b Arrival) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Path, b.Path)) })
	if out.More = max(0, len(out.Rows)-ArrivalsMax); out.More > 0 {
		out.Rows = out.Rows[:ArrivalsMax]
	}
	return out, nil
}

// shipmentsWaiting lists the outermost things of shipments; only those that fit, unless all
// are wanted.
func (d *Docks) shipmentsWaiting(ctx context.Context, fits func(*traceview.AnnouncedTop) bool) (list []Arrival, err error) {
	announced, err := d.Goods.Announced(ctx, arrivalsMax)
	if err != nil {
		return nil, err
	}
	for _, s := range announced {
		a := Arrival{State: WaitsAnnounced, Seller: s.From, PO: s.PO, Since: s.Received, Until: s.Deadline, Delivery: s.Delivery, Text: s.Reason}
		switch s.Verdict {
		case traceview.OK:
		case traceview.CannotTell:
			a.State = WaitsUnproved
		default:
			a.State = WaitsStopped
		}
		if s.Shipment.IsZero() && fits == nil { // it can't be opened
			list = append(list, a)
		}
		for i := range s.Tops {
			top, one := &s.Tops[i], a
			if fits != nil && !fits(top) {
				continue
			}
			one.Path, one.Kind, one.Cases, one.Packs = top.Path, top.Kind, top.Cases, top.Packs
			list = append(list, one)
		}
	}
	return list, nil
}

func (d *Docks) documentsWaiting(ctx context.Context) (list []Arrival, err error) {
	entries, err := d.Documents.List(ctx, tiview.Search{State: tiview.Waiting, Limit: arrivalsMax})
	if err != nil {
		return nil, err
	}
	for i := range entries {
		e := &entries[i]
		tops, known := d.papers.find(e.Number)
		if !known {
			_, r, err := d.Documents.Reading(ctx, e.Number)
			if err != nil {
				tops = []Arrival{{State: WaitsStopped, Text: err.Error()}}
			} else {
				tops = topsOf(r)
				d.papers.keep(e.Number, tops)
			}
		}
		for _, a := range tops {
			list = append(list, announcedBy(e, a))
		}
	}
	return list, nil
}

// announcedBy is what a document announces, with what its entry says of it.
func announcedBy(e *tiview.Entry, a Arrival) Arrival {
	a.Seller, a.Since, a.Document = cmp.Or(e.Partner, e.Seller), e.Came, e.Number
	return a
}

// topsOf are the outermost things that a document names.
func topsOf(r *dscsa.Reading) []Arrival {
	list := []Arrival{}
	if r.Tree == nil {
		return list
	}
	orders := map[string]string{}
	for _, s := range r.Shipments {
		for _, top := range s.Tops {
			orders[top] = s.PO
		}
	}
	for _, top := range r.Tree.Tops() {
		a := Arrival{State: WaitsAnnounced, Path: top.Path, Kind: traceview.KindName(top.Kind), PO: orders[top.Path]}
		a.Cases, a.Packs = r.Tree.Count(top.Path)
		list = append(list, a)
	}
	return list
}

// inSessions says which session receives what, and how much was found, and adds the
// sessions whose goods came without data. Of many open sessions the newest are counted.
func (d *Docks) inSessions(ctx context.Context, out *Arrivals, open []Session) error {
	tops, err := d.heldTops(ctx)
	if err != nil {
		return err
	}
	rows, expects := map[int64][]int{}, map[int64]bool{}
	for _, id := range tops {
		expects[id] = true
	}
	for i := range out.Rows {
		if id := tops[out.Rows[i].Path]; id != 0 {
			out.Rows[i].Session = id
			rows[id] = append(rows[id], i)
			if out.Rows[i].State == WaitsAnnounced {
				out.Rows[i].State = WaitsReceiving
			}
		}
	}
	for i, s := range open {
		a := Arrival{State: WaitsNoData, Since: s.Opened, Session: s.ID}
		if i < liveMax {
			if err := d.found(ctx, s.ID, out, rows[s.ID], &a); err != nil {
				return err
			}
		}
		if !expects[s.ID] {
			out.Rows = append(out.Rows, a)
		}
	}
	return nil
}

// heldTops are the outermost things of open sessions, with their session.
func (d *Docks) heldTops(ctx context.Context) (map[string]int64, error) {
	tops := map[string]int64{}
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT path, session FROM dock_top`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var path string
			var id int64
			if err := rows.Scan(&path, &id); err != nil {
				return err
			}
			tops[path] = id
		}
		return rows.Err()
	})
	return tops, err
}

// found says how much of what a session receives was found.
func (d *Docks) found(ctx context.Context, id int64, out *Arrivals, rows []int, bare *Arrival) error {
	l, err := d.hold(ctx, id)
	if err != nil {
		return err
	}
	defer d.release(l)
	bare.Found = len(l.tally.order)
	for _, row := range rows {
		if i, known := l.expected.at[out.Rows[row].Path]; known {
			t := l.thing(i)
			out.Rows[row].Found = t.Seen + t.Inferred
		}
	}
	return nil
}
