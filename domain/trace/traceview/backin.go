package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"pedigree/domain/trace"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/ledger"
	"pedigree/proof"
)

// What becomes of goods that came back here (Config.Returns).
const (
	ReturnsHold   = "hold"   // they stay on hold until a person releases them
	ReturnsVerify = "verify" // what is proved, or confirmed by its maker, is released by itself
)

// quarantine puts what came back on hold in the same job in which it is received, so that
// it is never on the shelf without a verdict (FD&C Act section 582(c)(4)(D): a saleable
// return is verified, each sealed case or package). What was packed in a tote is taken
// out for it, for a mark is each thing's own; what is sealed in a case stays under the
// case's.
func (in *receiving) quarantine(w *work, path string) error {
	top, err := mustItem(w.tx, path)
	if err != nil {
		return err
	}
	paths := []string{path}
	if top.holderKey != 0 { // else it stays where it is, with who keeps it
		kids, err := w.inside(path, 0)
		if err != nil {
			return err
		}
		paths = append(paths, pathsOf(kids)...)
		if err := w.surfaceAll(paths, 0); err != nil {
			return err
		}
	}
	for _, p := range paths {
		held, err := in.d.flagsOf(w.tx, p)
		if err != nil {
			return err
		}
		if held&proof.FlagHeld == 0 {
			if err := w.flag([]string{p}, proof.FlagHeld, 0); err != nil {
				return err
			}
		}
		if _, err := w.tx.Exec(`INSERT INTO pick_returned (path, shipment) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET shipment = excluded.shipment`, p, in.file.ID[:]); err != nil {
			return fmt.Errorf("couldn't note that %s waits for a verdict: %w", p, err)
		}
	}
	return nil
}

// noLongerWaiting forgets that things wait for a verdict: a person decided about them.
func noLongerWaiting(tx *sql.Tx, paths []string) error {
	for _, p := range paths {
		if _, err := tx.Exec(`DELETE FROM pick_returned WHERE path = ?`, p); err != nil {
			return fmt.Errorf("couldn't note that a person decided about %s: %w", p, err)
		}
	}
	return nil
}

// waitingOf lists what of a return waits for a verdict.
func waitingOf(tx queryer, shipment proof.Hash) ([]string, error) {
	return readPaths(tx, `SELECT r.path FROM pick_returned r JOIN trace_item i ON i.path = r.path WHERE r.shipment = ? AND i.status = ? ORDER BY r.path LIMIT ?`, shipment[:], StatusOnHand, ReturnItemsMax)
}

// VerifyReturns looks at everything that came back and waits. What the ledger proves, or
// its maker confirms, is released; the makers of the rest are asked. It does nothing
// unless the policy says so, and again and again does no more than once. It returns how
// many things it released.
func (d *Desk) VerifyReturns(ctx context.Context) (int, error) {
	if d.returns != ReturnsVerify {
		return 0, nil
	}
	released := 0
	for after := ""; ; {
		page, last, err := d.lookAtReturned(ctx, after)
		if err == nil && len(page.fine) > 0 {
			err = d.releaseReturned(ctx, page.fine)
			released += len(page.fine)
		}
		if err == nil && len(page.unproved) > 0 {
			_, err = d.AskMakers(ctx, AskRequest{Items: page.unproved[:min(len(page.unproved), VerifyItemsMax)], Purpose: purposeNames[PurposeSaleableReturn]})
		}
		if err != nil {
			return released, fmt.Errorf("couldn't verify what came back: %w", err)
		}
		if last == "" {
			return released, nil
		}
		after = last
	}
}

// verifiedReason is why the policy releases what came back.
const verifiedReason = "verified: the ledger proves it, or its maker confirmed it"

func (d *Desk) releaseReturned(ctx context.Context, paths []string) error {
	r, err := d.markGoods(ctx, Marking{Items: paths, Clear: proof.FlagHeld, Reason: verifiedReason}, false)
	if err == nil && len(r.Refused) > 0 {
		err = fmt.Errorf("the ledger refused to release %s: %s", r.Refused[0].Items[0], r.Refused[0].Text)
	}
	return err
}

// returnedLook is what a look at returned things found.
type returnedLook struct {
	fine     []string // to be released
	unproved []string // packs whose makers may know them
}

// lookAtReturned judges the next page of things that wait; last is "" after the last.
func (d *Desk) lookAtReturned(ctx context.Context, after string) (found returnedLook, last string, err error) {
	j := d.judging()
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		paths, err := returnedAfter(tx, after)
		if err != nil || len(paths) == 0 {
			return err
		}
		if len(paths) == returnedPage {
			last = paths[len(paths)-1]
		}
		return d.chain.Read(func(s ledger.State) error {
			j.on(tx, s)
			for _, p := range paths {
				if err := j.returned(p, &found); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return found, last, err
}

func returnedAfter(tx queryer, after string) ([]string, error) {
	rows, err := tx.Query(`SELECT path FROM pick_returned WHERE path > ? ORDER BY path LIMIT ?`, after, returnedPage)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var paths []string
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	return paths, rows.Err()
}

// returned judges one thing that waits with all that is in it.
func (j *judging) returned(path string, found *returnedLook) error {
	it, ok, err := loadItem(j.tx, path)
	if err != nil || !ok {
		return err
	}
	o, err := openItem(j.tx, it)
	if err != nil {
		return err
	}
	r, _ := trace.GetRecord(j.s, trace.Name{Origin: o.origin, Leaf: o.leaf})
	if it.status != StatusOnHand || !it.surfaced || it.packedIn != "" || r.Flags&^proof.FlagReentered != proof.FlagHeld {
		return nil // not ours to release, not received yet, or marked by somebody beside the hold
	}
	g, err := newGoodsBuilder(j.tx).record(it)
	if err != nil {
		return err
	}
	things, fine := 0, true
	for in := range g.All() {
		if things++; things > returnedThingsMax {
			return nil
		}
		sound, unproved, err := j.saleable(in.Path)
		if err != nil {
			return err
		}
		if fine = fine && sound; unproved {
			found.unproved = append(found.unproved, in.Path)
		}
	}
	if fine {
		found.fine = append(found.fine, path)
	}
	return nil
}

// saleable tells whether a thing would be OK without its hold, by proof or its maker's
// word; and else whether it is its maker's word alone that is lacking.
func (j *judging) saleable(path string) (sound, unproved bool, err error) {
	facts, it, err := j.of(path, path)
	if err != nil {
		return false, false, err
	}
	facts = slices.DeleteFunc(facts, func(f verdict.Fact) bool { return f.Rule == verdict.RuleHeld })
	a := j.sum(path, facts)
	confirmed := slices.ContainsFunc(a.Notices, func(f verdict.Fact) bool { return f.Rule == verdict.RuleMakerConfirms })
	switch {
	case a.Rule == verdict.RuleCustodyProved, a.Word == OK && confirmed:
		return true, false, nil
	case a.Rule == verdict.RuleIntroduced, a.Rule == verdict.RuleNoMaker, a.Rule == verdict.RuleMakerSilent:
		return false, it.kind == proof.KindUnit, nil
	}
	return false, false, nil
}
