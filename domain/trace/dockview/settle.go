package dockview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// What a person found by the labels, of goods that a correction contradicts.
const (
	SettleOurs   = "ours"   // they are as they were received
	SettleTheirs = "theirs" // they are as the corrected document says
)

// Settle notes what a person found by the labels of goods that a correction contradicts, of
// the things named or of all. Goods from outside the network that are as the document says
// now have its lot and date from then on, and came with it, and nothing is asked about them
// any more. What the ledger proves stays as it is. Of goods that are as they were received
// the sender's data is wrong: their case goes on, with what was found.
func (d *Docks) Settle(ctx context.Context, document int64, word string, items []string, by string) (Correction, error) {
	c, err := d.settle(ctx, document, word, items, by)
	if err != nil {
		return Correction{}, fmt.Errorf("couldn't settle what document %d corrects: %w", document, err)
	}
	return c, nil
}

func (d *Docks) settle(ctx context.Context, document int64, word string, items []string, by string) (Correction, error) {
	if word != SettleOurs && word != SettleTheirs {
		return Correction{}, api.Coded(fmt.Errorf("%.20q is no answer; the goods are as they were received (ours), or as the document says now (theirs)", word), ledger.Invalid, "dock/invalid")
	}
	c, err := d.correction(ctx, document)
	if err != nil {
		return c, err
	}
	if c.State == CorrectionOvertaken {
		return c, api.Coded(errors.New("a later document corrects it; settle that one"), ledger.Conflict, "dock/state")
	}
	list, err := d.doubts(ctx, document, items)
	if err != nil {
		return c, err
	}
	if word == SettleTheirs {
		if err := d.amendable(ctx, list); err != nil {
			return c, err
		}
	}
	// The cases come first, so that whoever was interrupted says it again.
	if err := d.settleCases(ctx, c, word, list, by); err != nil {
		return c, err
	}
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		settle := d.Goods.Undoubt
		if word == SettleTheirs {
			settle = d.Goods.Amend
		}
		if err := settle(tx, list); err != nil {
			return err
		}
		left, err := d.Goods.Doubts(tx, document)
		if err != nil || len(left) > 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE dock_correction SET state = 2, settled = $1, settler = $2 WHERE document = $3 AND state = 1`, d.Now().UnixMilli(), by, document)
		return err
	})
	if err != nil {
		return c, err
	}
	return d.correction(ctx, document)
}

// settleCases tells the cases about a correction what was found. One that can't be settled
// so stays open for a person: the goods don't wait for it.
func (d *Docks) settleCases(ctx context.Context, c Correction, word string, list []traceview.Doubt, by string) error {
	if d.Cases == nil || len(list) == 0 {
		return nil
	}
	paths := make([]string, len(list))
	for i, one := range list {
		paths[i] = one.Path
	}
	for _, number := range c.Cases {
		var err error
		if word == SettleTheirs {
			err = d.Cases.Settle(ctx, number, paths, FoundSayings.Say("found/label-right", "document", strconv.FormatInt(c.Document, 10)), by)
		} else {
			err = d.Cases.Note(ctx, number, asReceived(c.Document, paths), by)
		}
		if known, ok := errors.AsType[interface {
			error
			Kind() ledger.Kind
		}](err); ok && known.Kind() != ledger.Unavailable {
			d.Log.Warn("what the labels say is noted without its case", "document", c.Document, "case", number, "error", err)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// asReceived says of things that the correction of them is wrong.
func asReceived(document int64, paths []string) api.Said {
	said := FoundSayings.Say("found/as-received", "document", strconv.FormatInt(document, 10), "item", paths[0])
	about := paths[0]
	if more := len(paths) - 1; more > 0 {
		about += fmt.Sprintf(" and %d more", more)
		said.Values["more"] = strconv.Itoa(more)
	}
	said.Text = about + ": " + said.Text
	return said
}

// FoundSayings are what labels say where a document contradicts what was received, by
// code; the things stand before it.
var FoundSayings = api.Sayings{
	"found/label-right": "the label says what document {document} says",
	"found/as-received": "the label says what it was received with, not what document {document} says; its sender has to correct its data",
}

// doubts are those of a document, all or of the things named.
func (d *Docks) doubts(ctx context.Context, document int64, items []string) (list []traceview.Doubt, err error) {
	err = d.Vault.View(ctx, func(tx *sql.Tx) error {
		list, err = d.Goods.Doubts(tx, document)
		return err
	})
	if err != nil || len(items) == 0 {
		return list, err
	}
	var some []traceview.Doubt
	for _, text := range items {
		path := pathIn(text)
		i := slices.IndexFunc(list, func(one traceview.Doubt) bool { return one.Path == path })
		if path == "" || i < 0 {
			return nil, api.Coded(fmt.Errorf("%.80q isn't held back because of document %d: %w", text, document, vault.ErrNotFound), ledger.NotFound, "dock/not-found")
		}
		some = append(some, list[i])
	}
	return some, nil
}

// amendable refuses what a document can't change.
func (d *Docks) amendable(ctx context.Context, list []traceview.Doubt) error {
	var paths []string
	for _, one := range list {
		if one.Gone {
			return api.Coded(fmt.Errorf("the document doesn't name %s any more, so it has no data that it could have; hold it, and send it back or settle its case", one.Path), ledger.Conflict, "dock/refused")
		}
		paths = append(paths, one.Path)
	}
	held, err := d.Goods.HeldOf(ctx, paths)
	if err != nil {
		return err
	}
	for i := range held {
		if !held[i].Outside {
			return api.Coded(fmt.Errorf("the ledger has lot and date of %s as its maker committed to them, and no document changes that; if its label says otherwise, hold it and send it back", held[i].Path), ledger.Conflict, "dock/refused")
		}
	}
	return nil
}
