package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// Goods from outside the network are not on the ledger. They come onto it at the moment
// when they are shipped to a member, as introduced: by a commission without a maker's
// statement, so that nothing about their maker is claimed, and everybody's verdict says
// so for ever.

// mayIntroduce refuses a thing from outside the network unless it and all that came in it
// rest on the word of an authorised seller and nothing speaks against it, and it can be
// commissioned: each pack with its lot.
func (s *shipping) mayIntroduce(tx *sql.Tx, it *item) error {
	g, err := outsideGoods(tx, *it)
	if err != nil {
		return err
	}
	for in := range g.All() {
		if in.Attrs.Kind == proof.KindUnit && in.Attrs.Lot == "" {
			return fmt.Errorf("%s came from outside the network and is no pack with a lot, so it can't come onto the ledger: correct its seller's document, or return it", in.Path)
		}
	}
	return s.d.answered(tx, &g, false, "shipped on it")
}

// sellersDocuments adds the numbers of the transaction data with which a thing and all
// that is in it came.
func sellersDocuments(tx queryer, g *Goods, to []int64) ([]int64, error) {
	for in := range g.All() {
		var n int64
		if err := tx.QueryRow(`SELECT document FROM outside_item WHERE path = ?`, in.Path).Scan(&n); err != nil {
			return to, fmt.Errorf("couldn't find with what %s came; restore the private store from a backup: %w", in.Path, err)
		}
		if !slices.Contains(to, n) {
			to = append(to, n)
		}
	}
	return to, nil
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

// introduce plans the commission of a thing from outside the network: of a case, of one
// box with what it holds. Their stock rows take the place of those that a seller's file
// made.
func (w *work) introduce(path string) error {
	it, err := mustItem(w.tx, path)
	if err != nil {
		return err
	}
	if it.status != StatusOutside {
		return fmt.Errorf("%s is no longer in stock as it was a moment ago (%s); ask again", path, standingText(it))
	}
	g, err := outsideGoods(w.tx, it)
	if err != nil {
		return err
	}
	top, err := outsideThing(w.tx, &g, nil)
	if err != nil {
		return err
	}
	b := &birth{top: top, class: proof.ClassIntroduced}
	if err := w.take(b); err != nil {
		return err
	}
	if err := w.d.bear(b, newGrower(), w.d.keys.Secret()); err != nil {
		return err
	}
	for in := range g.All() {
		if _, err := w.tx.Exec(`DELETE FROM trace_item WHERE path = ? AND status = ?`, in.Path, StatusOutside); err != nil {
			return fmt.Errorf("couldn't replace the stock row of %s: %w", in.Path, err)
		}
	}
	if err := w.bring(b); err != nil {
		return err
	}
	w.add(&operation{entries: []proof.Entry{b.entry}, signers: []int64{b.key0}, writes: 1, undo: undo{made: []string{path}}}, path)
	return nil
}

// outsideThing is a thing from outside the network as a commission takes it, with all
// that came in it.
func outsideThing(tx queryer, g *Goods, parent *thing) (*thing, error) {
	it, err := mustItem(tx, g.Path)
	if err != nil {
		return nil, err
	}
	t := &thing{path: it.path, kind: uint8(it.kind), parent: parent}
	if it.lot.number != "" {
		t.lot = &it.lot
	}
	for i := range g.Sealed {
		kid, err := outsideThing(tx, &g.Sealed[i], t)
		if err != nil {
			return nil, err
		}
		t.kids = append(t.kids, kid)
	}
	return t, nil
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

// sealedItems are a thing and all that is sealed in it.
func sealedItems(tx queryer, it *item, level int) ([]item, error) {
	if level > treeLevelsMax {
		return nil, fmt.Errorf("%s lies more than %d containers deep; restore the private store from a backup", it.path, treeLevelsMax)
	}
	list := []item{*it}
	for _, c := range it.contents {
		kid, ok, err := loadItem(tx, c.path)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		below, err := sealedItems(tx, &kid, level+1)
		if err != nil {
			return nil, err
		}
		list = append(list, below...)
	}
	return list, nil
}

// keepOutside puts things whose introduction the ledger did not take back into the
// stock, as goods from outside the network.
func keepOutside(tx *sql.Tx, list []item) error {
	for i := range list {
		it := &list[i]
		_, err := tx.Exec(`INSERT INTO trace_item (path, kind, lot, quantity, surfaced, status, partner)
			SELECT o.path, ?, ?, 0, ?, ?, NULLIF(o.seller, '') FROM outside_item o WHERE o.path = ?`, int64(it.kind), orNull(it.lot.id), false, StatusOutside, it.path)
		if err != nil {
			return fmt.Errorf("couldn't put %s back into the stock: %w", it.path, err)
		}
	}
	return nil
}
