package traceview

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Marking sets and clears marks on things.
type Marking struct {
	Items []string // as scanned or typed
	Set   uint64
	Clear uint64
	Reserved
	Reason string // why marks are taken off, at most ReleaseReasonMax bytes; kept here, sealed
	By     string // who takes them off
}

// Released is why marks were taken off a thing.
type Released struct {
	At     time.Time `json:"at"`
	Marks  []string  `json:"marks" doc:"Those that were taken off"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason"`
}

// releaseTold is the sealed part of it.
type releaseTold struct {
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// codeReason is the code of a release of which nobody says why.
const codeReason = "trace/reason"

// releases notes why marks are taken off, with the act that does it. Goods that came back,
// that a case names or that were marked as worse than held aren't released without it,
// where a person asks.
func (w *work) releases(m *Marking, path string, asked bool) error {
	flags, err := w.d.flagsOf(w.tx, path)
	off := flags & m.Clear
	if err != nil || off == 0 {
		return err
	}
	if m.Reason == "" {
		if !asked {
			return nil
		}
		ground, err := w.d.groundOf(w.tx, path, off)
		if err == nil && ground != "" {
			err = api.Coded(fmt.Errorf("%s %s; say why it is released", path, ground), ledger.Conflict, codeReason, "give the reason with --reason, such as: looked at, seal whole, kept cold")
		}
		return err
	}
	at := w.d.now().UnixMilli()
	sealed, err := sealJSON(w.d.vault, releaseContext(path, at), releaseTold{m.Reason, m.By})
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(`INSERT INTO pick_released (path, at, marks, told) VALUES (?, ?, ?, ?) ON CONFLICT (path, at) DO UPDATE SET marks = excluded.marks, told = excluded.told`, path, at, int64(off), sealed)
	if err != nil {
		return fmt.Errorf("couldn't note why %s is released: %w", path, err)
	}
	return nil
}

// groundOf is why the marks on a thing aren't taken off without a reason; "" where they
// may be.
func (d *Desk) groundOf(tx *sql.Tx, path string, off uint64) (string, error) {
	var waits bool
	if err := tx.QueryRow(`SELECT COUNT(*) > 0 FROM pick_returned WHERE path = ?`, path).Scan(&waits); err != nil {
		return "", err
	}
	if waits {
		return "is on hold because it came back as a return", nil
	}
	c, found, err := d.caseAbout(tx, path)
	switch {
	case err != nil:
		return "", err
	case found:
		return fmt.Sprintf("is in case %s, which is open", c.Number), nil
	case off&^uint64(proof.FlagHeld) != 0:
		return "is marked as " + MarkNames(off &^ uint64(proof.FlagHeld))[0], nil
	}
	return "", nil
}

// notReleased forgets the reasons of what the ledger refused to release.
func notReleased(tx *sql.Tx, since time.Time, refused []Refusal) error {
	for _, r := range refused {
		for _, path := range r.Items {
			if _, err := tx.Exec(`DELETE FROM pick_released WHERE path = ? AND at >= ?`, path, since.UnixMilli()); err != nil {
				return fmt.Errorf("couldn't note that %s was not released: %w", path, err)
			}
		}
	}
	return nil
}

// releasesOf lists why marks were taken off a thing, the oldest first.
func (d *Desk) releasesOf(tx queryer, path string) ([]Released, error) {
	rows, err := tx.Query(`SELECT at, marks, told FROM pick_released WHERE path = ? ORDER BY at DESC LIMIT ?`, path, ReleasesListMax)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Released{}
	for rows.Next() {
		var at, marks int64
		var sealed []byte
		if err := rows.Scan(&at, &marks, &sealed); err != nil {
			return nil, err
		}
		var told releaseTold
		if err := openJSON(d.vault, releaseContext(path, at), sealed, &told); err != nil {
			return nil, err
		}
		list = append([]Released{{At: time.UnixMilli(at).UTC(), Marks: MarkNames(uint64(marks)), By: told.By, Reason: told.Reason}}, list...)
	}
	return list, rows.Err()
}

// openJSON reads what sealJSON wrote.
func openJSON(v *vault.Vault, context string, sealed []byte, into any) error {
	plain, err := v.OpenValue(context, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, into)
}

// released adds why marks were taken off the thing.
func (t *tracing) released() error {
	list, err := t.d.releasesOf(t.tx, t.out.Path)
	for _, r := range list {
		s := TraceStep{Time: r.At, Kind: "releasing", Who: t.d.sign.Org(), Known: KnownOwn}
		s.says(StepSayings.Say("step/released", "marks", strings.Join(r.Marks, ", "), "reason", r.Reason))
		t.out.Steps = append(t.out.Steps, s)
	}
	t.out.Released = list
	return err
}
