package traceview

import (
	"database/sql"
	"fmt"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/proof"
)

// eventRow is one event as the private store keeps it.
type eventRow struct {
	ordinal, line                       int
	hash                                proof.Hash
	id, kind, action, step, disposition string
	time                                int64
	zone, jsonPath                      string
	place, source, destination          string
	known                               int
	items                               []eventItem
}

type eventItem struct {
	path string
	role int
}

// newEventRow takes from an event what is asked for later.
func newEventRow(e *epcis.Event, hash proof.Hash, known int) eventRow {
	r := eventRow{
		ordinal: e.Where.Event, line: e.Where.Line, hash: hash, id: e.EventID, kind: string(e.Type), action: string(e.Action),
		step: e.BizStep, disposition: e.Disposition, time: e.EventTime.Unix(), zone: e.EventTimeZoneOffset, jsonPath: e.Where.Path,
		place: e.ReadPoint.ID, source: e.Source("owning_party"), destination: e.Destination("owning_party"), known: known,
	}
	if e.BizLocation.ID != "" {
		r.place = e.BizLocation.ID
	}
	r.add(RoleObject, e.EPCs)
	if e.ParentID != "" {
		r.add(RoleParent, []string{e.ParentID})
	}
	r.add(RoleChild, e.Children)
	r.add(RoleInput, e.Inputs)
	r.add(RoleOutput, e.Outputs)
	return r
}

func (r *eventRow) add(role int, epcs []string) {
	for _, epc := range epcs {
		if path, err := gs1.CanonicalPath(epc); err == nil {
			r.items = append(r.items, eventItem{path, role})
		}
	}
}

// store writes the event of a document, once, and returns its row.
func (r *eventRow) store(tx *sql.Tx, doc int64) (int64, error) {
	_, err := tx.Exec(`INSERT INTO trace_event (id, doc, ordinal, hash, event_id, type, action, biz_step, disposition, time, zone, line, json_path,
		place, source, destination, known) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		eventID(doc, r.ordinal), doc, r.ordinal, r.hash[:], textOrNull(r.id), r.kind, r.action, r.step, r.disposition, r.time, r.zone, r.line, r.jsonPath,
		r.place, r.source, r.destination, r.known)
	if err != nil {
		return 0, fmt.Errorf("couldn't store event %d: %w", r.ordinal, err)
	}
	var id int64
	if err := tx.QueryRow(`SELECT id FROM trace_event WHERE doc = ? AND ordinal = ?`, doc, r.ordinal).Scan(&id); err != nil {
		return 0, fmt.Errorf("couldn't store event %d: %w", r.ordinal, err)
	}
	insert, err := tx.Prepare(`INSERT INTO trace_event_item (path, event, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	for _, it := range r.items {
		if _, err := insert.Exec(it.path, id, it.role); err != nil {
			return 0, fmt.Errorf("couldn't store event %d: %w", r.ordinal, err)
		}
	}
	return id, nil
}
