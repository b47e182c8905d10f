package traceview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// DispensedItem is the answer about one pack.
type DispensedItem struct {
	Path    string  `json:"path"`
	Product string  `json:"product,omitempty" doc:"What it is called, where the catalogue knows"`
	Verdict Verdict `json:"verdict"`
	Rule    string  `json:"rule" doc:"What decides, as in docs/reference/verdicts.md"`
	Text    string  `json:"text"` // one sentence
	Next    string  `json:"next"` // what to do
	Command string  `json:"command,omitempty" doc:"What helps with it on the command line"`
	Case    string  `json:"case,omitempty" doc:"Number of the exception case about it"`
}

// Dispense notes that packs reached a patient. It is local and at once; the
// ledger learns of it later, in a batch (see SettleDispenses), or never. Packs
// whose verdict is not OK are left as they are. A pack that nobody has to trace is noted
// too, so that it is found when it is offered a second time, and the ledger learns
// nothing of one that it never knew. Of a code without a serial number nothing is noted.
func (d *Desk) Dispense(ctx context.Context, items []string, reason string) ([]DispensedItem, error) {
	return d.DispenseOf(ctx, items, reason, Reserved{})
}

// DispenseOf is Dispense for the order of a pick, or of what another order has reserved.
func (d *Desk) DispenseOf(ctx context.Context, items []string, reason string, of Reserved) ([]DispensedItem, error) {
	return d.DispenseAsked(ctx, DispenseRequest{Items: items, Reason: reason, Of: of})
}

// Asker is who asks about goods, and whether the exception cases of suspect goods are
// opened for that.
type Asker struct {
	ID        string
	OpenCases bool
}

// dispense notes packs, and lets the caller keep the report in the same transaction.
func (d *Desk) dispense(ctx context.Context, r DispenseRequest, keep func(*sql.Tx, []DispensedItem) error) ([]DispensedItem, error) {
	if len(r.Items) == 0 || len(r.Items) > DispenseItemsMax {
		return nil, fmt.Errorf("%d items are named where 1 to %d are taken at once", len(r.Items), DispenseItemsMax)
	}
	if r.Reason == "" || len(r.Reason) > DispenseReasonMax {
		return nil, fmt.Errorf("the reason has %d bytes; say in 1 to %d why, such as dispensing", len(r.Reason), DispenseReasonMax)
	}
	c := dispensing{judging: d.judging(), reason: r.Reason, by: r.By}
	var err error
	if c.at, err = r.when(c.now); err != nil {
		return nil, err
	}
	rand.Read(c.salt[:])
	report := make([]DispensedItem, len(r.Items))
	err = d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		if c.bound, err = d.bindings(tx, r.Of); err != nil {
			return err
		}
		err = d.chain.Read(func(s ledger.State) error {
			c.on(tx, s)
			for i, text := range r.Items {
				var err error
				if report[i], err = c.dispense(tx, text); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return keep(tx, report)
	})
	if err == nil {
		err = d.pass(crash.DispenseNoted)
	}
	if err != nil {
		return nil, err
	}
	return report, nil
}

// dispensing is one call of Dispense at work.
type dispensing struct {
	*judging
	bound  *bound // what picks have reserved
	reason string
	at     time.Time // when it was done
	salt   proof.Hash
	by     Asker
}

func (d *dispensing) dispense(tx *sql.Tx, text string) (DispensedItem, error) {
	path, unreadable := readItem(text, d.here())
	if unreadable != nil {
		a, err := d.alone(text, *unreadable)
		return dispensedItem(a, false), err
	}
	facts, it, err := d.of(path, text)
	if err != nil {
		return DispensedItem{Path: path}, err
	}
	if it.path != "" {
		if f, other := d.notAPack(&it); other {
			facts = append(facts, f)
		}
	} else if gtinOf(path) == "" {
		facts = append(facts, verdict.New(verdict.RuleNotAPack, path, "This is the number of a logistic unit, such as a case or pallet, not of a pack.", d.here()))
	}
	a, err := d.answer(path, facts)
	if err == nil && d.by.OpenCases && d.d.cases != nil {
		err = d.d.openCases(tx, &a, d.by.ID)
	}
	answer := dispensedItem(a, true)
	if err != nil || answer.Verdict != OK {
		return answer, err
	}
	if err := d.bound.free(path); err != nil {
		return reservedAnswer(answer, err)
	}
	var settled []byte // nil: its end is still to be brought onto the ledger
	if it.path == "" || it.offLedger() {
		settled = []byte(neverSettled)
	}
	err = d.d.putDispense(tx, path, d.at.Unix(), d.reason, d.salt[:], settled, "")
	if err == nil {
		_, err = tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusDispensed, path)
	}
	return answer, err
}

// reservedAnswer is the answer about a pack that an order has reserved.
func reservedAnswer(a DispensedItem, err error) (DispensedItem, error) {
	var r api.Refusal
	if !errors.As(err, &r) {
		return a, err
	}
	a.Verdict, a.Rule, a.Text, a.Next = Stop, RulePickReserved, sentence(r.Error()), r.Hint()
	return a, nil
}

// dispensedItem is an answer as the list of what was dispensed gives it; noted says that
// the pack's serial number is kept.
func dispensedItem(a verdict.Answer, noted bool) DispensedItem {
	d := DispensedItem{Path: a.Path, Product: a.Product, Verdict: a.Word, Rule: a.Rule, Text: a.Text, Next: a.Next, Command: a.Command}
	for _, f := range a.Facts {
		if d.Case == "" {
			d.Case = f.Case
		}
	}
	if a.Word != OK {
		return d
	}
	d.Text, d.Next, d.Command = "You can dispense this pack.", "", ""
	if a.Rule == verdict.RuleNoDuty {
		d.Text += " " + a.Text
	}
	if !noted {
		d.Text += " It has no serial number, so nothing is noted of it."
	}
	return d
}

// SettleReport says what came of bringing dispensed packs onto the ledger.
type SettleReport struct {
	Ended   int       `json:"ended"` // packs
	Refused []Refusal `json:"refused"`
	Left    int       `json:"left"` // packs that still wait
}

// SettleDispenses ends dispensed packs on the ledger, in one batch, with the
// reason committed to. Call it weekly or so, at no telling time: former holders
// of a pack see when its record ends. A batch that was cut short, as by a network that
// decided nothing, is brought to its end first, and counts.
func (d *Desk) SettleDispenses(ctx context.Context) (SettleReport, error) {
	var r SettleReport
	open, err := d.vault.Jobs(ctx, vault.JobFilter{Kind: jobDispense, State: vault.JobRunning})
	for i := len(open) - 1; err == nil && i >= 0; i-- { // the oldest first
		err = d.settleJob(ctx, open[i].ID, &r)
	}
	job := int64(0)
	if err == nil {
		job, err = d.planSettlement(ctx)
	}
	if err == nil && job != 0 {
		err = d.settleJob(ctx, job, &r)
	}
	if err == nil {
		err = d.vault.View(ctx, func(tx *sql.Tx) error {
			return tx.QueryRow(`SELECT COUNT(*) FROM trace_dispense WHERE entry IS NULL`).Scan(&r.Left)
		})
	}
	if err != nil {
		return r, fmt.Errorf("couldn't settle what was dispensed: %w", err)
	}
	return r, nil
}

// planSettlement plans the ends of what waits, and returns the job that carries them,
// or 0 when nothing waits.
func (d *Desk) planSettlement(ctx context.Context) (job int64, err error) {
	err = d.vault.Update(ctx, func(tx *sql.Tx) error {
		groups, n, err := d.waitingDispenses(tx)
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
	return job, err
}

// settleJob brings one settlement onto the ledger and adds what came of it.
func (d *Desk) settleJob(ctx context.Context, job int64, r *SettleReport) error {
	refused, err := d.carryDispenses(ctx, job)
	if err != nil {
		return err
	}
	r.Refused = append(r.Refused, refused...)
	ended := 0
	err = d.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT COUNT(*) FROM trace_dispense WHERE entry = ?`, settlement(job)).Scan(&ended)
	})
	r.Ended += ended
	return err
}

func noteSettled(tx *sql.Tx, path string, job int64) error {
	if _, err := tx.Exec(`UPDATE trace_dispense SET entry = ? WHERE path = ?`, settlement(job), path); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ?`, StatusDispensed, path)
	return err
}

// neverSettled stands in place of a settlement for a pack that the ledger never knew.
const neverSettled = "outside"

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
func (d *Desk) waitingDispenses(tx *sql.Tx) ([]dispenseGroup, int, error) {
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
		if reason, err = d.vault.OpenText(dispenseContext(path), reason); err != nil {
			return nil, 0, fmt.Errorf("couldn't read why %s was dispensed: %w", path, err)
		}
		if len(groups) == 0 || groups[len(groups)-1].salt != proof.Hash(salt) || groups[len(groups)-1].reason != reason {
			groups = append(groups, dispenseGroup{reason: reason, salt: proof.Hash(salt)})
		}
		g := &groups[len(groups)-1]
		g.paths = append(g.paths, path)
	}
	return groups, n, rows.Err()
}
