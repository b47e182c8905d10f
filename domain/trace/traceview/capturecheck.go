package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"pedigree/format/epcis"
	"pedigree/internal/turns"
)

// reading is one pass over a document: it checks, plans, and hands the events on
// to be stored.
type reading struct {
	c        *capturing
	checker  *epcis.Checker // nil in a pass that only plans
	plan     *planner
	out      map[int]bool // events left out, by ordinal
	done     map[int]bool // events whose acts an earlier run has done
	findings []epcis.Finding
	counts   [3]int // by severity
	events   int
	owned    int
	whole    bool // a fault of the document as a whole: nothing of it is used
	keep     func(e *epcis.Event, outcome int, bulk bool) error
	turns    *turns.Gate   // nil for a small document
	header   *epcis.Header // when all of it was read
}

// check reads the whole document, stores its events and what is wrong with them,
// and decides whether anything is done.
func (c *capturing) check(ctx context.Context) error {
	if !c.report.Retry {
		if err := c.d.vault.Update(ctx, func(tx *sql.Tx) error { return forgetEvents(ctx, tx, c.doc) }); err != nil {
			return err
		}
	}
	r, err := c.read(ctx)
	if err != nil {
		return err
	}
	c.report.Events, c.report.Own, c.report.Findings = r.events, r.owned, r.findings
	c.report.Infos, c.report.Warnings, c.report.Faults = r.counts[epcis.Info], r.counts[epcis.Warning], r.counts[epcis.Fault]
	c.plan, c.out = r.plan, r.out
	stage := CaptureChecked
	if r.whole || len(r.out) > 0 && c.onError == Rollback {
		stage = CaptureRefused
	}
	return c.d.vault.Update(ctx, func(tx *sql.Tx) error {
		if err := c.d.putFindings(ctx, tx, c.doc, r.findings); err != nil {
			return err
		}
		if stage == CaptureRefused {
			if err := leaveOutAll(ctx, tx, c.doc); err != nil {
				return err
			}
		}
		if stage == CaptureChecked {
			if err := c.learn(ctx, tx, r.header); err != nil {
				return err
			}
		}
		for n := range r.out {
			if err := setOutcome(ctx, tx, eventID(c.doc, n), outcomeOut); err != nil {
				return err
			}
		}
		return c.save(ctx, tx, stage)
	})
}

func setOutcome(ctx context.Context, tx *sql.Tx, event int64, outcome int) error {
	if _, err := tx.ExecContext(ctx, `UPDATE trace_event SET outcome = ? WHERE id = ?`, outcome, event); err != nil {
		return fmt.Errorf("couldn't note what became of an event: %w", err)
	}
	return nil
}

// leaveOutAll notes that nothing of a document was taken: its events stay stored,
// and none of them is part of any thing's history.
func leaveOutAll(ctx context.Context, tx *sql.Tx, doc int64) error {
	if _, err := tx.ExecContext(ctx, `UPDATE trace_event SET outcome = ? WHERE doc = ?`, outcomeOut, doc); err != nil {
		return fmt.Errorf("couldn't note that document %d was refused: %w", doc, err)
	}
	return nil
}

// read makes the first pass and, where errors came to light after their event had
// been planned on, a second one without them.
func (c *capturing) read(ctx context.Context) (*reading, error) {
	r := &reading{c: c, out: map[int]bool{}, checker: epcis.NewChecker(epcis.CheckOptions{Now: c.now})}
	store := c.newEventStore(ctx)
	r.keep = store.add
	var err error
	if c.report.Retry {
		r.done, err = c.ordinals(ctx, outcomeDone)
	}
	var late []int
	if err == nil {
		late, err = r.pass(ctx)
	}
	if err := errors.Join(err, store.close()); err != nil {
		return nil, err
	}
	if len(late) == 0 || r.whole || c.onError == Rollback {
		return r, nil
	}
	return r, r.again(ctx)
}

// ordinals lists the document's events with an outcome.
func (c *capturing) ordinals(ctx context.Context, outcome int) (map[int]bool, error) {
	set := map[int]bool{}
	err := c.d.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT ordinal FROM trace_event WHERE doc = ? AND outcome = ?`, c.doc, outcome)
		if err != nil {
			return fmt.Errorf("couldn't read what became of the events: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return fmt.Errorf("couldn't read what became of the events: %w", err)
			}
			set[n] = true
		}
		return rows.Err()
	})
	return set, err
}

// again plans anew without the events that are out. What builds on them comes out
// as well; their rows are corrected.
func (r *reading) again(ctx context.Context) error {
	second := &reading{c: r.c, out: r.out, done: r.done, turns: r.turns}
	store := r.c.newEventStore(ctx)
	second.keep = func(e *epcis.Event, outcome int, bulk bool) error {
		if outcome == outcomeOut {
			return store.add(e, outcome, false)
		}
		return nil
	}
	_, err := second.pass(ctx)
	if err := errors.Join(err, store.close()); err != nil {
		return err
	}
	r.plan = second.plan
	known := map[string]bool{}
	for _, f := range r.findings {
		known[f.String()] = true
	}
	for _, f := range second.findings {
		if !known[f.String()] {
			r.add(f)
		}
	}
	return nil
}

// pass reads the document once. late are own events in which errors came to light
// only at the end.
func (r *reading) pass(ctx context.Context) (late []int, err error) {
	d := r.c.d
	who, err := d.owner()
	if err != nil {
		return nil, err
	}
	file, stored, err := d.vault.OpenDocument(ctx, r.c.doc)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if stored.Size > turns.SmallBytes {
		r.turns = d.turns
	}
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		r.plan = newPlanner(tx, r.c.doc, who, r.c.now)
		r.plan.redo = r.c.report.Retry
		late, err = r.follow(ctx, file)
		if err == nil {
			r.plan.finish()
		}
		return err
	})
	if err == nil {
		for _, f := range r.plan.findings {
			r.add(f)
		}
	}
	return late, err
}

// follow takes the document's events in turn.
func (r *reading) follow(ctx context.Context, file io.Reader) ([]int, error) {
	source, stop := epcisEvents(ctx, file, r.c.name, r.turns.Hand(r.c.d.Org()))
	defer stop()
	hand := r.turns.Hand(r.c.d.Org())
	hand.Take()
	defer hand.Give()
	for {
		e, more := source.next(hand)
		if !more {
			break
		}
		if err := r.event(e); err != nil {
			return nil, err
		}
		hand.Pause()
	}
	var broken *epcis.Error
	if errors.As(source.err, &broken) {
		r.add(epcis.Finding{
			Severity: epcis.Fault, Set: epcis.SetStructure, Rule: broken.Rule, Text: broken.Text, Remedy: broken.Remedy,
			Where: epcis.Where{File: broken.File, Line: broken.Line, Path: broken.Path},
		})
		r.whole = true
		return nil, nil
	}
	if source.err != nil || r.checker == nil {
		return nil, source.err
	}
	var late []int
	r.header = source.header()
	for _, f := range r.checker.Finish(r.header) {
		if !r.relevant(f) {
			continue
		}
		r.add(f)
		if f.Severity != epcis.Fault {
			continue
		}
		switch n := f.Where.Event; {
		case n == 0:
			r.whole = r.whole || r.owned > 0
		case r.plan.own[n] && !r.out[n]:
			r.out[n] = true
			late = append(late, n)
		}
	}
	return late, nil
}

// event checks and plans one event.
func (r *reading) event(e *epcis.Event) error {
	r.events++
	faulty := r.out[e.Where.Event]
	if r.checker != nil {
		ours := r.plan.mine(e)
		for _, f := range r.checker.Event(e) {
			r.add(f)
			faulty = faulty || f.Severity == epcis.Fault && ours
		}
		if r.events%progressEvery == 0 {
			r.c.progress(CaptureProgress{CaptureStored, r.events})
		}
	}
	outcome, bulk, err := outcomeOut, false, error(nil)
	switch {
	case r.done[e.Where.Event]:
		outcome = outcomeDone
	case faulty:
		err = r.plan.skip(e)
	default:
		outcome, bulk, err = r.plan.take(e)
	}
	if err != nil {
		return err
	}
	if outcome != outcomeOthers {
		r.owned++
	}
	if outcome == outcomeOut {
		r.out[e.Where.Event] = true
	}
	return r.keep(e, outcome, bulk)
}

// relevant leaves out what the document alone can't know but history does: goods
// that were commissioned in an earlier one.
func (r *reading) relevant(f epcis.Finding) bool {
	return f.Rule != "dscsa/not-commissioned" || !r.plan.own[f.Where.Event]
}

// add keeps a finding, up to a number, and counts it.
func (r *reading) add(f epcis.Finding) {
	r.counts[f.Severity]++
	if len(r.findings) < findingsMax {
		r.findings = append(r.findings, f)
	}
}

// dryRun checks a document without storing anything.
func (d *Desk) dryRun(ctx context.Context, req CaptureRequest) (CaptureReport, error) {
	who, err := d.owner()
	if err != nil {
		return CaptureReport{}, err
	}
	file, large, err := d.lookAt(ctx, req.Reader)
	if err != nil {
		return CaptureReport{}, err
	}
	defer large.end()
	c := &capturing{d: d, name: req.Name, now: req.Now, onError: req.OnError, progress: req.Progress}
	r := &reading{c: c, out: map[int]bool{}, checker: epcis.NewChecker(epcis.CheckOptions{Now: req.Now})}
	r.keep, r.turns = noKeep, large.turns
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		r.plan = newPlanner(tx, 0, who, req.Now)
		_, err := r.follow(ctx, file)
		r.plan.finish()
		return err
	})
	for _, f := range r.plan.findings {
		r.add(f)
	}
	report := CaptureReport{
		Stage: CaptureChecked, Events: r.events, Own: r.owned, Left: len(r.out), Findings: r.findings,
		Infos: r.counts[epcis.Info], Warnings: r.counts[epcis.Warning], Faults: r.counts[epcis.Fault],
	}
	if r.whole || len(r.out) > 0 && req.OnError == Rollback {
		report.Stage = CaptureRefused
	}
	for _, t := range r.plan.commissions() {
		report.Commissions++
		report.Things += treeSize(t)
	}
	if err != nil {
		return report, fmt.Errorf("couldn't check it: %w", err)
	}
	return report, nil
}

// noKeep is for a pass that stores nothing.
func noKeep(*epcis.Event, int, bool) error { return nil }
