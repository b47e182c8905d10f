package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"pedigree/format/epcis"
	"pedigree/internal/crash"
	"pedigree/internal/turns"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// eventSource is a document being read on a goroutine of its own.
type eventSource struct {
	events chan *epcis.Event
	err    error // after events is closed; nil at the proper end
	reader *epcis.Reader
}

func (s *eventSource) header() *epcis.Header { return s.reader.Header() }

// epcisEvents reads a document ahead of its checks, in turns of its own.
func epcisEvents(ctx context.Context, file io.Reader, name string, hand *turns.Hand) (*eventSource, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	s := &eventSource{events: make(chan *epcis.Event, readAheadEvents)}
	go func() {
		defer close(s.events)
		hand.Take()
		defer hand.Give()
		if s.reader, s.err = epcis.NewReader(hand.Reader(file), epcis.Options{File: name}); s.err != nil {
			return
		}
		for {
			e, err := s.reader.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					s.err = err
				}
				return
			}
			if s.err = s.hand(ctx, e, hand); s.err != nil {
				return
			}
			hand.Pause()
		}
	}()
	return s, stop
}

// hand passes an event on, and has no turn while it waits.
func (s *eventSource) hand(ctx context.Context, e *epcis.Event, hand *turns.Hand) error {
	select {
	case s.events <- e:
		return nil
	default:
	}
	hand.Give()
	defer hand.Take()
	select {
	case s.events <- e:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// next is the next event for a reader that has a turn; false at the end.
func (s *eventSource) next(hand *turns.Hand) (*epcis.Event, bool) {
	select {
	case e, more := <-s.events:
		return e, more
	default:
	}
	hand.Give()
	defer hand.Take()
	e, more := <-s.events
	return e, more
}

// eventStore hashes events and writes their rows on a goroutine of its own.
type eventStore struct {
	in   chan storedEvent
	done chan error
}

type storedEvent struct {
	event   *epcis.Event
	outcome int
	bulk    bool
}

// newEventStore begins to store the document's events. When a capture is taken up
// again they are there already.
func (c *capturing) newEventStore(ctx context.Context) *eventStore {
	s := &eventStore{in: make(chan storedEvent, readAheadEvents), done: make(chan error, 1)}
	go func() {
		var err error
		if !c.report.Retry {
			err = s.write(ctx, c.d, c.doc)
		}
		for range s.in { // so that add never blocks
		}
		s.done <- err
	}()
	return s
}

func (s *eventStore) add(e *epcis.Event, outcome int, bulk bool) error {
	s.in <- storedEvent{e, outcome, bulk}
	return nil
}

// close waits until everything is on the disk.
func (s *eventStore) close() error {
	close(s.in)
	return <-s.done
}

// write stores events, some thousands in each transaction.
func (s *eventStore) write(ctx context.Context, d *Desk, doc int64) error {
	for more := true; more; {
		var part []storedEvent
		weight := 0
		for weight < eventBatchMax {
			e, ok := <-s.in
			if !ok {
				more = false
				break
			}
			part = append(part, e)
			weight++
			if !e.bulk {
				weight += (len(e.event.EPCs) + len(e.event.Children)) / 4
			}
		}
		if len(part) == 0 {
			break
		}
		rows := make([]eventRow, len(part))
		for i := range part {
			if err := part[i].row(&rows[i]); err != nil {
				return err
			}
		}
		err := d.vault.Update(ctx, func(tx *sql.Tx) error { return putEvents(ctx, tx, doc, part, rows) })
		if err == nil {
			err = d.pass(crash.CaptureEvents)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// row is what is kept of an event.
func (s *storedEvent) row(r *eventRow) error {
	hash, err := s.event.HashBytes()
	if err != nil && s.outcome != outcomeOut { // a faulty event may have none
		return err
	}
	known := KnownOwn
	if s.outcome == outcomeOthers {
		known = KnownReported
	}
	if s.bulk {
		plain := *s.event
		plain.EPCs, plain.Children, plain.Inputs, plain.Outputs = nil, nil, nil, nil
		*r = newEventRow(&plain, proof.Hash(hash), known)
		return nil
	}
	*r = newEventRow(s.event, proof.Hash(hash), known)
	return nil
}

var (
	eventTable = vault.BulkTable{Name: "trace_event", Columns: []string{
		"id", "doc", "ordinal", "hash", "event_id", "type", "action", "biz_step", "disposition", "time", "zone", "line", "json_path",
		"place", "source", "destination", "known", "outcome",
	}}
	eventItemTable = vault.BulkTable{Name: "trace_event_item", Columns: []string{"path", "event", "role"}, SkipExisting: true}
)

// putEvents writes rows of a document's events; one that is there is replaced.
func putEvents(ctx context.Context, tx *sql.Tx, doc int64, part []storedEvent, rows []eventRow) error {
	for i := range part {
		if part[i].outcome == outcomeOut {
			if _, err := tx.ExecContext(ctx, `DELETE FROM trace_event WHERE doc = ? AND ordinal = ?`, doc, rows[i].ordinal); err != nil {
				return fmt.Errorf("couldn't store event %d: %w", rows[i].ordinal, err)
			}
		}
	}
	events, err := vault.NewBulkInsert(ctx, tx, eventTable)
	if err != nil {
		return err
	}
	items, err := vault.NewBulkInsert(ctx, tx, eventItemTable)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		id := eventID(doc, r.ordinal)
		err := events.Add(id, doc, r.ordinal, r.hash[:], textOrNull(r.id), r.kind, r.action, r.step, r.disposition, r.time, r.zone, r.line, r.jsonPath,
			r.place, r.source, r.destination, r.known, part[i].outcome)
		if err != nil {
			return err
		}
		for _, it := range r.items {
			if err := items.Add(it.path, id, it.role); err != nil {
				return err
			}
		}
	}
	if _, err := events.Flush(); err != nil {
		return err
	}
	_, err = items.Flush()
	return err
}

// forgetEvents removes what an interrupted reading has stored of a document.
func forgetEvents(ctx context.Context, tx *sql.Tx, doc int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM trace_event WHERE doc = ?`, doc); err != nil {
		return fmt.Errorf("couldn't read document %d anew: %w", doc, err)
	}
	return nil
}
