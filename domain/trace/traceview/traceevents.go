package traceview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"pedigree/format/epcis"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// TraceEvents writes the events of one thing's history that documents tell, and of what it
// was in, as they stand in those documents: one EPCIS 2.0 document in JSON-LD. Of a
// document that was erased nothing is left to write.
func (d *Desk) TraceEvents(ctx context.Context, text string) ([]byte, error) {
	t, err := d.Trace(ctx, text)
	if err != nil {
		return nil, err
	}
	wanted, order := map[int64][]int{}, []int64{}
	count := 0
	for _, s := range t.Steps {
		if s.Document == 0 || s.Ordinal == 0 || slices.Contains(wanted[s.Document], s.Ordinal) {
			continue
		}
		if wanted[s.Document] == nil {
			order = append(order, s.Document)
		}
		wanted[s.Document] = append(wanted[s.Document], s.Ordinal)
		count++
	}
	if count > EventsShownMax {
		return nil, tooManyEvents(fmt.Sprintf("its history has %d events, and at most %d are given out", count, EventsShownMax))
	}
	var events []*epcis.Event
	for _, doc := range order {
		more, err := d.documentEvents(ctx, doc, wanted[doc])
		if err != nil {
			return nil, fmt.Errorf("couldn't read the events of %s in document %d: %w", t.Path, doc, err)
		}
		events = append(events, more...)
	}
	slices.SortStableFunc(events, func(a, b *epcis.Event) int { return a.EventTime.Compare(b.EventTime) })
	return d.writeEvents(events)
}

func tooManyEvents(what string) error {
	return api.Coded(errors.New(what), ledger.Limit, "trace/events-size", "take the documents themselves: the steps of its trace name them")
}

// documentEvents reads some of a document's events, up to the last of them.
func (d *Desk) documentEvents(ctx context.Context, doc int64, ordinals []int) ([]*epcis.Event, error) {
	content, err := d.openDocument(ctx, doc)
	if errors.Is(err, vault.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer content.Close()
	r, err := epcis.NewReader(content, epcis.Options{})
	if err != nil {
		return nil, err
	}
	var list []*epcis.Event
	for last := slices.Max(ordinals); ; {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if slices.Contains(ordinals, int(e.Where.Event)) {
			list = append(list, e)
		}
		if int(e.Where.Event) >= last {
			return list, nil
		}
	}
}

func (d *Desk) writeEvents(events []*epcis.Event) ([]byte, error) {
	var b bytes.Buffer
	w, err := epcis.NewJSONWriter(&b, &epcis.Header{Kind: epcis.CaptureDocument, SchemaVersion: "2.0", CreationDate: d.now()}, epcis.JSONOptions{})
	if err != nil {
		return nil, fmt.Errorf("couldn't write events: %w", err)
	}
	for _, e := range events {
		if err := w.Write(e); err != nil {
			return nil, fmt.Errorf("couldn't write event %d of a document: %w", e.Where.Event, err)
		}
		if b.Len() > EventsBytesMax {
			return nil, tooManyEvents(fmt.Sprintf("its events have more than %d bytes", EventsBytesMax))
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("couldn't write events: %w", err)
	}
	return b.Bytes(), nil
}
