package dockview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// State is how far a session has come.
type State int

// The states of a session.
const (
	Open      State = 1
	Finishing State = 2 // its finish was begun, and goes on by itself
	Done      State = 3
	Dropped   State = 4
)

var stateNames = map[State]string{Open: "open", Finishing: "finishing", Done: "done", Dropped: "dropped"}

// String returns the state's word.
func (s State) String() string { return stateNames[s] }

// MarshalText gives the state's word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state's word.
func (s *State) UnmarshalText(text []byte) error {
	for state, word := range stateNames {
		if word == string(text) {
			*s = state
			return nil
		}
	}
	return fmt.Errorf("there is no state %q of a session; they are open, finishing, done and dropped", text)
}

// Session is one receipt at the dock.
type Session struct {
	ID        int64      `json:"id"`
	State     State      `json:"state" doc:"open, finishing, done or dropped"`
	Delivery  proof.Hash `json:"delivery,omitzero" doc:"The shipment on the ledger, by its delivery"`
	Documents []int64    `json:"documents" doc:"Partners' documents that say what to expect"`
	Site      string     `json:"site,omitempty" doc:"GLN of the place that receives"`
	Opened    time.Time  `json:"opened"`
	Closed    time.Time  `json:"closed,omitzero"`
	By        string     `json:"by" doc:"Who opened it"`
}

// Start says with what a session begins. Without any of it, the goods came without
// data.
type Start struct {
	Delivery  proof.Hash `json:"delivery,omitzero" doc:"A shipment in the inbox"`
	Documents []int64    `json:"documents,omitempty" maxItems:"16" doc:"Numbers of partners' documents"`
	Item      string     `json:"item,omitempty" maxLength:"8192" doc:"A thing that arrived, as scanned: without anything else, the shipment or the documents that wait and name it are found by it"`
	Site      string     `json:"site,omitempty" maxLength:"64" doc:"GLN of the place that receives"`
}

// Open begins a session.
func (d *Docks) Open(ctx context.Context, s Start, by string) (Session, error) {
	out, err := d.open(ctx, s, by)
	if err != nil {
		return Session{}, fmt.Errorf("couldn't open a receiving session: %w", err)
	}
	return out, nil
}

func (d *Docks) open(ctx context.Context, s Start, by string) (Session, error) {
	if err := d.complete(ctx, &s); err != nil {
		return Session{}, err
	}
	l := &live{session: Session{State: Open, Delivery: s.Delivery, Documents: s.Documents, Site: s.Site, By: by, Opened: d.Now().UTC()}}
	if l.session.Documents == nil {
		l.session.Documents = []int64{}
	}
	if err := d.usable(ctx, s.Documents); err != nil {
		return Session{}, err
	}
	if err := d.expect(ctx, l); err != nil {
		return Session{}, err
	}
	if !s.Delivery.IsZero() && len(l.expected.tops) == 0 {
		return Session{}, api.Coded(errors.New("nothing of this shipment is on offer any more; pedigree shipments shows what became of it"), ledger.Conflict, "dock/nothing-on-offer")
	}
	err := d.Vault.Update(ctx, func(tx *sql.Tx) error {
		var delivery []byte
		if !s.Delivery.IsZero() {
			delivery = s.Delivery[:]
		}
		err := tx.QueryRowContext(ctx, `INSERT INTO dock_session (delivery, site, state, opened, opener) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			delivery, s.Site, int(Open), l.session.Opened.UnixMilli(), by).Scan(&l.session.ID)
		if err != nil {
			return err
		}
		return d.claim(ctx, tx, l, l.session.Documents)
	})
	return l.session, err
}

// complete checks what a session begins with, and finds by a thing what names it.
func (d *Docks) complete(ctx context.Context, s *Start) error {
	if len(s.Site) > SiteMax || len(s.Documents) > DocumentsMax {
		return api.Coded(fmt.Errorf("a session has a place of at most %d bytes and %d documents", SiteMax, DocumentsMax), ledger.Invalid, "dock/invalid")
	}
	if s.Site != "" {
		if _, err := gs1.ParseGLN(s.Site); err != nil {
			return err
		}
	}
	if s.Item == "" || !s.Delivery.IsZero() || len(s.Documents) > 0 {
		return nil
	}
	return d.byItem(ctx, s)
}

// claim notes a session's documents and what it holds, which no other open session may.
func (d *Docks) claim(ctx context.Context, tx *sql.Tx, l *live, documents []int64) error {
	for _, n := range documents {
		if _, err := tx.ExecContext(ctx, `INSERT INTO dock_source (session, document) VALUES ($1, $2)`, l.session.ID, n); err != nil {
			return err
		}
	}
	for _, i := range l.expected.tops {
		path := l.expected.nodes[i].path
		res, err := tx.ExecContext(ctx, `INSERT INTO dock_top (path, session) VALUES ($1, $2) ON CONFLICT DO NOTHING`, path, l.session.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			continue
		}
		other, err := d.elsewhere(ctx, tx, path)
		if err != nil {
			return err
		}
		if other != l.session.ID {
			return receivedIn(path, other)
		}
	}
	return nil
}

// elsewhere is the open session that holds a thing, or 0.
func (d *Docks) elsewhere(ctx context.Context, tx *sql.Tx, path string) (session int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT session FROM dock_top WHERE path = $1`, path).Scan(&session)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return session, err
}

// Join adds a document that came later to an open session. What was scanned is held
// against it too.
func (d *Docks) Join(ctx context.Context, id, document int64, by string) (Session, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return Session{}, err
	}
	defer d.release(l)
	if err := l.mustBe(Open); err != nil {
		return Session{}, err
	}
	for _, n := range l.session.Documents {
		if n == document {
			return l.session, nil
		}
	}
	if len(l.session.Documents) >= DocumentsMax {
		return Session{}, api.Coded(fmt.Errorf("session %d has %d documents already", id, DocumentsMax), kindLimit, "dock/too-many")
	}
	if err := d.usable(ctx, []int64{document}); err != nil {
		return Session{}, err
	}
	next := &live{session: l.session}
	next.session.Documents = append(l.session.Documents[:len(l.session.Documents):len(l.session.Documents)], document)
	if err := d.expect(ctx, next); err != nil {
		return Session{}, err
	}
	l.loaded = false // whatever comes of it, the store knows
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error { return d.claim(ctx, tx, next, []int64{document}) })
	if err != nil {
		return Session{}, fmt.Errorf("couldn't join document %d to session %d: %w", document, id, err)
	}
	if err := d.load(ctx, l, id); err != nil {
		return Session{}, err
	}
	l.loaded = true
	d.tell(l, Change{What: ChangeDocument, Document: document, By: by})
	return l.session, nil
}

// Drop ends a session without receiving anything.
func (d *Docks) Drop(ctx context.Context, id int64, by string) error {
	l, err := d.hold(ctx, id)
	if err != nil {
		return err
	}
	defer d.release(l)
	if l.session.State == Dropped {
		return nil
	}
	if err := l.mustBe(Open); err != nil {
		return err
	}
	l.loaded = false
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error { return d.close(ctx, tx, id, Dropped) })
	if err != nil {
		return fmt.Errorf("couldn't drop session %d: %w", id, err)
	}
	l.session.State = Dropped
	d.tell(l, Change{What: ChangeState, By: by})
	return nil
}

// close ends a session and frees what it held.
func (d *Docks) close(ctx context.Context, tx *sql.Tx, id int64, state State) error {
	if _, err := tx.ExecContext(ctx, `UPDATE dock_session SET state = $1, closed = $2 WHERE id = $3`, int(state), d.Now().UnixMilli(), id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM dock_top WHERE session = $1`, id)
	return err
}

// mustBe refuses what a session in another state doesn't allow.
func (l *live) mustBe(state State) error {
	if l.session.State != state {
		return api.Coded(fmt.Errorf("session %d is %s", l.session.ID, l.session.State), ledger.Conflict, "dock/state")
	}
	return nil
}

// List returns sessions, the newest first: of one state, or all when it is 0.
func (d *Docks) List(ctx context.Context, state State, before int64, limit int) ([]Session, error) {
	if limit < 1 || limit > ListMax {
		limit = ListMax
	}
	list := []Session{}
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, sessionSelect+`WHERE ($1 = 0 OR state = $1) AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3`, int64(state), before, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			s, err := scanSession(rows.Scan)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list receiving sessions: %w", err)
	}
	return list, nil
}

const sessionSelect = `SELECT id, delivery, site, state, opened, closed, opener FROM dock_session `

func scanSession(scan func(...any) error) (Session, error) {
	s := Session{Documents: []int64{}}
	var delivery []byte
	var opened, closed int64
	if err := scan(&s.ID, &delivery, &s.Site, &s.State, &opened, &closed, &s.By); err != nil {
		return s, err
	}
	if len(delivery) == proof.HashSize {
		s.Delivery = proof.Hash(delivery)
	}
	s.Opened = time.UnixMilli(opened).UTC()
	if closed != 0 {
		s.Closed = time.UnixMilli(closed).UTC()
	}
	return s, nil
}

// session reads a session's row and documents.
func (d *Docks) session(ctx context.Context, tx *sql.Tx, id int64) (Session, error) {
	s, err := scanSession(tx.QueryRowContext(ctx, sessionSelect+`WHERE id = $1`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return s, api.Coded(fmt.Errorf("there is no receiving session %d: %w", id, vault.ErrNotFound), ledger.NotFound, "dock/not-found")
	}
	if err != nil {
		return s, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT document FROM dock_source WHERE session = $1 ORDER BY document`, id)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return s, err
		}
		s.Documents = append(s.Documents, n)
	}
	return s, rows.Err()
}

// expect works out what a session's data lets expect.
func (d *Docks) expect(ctx context.Context, l *live) error {
	l.expected, l.sellers = newExpected(), map[int64]traceview.Seller{}
	if !l.session.Delivery.IsZero() {
		x, err := d.Goods.Expected(ctx, l.session.Delivery)
		if err != nil {
			return err
		}
		if err := l.expected.shipment(x); err != nil {
			return err
		}
		l.sellers[0] = x.Seller
	}
	for _, n := range l.session.Documents {
		entry, reading, err := d.Documents.Reading(ctx, n)
		if err != nil {
			return err
		}
		if err := l.expected.document(n, reading); err != nil {
			return err
		}
		l.sellers[n] = sellerOf(entry, reading.Shipments)
	}
	l.tally = newTally(l.expected)
	return nil
}
