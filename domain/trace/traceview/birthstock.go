package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// stockWriter inserts new things into the stock, many rows at a time.
type stockWriter struct {
	tx    *sql.Tx
	items *vault.BulkInsert
	keys  *vault.BulkInsert
	lots  map[*lot]int64
	org   string
}

// itemTable refuses a path that is in stock: nothing is commissioned over it.
var itemTable = vault.BulkTable{Name: "trace_item", Columns: strings.Fields(`path kind lot quantity commission sealed_in ordinal salt seed
	depth root contents surfaced packed_in status owner_key holder_key partner born packed`)}

func newStockWriter(ctx context.Context, tx *sql.Tx, org string) (*stockWriter, error) {
	items, err := vault.NewBulkInsert(ctx, tx, itemTable)
	if err != nil {
		return nil, err
	}
	keys, err := vault.NewBulkInsert(ctx, tx, keyTable)
	if err != nil {
		return nil, err
	}
	return &stockWriter{tx: tx, items: items, keys: keys, lots: map[*lot]int64{}, org: org}, nil
}

// flush writes what still waits.
func (s *stockWriter) flush() error {
	if _, err := s.items.Flush(); err != nil {
		return fmt.Errorf("couldn't write the stock: %w", err)
	}
	_, err := s.keys.Flush()
	return err
}

// bring writes a birth: its commission and everything in its tree.
func (s *stockWriter) bring(b *birth, entry proof.Hash) error {
	id, err := saveCommission(s.tx, b.row(s.org, entry))
	if err != nil {
		return err
	}
	top := item{
		salt: b.salt, seed: b.seed, surfaced: true, status: StatusOnHand, ownerKey: b.owner, holderKey: b.holder,
	}
	return s.write(b.top, top, id)
}

// write inserts a thing's row, filling in what its place in the tree says, and
// those of everything sealed in it.
func (s *stockWriter) write(t *thing, it item, commission int64) error {
	it.path, it.kind, it.commission, it.born, it.packed = t.path, uint64(t.kind), commission, t.born, t.packed
	if t.sealed != nil {
		it.depth, it.root = t.sealed.depth, t.sealed.root
		it.contents = make([]content, len(t.kids))
		for i, k := range t.kids {
			it.contents[i].path = k.path
		}
	}
	if t.lot != nil {
		id, err := s.lot(t.lot)
		if err != nil {
			return err
		}
		it.lot.id = id
	}
	if t.replaces { // it was only reported so far
		if _, err := s.tx.Exec(`DELETE FROM trace_item WHERE path = ? AND status = ?`, t.path, StatusReported); err != nil {
			return fmt.Errorf("couldn't replace the stock row of %s: %w", t.path, err)
		}
	}
	if err := s.items.Add(itemValues(&it)...); err != nil {
		return fmt.Errorf("couldn't write the stock row of %s or one just before: %w", t.path, err)
	}
	for i, k := range t.kids {
		if err := s.write(k, item{sealedIn: t.path, ordinal: i, status: StatusOnHand}, commission); err != nil {
			return err
		}
	}
	return nil
}

func (s *stockWriter) lot(l *lot) (int64, error) {
	if id, ok := s.lots[l]; ok {
		return id, nil
	}
	id, err := lotID(s.tx, *l)
	if err == nil {
		s.lots[l] = id
	}
	return id, err
}
