package tiview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/vault"
)

// Carrier is a way by which documents leave, or come with shipments on the ledger. They
// are read once more here, so that a search finds them like those that partners sent.
type Carrier struct {
	Name string // such as parcel; stands in the store
	// After tells of what was carried behind a place and, at the same one, a key, in
	// that order.
	After func(ctx context.Context, place int64, key []byte, limit int) ([]Carried, error)
	// Outcome is what became of one, in a word.
	Outcome func(ctx context.Context, key []byte) (api.Said, error)
}

// Carried is a document that left, or came with a shipment.
type Carried struct {
	Key      []byte // names it among those of its carrier
	Place    int64  // in the order of its carrier
	Document int64  // of the store; 0 for what is no transaction data
	Sent     bool   // it left; false: it came
	Partner  string
	About    []byte // the shipment that it tells of; nil where none is known
	At       time.Time
}

// aside tells of what nobody has to deal with: it left from here, or came with a shipment
// that has a way of its own. It is found, and changes nothing.
func (e *Entry) aside() bool { return e.Means == WaySent || e.Means == WayLedger }

// former says which documents one may be the same as. What is kept aside may be the same as
// what came by itself, never the other way round: that one has to be dealt with.
func (p *processing) former() string {
	if p.entry.Sent {
		return "d.sent = 1"
	}
	if p.entry.aside() {
		return "d.sent = 0"
	}
	return byThemselves
}

// alike says which documents may be versions of the same.
func (p *processing) alike() string {
	if p.entry.Means == WaySent {
		return "d.means = '" + WaySent + "'"
	}
	return byThemselves
}

// otherwise finds an entry of the same shipment, which went to the partner in another
// format.
func (p *processing) otherwise(ctx context.Context, tx *sql.Tx) error {
	return tx.QueryRowContext(ctx, `SELECT d.n FROM ti_carried a JOIN ti_carried b ON b.about = a.about JOIN ti_document d ON d.n = b.document
		WHERE a.document = $1 AND d.n < $1 AND d.partner = $2 AND d.sent = $3 AND d.state NOT IN ($4, $5, $6) ORDER BY d.n LIMIT 1`,
		p.entry.Number, p.entry.Partner, truth(p.entry.Sent), int(Duplicate), int(Given), int(Refused)).Scan(&p.entry.SameAs)
}

// setAside says what a document is that left, or came with a shipment.
func (p *processing) setAside(ctx context.Context) error {
	if p.entry.Means == WayLedger {
		p.entry.State = Matched
		return nil
	}
	if p.entry.Replaces > 0 { // it amends another
		p.entry.State = Checked
		return nil
	}
	if err := p.correct(ctx); err != nil || p.entry.State == Duplicate || p.entry.State == Superseded {
		return err
	}
	p.entry.State = Checked
	return nil
}

// CatchUp makes documents findable that left, or came with shipments, since the last time:
// at most as many as asked for. It tells whether some are left.
func (d *Documents) CatchUp(ctx context.Context, most int) (more bool, err error) {
	left := most
	for i := 0; i < len(d.Carriers) && err == nil && left > 0; i++ {
		left, err = d.follow(ctx, d.Carriers[i], left)
	}
	if err == nil && left > 0 {
		var done int
		done, err = d.numberFormer(ctx, left)
		left -= done
	}
	if err != nil {
		return true, fmt.Errorf("couldn't look at the documents that left: %w", err)
	}
	return left <= 0, nil
}

// follow looks at what one carrier has that wasn't looked at. It begins a little before
// the last one, because of two rows the later one may be seen first.
func (d *Documents) follow(ctx context.Context, c Carrier, left int) (int, error) {
	var place int64
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(place), 0) FROM ti_carried WHERE carrier = $1`, c.Name).Scan(&place)
	})
	place = max(0, place-carriedAgain)
	var key []byte
	for err == nil {
		var list []Carried
		if list, err = c.After(ctx, place, key, carriedPage); err != nil || len(list) == 0 {
			return left, err
		}
		for i := 0; i < len(list) && err == nil; i++ {
			var isNew bool
			if isNew, err = d.keepAside(ctx, c.Name, list[i]); isNew {
				left--
			}
			if left <= 0 {
				return left, err
			}
		}
		place, key = list[len(list)-1].Place, list[len(list)-1].Key
	}
	return left, err
}

// keepAside looks at a document that left or came with a shipment, unless it did before.
func (d *Documents) keepAside(ctx context.Context, carrier string, c Carried) (isNew bool, err error) {
	d.taking.Lock()
	defer d.taking.Unlock()
	var known bool
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM ti_carried WHERE carrier = $1 AND carried = $2`, carrier, c.Key).Scan(&known)
	})
	if err != nil || known {
		return false, err
	}
	var kept vault.Document
	if c.Document > 0 {
		kept, err = d.stored(ctx, c.Document)
		if errors.Is(err, vault.ErrNotFound) { // it was erased
			c.Document, err = 0, nil
		}
	}
	if err != nil {
		return true, err
	}
	n := int64(0)
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		if n = 0; c.Document > 0 {
			means := WayLedger
			if c.Sent {
				means = WaySent
			}
			err := tx.QueryRowContext(ctx, `INSERT INTO ti_document (doc, digest, means, partner, came, state, sent) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING n`,
				c.Document, d.mark("digest", string(kept.SHA256[:])), means, c.Partner, millis(c.At), int(Arrived), truth(c.Sent)).Scan(&n)
			if err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO ti_carried (carrier, carried, place, document, about) VALUES ($1, $2, $3, $4, $5)`, carrier, c.Key, c.Place, n, c.About)
		return err
	})
	if err != nil || n == 0 {
		return true, err
	}
	return true, d.process(ctx, n, kept.Name)
}

// stored is what the store has of a document.
func (d *Documents) stored(ctx context.Context, id int64) (vault.Document, error) {
	content, kept, err := d.Vault.OpenDocument(ctx, id)
	if err == nil {
		err = content.Close()
	}
	return kept, err
}

// outcome is what became of a document that was carried; "" where nobody knows.
func (d *Documents) outcome(ctx context.Context, n int64) (said api.Said, _ error) {
	var carrier string
	var key []byte
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT carrier, carried FROM ti_carried WHERE document = $1`, n).Scan(&carrier, &key)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return said, nil
	}
	if err != nil {
		return said, err
	}
	for _, c := range d.Carriers {
		if c.Name != carrier {
			continue
		}
		word, err := c.Outcome(ctx, key)
		if errors.Is(err, vault.ErrNotFound) {
			return said, nil
		}
		return word, err
	}
	return said, nil
}
