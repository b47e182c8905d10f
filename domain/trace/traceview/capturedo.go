package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/format/epcis"
	"pedigree/proof"
)

// planAll writes what the document asks for into stock and outbox: first the
// commissions, a part in each transaction, then all other operations in one.
func (c *capturing) planAll(ctx context.Context) error {
	if c.plan == nil {
		if err := c.planAgain(ctx); err != nil {
			return err
		}
	}
	class, _ := c.plan.owner.class()
	roots := c.plan.commissions()
	c.report.Things = c.plan.brought()
	things := 0
	err := c.d.commissionAll(ctx, c.job.ID, class, roots, func(n int) {
		things += n
		c.progress(CaptureProgress{CaptureChecked, things})
	})
	if err != nil {
		return err
	}
	c.report.Left = len(c.out)
	for _, n := range c.plan.notes {
		c.report.Notes = append(c.report.Notes, CaptureNote{n.where.Event, n.where.Line, n.rule, n.text})
	}
	return c.d.vault.Update(ctx, func(tx *sql.Tx) error {
		w := c.d.begin(tx, c.job.ID)
		w.wave = waveStep // the commissions come first
		for i := range c.plan.acts {
			if err := c.act(w, &c.plan.acts[i]); err != nil {
				return fmt.Errorf("event %d on line %d: %w", c.plan.acts[i].where.Event, c.plan.acts[i].where.Line, err)
			}
		}
		if err := w.finish(); err != nil {
			return err
		}
		for i := range c.plan.acts {
			if a := &c.plan.acts[i]; c.report.Retry && a.kind != actShip {
				if err := setOutcome(ctx, tx, a.row, outcomeDone); err != nil {
					return err
				}
			}
		}
		if err := c.countNew(ctx, tx); err != nil {
			return err
		}
		c.report.Retry = false
		return c.save(ctx, tx, CapturePlanned)
	})
}

// errChanged is a document that no longer fits the stock it was checked against.
var errChanged = errors.New("the stock has changed since the document was checked; see its findings and capture it again")

// planAgain plans a document that was checked before a crash.
func (c *capturing) planAgain(ctx context.Context) error {
	var err error
	if c.out, err = c.ordinals(ctx, outcomeOut); err != nil {
		return err
	}
	done := map[int]bool{}
	if c.report.Retry {
		if done, err = c.ordinals(ctx, outcomeDone); err != nil {
			return err
		}
	}
	r := &reading{c: c, out: c.out, done: done}
	r.keep = noKeep
	left := len(c.out)
	if _, err := r.pass(ctx); err != nil {
		return err
	}
	c.plan = r.plan
	if len(r.out) == left {
		return nil
	}
	// Something else was done with the goods between the check and now.
	c.report.Findings, c.report.Faults = r.findings, r.counts[epcis.Fault]
	err = c.d.vault.Update(ctx, func(tx *sql.Tx) error {
		if err := c.d.putFindings(ctx, tx, c.doc, r.findings); err != nil {
			return err
		}
		return c.save(ctx, tx, CaptureRefused)
	})
	if err == nil {
		err = errChanged
	}
	return err
}

// countNew counts what came into stock, also in the runs before a crash.
func (c *capturing) countNew(ctx context.Context, tx *sql.Tx) error {
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM trace_envelope e JOIN trace_operation o ON o.envelope = e.id WHERE e.job = ?`, c.job.ID).Scan(&c.report.Operations)
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM trace_commission m JOIN trace_envelope e ON m.entry = e.id WHERE e.job = ?`, c.job.ID).Scan(&c.report.Commissions)
	}
	if err != nil {
		return fmt.Errorf("couldn't count what was planned: %w", err)
	}
	return nil
}

// act plans one act on the stock as it is by then.
func (c *capturing) act(w *work, a *act) error {
	w.event = a.row
	switch a.kind {
	case actBox:
		return w.box(a.made1)
	case actPack:
		return w.pack(a.parent, a.paths)
	case actUnpack:
		return w.surfaceAll(a.paths, 0)
	case actEnd:
		return w.end(a.paths, a.class, a.reason, c.d.reasonSalt(a.row))
	case actFlag:
		return w.mark(a.paths, a.set, a.clear)
	case actTransform:
		return w.transform(a.paths, a.made)
	case actReclaim:
		return c.reclaim(w, a)
	case actDispense:
		return w.dispense(a)
	case actShip:
		return w.postpone(a)
	}
	return fmt.Errorf("couldn't plan an act of kind %d: this program doesn't know it", a.kind)
}

// reasonSalt hides the reason of an end; it can be derived again from the event.
func (d *Desk) reasonSalt(row int64) proof.Hash {
	return proof.ChildSalt(proof.Hash(d.keys.Secret()), fmt.Sprintf("reason/%d", row))
}

// reclaim takes back what was shipped and not received in time.
func (c *capturing) reclaim(w *work, a *act) error {
	for _, path := range a.paths {
		back, err := w.reclaim(path)
		if err != nil {
			return err
		}
		if !back {
			c.report.Notes = append(c.report.Notes, CaptureNote{
				a.where.Event, a.where.Line, "ask-receiver",
				fmt.Sprintf("the shipment of %s is voided: ask the receiver to reject it, or capture the event again once its deadline has passed", path),
			})
		}
	}
	return nil
}

// submit brings the planned operations onto the ledger.
func (c *capturing) submit(ctx context.Context) error {
	s, err := c.d.submitAnd(ctx, c.job.ID, func(n int) { c.progress(CaptureProgress{CapturePlanned, n}) })
	c.report.Envelopes += s.committed
	c.report.Refused = append(c.report.Refused, s.refused...)
	if err != nil {
		return err
	}
	return c.to(ctx, CaptureSubmitted)
}
