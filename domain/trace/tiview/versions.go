package tiview

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// version is one of several documents about the same shipment.
type version struct {
	n, replaces int64
	state       State
	created     int64
	events      []byte
}

// versions finds the documents about the same shipment of the same seller that came before:
// those with the same instance number, and those of the same moment and order that ship one
// of the same things, whatever their number. The one that its sender made last is last.
func (p *processing) versions(ctx context.Context) ([]version, error) {
	e := &p.entry
	var list []version
	var others []int64
	err := p.d.Vault.View(ctx, func(tx *sql.Tx) error {
		list, others = list[:0], others[:0]
		rows, err := tx.QueryContext(ctx, `SELECT n, replaces, state, created, events, instance, po FROM ti_document d
				WHERE `+p.alike()+` AND seller = $1 AND n < $2 AND state NOT IN ($3, $4, $5, $6) AND (instance = $7 AND instance <> '' OR shipped = $8 AND shipped > 0) ORDER BY n DESC LIMIT $9`,
			e.Seller, e.Number, int(Duplicate), int(Refused), int(Arrived), int(Given), e.Instance, millis(e.Shipped), correctionsMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v version
			var instance string
			var po []byte
			if err := rows.Scan(&v.n, &v.replaces, &v.state, &v.created, &v.events, &instance, &po); err != nil {
				return err
			}
			switch {
			case instance != "" && instance == e.Instance:
			case string(po) == string(p.po):
				others = append(others, v.n)
			default:
				continue
			}
			list = append(list, v)
		}
		return rows.Err()
	})
	for _, n := range others {
		if err != nil {
			return nil, err
		}
		var same bool
		if same, err = p.shipsAlso(ctx, n); !same {
			list = slices.DeleteFunc(list, func(v version) bool { return v.n == n })
		}
	}
	slices.SortFunc(list, func(a, b version) int { return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.n, b.n)) })
	return list, err
}

// shipsAlso tells whether an earlier document names one of the things that this one ships.
func (p *processing) shipsAlso(ctx context.Context, n int64) (found bool, err error) {
	tops := p.tops()
	err = p.d.Vault.View(ctx, func(tx *sql.Tx) error {
		for _, path := range tops[:min(len(tops), unitsCompared)] {
			node, ok := p.reading.Tree.Find(path)
			if !ok {
				continue
			}
			err := tx.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM ti_line WHERE serial = $1 AND path = $2 AND document = $3`, serialOf(node), path, n).Scan(&found)
			if err != nil || found {
				return err
			}
		}
		return nil
	})
	return found, err
}

// tops are the things that the document ships, not what is in them.
func (p *processing) tops() (list []string) {
	for _, s := range p.reading.Shipments {
		list = append(list, s.Tops...)
	}
	return list
}

// correct says what a document is among others about the same shipment: the same again, a
// correction of the last, or one that a later one had corrected already when it came.
func (p *processing) correct(ctx context.Context) error {
	e := &p.entry
	if len(p.reading.Shipments) == 0 {
		return nil
	}
	list, err := p.versions(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	last := list[len(list)-1]
	made := millis(e.Created)
	for _, v := range list {
		if string(v.events) == string(e.events) && (v.n == last.n || made <= v.created) {
			e.State, e.SameAs = Duplicate, v.n
			return nil
		}
	}
	if made != 0 && p.follows(last, made) {
		p.late(list, made)
		return nil
	}
	e.Replaces = last.n
	if last.state == Matched {
		p.add(own1(RuleCorrected, e.Instance, fmt.Sprintf("it corrects document %d, with which goods were received", last.n)))
	}
	return nil
}

// follows tells whether another document is later than this one: made later, or at the same
// time and came later than this one did first, before it was given.
func (p *processing) follows(v version, made int64) bool {
	return v.created > made || v.created == made && v.n > p.place
}

// late puts a document between those that its sender made before and after it.
func (p *processing) late(list []version, made int64) {
	i := slices.IndexFunc(list, func(v version) bool { return p.follows(v, made) })
	p.entry.State, p.entry.Replaces, p.before = Superseded, list[i].replaces, list[i].n
	p.add(own1(RuleOlder, p.entry.Instance, fmt.Sprintf("document %d, which its sender made later, came before it and stays in force", list[len(list)-1].n)))
}

// amend reads a document that only declares events of another one errors, and has what
// stands in their place, together with that one: what it corrects is what both come to.
func (p *processing) amend(ctx context.Context) error {
	if len(p.reading.Declared) == 0 || len(p.reading.Shipments) > 0 || p.entry.Means == WayLedger {
		return nil
	}
	base, err := p.base(ctx)
	if err != nil || base == 0 {
		return err
	}
	whole, err := p.d.whole(ctx, base, p.entry)
	if err != nil || len(whole.Declared) > 0 {
		return err // it is about something else
	}
	header, hashes := p.reading.Header, p.reading.Hashes
	p.reading = whole
	p.reading.Header, p.reading.Hashes = header, hashes
	p.entry.Replaces = base
	return nil
}

// base finds the last document of the same sender that names what a document declares an
// error of.
func (p *processing) base(ctx context.Context) (n int64, err error) {
	_, serial, err := itemOf(p.reading.Declared[0])
	if err != nil {
		return 0, nil // an event of something that is no thing
	}
	err = p.d.Vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(d.n), 0) FROM ti_document d JOIN ti_line l ON l.document = d.n
				WHERE l.serial = $1 AND l.path = $2 AND d.n < $3 AND d.partner = $4 AND d.state NOT IN ($5, $6, $7, $8) AND `+p.alike()+`
				AND NOT EXISTS (SELECT 1 FROM ti_document r WHERE r.replaces = d.n AND r.replaces > 0)`,
			serial, p.reading.Declared[0], p.entry.Number, p.entry.Partner, int(Duplicate), int(Refused), int(Arrived), int(Given)).Scan(&n)
	})
	return n, err
}

// amended says what a correction without a shipment of its own is.
func (p *processing) amended(ctx context.Context) error {
	before, err := p.d.Entry(ctx, p.entry.Replaces)
	if err != nil {
		return err
	}
	if before.State == Matched {
		p.add(own1(RuleCorrected, p.entry.Instance, fmt.Sprintf("it corrects document %d, with which goods were received", before.Number)))
	}
	return nil
}

// Newest is the document in force about what a document tells of: itself, or the last one
// that corrects it.
func (d *Documents) Newest(ctx context.Context, n int64) (Entry, error) {
	e, err := d.Entry(ctx, n)
	for left := correctionsMax; err == nil && e.ReplacedBy > 0 && left > 0; left-- {
		e, err = d.Entry(ctx, e.ReplacedBy)
	}
	if err != nil {
		return e, fmt.Errorf("couldn't look what corrects document %d: %w", n, err)
	}
	return e, nil
}

// Corrected lists the documents that a document corrects, the last one first.
func (d *Documents) Corrected(ctx context.Context, e Entry) (list []int64, err error) {
	for len(list) < correctionsMax && err == nil && e.Replaces > 0 {
		list = append(list, e.Replaces)
		e, err = d.Entry(ctx, e.Replaces)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't look what document %d corrects: %w", e.Number, err)
	}
	return list, nil
}
