package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/trace"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

const kindReenter = "reenter"

// ReenterRequest says what comes back from outside the network.
type ReenterRequest struct {
	Items  []string `json:"items" minItems:"1" maxItems:"1000" doc:"Things that left the network from here, as scanned or typed"`
	Reason string   `json:"reason,omitempty" maxLength:"200" doc:"Kept here"`
	// Verified says that somebody looked at the goods and their identifiers; without it
	// they come back on hold.
	Verified bool `json:"verified,omitempty" doc:"Somebody has verified the goods: they come back without a hold"`
}

// ReenterReport says what came back.
type ReenterReport struct {
	Items   []CameBack   `json:"items"`
	Refused []Refusal    `json:"refused"`
	Entries []proof.Hash `json:"entries"`
}

// CameBack is one thing that came back.
type CameBack struct {
	Path  string    `json:"path"`
	Left  time.Time `json:"left,omitzero" doc:"When it left, as far as it is kept here"`
	Buyer int64     `json:"buyer,omitempty" doc:"To whom it went: a number in the address book"`
	// Departure and Document say with what it went.
	Departure *proof.Hash `json:"departure,omitempty" doc:"By which departure it left"`
	Document  int64       `json:"document,omitempty" doc:"Number of the document that went with it"`
	Marks     []string    `json:"marks" doc:"Marks that stand on it now"`
}

// Reenter brings goods back that left the network from here: the same record of the same
// origin, under fresh keys, with the mark that it was out, which stays for ever. Each
// comes back once. The same call again completes one that was cut off.
func (d *Desk) Reenter(ctx context.Context, r ReenterRequest) (ReenterReport, error) {
	report, err := d.reenter(ctx, r)
	if err != nil {
		return report, fmt.Errorf("couldn't bring goods back into the network: %w", err)
	}
	return report, nil
}

func (d *Desk) reenter(ctx context.Context, r ReenterRequest) (ReenterReport, error) {
	report := ReenterReport{Items: []CameBack{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	paths, err := actPaths(r.Items, ReenterItemsMax)
	if err != nil {
		return report, err
	}
	if len(r.Reason) > DispenseReasonMax {
		return report, ledger.CodeMalformed.Errorf("the reason has %d bytes where at most %d are kept", len(r.Reason), DispenseReasonMax)
	}
	done, err := d.enact(ctx, "reenter", keyOfAct("reenter", paths), func(w *work) error {
		for _, p := range paths {
			if err := w.reenter(p, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return report, err
	}
	report.Refused, report.Entries = append(report.Refused, done.refused...), append(report.Entries, done.entries...)
	return report, d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, p := range paths {
			c, err := d.cameBack(tx, p)
			if err != nil {
				return err
			}
			if c != nil {
				report.Items = append(report.Items, *c)
			}
		}
		return nil
	})
}

// reenter plans the return of one thing; of one that is back already, nothing.
func (w *work) reenter(path string, request ReenterRequest) error {
	it, ok, err := loadItem(w.tx, path)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%s never left the network from here, so it can't come back here: %w", path, vault.ErrNotFound)
	}
	if it.status == StatusLeft && it.offLedger() {
		return w.reenterOutside(it, request)
	}
	if it.status == StatusOutside {
		if out, err := wasOut(w.tx, path); err != nil || !out.IsZero() {
			return err // it is back
		}
	}
	r, back, err := w.mayReenter(it)
	if err != nil || back {
		return err
	}
	before := r.item
	owner, ownerPub, err := w.keys.take(PurposeOwner)
	if err != nil {
		return err
	}
	holder, holderPub, err := w.keys.take(PurposeHolder)
	if err != nil {
		return err
	}
	var names naming
	m := trace.Reenter{Rec: names.ref(r), Owner: ownerPub, Holder: holderPub}
	m.Origins = names.origins
	o := &operation{signers: []int64{r.ownerKey}, writes: 1}
	o.undo.remember(&before)
	r.status, r.partner, r.ownerKey, r.holderKey = StatusOnHand, "", owner, holder
	if err := move(w.tx, &r.item); err != nil {
		return err
	}
	if err := w.step(kindReenter, &m, o, path); err != nil {
		return err
	}
	if err := w.noteBack(path, request.Reason); err != nil || request.Verified {
		return err
	}
	return w.flag([]string{path}, proof.FlagHeld, 0)
}

// mayReenter returns the record of a thing that may come back, or tells that it is back.
func (w *work) mayReenter(it item) (record, bool, error) {
	top, err := topOf(w.tx, it)
	if err != nil {
		return record{}, false, err
	}
	if !it.surfaced && top.status == StatusLeft {
		return record{}, false, fmt.Errorf("%s left sealed in %s and has no record of its own: it comes back only with that", it.path, top.path)
	}
	if it.status != StatusLeft && top.status != StatusOnHand {
		return record{}, false, fmt.Errorf("%s did not leave the network from here: %s", it.path, standingText(top))
	}
	o, err := openItem(w.tx, it)
	if err != nil {
		return record{}, false, err
	}
	r := record{it, o}
	var rec proof.Record
	var known bool
	var c proof.OriginState
	err = w.d.chain.Read(func(s ledger.State) error {
		rec, known = trace.GetRecord(s, trace.Name{Origin: o.origin, Leaf: o.leaf})
		c, _ = trace.GetOrigin(s, o.origin)
		return nil
	})
	if err != nil {
		return r, false, err
	}
	box := false
	if it.sealedIn == "" && it.commission != 0 {
		born, err := loadCommission(w.tx, it.commission)
		if err != nil {
			return r, false, err
		}
		box = born.class == proof.ClassBox
	}
	out := rec.Flags&proof.FlagReentered != 0
	switch {
	case it.status != StatusLeft && out:
		return r, true, nil
	case it.status != StatusLeft:
		return r, false, fmt.Errorf("%s is on hand and never left the network", it.path)
	case !known && box:
		return r, false, fmt.Errorf("%s is a box, which ends for good when it leaves: bring back what was in it, and pack that anew", it.path)
	case !known || c.Live == 0 && c.Closed+trace.PruneAfterDays <= w.d.today():
		return r, false, fmt.Errorf("%s left too long ago: what ended more than %d days ago is forgotten by the ledger and can't come back", it.path, trace.PruneAfterDays)
	case out:
		return r, false, fmt.Errorf("%s came back once before and left again; a thing comes back once", it.path)
	case rec.State != proof.StateEnded || rec.End != proof.EndLeftNetwork:
		return r, false, fmt.Errorf("the ledger here doesn't show that %s has left: this node is behind, or the act is under way; wait and ask again", it.path)
	}
	return r, false, nil
}

// today is the ledger's day.
func (d *Desk) today() uint64 {
	_, blockTime := d.chain.Status()
	return blockTime / ledger.EpochSeconds
}

// noteBack notes that a thing came back, with its latest departure.
func (w *work) noteBack(path, reason string) error {
	last, err := lastDeparture(w.tx, path)
	if err != nil || last.id == nil {
		return err
	}
	id := last.id
	var why []byte
	if reason != "" {
		if why, err = w.d.vault.SealValue(returnContext(path, id), []byte(reason)); err != nil {
			return err
		}
	}
	if _, err := w.tx.Exec(`UPDATE pick_departed SET back = ?, why = ? WHERE path = ? AND departure = ?`, w.d.now().Unix(), why, path, id); err != nil {
		return fmt.Errorf("couldn't note that %s came back: %w", path, err)
	}
	return nil
}

// wayOut is how a thing left.
type wayOut struct {
	id              []byte
	at              time.Time
	buyer, document int64
}

// lastDeparture is the latest departure of a thing; its id is nil when none is kept.
func lastDeparture(tx queryer, path string) (last wayOut, err error) {
	var at int64
	err = tx.QueryRow(`SELECT d.id, d.created, d.buyer, d.doc FROM pick_departed p JOIN pick_departure d ON d.id = p.departure
		WHERE p.path = ? ORDER BY d.created DESC LIMIT 1`, path).Scan(&last.id, &at, &last.buyer, &last.document)
	if errors.Is(err, sql.ErrNoRows) {
		return wayOut{}, nil
	}
	if err != nil {
		return wayOut{}, fmt.Errorf("couldn't look up when %s left: %w", path, err)
	}
	last.at = time.Unix(at, 0).UTC()
	return last, nil
}

// reenterOutside puts a thing that was bought outside the network and sold there again
// back into the stock, with all that is in it, by its seller's document as before. The
// ledger knows nothing of it and holds nothing for it, so somebody must have verified it.
func (w *work) reenterOutside(it item, r ReenterRequest) error {
	if !r.Verified {
		return api.Coded(fmt.Errorf("%s was bought outside the network, so no hold can be put on it", it.path), ledger.Conflict, "trace/not-verified", "verify it first, and say so (--verified)")
	}
	list := []string{it.path}
	for i := 0; i < len(list) && i < OutsideCaseMax; i++ {
		kids, err := readPaths(w.tx, `SELECT path FROM outside_item WHERE container = ? ORDER BY path LIMIT ?`, list[i], OutsideCaseMax)
		if err != nil {
			return err
		}
		list = append(list, kids...)
	}
	for _, path := range list {
		done, err := w.tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ? AND status = ?`, StatusOutside, path, StatusLeft)
		if err != nil {
			return fmt.Errorf("couldn't note that %s came back: %w", path, err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := w.noteBack(path, r.Reason); err != nil {
			return err
		}
	}
	return nil
}

// wasOut tells whether a thing left the network from here and came back, as it is kept
// here.
func wasOut(tx queryer, path string) (at time.Time, err error) {
	var back int64
	if err := tx.QueryRow(`SELECT COALESCE(MAX(back), 0) FROM pick_departed WHERE path = ?`, path).Scan(&back); err != nil {
		return at, fmt.Errorf("couldn't look up whether %s was out: %w", path, err)
	}
	if back != 0 {
		at = time.Unix(back, 0).UTC()
	}
	return at, nil
}

// cameBack tells of a thing that is back; nil of one that the ledger did not take back.
func (d *Desk) cameBack(tx queryer, path string) (*CameBack, error) {
	it, err := mustItem(tx, path)
	if err != nil || it.status == StatusLeft {
		return nil, err
	}
	c := &CameBack{Path: path, Marks: []string{}}
	if it.status != StatusOutside {
		flags, err := d.flagsOf(tx, path)
		if err != nil {
			return nil, err
		}
		c.Marks = MarkNames(flags)
	}
	last, err := lastDeparture(tx, path)
	if err == nil && last.id != nil {
		id := proof.Hash(last.id)
		c.Departure, c.Left, c.Buyer, c.Document = &id, last.at, last.buyer, last.document
	}
	return c, err
}
