package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// purposeSkipped marks the last of a range of one-time keys that were never
// handed out here.
const purposeSkipped = 0

// SkipKeys leaves out n one-time keys in a store that was restored from a copy:
// those after the copy's last were perhaps used before it was restored, and a key
// used twice would tie two things together that nobody may connect.
func SkipKeys(ctx context.Context, v *vault.Vault, keys *Keyring, n int64) error {
	if n < 1 {
		return fmt.Errorf("couldn't skip custody keys: %d is no number of keys", n)
	}
	err := v.Update(ctx, func(tx *sql.Tx) error {
		var last int64
		if err := tx.QueryRow(`SELECT COALESCE(MAX(idx), 0) FROM trace_key`).Scan(&last); err != nil {
			return err
		}
		pub := keys.Public(last + n)
		_, err := tx.Exec(`INSERT INTO trace_key (idx, pub, purpose) VALUES (?, ?, ?)`, last+n, pub[:], purposeSkipped)
		return err
	})
	if err != nil {
		return fmt.Errorf("couldn't skip custody keys: %w", err)
	}
	return nil
}

// StockReport is what a check of the stock counted.
type StockReport struct {
	Containers int // rebuilt from the rows of what is in them
	Records    int // found on the ledger as the stock says
	Keys       int // derived again from the seed
	Waiting    int // envelopes that wait for the ledger; with any, no record is looked up
}

// CheckStock rebuilds every container from its rows, derives every one-time key
// again, and looks every record on hand up on the ledger. It calls fault with what
// doesn't fit; an error means that it couldn't go on.
func CheckStock(ctx context.Context, v *vault.Vault, keys *Keyring, get func(key []byte) ([]byte, bool, error), fault func(error)) (StockReport, error) {
	c := stockCheck{ctx: ctx, keys: keys, get: get, fault: fault}
	if err := v.View(ctx, c.run); err != nil {
		return c.report, fmt.Errorf("couldn't check the stock: %w", err)
	}
	return c.report, nil
}

type stockCheck struct {
	ctx    context.Context
	tx     *sql.Tx
	keys   *Keyring
	get    func(key []byte) ([]byte, bool, error)
	fault  func(error)
	report StockReport
}

func (c *stockCheck) run(tx *sql.Tx) error {
	c.tx = tx
	if err := tx.QueryRow(`SELECT COUNT(*) FROM trace_envelope WHERE status = ?`, envelopeWaiting).Scan(&c.report.Waiting); err != nil {
		return err
	}
	if err := c.checkKeys(); err != nil {
		return err
	}
	for after := ""; ; {
		// What is only sealed in a container is read with it.
		page, err := queryItems(tx, itemSelect+`WHERE i.path > ? AND (i.depth > 0 OR i.surfaced = 1 OR i.sealed_in IS NULL) ORDER BY i.path LIMIT ?`, after, stockCheckPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			if err := errors.Join(c.ctx.Err(), c.item(page[i])); err != nil {
				return err
			}
		}
		after = page[len(page)-1].path
	}
}

func (c *stockCheck) checkKeys() error {
	rows, err := c.tx.QueryContext(c.ctx, `SELECT idx, pub FROM trace_key ORDER BY idx`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var idx int64
		var pub []byte
		if err := rows.Scan(&idx, &pub); err != nil {
			return err
		}
		c.report.Keys++
		if want := c.keys.Public(idx); string(pub) != string(want[:]) {
			c.fault(fmt.Errorf("custody key %d is not what the seed gives: the row is damaged, or keys/custody.seed belongs to another node", idx))
		}
	}
	return rows.Err()
}

// item checks one row; what a damaged row leads to is a fault, not the end.
func (c *stockCheck) item(it item) error {
	if it.status == StatusReported || it.salt.IsZero() && it.sealedIn == "" || it.depth == 0 && !it.surfaced && it.sealedIn != "" {
		return nil // only reported, or checked with the container that it is sealed in
	}
	o, err := openItem(c.tx, it)
	if err != nil {
		c.fault(err)
		return nil
	}
	if it.depth > 0 {
		c.report.Containers++
		if _, err := rebuild(c.tx, it, o.seed); err != nil {
			c.fault(err)
			return nil
		}
	}
	if it.surfaced && (it.status == StatusOnHand || it.status == StatusKept) && c.report.Waiting == 0 && !o.origin.IsZero() {
		return c.record(it, o)
	}
	return nil
}

func (c *stockCheck) record(it item, o opening) error {
	value, found, err := c.get(proof.RecordKey(o.origin, o.leaf))
	if err != nil {
		return err
	}
	c.report.Records++
	if !found {
		c.fault(fmt.Errorf("%s is on hand here and has no record on the ledger: its row is damaged, or the ledger is older than the stock", it.path))
		return nil
	}
	if r, err := proof.DecodeRecord(value); err != nil || r.Depth != it.depth || r.Root != it.root {
		c.fault(errors.Join(fmt.Errorf("%s has another record on the ledger than its row says", it.path), err))
	}
	return nil
}

// Figures are what an operator watches of a store; nothing in them names anybody.
type Figures struct {
	Waiting  int            // envelopes that wait for the ledger
	Captures map[string]int // by stage
	Prekeys  int            // unused ones of partners: as many things can be shipped
	Least    int            // fewest unused ones of a partner that gave any; -1 when none did
	Notices  int            // the newest list of recall notices is of this moment, in Unix seconds; -1 for none
}

// ReadFigures counts them.
func ReadFigures(ctx context.Context, v *vault.Vault) (Figures, error) {
	f := Figures{Captures: map[string]int{}}
	for s := CaptureStored; s <= CaptureRefused; s++ {
		f.Captures[s.String()] = 0
	}
	err := v.View(ctx, func(tx *sql.Tx) error {
		for query, into := range map[string]*int{
			`SELECT COUNT(*) FROM trace_envelope WHERE status = 1`:         &f.Waiting,
			`SELECT COUNT(*) FROM trace_prekey_partner WHERE used IS NULL`: &f.Prekeys,
			`SELECT COALESCE(MAX(as_of), -1) FROM verdict_notice`:          &f.Notices,
			`SELECT COALESCE(MIN(n), -1) FROM (SELECT SUM(CASE WHEN used IS NULL THEN 1 ELSE 0 END) AS n FROM trace_prekey_partner GROUP BY partner) AS each_one`: &f.Least,
		} {
			if err := tx.QueryRowContext(ctx, query).Scan(into); err != nil {
				return err
			}
		}
		rows, err := tx.QueryContext(ctx, `SELECT stage, COUNT(*) FROM trace_capture GROUP BY stage`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var stage CaptureStage
			var n int
			if err := rows.Scan(&stage, &n); err != nil {
				return err
			}
			f.Captures[stage.String()] = n
		}
		return rows.Err()
	})
	if err != nil {
		return f, fmt.Errorf("couldn't count what the private store holds: %w", err)
	}
	return f, nil
}
