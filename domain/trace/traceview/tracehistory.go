package traceview

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"pedigree/domain/org"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// history lists what happened to the thing and, while it was in them, to its
// containers.
func (t *tracing) history(it item) error {
	stays, err := t.stays(it)
	if err != nil {
		return err
	}
	for i, s := range stays {
		if err := t.shipments(s, stays[:i+1]); err != nil {
			return err
		}
		if err := t.events(s); err != nil {
			return err
		}
	}
	if err := t.dispensed(); err != nil {
		return err
	}
	if err := t.released(); err != nil {
		return err
	}
	t.commissioned()
	slices.SortStableFunc(t.out.Steps, func(a, b TraceStep) int { return a.Time.Compare(b.Time) })
	if len(t.out.Steps) > TraceStepsMax {
		t.out.Steps = t.out.Steps[:TraceStepsMax]
	}
	return nil
}

// in is how a step says what it happened to; empty for the thing itself.
func (t *tracing) in(s stay) string {
	if s.path == t.out.Path {
		return ""
	}
	return s.path
}

// told is what makes two events one step: a partner's file and the document of its
// shipment tell the same, the second cut down to what was shipped.
type told struct {
	kind, action, source string
	at                   int64
}

const stepColumns = `e.id, e.doc, e.ordinal, e.line, e.time, e.biz_step, e.action, e.place, e.source, e.known`

// sealingEvent is the event that first packed something into what a thing was
// sealed in: the row of a thing that was packed again since no longer names it.
const sealingEvent = `SELECT MIN(s.event) FROM trace_event_item s JOIN trace_event a ON a.id = s.event
	WHERE s.path = (SELECT sealed_in FROM trace_item WHERE path = ?) AND s.role = ? AND a.action = 'ADD' AND a.outcome != ?`

// events adds the events that name a thing, but for those that a capture left out.
func (t *tracing) events(of stay) error {
	in, hidden := t.in(of), 0
	if in != "" {
		hidden = RoleParent // what else went into or out of a container is not this thing's history
	}
	rows, err := t.tx.Query(`SELECT `+stepColumns+` FROM trace_event e
		WHERE e.outcome != ? AND (e.id IN (SELECT event FROM trace_event_item WHERE path = ? AND role != ?) OR e.id IN (?, ?) OR e.id = (`+sealingEvent+`))
		ORDER BY e.time, e.known = ?, e.id`, outcomeOut, of.path, hidden, of.born, of.at, of.path, RoleParent, outcomeOut, KnownReported)
	if err != nil {
		return err
	}
	defer rows.Close()
	seen := map[told]bool{}
	for rows.Next() {
		var id, at int64
		var action, source string
		s := TraceStep{In: in}
		if err := rows.Scan(&id, &s.Document, &s.Ordinal, &s.Line, &at, &s.Kind, &action, &s.Where, &source, &s.Known); err != nil {
			return err
		}
		s.Time = time.Unix(at, 0).UTC()
		if t.merged[id] || seen[told{s.Kind, action, source, at}] || at < of.since || at > of.till || in != "" && s.Kind == "commissioning" {
			continue
		}
		seen[told{s.Kind, action, source, at}], t.merged[id] = true, true
		s.Who = source
		if s.Who == "" {
			s.Who = s.Where
		}
		s.says(stepDone(s.Kind))
		t.out.Steps = append(t.out.Steps, s)
	}
	return rows.Err()
}

// shipments adds how a thing went out and came in, as the ledger knows it. within
// are the thing itself and what it was in, up to the container of the shipment.
func (t *tracing) shipments(of stay, within []stay) error {
	in := t.in(of)
	rows, err := t.tx.Query(`SELECT s.id, s.direction, s.partner, COALESCE(s.doc, 0), s.created, i.status, COALESCE(i.height, 0), i.entry, COALESCE(i.done, 0), i.done_entry
		FROM trace_shipment_item i JOIN trace_shipment s ON s.id = i.shipment WHERE i.path = ? ORDER BY s.created`, of.path)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var direction, status int
		var partner string
		var doc, created, height, done int64
		var id, entry, doneEntry []byte
		if err := rows.Scan(&id, &direction, &partner, &doc, &created, &status, &height, &entry, &done, &doneEntry); err != nil {
			return err
		}
		if created < of.since || created > of.till {
			continue
		}
		ship := TraceStep{In: in, Kind: "shipping", Time: time.Unix(created, 0).UTC(), Who: t.d.sign.Org(), Known: KnownOwn, Document: doc}
		ship.says(StepSayings.Say("step/shipped-to", "partner", partner))
		if direction == directionIn {
			ship.Who, ship.Known = partner, KnownSigned
			ship.says(StepSayings.Say("step/shipped-by", "partner", partner))
		}
		if err := t.shippingEvent(&ship, of.path); err != nil {
			return err
		}
		prove(&ship, height, entry)
		t.out.Steps = append(t.out.Steps, ship)
		if end, ok := t.ending(direction, status, partner, created); ok {
			end.In = in
			if err := t.refusal(&end, id, within); err != nil {
				return err
			}
			prove(&end, done, doneEntry)
			t.out.Steps = append(t.out.Steps, end)
		}
	}
	return rows.Err()
}

// refusal changes the end of an offer when the thing, or what it was in, was
// refused while the rest was received.
func (t *tracing) refusal(end *TraceStep, shipment []byte, within []stay) error {
	for _, s := range within {
		var reason string
		err := t.tx.QueryRow(`SELECT reason FROM trace_refused WHERE shipment = ? AND path = ?`, shipment, s.path).Scan(&reason)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err == nil {
			reason, err = t.d.vault.OpenText(refusedContext(shipment, s.path), reason)
		}
		if err != nil {
			return err
		}
		end.Kind, end.Says = "void_shipping", StepSayings.Say("step/refused", "partner", end.Who)
		if reason != "" {
			end.Says = StepSayings.Say("step/refused-why", "partner", end.Who, "reason", reason)
		}
		end.Text = end.Says.Text
		return nil
	}
	return nil
}

// ending is how an offer ended, if it has.
func (t *tracing) ending(direction, status int, partner string, created int64) (TraceStep, bool) {
	s := TraceStep{Time: time.Unix(created, 0).UTC(), Who: partner, Known: KnownProved}
	if direction == directionIn {
		s.Who, s.Known = t.d.sign.Org(), KnownOwn
	}
	switch status {
	case shipmentReceived:
		s.Kind, s.Says = "receiving", StepSayings.Say("step/received", "partner", s.Who)
	case shipmentRejected:
		s.Kind, s.Says = "void_shipping", StepSayings.Say("step/sent-back", "partner", s.Who)
	case shipmentBack:
		s.Kind, s.Says, s.Who = "void_shipping", StepSayings.Say("step/taken-back"), t.d.sign.Org()
	case shipmentStopped:
		s.Kind, s.Says = "holding", StepSayings.Say("step/not-accepted", "partner", s.Who)
	default:
		return s, false
	}
	s.Text = s.Says.Text
	return s, true
}

// prove marks a step that stands on the ledger.
func prove(s *TraceStep, height int64, entry []byte) {
	if height == 0 {
		return
	}
	s.Known, s.Height = KnownProved, uint64(height)
	copy(s.Entry[:], entry)
}

// shippingEvent takes time and place of a shipment from its document's event.
func (t *tracing) shippingEvent(s *TraceStep, path string) error {
	var id, at int64
	err := t.tx.QueryRow(`SELECT e.id, e.ordinal, e.line, e.time, e.place FROM trace_event e JOIN trace_event_item i ON i.event = e.id
		WHERE i.path = ? AND e.doc = ? AND e.biz_step = 'shipping' LIMIT 1`, path, s.Document).Scan(&id, &s.Ordinal, &s.Line, &at, &s.Where)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	t.merged[id] = true
	s.Time = time.Unix(at, 0).UTC()
	return nil
}

func (t *tracing) dispensed() error {
	var at int64
	var reason string
	var entry []byte
	err := t.tx.QueryRow(`SELECT at, reason, entry FROM trace_dispense WHERE path = ?`, t.out.Path).Scan(&at, &reason, &entry)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		reason, err = t.d.vault.OpenText(dispenseContext(t.out.Path), reason)
	}
	if err != nil {
		return err
	}
	s := TraceStep{Time: time.Unix(at, 0).UTC(), Kind: "dispensing", Text: reason, Who: t.d.sign.Org(), Known: KnownOwn}
	if s.Says = StepSayings.Say("step/dispensed", "reason", reason); reason == s.Kind {
		s.Says = StepSayings.Say("step/dispensing") // the usual reason says no more than the step
	}
	t.out.Steps = append(t.out.Steps, s)
	return nil
}

// commissioned proves the first step by the origin, or makes it when no document
// tells it.
func (t *tracing) commissioned() {
	l := t.out.Ledger
	if l.Commissioned == 0 || l.Class == proof.ClassBox {
		return
	}
	for i := range t.out.Steps {
		if s := &t.out.Steps[i]; s.Kind == "commissioning" && s.In == "" {
			s.Known, s.Height = KnownProved, l.Commissioned
			if t.out.Maker != "" {
				s.Who = t.out.Maker
			}
			return
		}
	}
	made := TraceStep{Kind: "commissioning", Who: t.out.Maker, Known: KnownProved, Height: l.Commissioned}
	made.says(StepSayings.Say("step/commissioned", "partner", t.out.Maker))
	t.out.Steps = append(t.out.Steps, made)
}

// places names organisations and places by the members' registry and by the
// master data of the documents that tell of them.
func (t *tracing) places(ctx context.Context) error {
	known := map[string]TracePlace{}
	seen := map[int64]bool{}
	for _, s := range t.out.Steps {
		if s.Document == 0 || seen[s.Document] || len(seen) == TraceDocumentsMax {
			continue
		}
		seen[s.Document] = true
		if err := t.masterData(ctx, s.Document, known); err != nil {
			return err
		}
	}
	return t.d.chain.Read(func(st ledger.State) error {
		for i := range t.out.Steps {
			s := &t.out.Steps[i]
			if path, err := gs1.CanonicalPath(s.Where); err == nil {
				s.Place = known[path].Name
				t.place(s.Where, known[path])
			}
			s.Who = orgName(st, s.Who)
		}
		return nil
	})
}

// place keeps what is known of the place of a step, once.
func (t *tracing) place(where string, p TracePlace) {
	if p.Document == 0 || slices.ContainsFunc(t.out.Places, func(q TracePlace) bool { return q.Where == where }) {
		return
	}
	p.Where = where
	t.out.Places = append(t.out.Places, p)
}

// orgName turns a party's identifier into the organisation it belongs to.
func orgName(s ledger.State, who string) string {
	path, err := gs1.CanonicalPath(who)
	const digits = len("/414/")
	if err != nil || len(path) < digits+13 {
		return who
	}
	if id, ok := org.PrefixOwner(s, path[digits:digits+13]); ok {
		return id
	}
	return who
}

// masterData reads what is said of places and of the product from a document's
// header. A document that can't be read, or was erased, names nothing.
func (t *tracing) masterData(ctx context.Context, doc int64, known map[string]TracePlace) error {
	content, err := t.d.openDocument(ctx, doc)
	if errors.Is(err, vault.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	r, err := epcis.NewReader(content, epcis.Options{})
	if err != nil {
		return nil
	}
	for _, v := range r.Header().Vocabulary {
		for i := range v.Elements {
			el := &v.Elements[i]
			path, err := gs1.CanonicalPath(el.ID)
			switch {
			case err != nil:
			case v.Type == epcis.VocabularyEPCClass && path == productPath(t.out.Path) && t.out.Product == "":
				t.out.Product = el.ProductName()
			case v.Type == epcis.VocabularyLocation && known[path].Document == 0:
				known[path] = placeBy(el, doc)
			}
		}
	}
	return nil
}
