package dockview

import (
	"context"
	"database/sql"
	"fmt"

	"pedigree/domain/trace/tiview"
)

// Correct implements tiview.Received: open sessions go on with the corrected document.
func (d *Docks) Correct(ctx context.Context, e tiview.Entry) error {
	chain, err := d.Documents.Corrected(ctx, e)
	for i := 0; i < len(chain) && err == nil; i++ {
		err = d.correctOpen(ctx, chain[i], e.Number)
	}
	if err != nil {
		return fmt.Errorf("couldn't go on with document %d in open receiving sessions: %w", e.Number, err)
	}
	return nil
}

func (d *Docks) correctOpen(ctx context.Context, old, document int64) error {
	var list []int64
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT s.id FROM dock_source x JOIN dock_session s ON s.id = x.session WHERE x.document = $1 AND s.state = $2 ORDER BY s.id LIMIT $3`, old, int(Open), resumedMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			list = append(list, id)
		}
		return rows.Err()
	})
	for i := 0; i < len(list) && err == nil; i++ {
		err = d.renew(ctx, list[i], old, document)
	}
	return err
}

// renew has an open session take up the document that corrects one of its own.
func (d *Docks) renew(ctx context.Context, id, old, document int64) error {
	l, err := d.hold(ctx, id)
	if err != nil {
		return err
	}
	defer d.release(l)
	if l.session.State != Open {
		return nil
	}
	l.loaded = false
	if err := d.load(ctx, l, id); err != nil {
		return err
	}
	l.loaded = true
	d.tell(l, Change{What: ChangeDocument, Document: document, Text: fmt.Sprintf("It corrects document %d; what was scanned is held against it.", old)})
	return nil
}

// overtaken compares what a session received with documents that corrected its own while it
// was being finished.
func (d *Docks) overtaken(ctx context.Context, s Session) error {
	for _, n := range s.Documents {
		e, err := d.Documents.Newest(ctx, n)
		if err != nil || e.Number == n {
			return err
		}
		chain, err := d.Documents.Corrected(ctx, e)
		if err != nil {
			return err
		}
		_, r, err := d.Documents.Reading(ctx, e.Number)
		if err == nil {
			err = d.Compare(ctx, e, chain, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
