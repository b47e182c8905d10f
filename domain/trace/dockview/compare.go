package dockview

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/internal/vault"
)

// comparing is a document being held against goods.
type comparing struct {
	d     *Docks
	entry tiview.Entry
	chain []int64 // documents that it corrects, the last one first
	now   *dscsa.Tree
	was   *dscsa.Tree // nil where it corrects none
	here  bool        // something of it was received
	list  []Difference
	count int
	doubt []traceview.Doubt
	cases []string
}

// Compare implements tiview.Received: it holds what was received against a document about
// it. Things of which it says something else are held back, and a case is opened; the rest,
// and the ledger, stay as they are.
func (d *Docks) Compare(ctx context.Context, e tiview.Entry, corrects []int64, r *dscsa.Reading) error {
	c := &comparing{d: d, entry: e, chain: corrects, now: r.Tree}
	if err := c.run(ctx, r); err != nil {
		return fmt.Errorf("couldn't hold document %d against what was received: %w", e.Number, err)
	}
	return nil
}

func (c *comparing) run(ctx context.Context, r *dscsa.Reading) error {
	if c.now == nil {
		return nil
	}
	if len(c.chain) > 0 {
		_, before, err := c.d.Documents.Reading(ctx, c.chain[0])
		switch {
		case err == nil:
			c.was = before.Tree
		case !errors.Is(err, vault.ErrNotFound): // else it was erased
			return err
		}
	}
	if err := c.named(ctx); err != nil {
		return err
	}
	if err := c.unnamed(ctx); err != nil {
		return err
	}
	if !c.here {
		return nil // nothing of it was received
	}
	if err := c.openCases(ctx, sellerOf(c.entry, r.Shipments)); err != nil {
		return err
	}
	return c.keep(ctx)
}

// named looks at what the document names.
func (c *comparing) named(ctx context.Context) error {
	paths := make([]string, 0, min(c.now.Len(), heldBatch))
	nodes := map[string]dscsa.Node{}
	look := func() error {
		held, err := c.d.Goods.HeldOf(ctx, paths)
		for i := range held {
			c.differs(&held[i], nodes[held[i].Path])
		}
		paths = paths[:0]
		clear(nodes)
		return err
	}
	for n := range c.now.All("") {
		if c.was != nil && n.Kind == dscsa.KindPack {
			if _, before := c.was.Find(n.Path); !before {
				c.add(Difference{Path: n.Path, What: DiffersNew, SaysLot: n.Lot, SaysExpiry: n.Expiry})
			}
		}
		paths, nodes[n.Path] = append(paths, n.Path), *n
		if len(paths) < heldBatch {
			continue
		}
		if err := look(); err != nil {
			return err
		}
	}
	return look()
}

// differs notes a thing of which the document says another lot or date.
func (c *comparing) differs(h *traceview.Held, n dscsa.Node) {
	if !c.about(h) {
		return
	}
	c.here = true
	one := Difference{Path: h.Path, What: DiffersLot, Lot: h.Lot, Expiry: h.Expiry, SaysLot: n.Lot, SaysExpiry: n.Expiry, InHand: h.InHand, Proved: !h.Outside}
	if n.Lot == "" || n.Lot == h.Lot {
		one.SaysLot = ""
	}
	if n.Expiry == "" || n.Expiry == h.Expiry {
		one.SaysExpiry = ""
	}
	if h.Lot != "" && one.SaysLot+one.SaysExpiry != "" {
		c.add(one)
	}
}

// about tells whether the document can speak of a thing: it came with one that it corrects,
// or on the ledger from the same partner.
func (c *comparing) about(h *traceview.Held) bool {
	if h.Document != 0 {
		return slices.Contains(c.chain, h.Document)
	}
	return !h.Outside && (h.Partner == "" || c.entry.Partner == "" || h.Partner == c.entry.Partner || c.entry.Partner == c.entry.Seller)
}

// unnamed looks at what came with the documents that it corrects and that it doesn't name.
func (c *comparing) unnamed(ctx context.Context) error {
	var paths []string
	for _, n := range c.chain {
		list, err := c.d.Goods.CameWith(ctx, n)
		if err != nil {
			return err
		}
		paths = append(paths, list...)
	}
	if c.was != nil {
		for n := range c.was.All("") {
			paths = append(paths, n.Path)
		}
	}
	slices.Sort(paths)
	paths = slices.DeleteFunc(slices.Compact(paths), func(p string) bool {
		_, named := c.now.Find(p)
		return named
	})
	for part := range slices.Chunk(paths, heldBatch) {
		held, err := c.d.Goods.HeldOf(ctx, part)
		if err != nil {
			return err
		}
		for i := range held {
			if h := &held[i]; c.about(h) {
				c.here = true
				c.add(Difference{Path: h.Path, What: DiffersGone, Lot: h.Lot, Expiry: h.Expiry, InHand: h.InHand, Proved: !h.Outside})
			}
		}
	}
	return nil
}

func (c *comparing) add(one Difference) {
	if c.count++; len(c.list) < DifferencesMax {
		c.list = append(c.list, one)
	}
	if one.InHand {
		c.doubt = append(c.doubt, traceview.Doubt{Path: one.Path, Document: c.entry.Number, Lot: one.SaysLot, Expiry: one.SaysExpiry, Gone: one.What == DiffersGone})
	}
}

// openCases opens a case about other lots and dates, and one about what isn't named any
// more.
func (c *comparing) openCases(ctx context.Context, seller traceview.Seller) error {
	found := findings{}
	for _, one := range c.list {
		it := Item{Path: one.Path, GTIN: gtinOf(one.Path), Lot: one.Lot, Expiry: one.Expiry}
		const next = "read the labels, and say which is right: the sender is told in the case"
		switch one.What {
		case DiffersLot:
			it.Claim, it.SaysLot, it.SaysExpiry = claim(one), one.SaysLot, one.SaysExpiry
			found.add(RuleCorrected, "", c.entry.Number, reason{Text: "A corrected document says another lot or expiry date than what it was received with.", Next: next}, it)
		case DiffersGone:
			it.Claim = "not named any more"
			found.add(RuleCorrectedAway, "", c.entry.Number, reason{Text: "A corrected document doesn't name it any more.", Next: next}, it)
		}
	}
	for i := range found.list {
		f := &found.list[i]
		one := NewCase{Finding: *f, Seller: seller, Document: c.entry.Number, Found: c.entry.Came, By: "document"}
		one.Key = sha256.Sum256(append(binary.BigEndian.AppendUint64([]byte("pedigree/dock/correction\x00"), uint64(c.entry.Number)), f.Rule...))
		number, err := c.d.openCase(ctx, one)
		if err != nil {
			return err
		}
		if number != "" {
			c.cases = append(c.cases, number)
		}
	}
	return nil
}

// claim says what a document says, in words of a case.
func claim(one Difference) string {
	text := ""
	if one.SaysLot != "" {
		text = "lot " + one.SaysLot
	}
	if one.SaysExpiry != "" {
		if text != "" {
			text += ", "
		}
		text += "expiry " + one.SaysExpiry
	}
	return text
}

// keep notes all of it at once. What was settled is left alone.
func (c *comparing) keep(ctx context.Context) error {
	raw, err := json.Marshal(Correction{Differences: c.list, Cases: c.cases})
	if err != nil {
		return err
	}
	kept, _, err := c.d.Vault.PutDocument(ctx, vault.DocumentInfo{Name: "correction", MediaType: "application/json", Direction: vault.Own}, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return c.d.Vault.Update(ctx, func(tx *sql.Tx) error {
		var session, corrects int64
		for _, n := range c.chain {
			if corrects == 0 {
				corrects = n
			}
			if _, err := tx.ExecContext(ctx, `UPDATE dock_correction SET state = 3 WHERE document = $1 AND state = 1`, n); err != nil {
				return err
			}
			if session != 0 {
				continue
			}
			if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(session), 0) FROM dock_source WHERE document = $1`, n).Scan(&session); err != nil {
				return err
			}
		}
		var state int
		err := tx.QueryRowContext(ctx, `SELECT state FROM dock_correction WHERE document = $1`, c.entry.Number).Scan(&state)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || state > 1 {
			return err
		}
		if err := c.d.Goods.Doubt(tx, append(slices.Clone(c.chain), c.entry.Number), c.doubt); err != nil {
			return err
		}
		if c.count == 0 {
			return nil // it agrees
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO dock_correction (document, corrects, session, state, at, differ, report) VALUES ($1, $2, $3, 1, $4, $5, $6)
			ON CONFLICT (document) DO UPDATE SET session = excluded.session, differ = excluded.differ, report = excluded.report`,
			c.entry.Number, corrects, session, c.d.Now().UnixMilli(), c.count, kept.ID)
		return err
	})
}
