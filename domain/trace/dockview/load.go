package dockview

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/ledger"
)

// load brings a session into memory: what is expected, and then its scans and decisions
// in their order.
func (d *Docks) load(ctx context.Context, l *live, id int64) error {
	if err := d.read(ctx, l, id); err != nil {
		return fmt.Errorf("couldn't take up receiving session %d: %w", id, err)
	}
	return nil
}

func (d *Docks) read(ctx context.Context, l *live, id int64) error {
	err := d.Vault.View(ctx, func(tx *sql.Tx) (err error) {
		if l.session, err = d.session(ctx, tx, id); err == nil {
			err = d.readDecisions(ctx, tx, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	l.scans, l.outcomes, l.seqs = nil, nil, map[deviceSeq]int{}
	if l.session.State == Done || l.session.State == Dropped || l.session.State == Finishing && !l.session.Delivery.IsZero() {
		l.expected = newExpected() // what was expected stands in what was planned
		l.tally = newTally(l.expected)
		return nil
	}
	if l.session.State == Open { // what is being finished keeps to its plan
		if err := d.adopt(ctx, l); err != nil {
			return err
		}
	}
	if err := d.expect(ctx, l); err != nil {
		return err
	}
	return d.Vault.View(ctx, func(tx *sql.Tx) error { return d.readScans(ctx, tx, l) })
}

// readScans reads a session's scans and counts them.
func (d *Docks) readScans(ctx context.Context, tx *sql.Tx, l *live) error {
	rows, err := tx.QueryContext(ctx, `SELECT n, path, what, at, device, seq, scanner, undone, undoer, sealed FROM dock_scan WHERE session = $1 ORDER BY n`, l.session.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		s := &scanRow{}
		var at int64
		var sealed []byte
		if err := rows.Scan(&s.n, &s.path, &s.what, &at, &s.device, &s.seq, &s.by, &s.undone, &s.undoer, &sealed); err != nil {
			return err
		}
		s.at = time.UnixMilli(at).UTC()
		plain, err := d.Vault.OpenValue(scanContext(l.session.ID, int64(s.n)), sealed)
		if err != nil {
			return fmt.Errorf("scan %d: %w", s.n, err)
		}
		if err := s.unseal(plain); err != nil {
			return fmt.Errorf("scan %d: %w", s.n, err)
		}
		l.keep(s)
	}
	return rows.Err()
}

// keep counts a scan that is on disk.
func (l *live) keep(s *scanRow) outcome {
	l.scans = append(l.scans, s)
	l.seqs[deviceSeq{s.device, s.seq}] = s.n
	var o outcome
	if !s.undone {
		o = l.tally.apply(s)
	}
	l.outcomes = append(l.outcomes, o)
	return o
}

// again counts everything anew, as after a scan was undone.
func (l *live) again() {
	l.tally = newTally(l.expected)
	for i, s := range l.scans {
		l.outcomes[i] = outcome{}
		if !s.undone {
			l.outcomes[i] = l.tally.apply(s)
		}
	}
}

// usable refuses documents that say nothing of goods to come.
func (d *Docks) usable(ctx context.Context, documents []int64) error {
	for _, n := range documents {
		e, err := d.Documents.Newest(ctx, n)
		if err != nil {
			return err
		}
		switch {
		case e.State == tiview.Refused:
			err = fmt.Errorf("document %d was refused; pedigree ti show %d says why", n, n)
		case e.State == tiview.Duplicate:
			err = fmt.Errorf("document %d is the same as %d; receive with that", n, e.SameAs)
		case e.State == tiview.Given:
			err = fmt.Errorf("document %d was given to the partner it is from, as document %d; receive with that", n, e.SameAs)
		case e.Number != n:
			err = fmt.Errorf("document %d was corrected by %d; receive with that", n, e.Number)
		}
		if err != nil {
			return api.Coded(err, ledger.Conflict, "dock/document")
		}
	}
	return nil
}

// adopt puts documents that correct an open session's in their place. What was scanned
// stays, and is held against them.
func (d *Docks) adopt(ctx context.Context, l *live) error {
	list := []int64{}
	for _, n := range l.session.Documents {
		e, err := d.Documents.Newest(ctx, n)
		if err != nil {
			return err
		}
		if e.State != tiview.Refused && e.State != tiview.Duplicate {
			n = e.Number
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	if slices.Equal(list, l.session.Documents) {
		return nil
	}
	l.session.Documents = list
	if err := d.expect(ctx, l); err != nil {
		return err
	}
	return d.Vault.Update(ctx, func(tx *sql.Tx) error {
		for _, table := range []string{"dock_source", "dock_top"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE session = $1`, l.session.ID); err != nil {
				return err
			}
		}
		for _, n := range list {
			if _, err := tx.ExecContext(ctx, `INSERT INTO dock_source (session, document) VALUES ($1, $2)`, l.session.ID, n); err != nil {
				return err
			}
		}
		for _, i := range l.expected.tops { // what another session holds stays there
			if _, err := tx.ExecContext(ctx, `INSERT INTO dock_top (path, session) VALUES ($1, $2) ON CONFLICT DO NOTHING`, l.expected.nodes[i].path, l.session.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// sellerOf names who sold what a document ships, and when.
func sellerOf(e tiview.Entry, shipments []*dscsa.Shipment) traceview.Seller {
	s := traceview.Seller{GLN: e.Seller}
	for _, one := range shipments {
		if s.GLN == "" {
			s.GLN = one.Seller.GLN
		}
		if sold := one.Sold; !sold.IsZero() && sold.After(s.At) {
			s.At = sold
		}
	}
	if _, err := gs1.ParseGLN(e.Partner); err != nil {
		s.Org = e.Partner
	} else if s.GLN == "" {
		s.GLN = e.Partner
	}
	return s
}

// decisionRow is what is sealed of a decision.
type decisionRow struct {
	Reason string `json:"reason,omitempty"`
}

func (d *Docks) readDecisions(ctx context.Context, tx *sql.Tx, l *live) error {
	l.decisions = map[string]Decision{}
	rows, err := tx.QueryContext(ctx, `SELECT path, what, decider, at, sealed FROM dock_decision WHERE session = $1`, l.session.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var one Decision
		var at int64
		var sealed []byte
		if err := rows.Scan(&one.Path, &one.What, &one.By, &at, &sealed); err != nil {
			return err
		}
		plain, err := d.Vault.OpenValue(decisionContext(l.session.ID, one.Path), sealed)
		if err != nil {
			return err
		}
		var r decisionRow
		if err := json.Unmarshal(plain, &r); err != nil {
			return err
		}
		one.Reason, one.At = r.Reason, time.UnixMilli(at).UTC()
		l.decisions[one.Path] = one
	}
	return rows.Err()
}
