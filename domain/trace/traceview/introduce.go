package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Goods from outside the network are not on the ledger. They come onto it at the moment
// when they are shipped to a member, as introduced: by a commission without a maker's
// statement, so that nothing about their maker is claimed, and everybody's verdict says
// so for ever.

// mayIntroduce refuses a thing from outside the network unless it rests on the word of an
// authorised seller and nothing speaks against it.
func (s *shipping) mayIntroduce(tx *sql.Tx, it *item) error {
	if it.kind != proof.KindUnit || it.lot.number == "" {
		return fmt.Errorf("%s came from outside the network and is no pack with a lot: name the packs that are in it; each comes onto the ledger by itself", it.path)
	}
	j := s.d.judging()
	return s.d.chain.Read(func(st ledger.State) error {
		j.on(tx, st)
		facts, _, err := j.of(it.path, it.path)
		if err != nil {
			return err
		}
		a := j.sum(it.path, facts)
		if a.Word == verdict.OK && a.Rule == verdict.RuleSellerReported {
			return nil
		}
		return api.Coded(
			fmt.Errorf("%s came from outside the network and can't be shipped on it: %s [%s]", it.path, a.Text, a.Rule), ledger.Conflict, "trace/not-introduced", a.Next,
		)
	})
}

// sellersDocument adds the number of the transaction data with which a thing came.
func sellersDocument(tx queryer, path string, to []int64) ([]int64, error) {
	var n int64
	if err := tx.QueryRow(`SELECT document FROM outside_item WHERE path = ?`, path).Scan(&n); err != nil {
		return to, fmt.Errorf("couldn't find with what %s came; restore the private store from a backup: %w", path, err)
	}
	if slices.Contains(to, n) {
		return to, nil
	}
	return append(to, n), nil
}

// sellersHistory copies what the sellers' transaction data says of goods from outside the
// network: their lots, and who was told to have made them.
func (s *shippingDocument) sellersHistory(ctx context.Context) error {
	for _, n := range s.sellers {
		if err := s.fromSeller(ctx, n); err != nil {
			return fmt.Errorf("couldn't copy what document %d says: %w", n, err)
		}
	}
	return nil
}

func (s *shippingDocument) fromSeller(ctx context.Context, document int64) error {
	if s.d.documents == nil {
		return nil
	}
	content, _, err := s.d.documents.Content(ctx, document)
	if errors.Is(err, vault.ErrNotFound) { // it was erased, and nobody is told what it said
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	return s.copyEvents(content, func(int64) bool { return true })
}

// introduce plans the commission of a thing from outside the network. Its stock row takes
// the place of the one that a seller's file made.
func (w *work) introduce(path string) error {
	it, err := mustItem(w.tx, path)
	if err != nil {
		return err
	}
	if it.status != StatusOutside {
		return fmt.Errorf("%s is no longer in stock as it was a moment ago (%s); ask again", path, standingText(it))
	}
	b := &birth{top: &thing{path: path, kind: uint8(it.kind), lot: &it.lot}, class: proof.ClassIntroduced}
	if err := w.take(b); err != nil {
		return err
	}
	if err := w.d.bear(b, newGrower(), w.d.keys.Secret()); err != nil {
		return err
	}
	if _, err := w.tx.Exec(`DELETE FROM trace_item WHERE path = ? AND status = ?`, path, StatusOutside); err != nil {
		return fmt.Errorf("couldn't replace the stock row of %s: %w", path, err)
	}
	if err := w.bring(b); err != nil {
		return err
	}
	w.add(&operation{entries: []proof.Entry{b.entry}, signers: []int64{b.key0}, writes: 1, undo: undo{made: []string{path}}}, path)
	return nil
}

// introduced tells whether a thing came onto the ledger from outside the network by our
// doing.
func introduced(tx queryer, it *item) (bool, error) {
	if it.commission == 0 || it.sealedIn != "" {
		return false, nil
	}
	c, err := loadCommission(tx, it.commission)
	return c.own && c.class == proof.ClassIntroduced, err
}

// keepOutside puts a thing whose introduction the ledger did not take back into the
// stock, as goods from outside the network.
func keepOutside(tx *sql.Tx, it *item) error {
	_, err := tx.Exec(`INSERT INTO trace_item (path, kind, lot, quantity, surfaced, status, partner)
		SELECT o.path, ?, ?, 0, ?, ?, NULLIF(o.seller, '') FROM outside_item o WHERE o.path = ?`, int64(it.kind), orNull(it.lot.id), false, StatusOutside, it.path)
	if err != nil {
		return fmt.Errorf("couldn't put %s back into the stock: %w", it.path, err)
	}
	return nil
}
