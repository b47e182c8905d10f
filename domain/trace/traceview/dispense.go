package traceview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/internal/crash"
	"pedigree/ledger"
	"pedigree/proof"
)

// DispensedItem is the answer about one pack.
type DispensedItem struct {
	Path    string  `json:"path"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"` // one sentence
	Next    string  `json:"next"` // what to do
}

// Dispense notes that packs reached a patient. It is local and at once; the
// ledger learns of it later, in a batch (see SettleDispenses), or never. Packs
// whose verdict is not OK are left as they are.
func (d *Desk) Dispense(ctx context.Context, items []string, reason string) ([]DispensedItem, error) {
	if len(items) == 0 || len(items) > DispenseItemsMax {
		return nil, fmt.Errorf("couldn't dispense: %d items are named where 1 to %d are taken at once", len(items), DispenseItemsMax)
	}
	if reason == "" || len(reason) > DispenseReasonMax {
		return nil, fmt.Errorf("couldn't dispense: the reason has %d bytes; say in 1 to %d why, such as dispensing", len(reason), DispenseReasonMax)
	}
	c := dispensing{now: d.now(), reason: reason}
	rand.Read(c.salt[:])
	report := make([]DispensedItem, len(items))
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		return d.chain.Read(func(s ledger.State) error {
			c.tx, c.s = tx, s
			for i, text := range items {
				var err error
				if report[i], err = c.dispense(text); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err == nil {
		err = d.pass(crash.DispenseNoted)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't dispense: %w", err)
	}
	return report, nil
}

// dispensing is one call of Dispense at work.
type dispensing struct {
	tx     *sql.Tx
	s      ledger.State
	now    time.Time
	reason string
	salt   proof.Hash
}

func (d *dispensing) dispense(text string) (DispensedItem, error) {
	path, err := itemPath(text)
	if err != nil {
		return DispensedItem{Verdict: CannotTell, Text: err.Error(), Next: "scan the code on the pack again"}, nil
	}
	answer := DispensedItem{Path: path, Verdict: OK, Text: "You can dispense this pack."}
	it, ok, err := loadItem(d.tx, path)
	if err != nil {
		return answer, err
	}
	if !ok {
		answer.Verdict, answer.Text = CannotTell, "There is no record of this serial here. That is not proof of a fake."
		answer.Next = "hold it, look for the shipment's file, and ask the seller; report it as suspect if the seller does not know it"
		return answer, nil
	}
	if it.kind != proof.KindUnit {
		answer.Verdict, answer.Text = CannotTell, "This is a "+KindName(it.kind)+", not a pack."
		answer.Next = "take the packs out and scan each that you dispense"
		return answer, nil
	}
	if stop, err := d.dispensable(it, text); err != nil || stop != nil {
		if stop != nil {
			answer.Verdict, answer.Text, answer.Next = stop.Verdict, stop.Text, stop.Next
		}
		return answer, err
	}
	_, err = d.tx.Exec(`INSERT INTO trace_dispense (path, at, reason, salt) VALUES (?, ?, ?, ?)`, path, d.now.Unix(), d.reason, d.salt[:])
	if err == nil {
		_, err = d.tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusDispensed, path)
	}
	return answer, err
}

// dispensable says what stops a pack that is known here, or nil.
func (d *dispensing) dispensable(it item, text string) (*Problem, error) {
	stop := func(next, format string, args ...any) *Problem {
		return &Problem{Verdict: Stop, Text: fmt.Sprintf(format, args...), Next: next}
	}
	var at int64
	err := d.tx.QueryRow(`SELECT COALESCE(MAX(at), 0) FROM trace_dispense WHERE path = ?`, it.path).Scan(&at)
	if err != nil {
		return nil, err
	}
	if at != 0 {
		return stop("hold this pack: it or the earlier one is a copy; compare both and tell the seller",
			"A pack with this serial was dispensed here already, on %s.", time.Unix(at, 0).UTC().Format(time.RFC3339)), nil
	}
	top, err := topOf(d.tx, it)
	if err != nil {
		return nil, err
	}
	if top.status != StatusOnHand {
		return stop(nextHold, "This pack is not yours to dispense: %s.", standingText(top)), nil
	}
	if p := contradiction(it, text); p != nil {
		return p, nil
	}
	if expiredBy(it.lot.expiry, d.now) {
		return stop("take it off the shelf and return or destroy it", "This pack expired on %s.", expiryText(it.lot.expiry)), nil
	}
	return ledgerStop(d.tx, d.s, it)
}

// ledgerStop says what the ledger holds against a thing: marks on its nearest
// record, on what that is packed in, and recalls.
func ledgerStop(tx queryer, s ledger.State, it item) (*Problem, error) {
	for range proof.NestMax + SealedLevelsMax + 1 {
		if it.surfaced {
			r, err := openItem(tx, it)
			if err != nil {
				return nil, err
			}
			if p := recordStop(s, it.path, r); p != nil {
				return p, nil
			}
		}
		in := inside(&it)
		if in == "" {
			return nil, nil
		}
		var err error
		if it, err = mustItem(tx, in); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func recordStop(s ledger.State, path string, r opening) *Problem {
	const quarantine = "put it in quarantine and don't dispense or ship it"
	rec, ok := trace.GetRecord(s, trace.Name{Origin: r.origin, Leaf: r.leaf})
	if !ok {
		return nil
	}
	if c, _ := trace.GetOrigin(s, r.origin); c.Recall != 0 {
		return &Problem{Verdict: Stop, Rule: RuleRecalled, Path: path, Text: fmt.Sprintf("It is under recall number %d.", c.Recall), Next: quarantine}
	}
	for _, f := range []struct {
		flag uint64
		text string
	}{
		{proof.FlagHeld, "It is on hold."},
		{proof.FlagSuspect, "It is suspect and under investigation."},
		{proof.FlagIllegitimate, "It was found illegitimate."},
		{proof.FlagStolen, "It was reported stolen."},
		{proof.FlagFrozen, "It is frozen by the council."},
	} {
		if rec.Flags&f.flag != 0 {
			return &Problem{Verdict: Stop, Rule: RuleFlagged, Path: path, Text: f.text, Next: quarantine}
		}
	}
	return nil
}

// standingText says in words where goods are.
func standingText(top item) string {
	switch top.status {
	case StatusOnHand:
		return "it is on hand"
	case StatusOffered:
		return fmt.Sprintf("it is shipped to %s and not received yet", top.partner)
	case StatusAway:
		return fmt.Sprintf("%s has received it", top.partner)
	case StatusExpected:
		return fmt.Sprintf("%s has shipped it and you have not received it yet", top.partner)
	case StatusEnded:
		return "it has left the supply"
	case StatusDispensed:
		return "it was dispensed"
	case StatusRefused:
		return "it was refused and is its sender's"
	default:
		return "it is only reported in a file"
	}
}

// SettleReport says what came of bringing dispensed packs onto the ledger.
type SettleReport struct {
	Ended   int       `json:"ended"` // packs
	Refused []Refusal `json:"refused"`
	Left    int       `json:"left"` // packs that still wait
}

// SettleDispenses ends dispensed packs on the ledger, in one batch, with the
// reason committed to. Call it weekly or so, at no telling time: former holders
// of a pack see when its record ends.
func (d *Desk) SettleDispenses(ctx context.Context) (SettleReport, error) {
	var r SettleReport
	var job int64
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		groups, n, err := waitingDispenses(tx)
		if err != nil || n == 0 {
			return err
		}
		if job, err = d.startJob(tx, jobDispense, proof.Hash{}); err != nil {
			return err
		}
		w := d.begin(tx, job)
		for _, g := range groups {
			if err := w.end(g.paths, proof.EndLeftSupply, g.reason, g.salt); err != nil {
				return err
			}
			for _, p := range g.paths {
				if err := noteSettled(tx, p, job); err != nil {
					return err
				}
			}
		}
		return w.finish()
	})
	if err == nil && job != 0 {
		r.Refused, err = d.carryDispenses(ctx, job)
	}
	if err == nil {
		err = d.vault.View(ctx, func(tx *sql.Tx) error {
			return tx.QueryRow(`SELECT COUNT(*) FILTER (WHERE entry IS NULL), COUNT(*) FILTER (WHERE entry = ?) FROM trace_dispense`, settlement(job)).Scan(&r.Left, &r.Ended)
		})
	}
	if err != nil {
		return r, fmt.Errorf("couldn't settle what was dispensed: %w", err)
	}
	return r, nil
}

func noteSettled(tx *sql.Tx, path string, job int64) error {
	if _, err := tx.Exec(`UPDATE trace_dispense SET entry = ? WHERE path = ?`, settlement(job), path); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusDispensed, path)
	return err
}

// settlement is how a dispensed pack's row names the job that ends it on the ledger.
func settlement(job int64) []byte { return encodeNumbers([]int64{job}) }

// carryDispenses brings a planned settlement onto the ledger and ends its job.
func (d *Desk) carryDispenses(ctx context.Context, job int64) ([]Refusal, error) {
	if err := d.pass(crash.DispensePlanned); err != nil {
		return nil, err
	}
	s, err := d.carry(ctx, job)
	if err == nil {
		err = d.pass(crash.DispenseCarried)
	}
	if err == nil {
		err = d.endSettling(ctx, job)
	}
	return s.refused, err
}

// endSettling ends the job of a settlement whose envelopes have all been judged.
func (d *Desk) endSettling(ctx context.Context, job int64) error {
	end, err := d.ending(ctx, job)
	if err != nil {
		return err
	}
	return d.vault.Update(ctx, end)
}

// unsettle puts packs back whose end the ledger refused, to be tried again. It is part
// of the transaction that undoes what was refused.
func unsettle(tx *sql.Tx, job int64, paths []string) error {
	for _, path := range paths {
		res, err := tx.Exec(`UPDATE trace_dispense SET entry = NULL WHERE path = ? AND entry = ?`, path, settlement(job))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			continue
		}
		if _, err := tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusDispensed, path); err != nil {
			return err
		}
	}
	return nil
}

type dispenseGroup struct {
	reason string
	salt   proof.Hash
	paths  []string
}

// waitingDispenses lists dispensed packs by their reason.
func waitingDispenses(tx *sql.Tx) ([]dispenseGroup, int, error) {
	rows, err := tx.Query(`SELECT path, reason, salt FROM trace_dispense WHERE entry IS NULL ORDER BY salt, path LIMIT ?`, DispenseBatchMax)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var groups []dispenseGroup
	n := 0
	for ; rows.Next(); n++ {
		var path, reason string
		var salt []byte
		if err := rows.Scan(&path, &reason, &salt); err != nil {
			return nil, 0, err
		}
		if len(groups) == 0 || groups[len(groups)-1].salt != proof.Hash(salt) || groups[len(groups)-1].reason != reason {
			groups = append(groups, dispenseGroup{reason: reason, salt: proof.Hash(salt)})
		}
		g := &groups[len(groups)-1]
		g.paths = append(g.paths, path)
	}
	return groups, n, rows.Err()
}
