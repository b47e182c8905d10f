package dockview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// The states of a correction.
const (
	CorrectionOpen      = "open"      // somebody has to look at the goods
	CorrectionSettled   = "settled"   // somebody did
	CorrectionOvertaken = "overtaken" // another one came after it
)

var correctionStates = []string{1: CorrectionOpen, 2: CorrectionSettled, 3: CorrectionOvertaken}

// Correction is a document that says something else of goods than what they were received
// with.
type Correction struct {
	Document    int64        `json:"document"`
	Corrects    int64        `json:"corrects,omitempty" doc:"The document that it corrects; none for goods received on the ledger alone"`
	Session     int64        `json:"session,omitempty" doc:"The receiving session in which they came, where it is known"`
	State       string       `json:"state" enum:"open,settled,overtaken"`
	At          time.Time    `json:"at" doc:"When it came"`
	Settled     time.Time    `json:"settled,omitzero"`
	By          string       `json:"by,omitempty" doc:"Who settled it"`
	Count       int          `json:"count" doc:"Of all differences"`
	Differences []Difference `json:"differences,omitempty" doc:"At most 1000 of them"`
	Cases       []string     `json:"cases,omitempty" doc:"Numbers of the cases that were opened"`
}

// What differs.
const (
	DiffersLot  = "lot"  // another lot or expiry date
	DiffersGone = "gone" // the corrected document doesn't name it any more
	DiffersNew  = "new"  // the corrected document names it, the one before did not
)

// Difference is one thing of which a correction says something else.
type Difference struct {
	Path       string `json:"path"`
	What       string `json:"what" enum:"lot,gone,new"`
	Lot        string `json:"lot,omitempty" doc:"With which it was received"`
	Expiry     string `json:"expiry,omitempty" doc:"With which it was received"`
	SaysLot    string `json:"says_lot,omitempty" doc:"What the document says now"`
	SaysExpiry string `json:"says_expiry,omitempty" doc:"What the document says now"`
	InHand     bool   `json:"in_hand" doc:"It is still here, and held back; else it was sold or dispensed meanwhile"`
	Proved     bool   `json:"proved,omitempty" doc:"The ledger has what its maker said of it; the document can't change that"`
}

// Corrections lists documents that say something else of goods than what they were received
// with, the newest first: of one state, or all.
func (d *Docks) Corrections(ctx context.Context, state string, before int64, limit int) ([]Correction, error) {
	if limit < 1 || limit > ListMax {
		limit = ListMax
	}
	list, err := d.corrections(ctx, `WHERE ($1 = 0 OR state = $1) AND ($2 = 0 OR document < $2) ORDER BY document DESC LIMIT $3`, int64(max(0, slices.Index(correctionStates, state))), before, limit)
	if err != nil {
		return nil, fmt.Errorf("couldn't list corrections: %w", err)
	}
	return list, nil
}

func (d *Docks) corrections(ctx context.Context, where string, args ...any) ([]Correction, error) {
	list := []Correction{}
	err := d.Vault.View(ctx, func(tx *sql.Tx) error {
		list = list[:0]
		rows, err := tx.QueryContext(ctx, `SELECT document, corrects, session, state, at, settled, settler, differ FROM dock_correction `+where, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c Correction
			var state int
			var at, settled int64
			if err := rows.Scan(&c.Document, &c.Corrects, &c.Session, &state, &at, &settled, &c.By, &c.Count); err != nil {
				return err
			}
			c.State, c.At = correctionStates[state], time.UnixMilli(at).UTC()
			if settled != 0 {
				c.Settled = time.UnixMilli(settled).UTC()
			}
			list = append(list, c)
		}
		return rows.Err()
	})
	return list, err
}

// Correction shows one, with what differs.
func (d *Docks) Correction(ctx context.Context, document int64) (Correction, error) {
	c, err := d.correction(ctx, document)
	if err != nil {
		return Correction{}, fmt.Errorf("couldn't show what document %d corrects: %w", document, err)
	}
	return c, nil
}

func (d *Docks) correction(ctx context.Context, document int64) (Correction, error) {
	list, err := d.corrections(ctx, `WHERE document = $1`, document)
	if err != nil {
		return Correction{}, err
	}
	if len(list) == 0 {
		return Correction{}, api.Coded(fmt.Errorf("document %d contradicts nothing that was received: %w", document, vault.ErrNotFound), ledger.NotFound, "dock/not-found")
	}
	var report int64
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT report FROM dock_correction WHERE document = $1`, document).Scan(&report)
	})
	if err != nil {
		return Correction{}, err
	}
	content, _, err := d.Vault.OpenDocument(ctx, report)
	if err != nil {
		return Correction{}, err
	}
	raw, err := io.ReadAll(content)
	var kept Correction
	if err = errors.Join(err, content.Close()); err == nil {
		err = json.Unmarshal(raw, &kept)
	}
	c := list[0]
	c.Differences, c.Cases = kept.Differences, kept.Cases
	return c, err
}
